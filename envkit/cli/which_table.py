"""Several names in one table: contexts alike together, prefixes that differ marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from envkit.cli import output
from envkit.cli.which_one import definition, owner
from envkit.cli.which_words import origin, printable, table, titles, what

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.which.found import Found, Told


def blocks(host: Host, told: Sequence[Told], verbose: bool) -> Iterator[str]:
    """A block for each set of contexts in which every name runs the same."""
    groups: dict[object, list[int]] = {}
    for number, _ in enumerate(told[0].contexts):
        key = tuple(_same(host, each.contexts[number], each.name) for each in told)
        groups.setdefault(key, []).append(number)
    for numbers in groups.values():
        found = [[each.contexts[number] for number in numbers] for each in told]
        shown = titles(found[0])
        rows = [
            _row(host, each.name, alike, verbose) for each, alike in zip(told, found, strict=True)
        ]
        lines = [output.columns([(f"in {shown}",)], indent=""), table(rows)]
        lines += _prefixes(host, told, [alike[0] for alike in found])
        yield "\n".join(lines)


def _same(host: Host, one: Found, name: str) -> object:
    """What makes two contexts alike: who gave them a folder of the system's does not."""
    if one.kind in ("builtin", "keyword"):
        return one.kind
    by = one.file.set_by if one.kind == "file" and one.file else one.where
    own = by is not None and host.home in by.path.parents
    # An alias is told by its text, and belongs to the Python of what it runs.
    return what(host, one, name), one.runs and one.runs.path, by if own else None


def _row(host: Host, name: str, alike: Sequence[Found], verbose: bool) -> tuple[str, ...]:
    one = alike[0]
    said = what(host, one, name)
    if one.kind in ("builtin", "keyword"):
        said = f"a {one.kind} of {', '.join(dict.fromkeys(each.shell for each in alike))}"
    by = list(dict.fromkeys(_by(host, each) for each in alike))
    origins = ", ".join(by)
    if len(by) > 2:
        origins = f"{by[0]} and {len(by) - 1} more"
    if one.kind == "file" and one.file and (shim := one.file.shim):
        real = f"{shim.manager} runs {host.show(shim.program)}" if shim.program else shim.problem
        origins = "; ".join(filter(None, (origins, real)))
    if one.file and one.file.problem:
        origins = "; ".join(filter(None, (origins, one.file.problem)))
    cells = (printable(name), said, origins)
    if not verbose or one.kind != "file" or one.file is None:
        return cells
    return *cells, owner(one.file) if one.file.owner else "owner unknown"


def _by(host: Host, one: Found) -> str:
    if one.kind == "unknown":
        return one.note
    if one.kind in ("alias", "function", "abbreviation"):
        return definition(host, one)
    return origin(host, one.file) if one.kind == "file" and one.file else ""


def _prefixes(host: Host, told: Sequence[Told], found: Sequence[Found]) -> list[str]:
    """In words, where names belong to different Pythons."""
    by_prefix: dict[str, list[str]] = {}
    for each, one in zip(told, found, strict=True):
        file = one.file if one.kind == "file" else one.runs
        if file and file.prefix:
            by_prefix.setdefault(host.show(file.prefix), []).append(printable(each.name))
    if len(by_prefix) < 2:
        return []
    said = "; ".join(
        f"{', '.join(names)} {'belongs' if len(names) == 1 else 'belong'} to {prefix}"
        for prefix, names in by_prefix.items()
    )
    return [output.columns([("!", f"different Pythons: {said}")], gap=1)]
