"""`envkit trace --everywhere`: each line that sets a variable, where it ran, or why it did not."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from envkit import contexts
from envkit.cli import output, trace_secret, trace_text
from envkit.cli.trace import Asked
from envkit.everywhere import everywhere
from envkit.secrets import KEPT_BACK, line, secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envkit.everywhere import Everywhere, Setting

_WIDTH = 80
_FEW = 2


def show(asked: Asked) -> None:
    """Print the lines, or the JSON object."""
    named = asked.contexts
    if asked.named and asked.shell:  # it is asked for, also where the context has one of its own
        named = tuple(one._replace(shell=None) for one in named)
    with output.progress("starting your shell as each context does"):
        found = everywhere(
            asked.host, asked.platform, named, asked.variable, asked.shell, asked.limit
        )
    rows = tuple(_without_secrets(one, secret(asked.variable)) for one in found.rows)
    found = found._replace(rows=rows)
    if asked.as_json:
        output.say_json(data(found))
    else:
        output.say(text(asked, found))


def _without_secrets(one: Setting, hidden: bool) -> Setting:
    return one._replace(
        text=KEPT_BACK if hidden else line(one.text),
        never=one.never and _cut_code(one.never),
        unknown=one.unknown and _cut_code(one.unknown),
    )


def _cut_code(words: str) -> str:
    """A reason without secrets in the code that it quotes: what stands behind that stays."""
    before, tick, rest = words.partition("`")
    code, end, after = rest.rpartition("`")
    return f"{before}`{line(code)}`{after}" if tick and end else line(words)


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
    """The answer for people: file by file the lines, and below them where they ran."""
    rows = [output.style(_head(found), "strong")]
    for path, each in groupby(found.rows, key=lambda one: one.path):
        rows.append("\n".join((f"  {asked.host.show(path)}", *_file(asked, found, tuple(each)))))
    return "\n\n".join([*rows, *_endings(asked, found)])


def _head(found: Everywhere) -> str:
    count = len(found.rows)
    if not count:
        return f"No line of any known file sets {found.variable}"
    head = f"{count} lines set {found.variable}" if count > 1 else f"1 line sets {found.variable}"
    where = "in no context" if len(found.traced) > 1 else f"not in {_a_title(found.traced[0])}"
    never = sum(1 for one in found.rows if one.never)
    if never == count:
        return f"{head}, {where}" if count == 1 else f"{head}, all of them {where}"
    return f"{head}, {never} of them {where}" if never else head


def _file(asked: Asked, found: Everywhere, rows: Sequence[Setting]) -> Iterator[str]:
    """The lines of one file; what is the same of several is said once, below the last."""
    numbers = max(len(str(one.line)) for one in rows)
    for said, each in groupby(rows, key=lambda one: _said(asked, found, one)):
        for one in each:
            cut = _cut(trace_text.printable(" ".join(one.text.split())), _WIDTH - 7 - numbers)
            yield f"    {one.line:>{numbers}}   {cut}"
        yield output.columns([("", said)], indent=" " * (9 + numbers), gap=0)


def _said(asked: Asked, found: Everywhere, one: Setting) -> str:
    if one.never:
        return f"never: {trace_text.printable(one.never)}".replace(f"{asked.host.home}/", "~/")
    if one.unknown:
        return f"unknown: {trace_text.printable(one.unknown)}"
    what = "by what it does, " if one.kind == "eval" else ""
    return f"{what}in {_contexts(asked, found, one)}"


def _endings(asked: Asked, found: Everywhere) -> Iterator[str]:
    """What could not be seen, which contexts are left out or imitated."""
    for note in dict.fromkeys(note for _, note in found.notes):
        names = [_title(name) for name, each in found.notes if each == note]
        said = trace_text.printable(
            f"{', '.join(names)}: {trace_secret.note(found.variable, note)}"
        )
        yield output.columns([("!", said)], indent="", gap=1)
    for words, pairs in (("not on this machine:", found.absent), ("not told:", found.left_out)):
        alone = any(name in found.traced for name, _ in pairs)
        if pairs and (asked.verbose or alone or words == "not told:"):
            said = ", ".join(f"{_title(name)} ({why})" for name, why in pairs)
            yield output.columns([(words, said)], indent="", gap=1)
    if any(one.contexts or one.never for one in found.rows):
        what = "each is imitated: its own shell, flags and variables, without what would start it"
        yield output.columns([("*", what)], gap=1)


def _contexts(asked: Asked, found: Everywhere, one: Setting) -> str:
    """The contexts by their titles: all, or the first few and how many more."""
    titles = [_title(name) for name in found.traced if name in one.contexts]
    if len(titles) == len(found.traced) > 1:
        return f"every context ({len(titles)})"
    if len(titles) == 1:
        return trace_text.a(titles[0])
    if len(titles) > _FEW + 1 and not asked.verbose:
        return f"{', '.join(titles[:_FEW])} and {len(titles) - _FEW} more"
    return ", ".join(titles)


def _title(name: str) -> str:
    return contexts.get(name).title.replace(", ", "/")


def _a_title(name: str) -> str:
    return trace_text.a(_title(name))


def _cut(shown: str, size: int) -> str:
    return shown if len(shown) <= size else f"{shown[: size - 1]}…"
