"""nushell: which startup files it reads, found by experiment with nu 0.108.

At a prompt: env.nu, config.nu, login.nu if it is a login shell, then the autoload folders, the
vendors' before the user's, each in the order of names. With -c the first three, and only for a
login shell; a script reads none. --env-config and --config count in every mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit.host import Host
from envkit.model import Change, Invocation, Location, Order, Shell, Start, Stdin
from envkit.reading import record
from envkit.reading.record import Record
from envkit.shells import _nu_argv, _nu_text
from envkit.shells._nu_argv import Call


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts nu so and runs `command`; -e leaves it at a prompt."""
    name = "-nu" if invocation.login else "nu"
    if invocation.interactive and not invocation.command:
        return (name, "-e", f"{command}; exit")
    return (name, "-c", command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line."""
    call = _nu_argv.parse(argv)
    return Invocation(
        login=call.login,
        interactive=call.prompts,
        command=call.command is not None,
        remote="SSH_CLIENT" in environment,
        argv=argv,
        stdin=stdin,
        end="exit" if call.prompts and stdin == "pty" else "end-of-input",
    )


def build(host: Host, program: Path | None) -> str:
    """nu is compiled in one way as far as startup files go."""
    return ""


class _Reading:
    """One start: the folders that count, and the record of what it comes by."""

    def __init__(self, host: Host, start: Start) -> None:
        self.host = host
        self.record = Record(host)
        self.ended: Location | None = None
        env = start.environment
        self.home = Path(env.get("HOME") or host.home)
        self.cwd = Path(env.get("PWD") or host.home)
        self.config = self._folder(env, "XDG_CONFIG_HOME", ".config") / "nushell"
        self.data = self._folder(env, "XDG_DATA_HOME", ".local/share") / "nushell"
        self.autoload = self._autoload(env)
        self.known = {
            "$nu.default-config-dir": str(self.config),
            "$nu.home-path": str(self.home),
            "$nu.home-dir": str(self.home),
            "$nu.data-dir": str(self.data),
        }

    def _folder(self, env: Mapping[str, str], name: str, default: str) -> Path:
        given = env.get(name, "")
        return Path(given) if given.startswith("/") else self.home / default

    def _autoload(self, env: Mapping[str, str]) -> tuple[Path, ...]:
        """$nu.vendor-autoload-dirs, the least wanted first, then the user's; each once."""
        shared = env.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")
        folders = [self.cwd / one / "nushell/vendor/autoload" for one in reversed(shared)]
        folders.append(self.data / "vendor/autoload")
        if env.get("NU_VENDOR_AUTOLOAD_DIR"):
            folders.append(self.cwd / env["NU_VENDOR_AUTOLOAD_DIR"])
        folders.append(self.config / "autoload")
        last = [one for at, one in enumerate(folders) if one not in folders[:at]]
        return tuple(last)

    def open(self, path: Path, reason: str) -> None:
        """nu itself opens a file."""
        if self.ended is not None:
            if record.opened(self.host, path)[0] != "missing":
                why = f"{self.record.show(self.ended)} ends the shell before it"
                change = Change("earlier", str(self.ended))
                self.record.add(path, "skipped", why, "nushell", change=change)
            return
        self._walk(path, "nushell", reason, None, True, 0)

    def _walk(
        self, path: Path, reader: str, reason: str, at: Location | None, sure: bool, depth: int
    ) -> None:
        status = record.opened(self.host, path)[0]
        steps = self._steps(path) if status == "read" and depth < 20 else []
        lost = self._lost(path, steps)
        if lost is not None:
            line, word = lost
            why = f"{word} in line {line} leads nowhere: nu then runs no line of this file"
            self.record.add(path, "skipped", why, reader, at)
            return
        self.record.open(path, reader, reason, at, sure)
        for step in steps:
            here = Location(path, step.line)
            if step.kind in ("source", "use"):
                self._follow(path, step, here, sure and step.sure, depth)
            elif step.kind == "error" and step.sure:
                return
            elif step.kind == "exit":
                self.record.event("leave", here, "", None, sure and step.sure)
                if sure and step.sure:
                    self.ended = here
            if self.ended is not None:
                return

    def _steps(self, path: Path) -> list[_nu_text.Step]:
        try:
            return _nu_text.steps(self.host.read(path).decode("utf-8", "replace"))
        except OSError:
            return []

    def _lost(self, path: Path, steps: list[_nu_text.Step]) -> tuple[int, str] | None:
        """The first `source` whose file is known not to be there."""
        for step in steps:
            if step.kind == "const" and len(step.words) >= 3:
                value = _nu_text.text(step.words[2], self.known)
                if value is not None:
                    self.known["$" + step.words[0]] = value
            if step.kind == "source" and step.words and step.words[0] != "null":
                name = _nu_text.text(step.words[0], self.known)
                if name is not None and self._find(path, name) is None:
                    return step.line, f"source {step.words[0]}"
        return None

    def _find(self, path: Path, name: str) -> Path | None:
        """Where the parser finds a file: beside the one it stands in, then in NU_LIB_DIRS."""
        if name == "~" or name.startswith("~/"):
            name = str(self.home) + name[1:]
        places = (path.parent, self.cwd, self.config / "scripts", self.data / "completions")
        for folder in places:
            there = folder / name
            if self.host.kind(there) in ("file",) or str(there) == "/dev/null":
                return there
        return None

    def _follow(
        self, path: Path, step: _nu_text.Step, here: Location, sure: bool, depth: int
    ) -> None:
        word = step.words[0] if step.words else "null"
        name = _nu_text.text(word, self.known)
        if name == "null":
            return
        there = None if name is None else self._find(path, name)
        if there is None:
            if step.kind == "source" or name is None:
                why = "only running it can tell which file this is"
                self.record.add(Path(word), "skipped", why, str(here), here, certain=False)
            return
        self.record.event("source", here, "", str(there), sure)
        verb = "sourced" if step.kind == "source" else "used"
        self._walk(there, str(here), f"{verb} by {self.record.show(here)}", here, sure, depth + 1)


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why."""
    how = start.invocation
    words = how.argv
    if not words:
        words = argv(how, "null") if how.command else ("-nu" if how.login else "nu",)
    call = _nu_argv.parse(words)
    reading = _Reading(host, start)
    if not call.stops and not call.no_config:
        _read(reading, call)
    _name_the_rest(reading, call)
    rows = tuple(reading.record.rows())
    return Order(start.context, start.shell.name, rows, tuple(reading.record.events))


def _read(reading: _Reading, call: Call) -> None:
    whole = call.prompts or (call.command is not None and call.login)
    at_prompt = "nu, which reads it at a prompt" if call.prompts else "nu -c as a login shell"
    for given, name, option in (
        (call.env_config, "env.nu", "--env-config"),
        (call.config, "config.nu", "--config"),
    ):
        if given:
            reading.open(reading.cwd / given, f"nu, because of {option}")
        elif whole:
            reading.open(reading.config / name, at_prompt)
    if whole and call.login:
        reading.open(reading.config / "login.nu", "nu, because it is a login shell")
    if call.prompts:
        for folder in reading.autoload:
            for name in reading.host.entries(folder):
                if name.endswith(".nu"):
                    reading.open(folder / name, "nu reads every .nu file of this folder")


def _name_the_rest(reading: _Reading, call: Call) -> None:
    """The files of nu that exist and were not come by, with what would have to change."""
    kind = "with -c nu reads it only as a login shell"
    change: Change | None = Change("login")
    if call.script is not None:
        kind, change = "a script reads no startup file", None
    if call.no_config:
        kind, change = "-n leaves it out", Change("drop", "-n")
    for name, option in (("env.nu", call.env_config), ("config.nu", call.config)):
        instead = f"--{'env-' if name == 'env.nu' else ''}config stands in its place"
        reason = instead if option and not call.no_config else kind
        _pass_by(reading, reading.config / name, call.stops or reason, change)
    if not call.login and not call.no_config and call.script is None:
        kind, change = "only a login shell reads it", Change("login")
    _pass_by(reading, reading.config / "login.nu", call.stops or kind, change)
    if call.prompts and not call.no_config:
        return
    loaded = call.stops or ("-n leaves it out" if call.no_config else "read only at a prompt")
    for folder in reading.autoload:
        for name in reading.host.entries(folder):
            if name.endswith(".nu"):
                _pass_by(reading, folder / name, loaded, None)


def _pass_by(reading: _Reading, path: Path, reason: str, change: Change | None) -> None:
    if path in reading.record.known() or record.opened(reading.host, path)[0] == "missing":
        return
    reading.record.add(path, "skipped", reason, "nushell", change=change)


SHELL = Shell(
    name="nushell",
    title="nushell",
    programs=("nu",),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    rc_files=(".config/nushell/config.nu",),
    no_trace="envkit cannot follow nushell line by line; `nu --log-level trace` tells what it "
    "does, and envkit order says which files are read",
)
