"""scp, sftp and rsync over ssh, git over ssh: `ssh host command`, where output is protocol.

The same start as `ssh host command` (sshd(8)): the account's shell with -c and a socket as stdin.
What a startup file prints there breaks the transfer. `sftp` with internal-sftp starts no shell.
"""

from __future__ import annotations

from envkit.contexts import _sshd
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The environment that sshd(8) gives to a command."""
    return _sshd.environment(host, platform)


CONTEXT = Context(
    name="ssh_copy",
    title="scp, rsync, git",
    invocation=Invocation(command=True, remote=True, stdin="socket"),
    given=given,
    imitated="the shell with -c, sshd's environment, and a socket as stdin; no sshd is asked",
    launcher="ssh",
    before=_sshd.files,
    absent=_sshd.absent,
)
