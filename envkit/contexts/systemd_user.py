"""A unit of the user's own systemd: ExecStart=, no shell (systemd.exec(5), environment.d(5)).

environment.d/*.conf of ~/.config, /etc, /run, /usr/local/lib and /usr/lib, merged by file name, is
what sets variables there; 99-environment.conf is a link to /etc/environment. No startup file.
"""

from __future__ import annotations

from envkit.contexts import _systemd
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="systemd_user",
    title="systemd user unit",
    invocation=Invocation(command=True),
    given=_systemd.user,
    shell="none",
    imitated="a program with the user manager's environment; no systemd is asked",
    remedy="in environment.d/60-path.conf: PATH={path}",
    launcher="systemd_user",
    before=_systemd.files,
    absent=_systemd.absent,
)
