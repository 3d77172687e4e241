"""The files of bash that a start does not come by, each with what would have to be otherwise.

What would is found by asking the rules again, with one thing changed, then with two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from envkit.model import Change, End, Invocation
from envkit.reading.walk import Walk
from envkit.shells import _bash_argv, _rows
from envkit.shells._bash_argv import Call
from envkit.shells._bash_builds import Build, is_left_by_exit, sequence

_UNSET = ("POSIXLY_CORRECT", "POSIX_PEDANTIC", "SHELLOPTS", "SHLVL", "SSH_CLIENT", "SSH2_CLIENT")
_WITH_VALUE = ("--rcfile", "--init-file", "-rcfile", "-init-file")
_WORDS = frozenset(
    (*_WITH_VALUE, "--noprofile", "-noprofile", "--norc", "-norc", "--posix", "-posix", "-p")
) | {"--version", "--help"}
_PHRASES = {
    "login": "it were a login shell",
    "login no": "it were no login shell",
    "interactive": "it were interactive",
    "interactive no": "it were not interactive",
    "drop": "{} were left out",
    "add": "{} were given",
    "unset": "{} were not set",
    "leave": "it were left by {}",
}
_ALONE = {
    "login": "only a login shell reads it",
    "interactive": "only an interactive shell reads it",
    "leave": "read when a login shell is left by exit, logout or ^D; this one is not",
}


class Case(NamedTuple):
    """A start, in so far as it decides which files are read."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    how: Invocation
    compiled: Build
    version: str


class _Way:
    """What would have to be otherwise, and what bash would read then."""

    def __init__(self, changes: tuple[Change, ...], kinds: frozenset[str]) -> None:
        self.changes = changes
        self.kinds = kinds


def explain(walk: Walk, case: Case, call: Call, files: list[tuple[str, Path]]) -> None:
    """A row for each of `files`, (kind, path), that is there and has none yet."""
    ways = _Ways(case, call)
    known = walk.record.known()
    for kind, path in files:
        if path not in known and walk.state.host.kind(path) not in ("missing", "dangling"):
            _explain(walk, call, kind, path, ways)


class _Ways:
    """Every way in which it might be otherwise, one change first, then two; each asked once."""

    def __init__(self, case: Case, call: Call) -> None:
        self._case = case
        self._steps = list(_steps(case, call))
        self._known: list[_Way] = []
        self._rest = self._all()
        how = case.how
        self._own_end = bool(how.argv) and how.end == _bash_argv.ends_by(call)

    def _all(self) -> Iterator[_Way]:
        yield from (_way(self._case, (step,), self._own_end) for step in self._steps)
        for at, one in enumerate(self._steps):
            for other in self._steps[at + 1 :]:
                if one[0].kind != other[0].kind or one[0].kind in ("drop", "unset"):
                    yield _way(self._case, (one, other), self._own_end)

    def to(self, kind: str) -> _Way | None:
        """The first after which such a file is read."""
        for way in self._known:
            if kind in way.kinds:
                return way
        for way in self._rest:
            self._known.append(way)
            if kind in way.kinds:
                return way
        return None


def _explain(walk: Walk, call: Call, kind: str, path: Path, ways: _Ways) -> None:
    own = _own_login_file(walk)
    if kind == "rc" and call.login and own and not (call.sh or call.posix or call.stops):
        change = Change("sourced", str(own))
        _rows.pass_by(walk, path, "bash", f"not sourced by {walk.record.show(own)}", change=change)
        return
    way = ways.to(kind)
    if way is None:
        reason = call.stops or "no start that is like this one reads it"
        _rows.pass_by(walk, path, "bash", reason)
        return
    alone = way.changes[0] if len(way.changes) == 1 else None
    first = _first(walk, kind, path)
    reason = _said(way.changes, bool(first))
    if alone == ("interactive", "") and kind == "rc":
        reason = "read by an interactive shell, and by `ssh host command`"
    elif alone and alone.kind == "login" and kind == "rc" and alone.subject == "no":
        reason = "a login shell reads it only if a login file sources it; " + reason
    if first:
        shown = " and ".join(walk.record.show(one) for one in first)
        alone, reason = None, f"{reason} and {shown} were gone"
    if call.stops:
        reason = f"{call.stops}; {reason}"
    _rows.pass_by(walk, path, "bash", reason, change=alone)


def _said(changes: tuple[Change, ...], and_more: bool) -> str:
    if len(changes) == 1 and not and_more and not changes[0].subject.startswith("no"):
        special = _ALONE.get(changes[0].kind)
        if special:
            return special
    phrases = []
    for kind, subject in changes:
        no = subject == "no"
        phrases.append(_PHRASES[f"{kind} no" if no else kind].format(subject))
    return "read if " + " and ".join(phrases)


def _first(walk: Walk, kind: str, path: Path) -> list[Path]:
    """The login files that come before `path` and would keep it from being read."""
    if kind != "login":
        return []
    host = walk.state.host
    names = _bash_argv.LOGIN_FILES
    before = [path.with_name(name) for name in names[: names.index(path.name)]]
    return [one for one in before if host.kind(one) not in ("missing", "dangling")]


def _own_login_file(walk: Walk) -> Path | None:
    read = [row for row in walk.record.files if row.reader == "bash" and row.status == "read"]
    own = [row.path for row in read if row.scope == "user" and not row.logout]
    own = [path for path in own if path.name in _bash_argv.LOGIN_FILES]
    return own[-1] if own and walk.ended is None else None


# What might be otherwise: a change, what it makes of the case, and of the parsed call

_Step = tuple[Change, Callable[[Case], Case], Callable[[Call], None]]


def _steps(case: Case, call: Call) -> Iterator[_Step]:
    def same(case: Case) -> Case:
        return case

    def nothing(call: Call) -> None:
        return

    for word in case.argv[1:]:
        if word in _WORDS:
            yield Change("drop", word), _without(word), nothing
    for name in _UNSET:
        if name in case.environment:
            yield Change("unset", name), _unset(name), nothing
    if not call.login_option:
        yield Change("login"), same, _set("login_option", True)
    if not call.interactive:
        yield Change("interactive"), same, _set("interactive", True)
    if call.interactive:
        yield Change("interactive", "no"), same, _set("interactive", False)
    if call.login:
        yield Change("login", "no"), same, _no_login
    yield Change("leave", "exit"), lambda case: case._replace(how=_ends(case.how, "exit")), nothing
    if not call.posix and not call.sh:
        yield Change("add", "--posix"), _with_posix, nothing


def _way(case: Case, steps: tuple[_Step, ...], own_end: bool) -> _Way:
    """`own_end`: how it ends is what its own words say, and they may be others now."""
    for _, edit, _ in steps:
        case = edit(case)
    call = _bash_argv.parse(case.argv, case.how.stdin, case.environment, case.version)
    how = case.how
    if own_end and how.argv != case.argv and all(step[0].kind != "leave" for step in steps):
        how = _ends(how, _bash_argv.ends_by(call))
    for _, _, touch in steps:
        touch(call)
    kinds = sequence(call, case.compiled, case.environment, how.stdin)
    if call.login and not call.stops and is_left_by_exit(call, how):
        kinds = (*kinds, "logout")
    return _Way(tuple(step[0] for step in steps), frozenset(kinds))


def _without(word: str) -> Callable[[Case], Case]:
    def edit(case: Case) -> Case:
        at = case.argv.index(word)
        rest = case.argv[at + (2 if word in _WITH_VALUE else 1) :]
        return case._replace(argv=case.argv[:at] + rest)

    return edit


def _unset(name: str) -> Callable[[Case], Case]:
    def edit(case: Case) -> Case:
        left = {one: value for one, value in case.environment.items() if one != name}
        return case._replace(environment=left)

    return edit


def _with_posix(case: Case) -> Case:
    return case._replace(argv=(case.argv[0], "--posix", *case.argv[1:]))


def _ends(how: Invocation, end: End) -> Invocation:
    return Invocation(how.login, how.interactive, how.command, how.remote, how.argv, how.stdin, end)


def _set(name: str, value: bool) -> Callable[[Call], None]:
    return lambda call: setattr(call, name, value)


def _no_login(call: Call) -> None:
    call.dashed = call.login_option = False
