"""PATH of every context that starts, traced once: each entry with the line that set it."""

from __future__ import annotations

from dataclasses import dataclass

from envkit import trace
from envkit.errors import Refused, UsageError
from envkit.facts import CannotTell, Missing, Request
from envkit.facts.starts import Starts
from envkit.facts.startup import Startup
from envkit.finding import Fact
from envkit.provenance import Trace


@dataclass(frozen=True, slots=True)
class Traces:
    """One Trace of PATH per context that came to its first command."""

    traces: tuple[Trace, ...]
    missing: tuple[Missing, ...]

    def trace(self, context: str) -> Trace | None:
        """The Trace of a context; None where there is none."""
        return next((trace for trace in self.traces if trace.context == context), None)


def gather(request: Request, startup: Startup, starts: Starts) -> Traces:
    """Trace PATH in the contexts that end by themselves."""
    reached = [
        start
        for start, row in zip(startup.starts, starts.rows, strict=True)
        if row.variables is not None
    ]
    try:
        return Traces(trace.trace(request.host, reached, "PATH"), starts.unreached)
    except (UsageError, Refused) as error:
        raise CannotTell(error.message) from error


FACT = Fact(Traces, gather)
