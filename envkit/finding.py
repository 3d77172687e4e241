"""What a doctor says, as data: facts and rules, findings and their cures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from envkit.model import Location
from envkit.plan import FileEdit

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Fix:
    """What cures a finding: a sentence, commands to type, edits that envkit can make itself."""

    text: str
    commands: tuple[str, ...] = ()
    edits: tuple[FileEdit, ...] = ()
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule speaks, and the contexts that it hurts."""

    code: str
    severity: Severity
    message: str
    where: Location | None = None
    contexts: tuple[str, ...] = ()
    observed: str = ""
    expected: str = ""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A check over facts: `check`'s parameters name the facts that it needs by their type."""

    code: str
    severity: Severity
    check: Callable[..., Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Fact:
    """One kind of fact: `type` is its dataclass, `gather(host)` fills it, in child processes."""

    type: type[Any]
    gather: Callable[..., Any]
