"""Where no shell stands between: the value is what the context gives, and its file says which line.

Nothing is started: no startup file could change it.
"""

from __future__ import annotations

from collections.abc import Sequence

from envkit import order
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import Trace, Wanted
from envkit.tracing import align, answer


def trace_all(
    host: Host, starts: Sequence[Start], variable: str, limit: float, wanted: Wanted
) -> tuple[Trace, ...]:
    """The variable as each start is given it; `limit` is for what is started."""
    return tuple(_trace(host, one, variable) for one in starts)


def _trace(host: Host, one: Start, variable: str) -> Trace:
    value = one.environment.get(variable)
    entries = answer.entries(host, one, variable, value, align.inherited(value))
    files = order.order(host, one).files
    return Trace(one.context, one.shell.name, variable, value, files, (), entries)
