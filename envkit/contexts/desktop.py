"""A desktop session, and what is started from its menu: no terminal stands between.

Display managers differ. GNOME on Wayland and KDE start `$SHELL -l -c`; GDM's and LightDM's X11
wrappers are sh scripts: GDM's reads /etc/profile and ~/.profile (never ~/.bash_profile), then both
run /etc/X11/Xsession.d, which reads ~/.xsessionrc. ~/.pam_environment is read by none of them any
more (pam_env 1.5: user_readenv=0).
"""

from __future__ import annotations

from envkit.contexts import _desktop
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="desktop",
    title="desktop session",
    invocation=Invocation(login=True, command=True),
    given=_desktop.session,
    shell="sh",
    imitated="sh reads the login files as the display manager's Xsession does; none is asked",
    after=_desktop.files,
)
