"""Rollback against a timeline that a model keeps: exactly the state before, or nothing changed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envkit import receipts, rollback
from envkit.apply import apply
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.plan import FileEdit, Plan
from envkit.receipts import pruning, timeline

NAMES = (
    ".bashrc",
    ".profile",
    ".config/envkit/env.sh",
    ".config/fish/conf.d/envkit.fish",
    "dot/rc",
)
LINKED = ".zshrc"  # leads to dot/rc
TEXTS = (b"", b"a\n", b"a\nb\n", b"\xe9\r\n", b"no newline")


class Seen(NamedTuple):
    """A file as it was: text, mode, time."""

    text: bytes
    mode: int
    modified: int


State = dict[str, Seen]


def _files(home: Path) -> State:
    found: State = {}
    for folder, names, files in os.walk(home):
        if Path(folder) == home and ".local" in names:
            names.remove(".local")
        for name in files:
            path = Path(folder, name)
            status = path.lstat()
            text = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
            found[str(path.relative_to(home))] = Seen(text, status.st_mode, status.st_mtime_ns)
    return found


def _folders(home: Path) -> set[str]:
    found = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_dir()}
    return {name for name in found if not name.startswith(".local")}


class Model:
    """What a machine does, and what the model remembers of it."""

    def __init__(self, home: Path) -> None:
        self.home, self.host = home, Host.real(home=home)
        (home / "dot").mkdir()
        (home / "dot/rc").write_bytes(b"mine\n")
        (home / LINKED).symlink_to("dot/rc")
        self.before: dict[str, tuple[State, set[str], list[str]]] = {}
        self.touched: dict[str, set[str]] = {}  # by each step, oldest first
        self.edited: list[tuple[int, str]] = []  # after how many steps somebody wrote to what
        self.force: list[str] = []
        self.pruned = False
        self.failed: list[str] = []

    def write(self, edits: dict[str, bytes | None], fails: bool = False) -> None:
        """A plan of these texts; `fails`: it is taken back, as by a proof that fails."""
        state = _files(self.home)
        plan = Plan("install", tuple(self._edits(state, edits)))
        if not plan.edits:
            return
        past = (state, _folders(self.home), list(self.force))

        def condition() -> None:
            if fails:
                raise Refused("a shell got worse")

        known = {each.id for each in receipts.every(self.host)}
        try:
            apply(self.host, plan, condition=condition)
        except Refused as problem:
            assert fails, problem.message
            assert _files(self.home) == state
        (new,) = {each.id for each in receipts.every(self.host)} - known
        if fails:
            self.failed.append(new)
            return
        self.before[new] = past
        self.touched[new] = {_real(str(one.path.relative_to(self.home))) for one in plan.edits}
        self.force.append(new)

    def _edits(self, state: State, edits: dict[str, bytes | None]) -> Iterator[FileEdit]:
        for name, text in edits.items():
            real = _real(name)
            old = state[real].text if real in state else None
            mode = state[real].mode & 0o7777 if real in state and text is None else None
            if old != text and not (name == LINKED and (text is None or old is None)):
                yield FileEdit(self.home / name, old, text, mode)

    def edit(self, name: str, text: bytes | None) -> None:
        """Somebody writes to a file, or removes it."""
        path = self.home / _real(name)
        if (path.read_bytes() if path.exists() else None) == text:
            return
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        self.edited.append((len(self.touched), _real(name)))

    def rollback(self, name: str | None) -> None:
        """Roll back, and compare with what the model says it must be."""
        state = _files(self.home)
        kept = {each.id for each in receipts.every(self.host)}
        force = [one for one in self.force if one in kept]
        wanted = name if name is not None else (force[-1] if force else None)
        if wanted is None or wanted in self.failed:
            with pytest.raises(UsageError):
                rollback.way(self.host, name)
            return
        then = self._then(wanted)
        moved = {one for at, one in self.edited if one in then and at > then[one][0]}
        _, folders, force = self.before[wanted]
        try:
            way = rollback.way(self.host, name)
        except UsageError:
            assert wanted not in self.force
            assert all(
                _text(state, one) == _text(was, one)
                for one, (_, was) in then.items()
                if one not in moved
            )
            return
        assert way.to.id == wanted
        if way.gaps:
            assert {_real(str(gap.edit.path.relative_to(self.home))) for gap in way.gaps} <= moved
            assert _files(self.home) == state
            return
        past = (state, _folders(self.home), list(self.force))
        done = apply(self.host, way.plan, undoes=way.plan.undoes)
        now = _files(self.home)
        for one in {*now, *then, *state}:
            was = then[one][1] if one in then else state
            assert _text(now, one) == _text(was, one), one
            if one not in then or (_text(state, one) != _text(was, one) and one not in moved):
                assert now.get(one) == was.get(one), one
        if not self.edited and not self.pruned:
            assert _folders(self.home) == folders
        self.before[done.id] = past
        self.touched[done.id] = {
            _real(str(one.path.relative_to(self.home))) for one in way.plan.edits
        }
        self.force = list(force)

    def _then(self, wanted: str) -> dict[str, tuple[int, State]]:
        """For each file that a step touched since: when the first of those was, and what it met.

        What somebody else wrote before that is none of envkit's, and stays.
        """
        found: dict[str, tuple[int, State]] = {}
        first = list(self.touched).index(wanted)
        for at, (step, names) in enumerate(self.touched.items()):
            for one in names if at >= first else ():
                found.setdefault(one, (at, self.before[step][0]))
        return found

    def check(self) -> None:
        """What is in force, and what of it a rollback would take."""
        known = receipts.every(self.host)
        assert len(known) <= pruning.MOST
        kept = {each.id for each in known}
        self.pruned = self.pruned or len(kept) < len(self.touched) + len(self.failed)
        force = [one for one in self.force if one in kept]
        if self.pruned:  # what is in force then, after a rollback of one that went, is a guess
            force = self.force = list(timeline.in_force(known))
        assert list(timeline.in_force(known)) == force
        latest = receipts.latest(self.host)
        assert (latest and latest.id) == (force[-1] if force else None)


def _text(state: State, name: str) -> bytes | None:
    return state[name].text if name in state else None


def _real(name: str) -> str:
    return "dot/rc" if name == LINKED else name


@contextmanager
def _model() -> Iterator[Model]:
    folder = Path(tempfile.mkdtemp(prefix="envkit-rollback-"))
    try:
        yield Model(folder)
    finally:
        shutil.rmtree(folder)


_EDITS = st.dictionaries(
    st.sampled_from((*NAMES, LINKED)).filter(lambda name: name != "dot/rc"),
    st.none() | st.sampled_from(TEXTS),
    min_size=1,
    max_size=3,
)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), _EDITS),
        st.tuples(st.just("write"), _EDITS),
        st.tuples(st.just("fail"), _EDITS),
        st.tuples(st.just("edit"), st.tuples(st.sampled_from(NAMES), st.sampled_from(TEXTS))),
        st.tuples(st.just("remove"), st.sampled_from(NAMES[:2])),
        st.tuples(st.just("rollback"), st.none() | st.integers(0, 20)),
        st.tuples(st.just("rollback"), st.none() | st.integers(0, 20)),
    ),
    min_size=2,
    max_size=14,
)


def _play(model: Model, steps: list[tuple[str, object]]) -> None:
    for what, how in steps:
        if what in ("write", "fail"):
            model.write(how, fails=what == "fail")  # type: ignore[arg-type]
        elif what == "edit":
            model.edit(*how)  # type: ignore[misc]
        elif what == "remove":
            model.edit(how, None)  # type: ignore[arg-type]
        else:
            known = [each.id for each in receipts.every(model.host)]
            if how is not None and known:
                model.rollback(known[how % len(known)])  # type: ignore[operator]
            else:
                model.rollback(None)
        model.check()


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(_STEPS)
def test_the_same_where_few_are_kept(steps: list[tuple[str, object]]) -> None:
    with _model() as model, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning, "MOST", 5)
        _play(model, steps)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(_STEPS)
def test_the_state_before_or_nothing(steps: list[tuple[str, object]]) -> None:
    with _model() as model:
        _play(model, steps)


@pytest.mark.full
@pytest.mark.parametrize("most", [5, 8, 50])
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(_STEPS)
def test_the_state_before_or_nothing_at_length(most: int, steps: list[tuple[str, object]]) -> None:
    with _model() as model, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning, "MOST", most)
        _play(model, steps)
