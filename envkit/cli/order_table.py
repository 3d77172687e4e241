"""The text of `envkit order --all`: one table, files × contexts, each cell its place in the order.

Contexts that read the same files in the same order share a column.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import ascii_lowercase

from envkit.cli import output
from envkit.cli.order_text import named
from envkit.host import Host
from envkit.model import Platform, StartupFile
from envkit.why import One

_PATH_WIDTH = 34
_WIDTH = 80


class Column:
    """Contexts that read the same files in the same order."""

    def __init__(self, first: One) -> None:
        self.members = [first]
        self.files = (*first.order.before, *first.order.files)
        self.cells: dict[Path, str] = {}
        place = 0
        for row in self.files:
            place += row.status == "read"
            cell = _cell(row, place)
            old = self.cells.get(row.path, "-")
            if old == "-" or cell == "-":
                self.cells[row.path] = cell if old == "-" else old
            elif row.status == "read":
                self.cells[row.path] = f"{old},{cell}"

    @property
    def reads(self) -> bool:
        """Whether it reads any file."""
        return any(row.status == "read" for row in self.files)


def table(host: Host, platform: Platform, every: tuple[One, ...]) -> str:
    """The whole picture."""
    here = [one for one in every if not one.absent]
    columns = _columns(here)
    reading = [column for column in columns if column.reads]
    silent = [one for column in columns if not column.reads for one in column.members]
    named_shell = next((one.start for one in here if one.context.shell is None), None)
    title = f"Startup files of {named(named_shell)}" if named_shell else "Startup files"
    blocks = [output.style(f"{title} on {platform.title}, {len(here)} contexts", "strong")]
    paths, at_end, missing = _rows(columns)
    letters = _letters(len(reading))
    for part, names in _pieces(reading, letters):
        blocks.append("\n".join(_block(host, part, names, paths, at_end)))
    blocks.append("\n".join(_legend(reading, letters)))
    blocks.append("\n".join(_notes(host, silent, every, missing)))
    return "\n\n".join(block for block in blocks if block)


def _columns(every: Iterable[One]) -> list[Column]:
    found: dict[object, Column] = {}
    for one in every:
        files = (*one.order.before, *one.order.files)
        told = tuple((row.path, row.status, row.logout) for row in files)
        key = told if any(row[1] == "read" for row in told) else None
        if key in found:
            found[key].members.append(one)
        else:
            found[key] = Column(one)
    return list(found.values())


def _cell(row: StartupFile, place: int) -> str:
    if row.status == "read":
        return f"{place}" if row.certain else f"{place}?"
    return {"hidden": "h", "unreadable": "!"}.get(row.status, "-")


def _rows(columns: list[Column]) -> tuple[list[Path], set[Path], list[Path]]:
    """The files in an order that suits every column, those of the end, those that are not there."""
    paths: list[Path] = []
    at_end: set[Path] = set()
    there: set[Path] = set()
    for column in columns:
        at = 0
        for row in column.files:
            if row.status != "missing":
                there.add(row.path)
            if row.path in paths:
                at = paths.index(row.path) + 1
            else:
                paths.insert(at, row.path)
                at += 1
            if row.logout:
                at_end.add(row.path)
    missing = [path for path in paths if path not in there]
    return [path for path in paths if path in there], at_end, missing


def _letters(count: int) -> list[str]:
    single = list(ascii_lowercase)
    return (single + [one + other for one in single for other in single])[:count]


def _pieces(columns: list[Column], letters: list[str]) -> Iterator[tuple[list[Column], list[str]]]:
    """As many columns as fit side by side, and again."""
    room, start, used = _WIDTH - _PATH_WIDTH - 4, 0, 0
    for at, column in enumerate(columns):
        width = _size(column) + 2
        if used + width > room and at > start:
            yield columns[start:at], letters[start:at]
            start, used = at, 0
        used += width
    if columns:
        yield columns[start:], letters[start:]


def _size(column: Column) -> int:
    return max(map(len, column.cells.values()), default=1)


def _block(
    host: Host, columns: list[Column], letters: list[str], paths: list[Path], at_end: set[Path]
) -> Iterator[str]:
    sizes = [_size(column) for column in columns]
    heads = [letter.rjust(size) for letter, size in zip(letters, sizes, strict=True)]
    yield output.style(" " * (_PATH_WIDTH + 2) + "  " + "  ".join(heads), "strong")
    ordinary = [path for path in paths if path not in at_end]
    for part, title in ((ordinary, ""), ([path for path in paths if path in at_end], "at the end")):
        if title and part:
            yield f"  {title}"
        for path in part:
            cells = [column.cells.get(path, "-") for column in columns]
            text = host.show(path)
            if len(text) > _PATH_WIDTH:
                yield f"  {text}"
                text = ""
            styled = [_styled(cell, size) for cell, size in zip(cells, sizes, strict=True)]
            yield f"  {text:{_PATH_WIDTH}}  " + "  ".join(styled)


def _styled(cell: str, size: int) -> str:
    kinds = {"-": "dim", "h": "warning", "!": "error"}
    return output.style(cell.rjust(size), kinds.get(cell, "good"))


def _legend(columns: list[Column], letters: list[str]) -> Iterator[str]:
    for column, letter in zip(columns, letters, strict=True):
        own = {one.start.shell.name for one in column.members} - {_usual(columns)}
        names = ", ".join(_name(one, bool(own)) for one in column.members)
        kinds = {_kind(one) for one in column.members}
        kind = kinds.pop() if len(kinds) == 1 else ""
        yield from textwrap.wrap(
            f"{names}" + (f": {kind}" if kind else ""),
            _WIDTH,
            initial_indent=f"  {letter:2} ",
            subsequent_indent="     ",
            break_on_hyphens=False,
        )


def _kind(one: One) -> str:
    how = one.start.invocation
    flags = (("login", how.login), ("interactive", how.interactive))
    return ", ".join(name for name, on in flags if on)


def _usual(columns: list[Column]) -> str:
    """The shell of most contexts: it is not named at each."""
    own = [one for column in columns for one in column.members if one.context.shell is None]
    return own[0].start.shell.name if own else ""


def _name(one: One, shell: bool) -> str:
    text = one.context.title
    if shell and one.context.shell not in (None, "none"):
        text += f" ({one.start.shell.name})"
    return text + "*" * bool(one.imitated)


def _notes(
    host: Host, silent: list[One], every: tuple[One, ...], missing: list[Path]
) -> Iterator[str]:
    absent = [one for one in every if one.absent]
    shown = list(dict.fromkeys(host.show(path) for path in missing))
    for title, items in (
        ("read no startup file: ", [_name(one, False) for one in silent]),
        ("not on this machine: ", [one.context.title for one in absent]),
        ("not there: ", shown),
    ):
        if items:
            yield from textwrap.wrap(
                title + ", ".join(items),
                _WIDTH,
                initial_indent="  ",
                subsequent_indent="     ",
                break_on_hyphens=False,
                break_long_words=False,
            )
    yield "  1 2 3: read, in this order; h: hidden by another; !: unreadable; -: not read"
    if any(one.imitated for one in every if not one.absent):
        yield "  *: can only be imitated here"
    yield "Why: envkit order --why FILE, --context NAME"
