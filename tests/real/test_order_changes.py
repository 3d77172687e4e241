"""Each sentence about a file that is not read, held to the real shell.

`order` says of a file what alone would have to be otherwise for it to be read (`Change`). Here that
is done to a real start: with it the shell reads the file, without it it does not.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from envkit import order, otherwise, platforms
from envkit.host import Host
from envkit.model import Change, Start
from envkit.probe import cases
from tests.real import namespace, starts
from tests.real.namespace import HOME, marker
from tests.real.starts import Case
from tests.real.test_order import pytestmark, root  # noqa: F401

SHELLS = ("bash", "zsh", "fish", "dash", "mksh", "ksh93", "tcsh")


class Said(NamedTuple):
    """One sentence: of `path`, in `case`, that `change` would have it read; and the case so."""

    case: Case
    path: str
    change: Change
    after: Case


def _case(shell: str, call: cases.Call, files: dict[str, str]) -> Case:
    there = [(path, kind, marker(path)) for path, kind in files.items()]
    gone = [(path, "absent", "") for path in starts.FILES if path not in files]
    name = f"{' '.join(call.argv)} {call.stdin} {dict(call.environment)} {files}"
    env = tuple(call.environment.items())
    return Case(name, shell, call.argv, call.stdin, env, (*gone, *there))


def _wide(shell: str) -> Iterator[Case]:
    """Every way to start, over homes whose files are there, or of another kind, one by one."""
    family = cases.family(shell)
    named = {f"{HOME}/{name}": "file" for name in family.named}
    system = dict.fromkeys(family.system, "file")
    for kinds, _ in cases.homes(family, dict.fromkeys(family.files, "file")):
        states = {f"{HOME}/{name}": _state(kind) for name, kind in kinds.items()}
        for call in cases.calls(family, HOME, every=True):
            yield _case(shell, call, {**system, **states, **named})


def _state(kind: str) -> str:
    return "absent" if kind == "missing" else kind


def _cases(shell: str, count: int | None) -> list[Case]:
    found = list(_wide(shell))
    if shell == "bash":
        # A restricted shell may not write its log when it ends.
        # --rcfile without a file takes the next word.
        no = ("script", "rbash", "-r", "--rcfile")
        texts = [c for c in starts.command_lines("bash") if not _has(c, *no)]
        found += [*texts, *starts.login_states(starts.STATES)]
    return found if count is None else Random(7).sample(found, min(count, len(found)))


def _has(case: Case, *words: str) -> bool:
    return any(word in case.name.split("/") for word in words) or "-r" in case.argv


def _start(host: Host, case: Case) -> Start:
    platform = platforms.get("debian")
    build = "debian" if case.shell in ("bash", "zsh") else None
    return order.literal(
        host,
        case.shell,
        case.argv,
        case.stdin,  # type: ignore[arg-type]
        case.environment(),
        None,
        build,
        platform,
    )


def _said(root: Path, case: Case) -> Iterator[Said]:  # noqa: F811
    namespace.clear(root)
    for path, (state, content) in case.contents().items():
        namespace.place(root, path, state, content)
    host = Host.real(home=Path(HOME), root=root)
    start = _start(host, case)
    folder = root / "stand-ins"
    folder.mkdir(exist_ok=True)
    for row in otherwise.settled(host, start, order.order(host, start)).files:
        if row.status not in ("hidden", "skipped") or row.change is None or not row.certain:
            continue
        text = case.contents().get(str(row.path), ("", ""))
        if text[0] != "file" or namespace.LOG not in text[1]:
            continue
        after = _after(case, host, start, row.change, str(row.path), folder)
        if after is not None:
            yield Said(case, str(row.path), row.change, after)


def _after(
    case: Case, host: Host, start: Start, change: Change, path: str, folder: Path
) -> Case | None:
    """The case with that one thing otherwise."""
    kind, subject = change
    contents = case.contents()
    files = {name: (name, *one) for name, one in contents.items()}
    if kind == "gone":
        files[subject] = (subject, "absent", "")
    elif kind == "sourced":
        word = "source" if case.shell in ("fish", "tcsh") else "."
        files[subject] = (subject, "file", f"{word} {path}\n{contents[subject][1]}")
    elif kind == "earlier":
        by, _, line = subject.rpartition(":")
        rows = contents[by][1].split("\n")
        rows[int(line) - 1] = ":"
        files[by] = (by, "file", "\n".join(rows))
    elif kind == "leave":
        return _left(case, subject)
    else:
        _, changed = otherwise.apply(host, start, change, folder)
        env = {**dict.fromkeys(case.environment()), **changed.environment}
        how = changed.invocation
        return case._replace(argv=how.argv, stdin=how.stdin, env=tuple(env.items()))
    return case._replace(files=tuple(files.values()))


def _left(case: Case, by: str) -> Case | None:
    """The text of -c ends by `exit`; None where there is no such text."""
    bundles = [n for n, w in enumerate(case.argv) if w[:1] == "-" and w[1:2] != "-" and "c" in w]
    if not bundles or case.argv[-1] not in (":", "exec true"):
        return None
    return case._replace(argv=(*case.argv[:-1], by))


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("count", [16, pytest.param(None, marks=pytest.mark.full)])
def test_what_would_change_it_does(root: Path, shell: str, count: int | None) -> None:  # noqa: F811
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    said = [one for case in _cases(shell, count) for one in _said(root, case)]
    if count is not None:
        said = Random(11).sample(said, min(count, len(said)))
    before = starts.real(root, [one.case for one in said])
    after = starts.real(root, [one.after for one in said])
    wrong = [
        f"{one.case.name}\n  {one.path}: {one.change}\n  {old}\n  {one.after.argv} {new}"
        for one, old, new in zip(said, before, after, strict=True)
        if one.path in old or one.path not in new
    ]
    print(shell, len(said), Counter(one.change.kind for one in said))
    assert not wrong, f"{len(wrong)} of {len(said)}\n" + "\n".join(wrong[:12])
