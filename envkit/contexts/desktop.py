"""A desktop session, and what is started from its menu: no terminal stands between.

Display managers differ. GNOME on Wayland and KDE start `$SHELL -l -c`; GDM's X11 wrapper is an
sh script that reads /etc/profile, ~/.profile (never ~/.bash_profile) and ~/.xprofile; LightDM's on
Debian reads none of them. On Debian all X11 sessions then read ~/.xsessionrc. ~/.pam_environment is
gone: pam_env reads it only where its own `user_readenv=1` still says so.
"""

from __future__ import annotations

from envkit.contexts import _desktop
from envkit.host import Host
from envkit.model import Context, Invocation, Platform


def here(host: Host, platform: Platform) -> Context:
    """As the machine's own display manager starts it; as GDM's X11 wrapper where none is known."""
    manager = _desktop.manager(host)
    if manager in ("gdm", "sddm"):
        how = f"$SHELL -l -c, as {manager.upper()} starts it; it is not asked"
        return CONTEXT._replace(shell=None, imitated=how)
    if manager == "lightdm" and platform.name in ("debian", "wsl"):
        plain = Invocation(command=True)
        how = "sh, as LightDM's Xsession; it is not asked"
        return CONTEXT._replace(invocation=plain, imitated=how)
    return CONTEXT


CONTEXT = Context(
    name="desktop",
    title="desktop session",
    invocation=Invocation(login=True, command=True),
    given=_desktop.session,
    shell="sh",
    imitated="sh reads the login files as a display manager's Xsession does; none is asked",
    after=_desktop.files,
    here=here,
)
