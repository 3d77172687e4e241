"""A system service or timer of systemd: ExecStart=, no shell (systemd.exec(5), "Environment").

PATH is compiled in; DefaultEnvironment= of system.conf and Environment= of the unit come over it.
No startup file, no /etc/environment, no login.defs.
"""

from __future__ import annotations

from envkit.contexts import _systemd
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="systemd_system",
    title="systemd service",
    invocation=Invocation(command=True),
    given=_systemd.system,
    shell="none",
    imitated="a program with a service's environment; no systemd is asked",
    remedy='in the unit: Environment="PATH={path}"',
    launcher="systemd",
    absent=_systemd.absent,
)
