"""Over all contexts: which files each reads, and for one file what would have to change.

What would is found by asking the model again with one thing changed; no shell is started.
"""

from __future__ import annotations

from dataclasses import dataclass

from envkit import contexts, order
from envkit.host import Host
from envkit.model import Context, Order, Platform, Shell, Start


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class One:
    """A context, the start that it means here, its files; `absent`: why it is not there."""

    context: Context
    start: Start
    order: Order
    absent: str


def every(
    host: Host, shell: Shell | None, platform: Platform, build: str | None = None
) -> tuple[One, ...]:
    """Every context with the account's shell, or `shell`; those with a shell of their own keep it.

    UsageError where the account's own shell is not one that envkit knows.
    """
    found = []
    for context in contexts.every():
        own = shell if context.shell is None else None
        start = order.start_for(host, context, own, platform, build if own or not shell else None)
        absent = context.absent(host, platform) if context.absent else ""
        found.append(One(context, start, order.order(host, start), absent))
    return tuple(found)
