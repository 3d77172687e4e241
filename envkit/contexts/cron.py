"""A cron job: /bin/sh -c with cron's own environment (crontab(5)); no startup file is read.

/etc/environment reaches it through pam_env, but its PATH loses to cron's own.
"""

from __future__ import annotations

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """What cron(8) sets for a job."""
    own = {"HOME": str(host.home), "LOGNAME": host.user, "SHELL": "/bin/sh"}
    own["PATH"] = "/usr/bin:/bin"
    return (*_base.pam_env(host), *(Given(name, value, "cron") for name, value in own.items()))


CONTEXT = Context(
    name="cron",
    title="cron",
    invocation=Invocation(command=True),
    given=given,
    shell="sh",
    imitated="/bin/sh -c with cron's environment; no cron is asked",
    remedy="in the crontab: PATH={path}",
)
