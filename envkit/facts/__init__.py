"""One file per kind of fact, gathered once, in child processes. Each ends in FACT.

A gather function names what it needs by type: the `Request`, or another fact. What cannot be
known is raised as `CannotTell`; the doctor turns it into `skipped`, never into a finding.
A fact that is known in some contexts only says where it is not in a field `missing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from envkit.errors import EnvkitError
from envkit.host import Host
from envkit.model import Context, Platform, Shell


class CannotTell(EnvkitError):
    """A fact could not be gathered; the message is the reason that is shown after `skipped`."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one run of the doctor looks at. `limit`: seconds that a start may take."""

    host: Host
    platform: Platform
    shell: Shell
    contexts: tuple[Context, ...]
    static: bool = False
    limit: float = 10.0


@dataclass(frozen=True, slots=True)
class Missing:
    """A context in which a fact is not known, and why."""

    context: str
    reason: str
