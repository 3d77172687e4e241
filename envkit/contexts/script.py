"""A bash script, or a program that starts one, from a bare environment: a service, `env -i`.

It has what its caller had, and reads no startup file (but BASH_ENV): SHLVL is set, since another
program stands before it.
"""

from __future__ import annotations

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Context, Invocation, Platform


def environment(host: Host, platform: Platform) -> dict[str, str]:
    """The account, the platform's PATH, and nothing else."""
    return _base.account(host) | {"PATH": platform.default_path, "SHLVL": "1"}


CONTEXT = Context(
    name="script",
    title="script",
    invocation=Invocation(command=True),
    environment=environment,
    shell="bash",
    imitated="bash -c from a bare environment",
    remedy="in the script: PATH={path}",
)
