"""xonsh: which startup files it reads, found by experiment with xonsh 0.25.

In every start, scripts and -c too: /etc/xonsh/xonshrc, rc.xsh of its folder, ~/.xonshrc where it is
interactive, then the rc.d folders, the system's before the user's. A file that fails ends alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from envkit.host import Host
from envkit.model import Change, Invocation, Location, Order, Shell, Start, Stdin
from envkit.reading import record
from envkit.reading.record import Record
from envkit.shells import _command_line

_SYSTEM = Path("/etc/xonsh")
_FLAGS = frozenset(
    (
        *("-h", "--help", "-V", "--version", "-n", "--no-execute", "-i", "--interactive", "-l"),
        *("--login", "--no-rc", "--no-env", "--no-script-cache", "--cache-everything"),
        *("--timings", "--save-origin-env", "--load-origin-env"),
    )
)
_SOURCE = re.compile(r"(source(?:-\w+)?)[ \t]+(.+)")
_LEAVE = re.compile(r"(?:exit|quit|sys\.exit)[ \t]*(?:\(.*\))?$")


class _Call:
    """What a command line makes of xonsh; `stops`: why it reads no file."""

    def __init__(self, argv0: str) -> None:
        self.login = argv0.startswith("-")
        self.interactive = self.no_rc = self.no_env = False
        self.command: str | None = None
        self.script: str | None = None
        self.rc: list[str] = []
        self.stops = ""


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts xonsh so and runs `command`."""
    name = "-xonsh" if invocation.login else "xonsh"
    return (name, "-i", "-c", command) if invocation.interactive else (name, "-c", command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line."""
    call = _parse(argv, stdin)
    typed = call.interactive and call.command is None and call.script is None
    return Invocation(
        login=call.login,
        interactive=call.interactive,
        command=call.command is not None,
        remote="SSH_CLIENT" in environment,
        argv=argv,
        stdin=stdin,
        end="exit" if typed else "end-of-input",
    )


def build(host: Host, program: Path | None) -> str:
    """xonsh is Python text; nothing is compiled in."""
    return ""


def _parse(argv: tuple[str, ...], stdin: Stdin) -> _Call:
    call = _Call(argv[0] if argv else "xonsh")
    words = list(argv[1:])
    while words and words[0].startswith("-") and words[0] not in ("-", "--"):
        word = words.pop(0)
        if word == "-c":
            call.command = words.pop(0) if words else None
            call.stops = call.stops or ("" if call.command is not None else "-c needs a command")
            break
        if word == "--rc":
            while words and not words[0].startswith("-"):
                call.rc.append(words.pop(0))
        elif word in ("-D", "-st", "--shell-type"):
            del words[:1]
        elif word in _FLAGS:
            _flag(call, word)
        elif not word.startswith("-D"):
            call.stops = call.stops or f"xonsh has no option {word}"
    if call.command is None and words:
        call.script = words[1] if words[0] == "--" and len(words) > 1 else words[0]
    reads = call.command is None and call.script is None
    call.interactive = call.interactive or (reads and stdin == "pty")
    return call


def _flag(call: _Call, word: str) -> None:
    call.login = call.login or word in ("-l", "--login")
    call.interactive = call.interactive or word in ("-i", "--interactive")
    call.no_rc = call.no_rc or word == "--no-rc"
    call.no_env = call.no_env or word == "--no-env"
    if word in ("-h", "--help", "-V", "--version"):
        call.stops = f"{word} prints and leaves"


class _Reading:
    """One start: where the files are, and the record of what it comes by."""

    def __init__(self, host: Host, start: Start, call: _Call) -> None:
        self.host = host
        self.record = Record(host)
        self.env = start.environment
        if call.no_env:  # the home is still asked of the process, not of xonsh's own variables
            self.env = {name: self.env[name] for name in ("HOME", "PWD") if name in self.env}
        self.ended: Location | None = None
        self.broken = False
        self.cwd = Path(self.env.get("PWD") or host.home)
        home = self.env.get("HOME")
        # An empty HOME is the current folder: Path("~/x").expanduser() is x.
        self.home = Path(host.home) if home is None else self.cwd / home
        base = self.env.get("XDG_CONFIG_HOME")
        self.config = (self.home / ".config" if base is None else self.cwd / base) / "xonsh"
        if self.env.get("XONSH_CONFIG_DIR"):
            self.config = self.cwd / self.env["XONSH_CONFIG_DIR"]

    def open(self, path: Path, reader: str, reason: str, at: Location | None = None) -> bool:
        """A file, and what it leads to; False where it could not be run to its end."""
        if self.ended is not None:
            why = f"{self.record.show(self.ended)} replaces the shell before it"
            if record.opened(self.host, path)[0] != "missing":
                change = Change("earlier", str(self.ended))
                self.record.add(path, "skipped", why, reader, change=change)
            return False
        if self.record.open(path, reader, reason, at) != "read":
            return False
        return self._walk(path, 0)

    def _walk(self, path: Path, depth: int) -> bool:
        if depth > 20:
            return True
        try:
            text = self.host.read(path).decode("utf-8", "replace")
        except OSError:
            return False
        for number, indent, line in _statements(text):
            here = Location(path, number)
            found = _SOURCE.fullmatch(line)
            if found and not self._follow(found[1], found[2], here, not indent, depth):
                return False
            if indent:
                continue
            if _LEAVE.match(line):
                self.record.event("leave", here, "", None, True)
                return False
            if line.startswith("exec "):
                self.ended = here
                return False
        return True

    def _follow(self, verb: str, words: str, here: Location, sure: bool, depth: int) -> bool:
        for word in words.split():
            path = self._path(word)
            if path is None:
                why = "only running it can tell which file this is"
                self.record.add(Path(word), "skipped", why, str(here), here, certain=False)
                continue
            self.record.event("source", here, "", str(path), sure)
            reason = f"{verb}d by {self.record.show(here)}" if verb == "source" else f"by {verb}"
            status = self.record.open(path, str(here), reason, here, sure)
            if status != "read":
                return not sure
            if verb == "source" and not self._walk(path, depth + 1) and sure:
                return False
        return True

    def _path(self, word: str) -> Path | None:
        literal = re.fullmatch(r"@\((.*)\)", word)
        word = literal[1] if literal else word
        quoted = re.fullmatch(r"""(['"])([^'"\\]*)\1""", word)
        if literal and not quoted:
            return None
        word = (quoted[2] if quoted else word).replace("${'HOME'}", "$HOME")
        word = re.sub(r"^(~|\$HOME)(?=/|$)", str(self.home), word)
        return None if re.search(r"[$@(){}*?\[]", word) else self.cwd / word


def _statements(text: str) -> Iterator[tuple[int, bool, str]]:
    """Lines of code: number, whether it is indented, text; no comments, no long strings."""
    inside = ""
    for number, raw in enumerate(text.split("\n"), 1):
        line, code = raw, not inside
        while True:
            found = re.search(re.escape(inside), line) if inside else re.search(r"'''|\"\"\"", line)
            if not found:
                break
            inside, line = ("" if inside else found[0]), line[found.end() :]
        stripped = raw.split(" #")[0].strip()
        if code and stripped and not stripped.startswith("#"):
            yield number, raw[:1] in (" ", "\t"), stripped


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why."""
    how = start.invocation
    call = _parse(_command_line.own(how, "xonsh", argv(how, "1")), how.stdin)
    reading = _Reading(host, start, call)
    if not call.stops and not call.no_rc:
        for path, reason in _sequence(reading, call):
            reading.open(path, "xonsh", reason)
    _name_the_rest(reading, call)
    rows = tuple(reading.record.rows())
    return Order(start.context, start.shell.name, rows, tuple(reading.record.events))


def _sequence(reading: _Reading, call: _Call) -> Iterator[tuple[Path, str]]:
    if call.rc:
        given = [reading.cwd / word for word in call.rc]
        kinds = {path: reading.host.kind(path) for path in given}
        yield from ((path, "xonsh, because of --rc") for path in given if kinds[path] == "file")
        for path in given:
            if kinds[path] == "directory":
                yield from _folder(reading, path)
        return
    files = reading.env.get("XONSHRC")
    if files is not None:
        yield from ((reading.cwd / one, "$XONSHRC names it") for one in files.split(":") if one)
    else:
        yield _SYSTEM / "xonshrc", "xonsh reads it in every start"
        yield reading.config / "rc.xsh", "xonsh reads it in every start"
        if call.interactive:
            yield reading.home / ".xonshrc", "xonsh, because it is interactive"
    yield from _folders(reading)


def _folders(reading: _Reading) -> Iterator[tuple[Path, str]]:
    given = reading.env.get("XONSHRC_DIR")
    folders = [_SYSTEM / "rc.d", reading.config / "rc.d"]
    if given is not None:
        folders = [reading.cwd / one for one in given.split(":") if one]
    for folder in folders:
        yield from _folder(reading, folder)
        if reading.broken:
            return


def _folder(reading: _Reading, folder: Path) -> Iterator[tuple[Path, str]]:
    names = [name for name in reading.host.entries(folder) if name.endswith((".xsh", ".py"))]
    kinds = {name: reading.host.kind(folder / name) for name in names}
    if "loop" in kinds.values():
        reading.broken = True  # os.DirEntry.is_file fails, and with it all that would follow
        return
    for name in names:
        if kinds[name] in ("file", "unreadable"):
            yield folder / name, "xonsh reads the files of this folder"


def _name_the_rest(reading: _Reading, call: _Call) -> None:
    """The files of xonsh that exist and were not come by, with what would have to change."""
    reason, change = call.stops, None
    if call.no_rc and not call.stops:
        reason, change = "--no-rc leaves it out", Change("drop", "--no-rc")
    elif call.rc and not reason:
        reason, change = "--rc stands in its place", Change("drop", "--rc")
    elif "XONSHRC" in reading.env and not reason:
        reason, change = "$XONSHRC stands in its place", Change("unset", "XONSHRC")
    _pass_by(reading, _SYSTEM / "xonshrc", reason, change)
    _pass_by(reading, reading.config / "rc.xsh", reason, change)
    if not reason:
        reason, change = "read where xonsh is interactive", Change("interactive")
    _pass_by(reading, reading.home / ".xonshrc", reason, change)


def _pass_by(reading: _Reading, path: Path, reason: str, change: Change | None) -> None:
    if path in reading.record.known() or record.opened(reading.host, path)[0] == "missing":
        return
    reading.record.add(path, "skipped", reason, "xonsh", change=change)


SHELL = Shell(
    name="xonsh",
    title="xonsh",
    programs=("xonsh",),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    rc_files=(".xonshrc", ".config/xonsh/rc.xsh"),
    no_trace="envkit cannot follow xonsh line by line; `xonsh --timings` and $XONSH_TRACE_SUBPROC "
    "tell what it runs, and envkit order says which files are read",
)
