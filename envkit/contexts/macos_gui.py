"""A program started from the macOS Dock or Finder: launchd's environment, no shell (launchd(8)).

PATH is /usr/bin:/bin:/usr/sbin:/sbin until `sudo launchctl config user path` says otherwise and
the machine is started anew. ~/.MacOSX/environment.plist and /etc/launchd.conf are long gone.
"""

from __future__ import annotations

from envkit.contexts import _launchd
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="macos_gui",
    title="macOS program",
    invocation=Invocation(command=True),
    given=_launchd.environment,
    shell="none",
    imitated="a program with launchd's environment; launchd is not asked",
    remedy="sudo launchctl config user path {path}",
    absent=_launchd.absent,
)
