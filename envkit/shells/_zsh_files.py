"""The files of one start of zsh, in their turn: init.c, run_init_scripts, sourcehome and zexit."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from envkit.model import Change, Scope, Start, StartupFile, Status
from envkit.reading import record, words
from envkit.reading.conditions import Answer
from envkit.reading.walk import Walk
from envkit.reading.zsh.walk import ZshWalk
from envkit.shells import _rows, _zsh_ends
from envkit.shells._zsh_argv import Call

_NOWHERE = "\0"  # as csh, sh or ksh zsh does not look HOME up
_NAMES = ("zshenv", "zprofile", "zshrc", "zlogin")
_NEEDS = {"zprofile": "login", "zshrc": "interactive", "zlogin": "login"}
_WHY = {
    "": "zsh, always",
    "login": "zsh, because it is a login shell",
    "interactive": "zsh, because it is interactive",
}
_LETTERS = {"rcs": "f", "globalrcs": "d", "privileged": "p"}  # zshoptions(1)


class _Not(NamedTuple):
    """Why a file's turn passes without it, and what alone would change that."""

    reason: str
    change: Change | None


class _Sequence:
    """One start on its way through the files."""

    def __init__(self, walk: ZshWalk, call: Call, folder: str) -> None:
        self.walk = walk
        self.call = call
        self.folder = folder
        self.asked: set[Path] = set()
        self.kinds: dict[str, bool] = {}  # asked once for a pair of files

    def on(self, option: str) -> bool:
        """Whether an option is on at this moment."""
        return option in self.walk.state.options

    def home(self) -> str | None:
        """Where the user's files are looked for now; None: nobody can know."""
        state = self.walk.state
        if self.call.emulation not in ("sh", "ksh") and "ZDOTDIR" in state.variables:
            return state.variables["ZDOTDIR"]
        return state.variables.get("HOME", _NOWHERE)

    def system(self, name: str) -> None:
        """A file of the system."""
        path = Path(self.folder) / name
        need = _NEEDS.get(name, "")
        self._turn(path, need, self._why_not(need, "" if name == "zshenv" else "globalrcs"))

    def user(self, name: str) -> None:
        """A file of the user."""
        need = _NEEDS.get(name, "")
        folder = self.home()
        if folder == _NOWHERE:
            return
        if folder is None:
            why = "only running it can tell where $ZDOTDIR leads"
            path = Path("$ZDOTDIR") / f".{name}"
            self.walk.record.add(path, "skipped", why, "zsh", certain=False)
            return
        self._turn(Path(f"{folder}/.{name}"), need, self._why_not(need, "privileged"))

    def _turn(self, path: Path, need: str, why_not: _Not | None) -> None:
        path = self.walk.state.path(str(path))
        self.asked.add(path)
        unsure = bool({need, "rcs", "globalrcs"} & self.walk.state.doubtful)
        self.walk.doubt += unsure
        if why_not is None:
            _rows.open_next(self.walk, path, "zsh", _WHY[need])
        else:
            _not_read(self.walk, path, why_not.reason, why_not.change)
        self.walk.doubt -= unsure

    def _why_not(self, need: str, other: str) -> _Not | None:
        """None where the file is opened; a change only where all else holds."""
        found = []
        if need and not self.kinds.get(need, self.on(need)):
            kind = "a login" if need == "login" else "an interactive"
            found.append(_Not(f"only {kind} shell reads it", Change(need)))  # type: ignore[arg-type]
        if other and not self.on("rcs"):
            found.append(self.option("rcs", "reads no more startup files"))
        if other == "globalrcs" and not self.on("globalrcs"):
            found.append(self.option("globalrcs", "reads no more files of the system"))
        if other == "privileged" and self.on("privileged"):
            found.append(self.option("privileged", "reads no file of the user"))
        if not found:
            return None
        return found[0] if len(found) == 1 else _Not(found[0].reason, None)

    def option(self, name: str, effect: str) -> _Not:
        """Who has switched an option that keeps files from being read."""
        at = self.walk.state.changed.get(name)
        if at is not None:
            return _Not(
                f"since {self.walk.record.show(at)} zsh {effect}", Change("earlier", str(at))
            )
        word = self.call.set_by.get(name)
        if word is not None:
            change = Change("drop", word) if len(word) == 2 or word.startswith("--") else None
            letter = _LETTERS.get(name, "")
            if change is None and letter and word[:1] == "-" and letter in word:
                change = Change("drop", f"-{letter}")
            return _Not(f"with {word} zsh {effect}", change)
        return _Not(f"with this option zsh {effect}", None)


def read(walk: ZshWalk, start: Start, call: Call, folder: str) -> None:
    """All files of the start, read or not; `folder` holds the system's."""
    sequence = _Sequence(walk, call, folder)
    as_sh = call.emulation in ("sh", "ksh")
    if call.stops:
        _pass_all(sequence, call.stops)
    elif as_sh:
        _as_sh(sequence)
    else:
        for name in _NAMES:
            need = _NEEDS.get(name, "")
            sequence.kinds = {need: sequence.on(need)}
            sequence.system(name)
            sequence.user(name)
    if not call.stops:
        _leave(sequence, start)
    if as_sh and not call.stops:
        _pass_all(sequence, f"started as {call.emulation}, zsh reads none of its own files")
    _elsewhere(sequence, start)


def _pass_all(sequence: _Sequence, reason: str) -> None:
    for name in _NAMES:
        _not_read(sequence.walk, Path(sequence.folder) / name, reason)
        folder = sequence.home()
        if not folder or folder == _NOWHERE:
            continue
        own = Path(f"{folder}/.{name}")
        _not_read(sequence.walk, sequence.walk.state.path(str(own)), reason)


def _as_sh(sequence: _Sequence) -> None:
    """As sh or ksh: what POSIX shells read; with -p /etc/suid_profile in place of the user's."""
    walk, emulation = sequence.walk, sequence.call.emulation
    login = f"zsh as {emulation}, because it is a login shell"
    only_login = "only a login shell reads it"
    _sh_file(walk, Path("/etc/profile"), login, "" if sequence.on("login") else only_login)
    if sequence.on("privileged"):
        _rows.open_next(walk, Path("/etc/suid_profile"), "zsh", "zsh, because it is privileged")
        return
    home = walk.state.variables.get("HOME")
    if home is not None:
        path = walk.state.path(f"{home}/.profile")
        _sh_file(walk, path, login, "" if sequence.on("login") else only_login)
    if not sequence.on("interactive"):
        return
    is_set, value = walk.state.get("ENV")
    name = words.quoted(value, walk.state) if is_set and value else value
    if is_set and name is None:
        why = "only running it can tell which file $ENV names"
        walk.record.add(Path(value or "$ENV"), "skipped", why, "zsh", certain=False)
    elif name:
        because = f"zsh as {emulation}, interactive: $ENV names it"
        _rows.open_next(walk, walk.state.path(name), "zsh", because)


def _sh_file(walk: Walk, path: Path, reason: str, why_not: str) -> None:
    if why_not:
        _not_read(walk, path, why_not, Change("login"))
    else:
        _rows.open_next(walk, path, "zsh", reason)


def _leave(sequence: _Sequence, start: Start) -> None:
    """The files of the end: an interactive login shell's, however it ends but by exec."""
    walk, end = sequence.walk, start.invocation.end
    if walk.ended is not None:
        lives: Answer = walk.ended.kind in ("exit", "stop")
    else:
        lives = end != "exec" and _zsh_ends.after_command(walk, sequence.call)
    gone = walk.ended.kind == "exec" if walk.ended is not None else lives is False
    walk.ended = None
    walk.leaving = True
    walk.tested = 0
    reason, change = _why_no_logout(sequence, lives, end)
    walk.record.logout = not reason
    walk.doubt += lives is None
    for system in (False, True):
        _logout(sequence, system, reason, change)
    if not gone and (walk.ended is None or walk.ended.kind != "exec"):
        _zsh_ends.hooks(walk)
    walk.doubt -= lives is None
    walk.record.logout = False


def _why_no_logout(sequence: _Sequence, lives: Answer, end: str) -> tuple[str, Change | None]:
    login, interactive = sequence.on("login"), sequence.on("interactive")
    if not (login and interactive):
        reason = "read when an interactive login shell ends"
        if not (login or interactive) or lives is False:
            return reason, None
        return reason, Change("login" if interactive else "interactive")
    if lives is False:
        reason = "read when the shell is left by exit or ^D; another program replaces this one"
        return reason, Change("leave", "exit") if end == "exec" else None
    if not sequence.on("rcs"):
        return sequence.option("rcs", "reads no more startup files")
    return "", None


def _logout(sequence: _Sequence, system: bool, reason: str, change: Change | None) -> None:
    walk = sequence.walk
    folder = sequence.home()
    path = Path(sequence.folder) / "zlogout"
    if not system and folder == _NOWHERE:
        return
    if not system:
        path = walk.state.path(f"{folder}/.zlogout") if folder is not None else path
        path = Path("$ZDOTDIR/.zlogout") if folder is None else path
    elif not reason and not (sequence.on("rcs") and sequence.on("globalrcs")):
        reason, change = sequence.option("globalrcs", "reads no more files of the system")
    if reason:
        _not_read(walk, path, reason, change)
    elif folder is None and not system:
        text = "only running it can tell where $ZDOTDIR leads"
        walk.record.add(path, "skipped", text, "zsh", certain=False)
    elif walk.ended is None:
        walk.start(path, "zsh", "when this shell is left by exit or ^D")
    else:
        _rows.open_next(walk, path, "zsh", "")


def _elsewhere(sequence: _Sequence, start: Start) -> None:
    """The files in the home that zsh does not look for there: ZDOTDIR leads elsewhere."""
    walk = sequence.walk
    folder = sequence.home()
    as_sh = sequence.call.emulation in ("sh", "ksh")
    if sequence.call.stops or folder in (None, _NOWHERE) or as_sh:
        return
    shown = walk.record.show(Path(folder or "/"))
    set_at = [event.where for event in walk.record.events if event.variable == "ZDOTDIR"]
    change = Change("unset", "ZDOTDIR") if "ZDOTDIR" in start.environment else None
    by = "ZDOTDIR is"
    if set_at:
        by = f"{walk.record.show(set_at[-1])} sets ZDOTDIR to"
        change = Change("earlier", str(set_at[-1])) if change is None else None
    for name in _NAMES:
        path = walk.state.host.home / f".{name}"
        if path in walk.record.known() or path in sequence.asked:
            continue
        need = _NEEDS.get(name, "")
        if need and not sequence.on(need):
            kind = "a login" if need == "login" else "an interactive"
            _not_read(walk, path, f"only {kind} shell reads it")
        else:
            _not_read(walk, path, f"{by} {shown}: zsh looks for it there", change, "hidden")


def _not_read(
    walk: Walk, path: Path, reason: str, change: Change | None = None, kind: Status = "skipped"
) -> None:
    """A file that zsh does not open: a row where it exists and has none."""
    status, _problem = record.opened(walk.state.host, path)
    if path in walk.record.known() or status == "missing":
        return
    scope: Scope = "user" if walk.state.host.home in path.parents else "system"
    logout = path.name.endswith("zlogout") and walk.record.logout
    row = StartupFile(path, scope, kind, reason, "zsh", None, logout, walk.certain, change)
    walk.record.files.append(row)
