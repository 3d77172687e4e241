"""The commit condition of a system-wide install: no shell of an ordinary account or root is worse.

The accounts are made for it: homes that are thrown away, copies of the skeleton. Nothing in any
home that is there is read or written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from envkit import proof, shells
from envkit.errors import Refused
from envkit.host import Host
from envkit.model import Start
from envkit.start import Environment
from envkit.system import accounts


class Worse(Refused):
    """A start of a shell is worse than before."""


class Measured(NamedTuple):
    """What an account's starts gave before anything was written."""

    account: Host
    starts: tuple[Start, ...]
    measures: tuple[proof.Measure, ...]


class Proved(NamedTuple):
    """What they give now, which is not worse; `notes`: what else has changed."""

    account: Host
    environments: tuple[Environment, ...]
    notes: tuple[str, ...]


def before(here: Sequence[Host], starts: Callable[[Host], Sequence[Start]]) -> tuple[Measured, ...]:
    """Measure the starts of each account whose shells are on this machine."""
    found = []
    for one in here:
        own = tuple(each for each in starts(one) if shells.program(one, each.shell) is not None)
        found.append(Measured(one, own, proof.before(one, own)))
    return tuple(found)


def after(measured: Sequence[Measured]) -> tuple[Proved, ...]:
    """Measure them again; raises Worse where one of them is."""
    found, reasons = [], []
    for one in measured:
        now = proof.after(one.account, one.starts)
        worse = proof.worse(one.starts, one.measures, now)
        title = accounts.title(one.account)
        reasons += [f"{each} ({title})".replace(f"{one.account.home}/", "~/") for each in worse]
        notes = proof.changed(one.starts, one.measures, now)
        found.append(Proved(one.account, now, tuple(f"{each} ({title})" for each in notes)))
    if reasons:
        raise Worse("\n  ".join(reasons))
    return tuple(found)
