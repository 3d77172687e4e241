"""`envkit trace --everywhere`: each line that sets a variable, where it ran, or why it did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit.cli import output
from envkit.cli.trace import Asked
from envkit.everywhere import everywhere
from envkit.secrets import KEPT_BACK, secret

if TYPE_CHECKING:
    from envkit.everywhere import Everywhere, Row

_WIDTH = 80
_FEW = 4


def show(asked: Asked) -> None:
    """Print the lines, or the JSON object."""
    with output.progress("starting your shell as each context does"):
        found = everywhere(
            asked.host, asked.platform, asked.contexts, asked.variable, asked.shell, asked.limit
        )
    if secret(asked.variable):
        rows = tuple(one._replace(text=KEPT_BACK) for one in found.rows)
        found = found._replace(rows=rows)
    if asked.as_json:
        output.say_json(data(found))
    else:
        output.say(text(asked, found))


def data(found: Everywhere) -> dict[str, object]:
    """The answer as JSON has it."""
    pairs = {
        "left_out": [{"context": name, "reason": why} for name, why in found.left_out],
        "absent": [{"context": name, "reason": why} for name, why in found.absent],
        "notes": [{"context": name, "note": note} for name, note in found.notes],
    }
    lines = [output.as_data(one) for one in found.rows]
    return {"variable": found.variable, "traced": found.traced, "lines": lines, **pairs}


def text(asked: Asked, found: Everywhere) -> str:
    """The answer for people: the line, then where it ran."""
    rows = [_head(found), *(_row(asked, found, one) for one in found.rows)]
    for name, why in found.left_out:
        rows.append(output.columns([("!", f"{_title(asked, name)} is left out: {why}")], gap=1))
    for note in dict.fromkeys(note for _, note in found.notes):
        names = [_title(asked, name) for name, each in found.notes if each == note]
        rows.append(output.columns([("!", f"{', '.join(names)}: {note}")], indent="", gap=1))
    return "\n\n".join(rows)


def _head(found: Everywhere) -> str:
    count, never = len(found.rows), sum(1 for one in found.rows if one.never)
    if not count:
        return f"no line of any known file sets {found.variable}"
    head = f"{count} lines set {found.variable}" if count > 1 else f"1 line sets {found.variable}"
    return f"{head}, {never} of them in no context" if never else head


def _row(asked: Asked, found: Everywhere, one: Row) -> str:
    if one.never:
        told = f"never: {one.never}"
    elif one.unknown:
        told = f"unknown: {one.unknown}"
    else:
        told = _contexts(asked, found, one)
    place = f"  {asked.host.show(one.path)}:{one.line}"
    cut = _cut(_printable(" ".join(one.text.split())), _WIDTH - 4)
    wrapped = output.columns([("", told)], indent="      ", gap=0)
    return "\n".join((place, f"    {cut}", wrapped))


def _contexts(asked: Asked, found: Everywhere, one: Row) -> str:
    """The contexts by their titles: all, or the first few and how many more."""
    titles = [_title(asked, name) for name in found.traced if name in one.contexts]
    if len(titles) == len(found.traced) > 1:
        return f"all {len(titles)} contexts"
    if len(titles) > _FEW + 1 and not asked.verbose:
        return f"{', '.join(titles[:_FEW])}, {len(titles) - _FEW} more"
    return ", ".join(titles)


def _title(asked: Asked, name: str) -> str:
    return next((each.title for each in asked.contexts if each.name == name), name)


def _cut(shown: str, size: int) -> str:
    return shown if len(shown) <= size else f"{shown[: size - 1]}…"


def _printable(shown: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
