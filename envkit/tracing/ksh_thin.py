"""A Korn shell's records, thinned while they come: what the fold will not ask for is dropped.

The record of a Korn shell holds commands as they ran, so that each turn of a loop has new ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from envkit.tracing.record import Record
from envkit.tracing.words import assigned

MOST = 10_000  # records, before they are thinned


def thin(
    records: Sequence[Record], variable: str, openers: Iterable[int]
) -> tuple[list[Record], dict[int, int]]:
    """What is kept of `records`, with their new places; `openers` are still to be asked for.

    That is: what stands beside a change of the variable, or sets it; what these ran in; traps; the
    marks of a driver; errors; and the last assignment of each name before a change.
    """
    last = len(records) - 1
    wanted = {*openers, 0, last - 1, last} - {-1}
    names: dict[str, int] = {}
    for index, record in enumerate(records):
        changed = index < last and records[index + 1].value != record.value
        if changed or f"{variable}=" in record.text:
            wanted |= {index, index + 1, *names.values()} if index < last else {index}
            names.clear()
        if record.opener < 0 or record.text.startswith("trap ") or ": line " in record.text:
            wanted.add(index)
        if name := assigned(record.text):
            names[name] = index
    wanted.update(names.values())
    for index in sorted(wanted, reverse=True):
        opener = records[index].opener
        while opener >= 0 and opener not in wanted:
            wanted.add(opener)
            opener = records[opener].opener
    places = {old: new for new, old in enumerate(sorted(wanted))}
    places[-1] = -1
    kept = [records[old]._replace(opener=places[records[old].opener]) for old in sorted(wanted)]
    return kept, places
