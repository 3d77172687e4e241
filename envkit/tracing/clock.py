"""What the tracer's own work costs, told from the times between records.

Between two records lie a command and the writing down of one record: where many commands are next
to nothing, as a startup file's are, a low quantile of these times is the tracer's own. How much
longer the traced start took than the untouched one, a record, tells the same less exactly, since
both times have noise of their own; so it counts only from the lower quartile to three medians.
"""

from __future__ import annotations

_MOST = 5000  # microseconds; above, it was the command


class Clock:
    """Collects the times between records; `records` is how many were written."""

    __slots__ = ("_counts", "records")

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self.records = 0

    def add(self, spent: float, records: int = 1) -> None:
        """`spent` seconds lie between two records; `records` were written then, with subshells'."""
        self.records += records
        each = min(int(spent * 1e6), _MOST)
        if records == 1:
            self._counts[each] = self._counts.get(each, 0) + 1

    def cost(self, untouched: float | None, traced: float | None) -> float:
        """The seconds that one record costs; `untouched`, `traced`: wall times of the starts."""
        low, middle = self._quantile(0.25), self._quantile(0.5)
        if untouched is None or traced is None or not self.records:
            return low
        return max(low, min((traced - untouched) / self.records, 3 * middle))

    def _quantile(self, share: float) -> float:
        """The time that `share` of all are not longer than."""
        rest = share * sum(self._counts.values())
        for each in sorted(self._counts):
            rest -= self._counts[each]
            if rest <= 0:
                return each / 1e6
        return 0.0
