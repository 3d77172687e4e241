"""Commands with stacks, as they come: what is kept of them for the fold.

Kept is a command when it is new, and when the variable or a prompt's hooks change in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from envkit.tracing.stack import COMMAND
from envkit.tracing.stack_places import Places
from envkit.tracing.zsh_record import Told

if TYPE_CHECKING:
    from envkit.tracing.stack_readings import Readings

_MOST = 20_000  # a loop of evals may make up any number of commands: of more, changes are kept


def read(every: Iterable[Told], places: Places, readings: Readings | None = None) -> bool:
    """Fill `places`; whether the last command that was seen is one of the -c itself."""
    reader = _Reader(places, readings)
    last: Told | None = None
    for last in every:
        reader.take(last)
    reader.end()
    return last is not None and last.record.frames[:1] == COMMAND


class _Reader:
    """Keeps what is needed of the commands."""

    def __init__(self, places: Places, readings: Readings | None) -> None:
        self._places, self._readings = places, readings
        self._kept: dict[int, int] = {}  # a command's number -> where it is kept
        self._left: Told | None = None  # the last one, where it has not been kept

    def take(self, told: Told) -> None:
        """One more command."""
        places, last = self._places, self._left
        record = told.record
        if last is not None and (
            record.value != last.record.value or record.hooks != last.record.hooks
        ):
            self._keep(last)
            last = None
        before = places.records[-1] if places.records else None
        changed = before is not None and (
            record.value != before.value or record.hooks != before.hooks
        )
        if (told.again and not changed) or (len(places.records) >= _MOST and not changed):
            self._left = told
        else:
            self._keep(told)
        if self._readings is not None:
            self._readings.take(told, self._kept.get(told.number, len(places.records) - 1))

    def end(self) -> None:
        """All have come."""
        if self._left is not None:
            self._keep(self._left)

    def _keep(self, told: Told) -> None:
        known = self._kept.get(told.number) if told.again else None
        self._places.add(told.record, known)
        self._kept[told.number] = len(self._places.records) - 1
        self._left = None
