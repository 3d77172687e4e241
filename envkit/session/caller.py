"""Who called envkit: the shell that it was typed in, and what that shell was started by.

Told by the processes above this one, as proc(5) or ps(1) have them: `$SHELL` is the account's
shell, which need not be the one at hand.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from envkit import shells
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Shell

#: Programs that are a shell under several names, or another shell's syntax.
_BY_PROGRAM = {"ash": "ash", "busybox": "ash", "csh": "tcsh", "bsd-csh": "tcsh", "nu": "nushell"}
_TAKES_A_WORD = frozenset(("-o", "+o", "-O", "+O", "--rcfile", "--init-file", "-C"))
# The context that a starter's name means: where the shell is a login shell, and where not.
_STARTERS = {
    "sshd": ("ssh_login", "ssh_login"),
    "sshd-session": ("ssh_login", "ssh_login"),
    "login": ("login_terminal", "login_terminal"),
    "su": ("su_login", "su"),
    "sudo": ("sudo_login", "sudo_shell"),
    "tmux": ("tmux", "tmux"),
    "screen": ("screen", "screen"),
}
# What they start with a command; its last program takes the place of the shell.
_COMMANDS = {
    "sshd": "ssh_command",
    "sshd-session": "ssh_command",
    "cron": "cron",
    "crond": "cron",
    "atd": "at",
    "slurmstepd": "slurm",
}


class Process(NamedTuple):
    """A process above this one; `program` is the name of its file, where that may be seen."""

    pid: int
    argv: tuple[str, ...]
    program: str

    @property
    def login(self) -> bool:
        """Whether it was started as a login shell (argv[0] begins with a dash, or -l).

        tcsh writes such a dash into its own argv[0], on every terminal.
        """
        if self.program in ("tcsh", "csh", "bsd-csh"):
            return "-l" in self.argv[1:]
        return self.argv[0].startswith("-") or bool({"-l", "--login"} & set(self.argv[1:]))

    @property
    def command(self) -> bool:
        """Whether it runs a command (-c) or a script, so that nobody types into it."""
        words = iter(self.argv[1:])
        for word in words:
            if word in _TAKES_A_WORD:
                next(words, None)
            elif word == "--command" or re.match(r"[^-+]|-[^-]*c", word):
                return True
        return False


def ancestors(host: Host) -> tuple[Process, ...]:
    """The processes above this one, nearest first; none where neither proc(5) nor ps(1) tells."""
    return tuple(_above(host, os.getppid()))


def _above(host: Host, pid: int) -> Iterator[Process]:
    for _ in range(64):
        found = _from_proc(pid) or _from_ps(host, pid)
        if found is None or pid < 1:
            return
        process, pid = found
        if process.argv:
            yield process


def _from_proc(pid: int) -> tuple[Process, int] | None:
    place = Path("/proc", str(pid))
    try:
        # The name stands in brackets and may hold anything; what follows it are numbers.
        status = os.fsdecode((place / "stat").read_bytes())
        argv = os.fsdecode((place / "cmdline").read_bytes()).split("\0")[:-1]
    except OSError:
        return None
    name = status[status.index("(") + 1 : status.rindex(")")]
    with contextlib.suppress(OSError):  # another account's: the name it gave itself must do
        name = (place / "exe").readlink().name.removesuffix(" (deleted)")
    return Process(pid, tuple(argv), name), int(status[status.rindex(")") + 1 :].split()[1])


def _from_ps(host: Host, pid: int) -> tuple[Process, int] | None:
    row = (host.ask(["ps", "-o", "ppid=,command=", "-p", str(pid)]) or "").split()
    if len(row) < 2 or not row[0].isdigit():
        return None
    argv = tuple(row[1:])
    return Process(pid, argv, Path(argv[0].removeprefix("-")).name), int(row[0])


def shell_of(host: Host, process: Process) -> Shell | None:
    """Which shell a process is, None for every other program."""
    known = {"bash", "zsh", "fish", "dash", "ash", "ksh93", "mksh", "tcsh", "nushell", "xonsh"}
    name = process.program
    if name.startswith("python") and any(Path(w).name == "xonsh" for w in process.argv[1:2]):
        name = "xonsh"
    name = _BY_PROGRAM.get(name, name)
    if name == "ash" and not _is_busybox_shell(process):
        return None
    try:
        found = shells.named(host, name)
    except UsageError:
        return None
    return found if found.name in known | {"sh"} else None


def _is_busybox_shell(process: Process) -> bool:
    words = [Path(word.removeprefix("-")).name for word in process.argv[:2]]
    applet = words[1] if words[0] == "busybox" and len(words) > 1 else words[0]
    return applet in ("sh", "ash", "hush")


def nearest(host: Host, above: tuple[Process, ...]) -> Shell | None:
    """The shell that will read what envkit prints: the first one above it."""
    return next((one for one in (shell_of(host, each) for each in above) if one), None)


def by_uv(host: Host, above: tuple[Process, ...]) -> bool:
    """Whether `uv run` or `uvx` stands between the first shell and envkit."""
    for each in above:
        if each.program in ("uv", "uvx"):
            return True
        if shell_of(host, each):
            return False
    return False


def of_session(host: Host, above: tuple[Process, ...]) -> tuple[Process, Shell] | None:
    """The shell whose session this is: the first one that is no `sh -c` of another program's."""
    found = [(each, one) for each in above if (one := shell_of(host, each))]
    real = (pair for pair in found if not (pair[0].command and _called_sh(pair[0])))
    return next(real, found[0] if found else None)


def _called_sh(process: Process) -> bool:
    return Path(process.argv[0].removeprefix("-")).name == "sh"


def context(host: Host, above: tuple[Process, ...]) -> tuple[str, str]:
    """The name of the context that the session surely is of, and what says so; else two "".

    Of nested shells the outermost counts, since it gave its environment to the others.
    """
    outer: Process | None = None
    for each in above:
        if shell_of(host, each):
            outer = each
        elif outer is not None or each.program in _COMMANDS:
            return _started_by(outer, each)
    return _started_by(outer, None) if outer else _by_variables(host)


def _started_by(shell: Process | None, starter: Process | None) -> tuple[str, str]:
    name = starter.program.lower() if starter else ""
    name = "tmux" if name.startswith("tmux") else name
    if shell is None or shell.command:
        found = _COMMANDS.get(name, "")
        return found, f"{name} started this command" if found else ""
    if name in _STARTERS:
        found = _STARTERS[name][0 if shell.login else 1]
        return found, f"{name} started this shell" if found else ""
    return ("login_terminal", "this is a login shell") if shell.login else ("", "")


def _by_variables(host: Host) -> tuple[str, str]:
    """Where no process above can be seen: what the session's own variables say."""
    if host.env.get("TMUX"):
        return "tmux", "TMUX is set"
    if host.env.get("STY"):
        return "screen", "STY is set"
    if host.env.get("SSH_TTY"):
        return "ssh_login", "SSH_TTY is set"
    return "", ""
