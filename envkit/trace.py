"""Which line of which startup file gave a variable its value: by starting the shell for real.

Each shell names a tracer, a module of `tracing/` with `trace_all(host, starts, variable, limit,
wanted)`.
docs/tracing.md says how each sees, and what it cannot hide.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import cast

from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import PLAIN, Trace, Wanted
from envkit.tracing.answer import is_list

__all__ = ["is_list", "trace"]


def trace(
    host: Host,
    starts: Sequence[Start],
    variable: str,
    limit: float = 10.0,
    wanted: Wanted = PLAIN,
) -> tuple[Trace, ...]:
    """Trace `variable` in each of the starts; `wanted` says what else should be told of them.

    UsageError for what is no name of a variable, and for shells that cannot be traced; Refused on
    another machine's file system.
    """
    if not (variable.isascii() and variable.isidentifier()):
        raise UsageError(f"{variable!r} is no name of a variable", "for example: envkit trace PATH")
    groups: dict[str, list[int]] = {}
    for index, one in enumerate(starts):
        if not one.shell.tracer:
            why = one.shell.no_trace or "envkit has no tracer for it"
            hint = "envkit order says which files it reads"
            raise UsageError(f"{one.shell.name} cannot be traced: {why}", hint)
        groups.setdefault(one.shell.tracer, []).append(index)
    found: dict[int, Trace] = {}
    for tracer, indices in groups.items():
        module = importlib.import_module(f"envkit.tracing.{tracer}")
        traces = module.trace_all(host, [starts[i] for i in indices], variable, limit, wanted)
        found |= zip(indices, cast(tuple[Trace, ...], traces), strict=True)
    return tuple(found[index] for index in range(len(starts)))
