"""A bash script, or a program that starts one, from a bare environment: a service, `env -i`.

It has what its caller had, and reads no startup file (but BASH_ENV): SHLVL is set, since another
program stands before it.
"""

from __future__ import annotations

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The account, the platform's PATH, and nothing else."""
    by = "the caller"
    path = Given("PATH", platform.default_path, by)
    return (*_base.account(host, by), path, Given("SHLVL", "1", by))


CONTEXT = Context(
    name="script",
    title="script",
    invocation=Invocation(command=True),
    given=given,
    shell="bash",
    imitated="bash -c from a bare environment",
    remedy="in the script: PATH={path}",
)
