"""fish's sequence of files: which snippet masks which, and what stands in the place of a file."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from envkit.host import Host
from envkit.model import Change, Location, Start, StartupFile, Status
from envkit.reading.fish import assign, files, functions, universal
from envkit.reading.fish.state import State, Variable
from envkit.reading.fish.walk import Walk
from envkit.reading.nodes import Node
from envkit.reading.record import opened
from envkit.shells import _fish_builds
from envkit.shells._fish_argv import Call
from envkit.shells._fish_builds import Folders

_MASKS = "fish runs only the first snippet of a name"


class Plan:
    """The files of one start, in fish's order, and the walk through them."""

    def __init__(self, host: Host, start: Start, call: Call, compiled: Folders) -> None:
        self.host, self.start, self.call, self.compiled = host, start, call, compiled
        environment = start.environment
        home = environment.get("HOME") or str(host.home)
        # A relative folder is one of the folder that fish is started in.
        at = Path(environment.get("PWD") or host.home)
        self.at = at
        self.config = at / ((environment.get("XDG_CONFIG_HOME") or f"{home}/.config") + "/fish")
        self.data = at / ((environment.get("XDG_DATA_HOME") or f"{home}/.local/share") + "/fish")
        functions = (self.config / "functions", compiled.system / "functions")
        self.walk = Walk(self._state(home), functions, compiled.data / "functions")

    def _state(self, home: str) -> State:
        environment = {"PATH": "/bin:/usr/bin", **self.start.environment, "HOME": home}
        state = State(self.host, environment, environment.get("PWD") or str(self.host.home))
        state.universal = universal.variables(self.host, self.config / "fish_variables")
        state.globals["__fish_config_dir"] = Variable((str(self.config),))
        state.globals["__fish_sysconf_dir"] = Variable((str(self.compiled.system),))
        state.globals["__fish_data_dir"] = Variable((str(self.compiled.data),))
        state.globals["__fish_user_data_dir"] = Variable((str(self.data),))
        state.globals["argv"] = Variable(())
        for name, value in self._own(environment).items():
            state.globals[name] = Variable(value)
        flags = {"login": self.call.login, "interactive": self.call.interactive}
        state.flags = {name for name, on in flags.items() if on}
        state.terminal = self.start.invocation.stdin == "pty"
        state.macos = self.start.platform.name == "macos"
        return state

    def _own(self, environment: dict[str, str]) -> dict[str, tuple[str, ...] | None]:
        """What fish sets itself before any file (fish(1), Special variables); None: who knows."""
        level = environment.get("SHLVL", "")
        if self.call.interactive:
            level = str(int(level) + 1) if level.isdigit() else "1"
        return {
            **dict.fromkeys(("FISH_VERSION", "version", "fish_pid", "hostname", "history")),
            **dict.fromkeys(("COLUMNS", "LINES", "umask", "LC_CTYPE")),
            "SHLVL": (level,),
            "PWD": (environment.get("PWD") or str(self.host.home),),
            "USER": (environment.get("USER") or self.host.user,),
            "EUID": (str(self.host.uid),),
            "CMD_DURATION": ("0",),
            "__fish_bin_dir": None,
        }

    def read_all(self) -> None:
        """Everything that the start reads, and what it passes by, each in its place."""
        self._path_helper()
        self._user_paths()
        first: dict[str, list[Path]] = {}
        found = list(self._snippets())
        for folder in (self.config / "conf.d", self.compiled.system / "conf.d"):
            if not any(path.parent == folder for path in found):
                self.walk.record.add(folder / "*.fish", "missing", "none here", "fish")
        for path in found:
            masking = first.setdefault(path.name, [])
            if masking:
                self._hide(path, masking)
            else:
                self._snippet(path)
            masking.append(path)
        self._config(self.compiled.system / "config.fish", "fish reads it in every mode")
        self._config(self.config / "config.fish", "fish reads it last, in every mode")
        if self.walk.ended_at is None and self.start.invocation.end != "exec":
            functions.leave(self.walk)

    def _path_helper(self) -> None:
        """What fish does itself in a login shell where macOS's path_helper is (its config.fish)."""
        helper = Path("/usr/libexec/path_helper")
        there = self.host.kind(helper) == "file"
        assumed = self.host.foreign and self.start.platform.name == "macos"
        if not self.call.login or not (there or assumed):
            return
        folders: list[str] = []
        paths = files.glob(self.host, "/etc/paths.d/*", "") or ()
        for path in map(Path, ("/etc/paths", *paths)):
            if opened(self.host, path)[0] == "read" and self._is_regular(path):
                self.walk.record.open(path, "fish", "fish, a login shell: as path_helper does")
                lines = self.host.read(path).decode("utf-8", "surrogateescape").split("\n")
                folders += [line for line in lines if line]
        state = self.walk.state
        before = state.globals["PATH"].values or ()
        values = tuple(dict.fromkeys((*folders, *before)))
        state.globals["PATH"] = Variable(values, True, True)

    def _user_paths(self) -> None:
        """The universal fish_user_paths comes in front of PATH before any file is read."""
        path = self.config / "fish_variables"
        line = universal.line(self.host, path, "fish_user_paths")
        if line is not None:
            self.walk.within = Location(path, line)
            assign.reconstruct(self.walk, Node("command", line, line))
            self.walk.within = None

    def pass_all_by(self, reason: str, change: Change | None) -> None:
        """No file is read: those that are there are named."""
        first: set[str] = set()
        configs = [self.compiled.system / "config.fish", self.config / "config.fish"]
        for path in [*self._snippets(), *configs]:
            there = opened(self.host, path)[0] == "read" and self._is_regular(path)
            if there and path.name not in first:
                self._add(path, "skipped", reason, change)
            if path not in configs:
                first.add(path.name)

    def scoped(self, row: StartupFile) -> StartupFile:
        """The row; what lies in the user's XDG folders is the user's, wherever that is."""
        mine = self.config in row.path.parents or self.data in row.path.parents
        return row._replace(scope="user") if mine and row.scope != "user" else row

    def _snippets(self) -> Iterator[Path]:
        for folder in dict.fromkeys(self._folders()):
            for name in files.glob(self.host, f"{folder}/*.fish", "") or ():
                yield Path(name)

    def _folders(self) -> Iterator[Path]:
        """The folders of snippets, the user's first (fish's own share/config.fish)."""
        yield self.config / "conf.d"
        yield self.compiled.system / "conf.d"
        if "FISH_UNIT_TESTS_RUNNING" in self.start.environment:
            return
        yield self.data / "vendor_conf.d"
        given = self.start.environment.get("XDG_DATA_DIRS")
        if given is None:
            yield self.compiled.data / "vendor_conf.d"
        else:
            for folder in given.split(":"):
                yield self.at / f"{folder}/fish/vendor_conf.d"
        yield _fish_builds.vendor(self.host, self.compiled)

    def _snippet(self, path: Path) -> None:
        if opened(self.host, path)[0] == "read" and not self._is_regular(path):
            self._add(path, "skipped", "no regular file: it only masks others of its name", None)
            return
        self.walk.start(path, f"fish, the first snippet called {path.name}")

    def _hide(self, path: Path, before: list[Path]) -> None:
        """A snippet whose name is taken; only where one alone stands before it, that one counts."""
        shown = " and ".join(map(self.host.show, map(str, before)))
        verb = "comes" if len(before) == 1 else "come"
        if opened(self.host, path)[0] == "read" and self._is_regular(path):
            change = Change("gone", str(before[0])) if len(before) == 1 else None
            self._add(path, "hidden", f"{shown} {verb} first; {_MASKS}", change)

    def _config(self, path: Path, reason: str) -> None:
        self.walk.start(path, reason)

    def _add(self, path: Path, status: Status, reason: str, change: Change | None) -> None:
        self.walk.record.add(path, status, reason, "fish", change=change)

    def _is_regular(self, path: Path) -> bool:
        try:
            return stat.S_ISREG(self.host.locate(path).stat().st_mode)
        except OSError:
            return False
