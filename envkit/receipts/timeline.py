"""What the receipts say together: which of them are in force. Pure.

Each applied receipt is a step from one state of the files to the next, a rollback's as well. A
rollback's step leads to the state before the first receipt that it names, so what was in force
then is in force again: that one rule covers the rollback of a rollback, too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from envkit.plan import Receipt

_NAME = re.compile(r"(\d{8})-(\d{6})(?:-(\d+))?\Z")


def is_name(name: str) -> bool:
    """Whether a receipt can be called so."""
    return _NAME.match(name) is not None


def rank(name: str) -> tuple[int, int, int]:
    """What puts names in the order of time; ValueError where it is no name of a receipt."""
    match = _NAME.match(name)
    if match is None:
        raise ValueError(f"{name} is no name of a receipt")
    return int(match[1]), int(match[2]), int(match[3] or 0)


def steps(known: Sequence[Receipt]) -> tuple[Receipt, ...]:
    """The receipts that changed files, oldest first.

    One that is "rolled back" did so where a rollback's receipt names it; version 1 knew no such,
    and there neither of the two steps is to be seen.
    """
    undoing = ("applied", "rolled back")
    named = {name for each in known if each.status in undoing for name in each.undoes}
    gone = {each.gone for each in known}
    return tuple(
        each
        for each in known
        if (each.status == "applied" or (each.status == "rolled back" and each.id in named))
        and each.id not in gone
    )


def in_force(known: Sequence[Receipt], before: str | None = None) -> tuple[str, ...]:
    """The receipts in force, oldest first: now, or as it was just `before` a receipt.

    `known`: oldest first. A rollback's own receipt is never among them: it gives back what was.
    """
    back = {each.id for each in known if each.undoes}
    return tuple(name for name in standing(steps(known), before) if name not in back)


def taken_back(known: Sequence[Receipt]) -> dict[str, str]:
    """For each receipt that changed files and whose step was taken back: which one did that."""
    by: dict[str, str] = {}
    done = steps(known)
    for each in done:
        if each.undoes:
            was = set(standing(done, each.id))
            now = set(standing(done, each.undoes[0]))
            by = {name: why for name, why in by.items() if name not in now}
            by.update(dict.fromkeys(was - now, each.id))
    return by


def standing(done: Sequence[Receipt], before: str | None) -> tuple[str, ...]:
    """The steps that were not taken back, rollbacks among them: now, or just `before` one."""
    ranks: list[tuple[int, int, int]] = []
    states: list[tuple[str, ...]] = [()]  # states[n]: before the n-th step
    for each in done:
        if each.gone:  # those that are not kept any more may have taken some back
            kept = {one.id for one in done}
            states[-1] = tuple(name for name in each.standing if name in kept)
        past = _position(ranks, each.undoes[0]) if each.undoes else -1
        states.append((*states[past], each.id))
        ranks.append(rank(each.id))
    return states[-1] if before is None else states[_position(ranks, before)]


def _position(ranks: list[tuple[int, int, int]], name: str) -> int:
    """How many receipts are older than one, which itself need not be kept any more."""
    return bisect_left(ranks, rank(name)) if is_name(name) else len(ranks)
