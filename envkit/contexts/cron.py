"""A cron job: /bin/sh -c with cron's own environment (crontab(5)); no startup file is read.

SHELL and PATH of the crontab win. On Debian /etc/environment reaches it through pam_env, but its
PATH loses to cron's own, as with cronie; busybox's crond knows no PAM, keeps the PATH that it was
started with, and takes SHELL alone from the crontab.
"""

from __future__ import annotations

from envkit.contexts import _cron
from envkit.host import Host
from envkit.model import Context, Invocation, Platform


def here(host: Host, platform: Platform) -> Context:
    """The shell that SHELL= of this account's crontab names; busybox takes no PATH= there."""
    remedy = "in the command: PATH={path}" if _cron.is_busybox(platform) else CONTEXT.remedy
    return CONTEXT._replace(shell=_cron.shell(host, platform), remedy=remedy)


CONTEXT = Context(
    name="cron",
    title="cron",
    invocation=Invocation(command=True),
    given=_cron.environment,
    shell="sh",
    imitated="/bin/sh -c with cron's environment; no cron is asked",
    remedy="in the crontab: PATH={path}",
    launcher="cron",
    here=here,
)
