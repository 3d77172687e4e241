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
    """A block for each set of contexts in which every name is the same."""
    groups: dict[object, list[int]] = {}
    for number, _ in enumerate(told[0].contexts):
        key = tuple(_same(host, each.contexts[number], each.name) for each in told)
        groups.setdefault(key, []).append(number)
    for numbers in groups.values():
        found = [each.contexts[numbers[0]] for each in told]
        shown = titles(told[0].contexts[number] for number in numbers)
        rows = [_row(host, each.name, one, verbose) for each, one in zip(told, found, strict=True)]
        lines = [output.columns([(f"in {shown}",)], indent=""), table(rows)]
        lines += _prefixes(host, told, found)
        yield "\n".join(lines)


def _same(host: Host, one: Found, name: str) -> object:
    where = one.file.set_by if one.file else one.where
    return what(host, one, name), where


def _row(host: Host, name: str, one: Found, verbose: bool) -> tuple[str, ...]:
    said = what(host, one, name)
    by = origin(host, one.file) if one.kind == "file" and one.file else ""
    if one.kind in ("alias", "function", "abbreviation"):
        by = definition(host, one)
    if one.kind == "file" and one.file and one.file.shim:
        shim = one.file.shim
        said += f" ({shim.manager}: {host.show(shim.program)})" if shim.program else ""
    if one.file and one.file.problem:
        by = "; ".join(filter(None, (by, one.file.problem)))
    if verbose and one.kind == "file" and one.file:
        return printable(name), said, by, owner(one.file)
    return printable(name), said, by


def _prefixes(host: Host, told: Sequence[Told], found: Sequence[Found]) -> list[str]:
    """In words, where names belong to different Pythons."""
    by_prefix: dict[str, list[str]] = {}
    for each, one in zip(told, found, strict=True):
        if one.kind == "file" and one.file and one.file.prefix:
            by_prefix.setdefault(host.show(one.file.prefix), []).append(printable(each.name))
    if len(by_prefix) < 2:
        return []
    said = "; ".join(
        f"{', '.join(names)} {'belongs' if len(names) == 1 else 'belong'} to {prefix}"
        for prefix, names in by_prefix.items()
    )
    return [output.columns([("!", f"different Pythons: {said}")], gap=1)]
