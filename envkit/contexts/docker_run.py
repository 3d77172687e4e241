"""`docker run -it IMAGE bash`: an interactive shell, no login shell, in the image's ENV.

(docker-run(1).) ~/.bashrc of the image's user is read, /etc/profile is not; a `CMD` of another
program starts no shell.
"""

from __future__ import annotations

from envkit.contexts import _docker
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="docker_run",
    title="docker run -it",
    invocation=Invocation(interactive=True, stdin="pty", end="exit"),
    given=_docker.on_terminal,
    shell="bash",
    imitated="an interactive bash on a terminal with the container's environment",
    absent=_docker.absent,
)
