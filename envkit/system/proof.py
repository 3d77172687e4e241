"""The commit condition of a system-wide install: no shell of an ordinary account or root is worse.

The accounts are made for it: homes that are thrown away, copies of the skeleton. Nothing in any
home that is there is read or written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from envkit import proof, shells
from envkit.errors import Refused
from envkit.host import Host
from envkit.model import Start
from envkit.start import Environment


class Proved(NamedTuple):
    """What an account's starts gave before and after."""

    account: Host
    starts: tuple[Start, ...]
    before: tuple[proof.Measure, ...]
    after: tuple[Environment, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What changed and is not worse."""
        return proof.changed(self.starts, self.before, self.after)


@contextmanager
def condition(
    accounts: Sequence[Host], starts: Callable[[Host], Sequence[Start]]
) -> Iterator[Callable[[], tuple[Proved, ...]]]:
    """Measure every start now; what is yielded does it again, and is Refused where one is worse."""
    here = [
        (one, tuple(each for each in starts(one) if shells.program(one, each.shell) is not None))
        for one in accounts
    ]
    measured = [(one, own, proof.before(one, own)) for one, own in here]

    def check() -> tuple[Proved, ...]:
        found, reasons = [], []
        for one, own, before in measured:
            after = proof.after(one, own)
            found.append(Proved(one, own, before, after))
            who = "root" if one.uid == 0 else "an ordinary account"
            reasons += [f"{each} ({who})" for each in proof.worse(own, before, after)]
        if reasons:
            raise Refused("\n  ".join(dict.fromkeys(reasons)))
        return tuple(found)

    yield check
