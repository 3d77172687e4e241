"""Which files get a block, where a start could be served by one of several. Pure.

The fewest changes that serve every start: a block that stands already costs nothing, a file that
is there less than one that would have to be made. A new ~/.zshrc costs most: tools that would write
one take it for the user's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from envkit import block
from envkit.host import Host
from envkit.needs import Choice, Need

_MOST = 12  # files among which all sets are tried: 4096 of them


def choose(host: Host, choices: Sequence[Choice]) -> tuple[Need, ...]:
    """The needs of one way for each choice."""
    costs: dict[Path, int] = {}
    for choice in choices:
        for way in choice.ways:
            for need in way:
                costs.setdefault(need.path, _cost(host, need.path))
    # What there is but one way for is settled.
    fixed = {need.path for one in choices if len(one.ways) == 1 for need in one.ways[0]}
    open_ = [one for one in choices if not any(_in(way, fixed) for way in one.ways)]
    # In the order in which they are read: of two that cost the same the earlier one.
    read = dict.fromkeys(need.path for one in open_ for way in one.ways for need in way)
    free = [path for path in read if path not in fixed]
    best = min(
        (files for files in _sets(free) if _serves(open_, fixed | files)),
        key=lambda files: (sum(costs[path] for path in files), len(files)),
        default=frozenset(free),
    )
    chosen = fixed | best
    # The first of those that are written anyway: the same one whatever stands there already.
    return tuple(
        need for one in choices for need in next(way for way in one.ways if _in(way, chosen))
    )


def _sets(free: Sequence[Path]) -> Iterator[frozenset[Path]]:
    for count in range(len(free[:_MOST]) + 1):
        yield from map(frozenset, combinations(free[:_MOST], count))


def _in(way: tuple[Need, ...], files: set[Path] | frozenset[Path]) -> bool:
    return all(need.path in files for need in way)


def _serves(choices: Sequence[Choice], files: set[Path] | frozenset[Path]) -> bool:
    return all(any(_in(way, files) for way in one.ways) for one in choices)


def _cost(host: Host, path: Path) -> int:
    kind = host.kind(path)
    if kind == "missing":
        return 40 if path.name == ".zshrc" else 20
    if kind != "file":
        return 100  # a link to nowhere: it cannot be written before somebody mends it
    return 0 if block.find_all(host.read(path)) else 10
