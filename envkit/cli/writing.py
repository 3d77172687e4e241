"""What every command that writes does around its writing: one at a time, nothing half done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from envkit.cli import output

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.lock import Holder


@contextmanager
def writing(host: Host, command: str) -> Iterator[None]:
    """Hold the lock while `command` (as it was typed) plans and writes.

    What was interrupted before is undone or finished first, and told. Refused as `lock.held` and
    `recovery.recover` are. A plan that was shown before must be made again in here: another
    writer may have been first.
    """
    from envkit import lock, recovery

    def waiting(holder: Holder) -> None:
        output.warn(f"waiting for {holder} …")

    with lock.held(host, command, waiting):
        said = recovery.recover(host)
        if said is not None:
            output.warn(said)
        yield
