"""A cron job: /bin/sh -c with cron's own environment (crontab(5)); no startup file is read.

/etc/environment reaches it through pam_env, but its PATH loses to cron's own.
"""

from __future__ import annotations

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Context, Invocation, Platform


def environment(host: Host, platform: Platform) -> dict[str, str]:
    """What cron(8) sets for a job."""
    return _base.pam_env(host) | {
        "HOME": str(host.home),
        "LOGNAME": host.user,
        "SHELL": "/bin/sh",
        "PATH": "/usr/bin:/bin",
    }


CONTEXT = Context(
    name="cron",
    title="cron",
    invocation=Invocation(command=True),
    environment=environment,
    shell="sh",
    imitated="/bin/sh -c with cron's environment; no cron is asked",
    remedy="in the crontab: PATH={path}",
)
