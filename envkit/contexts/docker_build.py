"""`RUN …` in a Dockerfile: /bin/sh -c with the image's ENV so far (Dockerfile reference).

No startup file is read; `RUN bash -lc` reads /etc/profile, which may set PATH anew.
"""

from __future__ import annotations

from envkit.contexts import _docker
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="docker_build",
    title="Dockerfile RUN",
    invocation=Invocation(command=True),
    given=_docker.container,
    shell="sh",
    imitated="/bin/sh -c with the container's environment; nothing is built",
    remedy="in the Dockerfile: ENV PATH={path}",
    absent=_docker.absent,
)
