"""A Wayland session under uwsm (Hyprland, Sway, …): sh reads the profile, then uwsm's own files.

uwsm/env, uwsm/env.d and uwsm/env-DESKTOP of /usr/share, /etc/xdg and ~/.config, in this order; the
result goes into systemd's user manager (uwsm(1), "ENVIRONMENT").
"""

from __future__ import annotations

from envkit.contexts import _desktop, _uwsm
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="uwsm",
    title="uwsm session",
    invocation=Invocation(login=True, command=True),
    given=_desktop.session,
    shell="sh",
    imitated="sh reads the login files as uwsm's preloader does; uwsm is not asked",
    after=_uwsm.files,
    absent=_uwsm.absent,
)
