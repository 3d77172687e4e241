"""An agent or daemon of launchd: its plist's ProgramArguments, no shell (launchd.plist(5)).

EnvironmentVariables of its own plist come over launchd's PATH, for that job alone.
"""

from __future__ import annotations

from envkit.contexts import _launchd
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="launchd",
    title="launchd agent",
    invocation=Invocation(command=True),
    given=_launchd.environment,
    shell="none",
    imitated="a program with launchd's environment; launchd is not asked",
    remedy="EnvironmentVariables PATH={path}",
    before=_launchd.files,
    absent=_launchd.absent,
)
