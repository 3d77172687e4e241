"""`docker exec C PROGRAM`: the image's ENV and -e, no shell (docker-exec(1)).

`docker exec C bash -lc …` reads /etc/profile, and on Debian that sets PATH anew: what the image
put there is gone.
"""

from __future__ import annotations

from envkit.contexts import _docker
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="docker_exec",
    title="docker exec",
    invocation=Invocation(command=True),
    given=_docker.container,
    shell="none",
    imitated="a program with the container's environment; no docker is asked",
    remedy="in the Dockerfile: ENV PATH={path}",
    absent=_docker.absent,
)
