"""A Jupyter kernel: a child of the server, no shell (jupyter_client, "Kernel specs").

It has the server's environment, which is that of whatever started the server, and `env` of its
kernel.json over it. ${VAR} there is replaced from the server's; an unset one stays as text.
"""

from __future__ import annotations

from envkit.contexts import _jupyter
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="jupyter",
    title="Jupyter kernel",
    invocation=Invocation(command=True),
    given=_jupyter.kernel,
    shell="none",
    imitated="a program with a bare login's environment and kernel.json's; no server is asked",
    remedy='in kernel.json, env: "PATH": "{path}"',
    launcher="jupyter",
    absent=_jupyter.absent,
)
