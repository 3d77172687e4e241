"""The frozen dataclasses that flow between the rooms (docs/design.md, section 4).

Tuples not lists, `Path` not `str`, bytes for the contents of files. Paths are as a process of the
machine that is looked at would see them: inside `--root`, absolute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from envkit.host import Host

Status = Literal["read", "missing", "hidden", "skipped", "unreadable"]
Scope = Literal["system", "user"]
Severity = Literal["error", "warning", "info"]
Stdin = Literal["pty", "pipe", "socket", "null", "closed"]
End = Literal["exit", "eof", "end-of-input", "hangup", "exec"]
EventKind = Literal["assign", "source", "eval", "leave"]


@dataclass(frozen=True, slots=True)
class Location:
    """A line of a file; prints as `file:line`."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Invocation:
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


@dataclass(frozen=True, slots=True)
class StartupFile:
    """A file that a start reads, or would read but for `reason`.

    `reader` is the shell's name, or `file:line` of the statement that sources it; `sourced_at` is
    that same place as a Location. `certain` is False where static reading had to guess.
    """

    path: Path
    scope: Scope
    status: Status
    reason: str
    reader: str
    sourced_at: Location | None = None
    logout: bool = False
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Event:
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


@dataclass(frozen=True, slots=True)
class Order:
    """One start: the files in priority order, and what static reading saw in them."""

    context: str
    shell: str
    files: tuple[StartupFile, ...]
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """One start of a shell, complete: what `Shell.startup_files` is asked about.

    `environment` is what the process is given before any file is read. `build` is what the
    program was compiled with (bash: debian, upstream, homebrew, fedora, arch).
    """

    context: str
    shell: Shell
    invocation: Invocation
    environment: Mapping[str, str]
    platform: Platform
    build: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell as functions; the plug-in's whole contract is this constructor.

    `argv(invocation, command)` is the command line, argv[0] included, that starts it that way and
    runs `command` (never an interactive shell without a command: bash would cut its history file).
    `invocation(argv, stdin, environment, build)` reads the flags off a literal command line.
    `startup_files(host, start)` reads nothing but text: no shell is started.
    `build(host, program)` says what a binary was compiled with, "" where it cannot be known.
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


@dataclass(frozen=True, slots=True)
class Platform:
    """What an operating system does to shells, as data.

    `detect(host)` looks into the files that name a system, never at `uname` alone.
    `default_path` is PATH where nothing sets one; `login_path(uid)` what sshd, login, cron give.
    `new_login_file` is the name of the file that `install` creates for bash's login shells in a
    bare home. `terminal_is_login`: a terminal window opens a login shell (macOS).
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


@dataclass(frozen=True, slots=True)
class Context:
    """How a process comes to have its environment.

    `shell` is None for the account's own. `environment(host, platform)` is what the process has
    before any startup file. `imitated` says in a few words how envkit reproduces it. `remedy`:
    where no startup file is read, what to write instead (`{path}` stands for the value of PATH).
    """

    name: str
    title: str
    invocation: Invocation
    environment: Callable[[Host, Platform], dict[str, str]]
    shell: str | None = None
    imitated: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One event that changed the traced variable; `value` is the value after it, None: unset."""

    variable: str
    value: str | None
    where: Location | None
    via: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class PathEntry:
    """One entry of a colon list and the line that put it there; None: inherited."""

    directory: str
    set_by: Location | None
    via: str = ""
    moved_by: Location | None = None
    exists: bool = True
    same_as: int | None = None
    writable_by_others: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """One variable in one start. `notes` say what could not be seen; "" value None means unset."""

    context: str
    shell: str
    variable: str
    value: str | None
    files: tuple[StartupFile, ...]
    assignments: tuple[Assignment, ...]
    entries: tuple[PathEntry, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """What cures a finding: a sentence, commands to type, edits that envkit can make itself."""

    text: str
    commands: tuple[str, ...] = ()
    edits: tuple[FileEdit, ...] = ()
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule speaks, and the contexts that it hurts."""

    code: str
    severity: Severity
    message: str
    where: Location | None = None
    contexts: tuple[str, ...] = ()
    observed: str = ""
    expected: str = ""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A check over facts: `check`'s parameters name the facts that it needs by their type."""

    code: str
    severity: Severity
    check: Callable[..., Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Fact:
    """One kind of fact: `type` is its dataclass, `gather(host)` fills it, in child processes."""

    type: type[Any]
    gather: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Profile:
    """A `.env` file of ours. Values are data, already resolved; order as in the file.

    `lists` are colon lists beside PATH that keep their old value: (name, before it, after it).
    """

    name: str
    variables: tuple[tuple[str, str], ...]
    path_prepend: tuple[str, ...]
    path_append: tuple[str, ...]
    source: Path
    directions: tuple[tuple[str, str], ...] = ()
    lists: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file's bytes before and after; None: absent. `reason` says why it is touched."""

    path: Path
    before: bytes | None
    after: bytes | None
    mode: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a command is going to write. An empty plan means: already so.

    `folders` are removed when the edits have left them empty, in this order.
    """

    title: str
    edits: tuple[FileEdit, ...] = field(default=())
    folders: tuple[Path, ...] = ()

    def diff(self) -> str:
        """The unified diff of all edits; undecodable bytes are shown as they are escaped."""
        import difflib

        def name(edit: FileEdit, content: bytes | None) -> str:
            return "/dev/null" if content is None else str(edit.path)

        return "".join(
            line
            for edit in self.edits
            for line in difflib.unified_diff(
                *(_text_lines(edit.before), _text_lines(edit.after)),
                *(name(edit, edit.before), name(edit, edit.after)),
                n=2,
            )
        )

    def reversed(self) -> Plan:
        """The plan that takes this one back."""
        undo = tuple(
            FileEdit(edit.path, edit.after, edit.before, edit.mode, edit.reason)
            for edit in reversed(self.edits)
        )
        return Plan(f"undo: {self.title}", undo)


def _text_lines(content: bytes | None) -> list[str]:
    import io

    # Only \n ends a line here: the others that str.splitlines knows are text to a shell.
    text = (content or b"").decode("utf-8", "backslashreplace")
    lines = list(io.StringIO(text, newline="\n"))
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n\\ No newline at end of file\n"
    return lines


@dataclass(frozen=True, slots=True)
class Receipt:
    """The record of an applied plan, enough to reverse it; `folders` were made on the way."""

    id: str
    version: int
    when: str
    status: Literal["applied", "failed", "interrupted", "rolled back"]
    plan: Plan
    folders: tuple[Path, ...] = ()
