"""A start of a shell, as data: what it is made of, and the files that it reads.

Tuples not lists, `Path` not `str`, bytes for the contents of files. Paths are as a process of the
machine that is looked at would see them: inside `--root`, absolute. What belongs to one command
alone has modules of its own (provenance, plan, finding): each dataclass costs start-up time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from envkit.host import Host

Status = Literal["read", "missing", "hidden", "skipped", "unreadable"]
Scope = Literal["system", "user"]
Stdin = Literal["pty", "pipe", "socket", "null", "closed"]
End = Literal["exit", "eof", "end-of-input", "hangup", "exec"]
EventKind = Literal["assign", "source", "eval", "leave"]
ChangeKind = Literal[
    "gone", "login", "interactive", "drop", "add", "unset", "set", "sourced", "leave", "earlier"
]


class Location(NamedTuple):
    """A line of a file; prints as `file:line`."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Invocation(NamedTuple):
    """How a shell is started: what decides which files it reads (Bash manual, 6.2).

    A context gives the flags, and `argv` stays empty: each shell has its own words for them.
    A literal command line gives `argv` (argv[0] as the shell sees it: `-bash`, `sh`) and the
    shell reads the flags off it. `remote`: run by sshd with a command.
    """

    login: bool = False
    interactive: bool = False
    command: bool = False
    remote: bool = False
    argv: tuple[str, ...] = ()
    stdin: Stdin = "null"
    end: End = "end-of-input"


class Change(NamedTuple):
    """What would have to be otherwise for a file that is not read to be read.

    gone: `subject`, a file, were not there. login, interactive: the shell were so (`subject` "no":
    were not). drop, add: the command line had not, or had, the word `subject`. unset, set: the
    variable `subject` (`NAME` or `NAME=VALUE`). sourced: `subject`, a file that is read, read it.
    leave: this shell ended by `subject` (`exit`). earlier: the line `subject` (`file:line`), which
    ends the file or the shell before, were not there.
    """

    kind: ChangeKind
    subject: str = ""


class StartupFile(NamedTuple):
    """A file that a start reads, or would read but for `reason`.

    `reader` is the shell's name, or `file:line` of the statement that sources it; `sourced_at` is
    that same place as a Location. `certain` is False where static reading had to guess. `change`
    says what alone would make a hidden or skipped file be read, where one thing would.
    """

    path: Path
    scope: Scope
    status: Status
    reason: str
    reader: str
    sourced_at: Location | None = None
    logout: bool = False
    certain: bool = True
    change: Change | None = None


class Event(NamedTuple):
    """Something that static reading saw happen in one start, in order.

    assign: `variable` is set at `where` (`value` where it could be worked out, else None).
    source: another file is read (`value` is its path). eval: text that only running it can tell
    (`eval "$(tool init)"`, an unknown command substitution in PATH). leave: the file ends here,
    by return or exit, before its last line.
    """

    kind: EventKind
    where: Location
    variable: str = ""
    value: str | None = None
    certain: bool = True


class Order(NamedTuple):
    """One start: the files in priority order, and what static reading saw in them.

    `before`: files that the context's starter reads, not this shell (environment.d, ~/.ssh/rc).
    """

    context: str
    shell: str
    files: tuple[StartupFile, ...]
    events: tuple[Event, ...] = ()
    before: tuple[StartupFile, ...] = ()


class Given(NamedTuple):
    """A variable that a process has before any shell: its value, who gives it, which line says so.

    `by` is for people: "sshd, compiled in", "login.defs", "cron"; `where` None: no file says it.
    """

    variable: str
    value: str
    by: str
    where: Location | None = None


class Start(NamedTuple):
    """One start of a shell, complete: what `Shell.startup_files` is asked about.

    `environment` is what the process is given before any file is read; `given` says by whom, where
    that is known. `build` is what the program was compiled with (bash: debian, upstream, homebrew,
    fedora, arch; zsh: debian, etc). `before`, `after`: files that the context reads of its own.
    `version`: as the binary's texts say it, "" where there is none to ask. `skim`: of what files
    source, texts beyond so many bytes in all are not read (0: all are); a trace sees them run.
    """

    context: str
    shell: Shell
    invocation: Invocation
    environment: Mapping[str, str]
    platform: Platform
    build: str = ""
    given: tuple[Given, ...] = ()
    before: tuple[StartupFile, ...] = ()
    after: tuple[StartupFile, ...] = ()
    version: str = ""
    skim: int = 0


class Shell(NamedTuple):
    """A shell as functions; the plug-in's whole contract is this constructor.

    `argv(invocation, command)` is the command line, argv[0] included, that starts it that way and
    runs `command` (never an interactive shell without a command: bash would cut its history file).
    `invocation(argv, stdin, environment, build)` reads the flags off a literal command line.
    `startup_files(host, start)` reads nothing but text: no shell is started.
    `build(host, program)` says what a binary was compiled with, "" where it cannot be known;
    `version(host, program)` which version it is.
    `tracer` is the module in `tracing/` that can say which line set what; "": `no_trace` says why.
    """

    name: str
    title: str
    programs: tuple[str, ...]
    argv: Callable[[Invocation, str], tuple[str, ...]]
    invocation: Callable[[tuple[str, ...], Stdin, Mapping[str, str], str], Invocation]
    startup_files: Callable[[Host, Start], Order]
    build: Callable[[Host, Path | None], str]
    login_files: tuple[str, ...] = ()
    rc_files: tuple[str, ...] = ()
    tracer: str = ""
    no_trace: str = ""
    version: Callable[[Host, Path | None], str] | None = None


class Platform(NamedTuple):
    """What an operating system does to shells, as data.

    `detect(host)` looks into the files that name a system, never at `uname` alone.
    `default_path` is PATH where nothing sets one; `login_path(uid)` what sshd, login, cron give.
    `new_login_file` is the name of the file that `install` creates for bash's login shells in a
    bare home. `terminal_is_login`: a terminal window opens a login shell (macOS). `zsh_folder` is
    where zsh's system files lie, `path_rule` what the system's files do to PATH, in a few words.
    `sh`: what /bin/sh is where no binary can be asked (`dash`, `ash`, or `bash`). `other_files`:
    the system files of zsh, csh and fish there. `under`: the distribution that is below (WSL).
    `edits_profile`: /etc/profile is the administrator's to write, and no drop-in is read there.
    `generated`: what makes the files of /etc, where writing to them does not last.
    """

    name: str
    title: str
    detect: Callable[[Host], bool]
    bash_build: str
    system_files: tuple[str, ...]
    default_path: str
    sshd_path: str
    new_login_file: str
    terminal_is_login: bool = False
    zsh_folder: str = "/etc/zsh"
    path_rule: str = ""
    sh: str = "bash"
    other_files: tuple[str, ...] = ()
    under: str = ""
    edits_profile: bool = False
    generated: str = ""


class Context(NamedTuple):
    """How a process comes to have its environment.

    `shell` is None for the account's own, "none" where no shell stands between. `given(host,
    platform)` is what the process has before any startup file, and who gives it; of two with one
    name the later counts. `imitated` says in a few words how envkit imitates it; `launcher` is the
    module in `launch/` that can really start it ("": none can). `remedy`: where no startup file is
    read, what to write instead (`{path}` stands for the value of PATH). `adapt(shell's name)` gives
    another invocation where it depends on the shell. `absent(host, platform)` says why there is no
    such context on that machine, "" where there is. `limit`: how many seconds the starter waits.
    `before` and `after`: files that are read but not by this shell's own rules (environment.d,
    ~/.ssh/rc; ~/.xsessionrc). `here`: the context as that machine has it (cron: its SHELL).
    """

    name: str
    title: str
    invocation: Invocation
    given: Callable[[Host, Platform], tuple[Given, ...]]
    shell: str | None = None
    imitated: str = ""
    remedy: str = ""
    launcher: str = ""
    adapt: Callable[[str], Invocation] | None = None
    absent: Callable[[Host, Platform], str] | None = None
    limit: float = 0.0
    before: Callable[[Host, Platform], tuple[StartupFile, ...]] | None = None
    after: Callable[[Host, Platform], tuple[StartupFile, ...]] | None = None
    here: Callable[[Host, Platform], Context] | None = None

    def environment(self, host: Host, platform: Platform) -> dict[str, str]:
        """The variables that the process has before any startup file."""
        return {one.variable: one.value for one in self.given(host, platform)}
