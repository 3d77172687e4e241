"""zsh: which startup files it reads, found by experiment with zsh 5.9 (init.c, run_init_scripts).

Twice four files, those of the system (G, compiled in: /etc/zsh or /etc) and those of the user (Z:
$ZDOTDIR as it is when a file's turn comes, else $HOME): zshenv always, zprofile at login, zshrc if
interactive, zlogin at login; zlogout when an interactive login shell ends. ~/.zshenv is read by
every zsh there is: `install` writes to .zprofile and .zshrc, for it is the user's own choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Invocation, Order, Shell, Start, Stdin
from envkit.reading.zsh.walk import ZshWalk
from envkit.shells import _command_line, _rows, _zsh_argv, _zsh_ends, _zsh_files, _zsh_state

_FOLDERS = {"debian": "/etc/zsh", "etc": "/etc"}


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts zsh so and runs `command`; argv[0] as in the real start.

    No line is read from a terminal, so that the history stays as it is.
    """
    name = "-zsh" if invocation.login else "zsh"
    return (name, "-i", "-c", command) if invocation.interactive else (name, "-c", command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line."""
    call = _zsh_argv.parse(argv, stdin, environment)
    return Invocation(
        login=call.login,
        interactive=call.interactive,
        command=call.command is not None,
        remote="SSH_CLIENT" in environment or "SSH2_CLIENT" in environment,
        argv=argv,
        stdin=stdin,
        end=_zsh_ends.by_itself(call),
    )


def build(host: Host, program: Path | None) -> str:
    """`debian` (/etc/zsh), `etc` (/etc), or the folder of its zshenv; asked of the binary."""
    if program is None or host.kind(program) != "file":
        return ""
    content = host.read(program)
    if b"ZSH_VERSION" not in content:
        return ""
    found = re.search(rb"\0(/[\x21-\x7e]+)/zshenv\0", content)
    folder = found[1].decode() if found else ""
    return {there: name for name, there in _FOLDERS.items()}.get(folder, folder)


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why; UsageError for an unknown build."""
    build = start.build or start.platform.zsh_folder
    if build not in _FOLDERS and not build.startswith("/"):
        known = f"{', '.join(_FOLDERS)}, or the folder of the system's zshenv"
        raise UsageError(f"unknown build of zsh: {build}", f"known: {known}")
    how = start.invocation
    call = _zsh_argv.parse(
        _command_line.own(how, "zsh", argv(how, ":")), how.stdin, start.environment
    )
    walk = ZshWalk(_zsh_state.make(host, start, call))
    _zsh_files.read(walk, start, call, _FOLDERS.get(build, build))
    return _rows.answer(walk, start)


SHELL = Shell(
    name="zsh",
    title="zsh",
    programs=("zsh",),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    login_files=(".zprofile",),
    rc_files=(".zshrc",),
    tracer="zsh",
)
