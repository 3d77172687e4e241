"""What became of a variable between two moments, in words: for the steps and the assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit import compare
from envkit.cli import trace_text
from envkit.tracing import align, answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envkit.compare import Placed
    from envkit.host import Host
    from envkit.provenance import Trace


def listed(one: Trace) -> str:
    """The name of the colon list: zsh's `path` is tied to PATH."""
    return one.variable.upper() if one.shell == "zsh" else one.variable


def is_list(one: Trace, *values: str | None) -> bool:
    """Whether such values are told entry by entry."""
    if answer.is_fish_list(one.shell, one.variable):
        return True
    return all(answer.is_list(listed(one), value or "") for value in values)


def told(
    host: Host, one: Trace, before: str | None, after: str | None, anew: bool = False
) -> list[tuple[str, str]]:
    """A change as rows of a word and what it is about; none where nothing changed.

    `anew`: nothing of the old list is in the new one, so nothing was moved, however it looks.
    """
    if before == after:
        return []
    if is_list(one, before, after):
        return list(_list(host, before, after, anew))
    old, new = (trace_text.value(one.variable, each) or "(empty)" for each in (before, after))
    if old == new:
        return [("changed", new)]  # a secret's
    if before is None:
        return [("set", new)]
    return [("unset", f"it was {old}")] if after is None else [("from", old), ("to", new)]


def entries(host: Host, value: str | None) -> str:
    """A list in one line, for people."""
    if value is None:
        return "unset"
    return ", ".join(trace_text.folder(host, one) for one in align.entries(value))


def data(one: Trace, before: str | None, after: str | None) -> dict[str, object]:
    """A change of a list for programs; nothing for other variables."""
    if not is_list(one, before, after):
        return {}
    change = compare.change(before, after)
    return {
        "added": [_place(each) for each in change.added],
        "removed": [_place(each) for each in change.removed],
        "moved": [each._asdict() for each in change.moved],
    }


def _place(one: Placed) -> dict[str, object]:
    return {"directory": one.directory, "position": one.position}


def _list(
    host: Host, before: str | None, after: str | None, anew: bool
) -> Iterator[tuple[str, str]]:
    change, new = compare.change(before, after), align.entries(after)
    if after is None:
        yield "unset", f"it was {entries(host, before)}"
        return
    if anew or len(change.added) == len(new):
        yield "set", entries(host, after)
    else:
        for run in _runs(change.added):
            names = ", ".join(trace_text.folder(host, one.directory) for one in run)
            yield "added", f"{_where(host, run, new)}: {names}"
    if change.removed:
        names = ", ".join(trace_text.folder(host, one.directory) for one in change.removed)
        yield "removed", names
    for one in () if anew else change.moved:
        where = one.words.replace(f"{host.home}/", "~/") if one.words else _where(host, [one], new)
        yield "moved", f"{trace_text.folder(host, one.directory)} {trace_text.printable(where)}"


def _runs(added: Sequence[Placed]) -> list[list[Placed]]:
    """Entries that stand side by side together."""
    runs: list[list[Placed]] = []
    for one in added:
        if runs and runs[-1][-1].position == one.position - 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _where(host: Host, run: Sequence[Placed], new: Sequence[str]) -> str:
    if run[0].position == 1:
        return "in front"
    if run[-1].position == len(new):
        return "at the end"
    return f"behind {trace_text.folder(host, new[run[0].position - 2])}"
