"""Gather the facts that the chosen rules ask for, once each, run the rules, sort what they found.

A rule names its facts by type in the signature of its `check`, and a fact may name others. A fact
that could not be gathered is never a finding: its rules are listed as skipped, with the reason.
A rule that can do with less says `Fact | None`.
"""

from __future__ import annotations

import re
import sys
import time
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from envkit import contexts, platforms, shells
from envkit.facts import CannotTell, Missing, Request
from envkit.finding import Fact, Finding, Fix, Rule
from envkit.host import Host
from envkit.model import Location

_SEVERITIES = ("error", "warning", "info")
_SECRET = re.compile(
    r"\b(\w*(?:TOKEN|SECRET|PASSWO?R?D|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)\w*\s*[=:]\s*)"
    r"(\"[^\"]*\"|'[^']*'|[^\s\"']+)",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"\b(?:hf_|gh[pousr]_|github_pat_|glpat-|sk-|xox[abprs]-|AKIA|ASIA|eyJ)[\w.-]{8,}|"
    r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that could not check, wholly or in one context, and why."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found. `checks` is how many rules ran; reporters take it as it is."""

    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    checks: int
    contexts: int
    seconds: float = 0.0

    def worst(self) -> int:
        """0 for an error, 1 for a warning, 2 for info, 3 for nothing found."""
        return min((_SEVERITIES.index(found.severity) for found in self.findings), default=3)


def request(
    host: Host,
    context_names: Sequence[str] = (),
    platform: str | None = None,
    static: bool = False,
    limit: float = 10.0,
    shell: str | None = None,
) -> Request:
    """What to look at: the given contexts, else all; static where nothing can be run here.

    UsageError on an unknown context or platform, or where the account's shell is not known.
    """
    here = platforms.detect(host)
    there = platforms.of(host, platform)
    return Request(
        host,
        there,
        shells.named(host, shell) if shell else shells.of(host),
        tuple(map(contexts.get, dict.fromkeys(context_names))) or contexts.common(),
        static or host.foreign or there.name != here.name,
        limit,
    )


def examine(asked: Request, chosen: Sequence[Rule]) -> Report:
    """Run the rules; findings most severe first, those of one place merged over the contexts."""
    began = time.monotonic()
    known: dict[type[Any], Any] = {Request: asked}
    found: list[Finding] = []
    skipped: list[Skipped] = []
    ran = 0
    for rule in chosen:
        try:
            facts = _arguments(rule.check, known)
        except CannotTell as error:
            skipped.append(Skipped(rule.code, error.message))
            continue
        found += rule.check(**facts)
        ran += 1
        skipped += [
            Skipped(rule.code, f"{contexts.get(gap.context).title}: {gap.reason}")
            for gap in _gaps(facts.values())
        ]
    findings = sorted(_merged(_judged(asked.host, found), asked), key=_place)
    private = tuple(_private(asked.host, finding) for finding in findings)
    took = time.monotonic() - began
    return Report(private, tuple(dict.fromkeys(skipped)), ran, len(asked.contexts), took)


def _arguments(function: Callable[..., Any], known: dict[type[Any], Any]) -> dict[str, Any]:
    """The facts that a function's parameters name; CannotTell where one cannot be gathered."""
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    facts: dict[str, Any] = {}
    for name, hint in hints.items():
        options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        try:
            facts[name] = _fact(options[0], known)
        except CannotTell:
            if type(None) not in options:
                raise
            facts[name] = None
    return facts


def _fact(kind: type[Any], known: dict[type[Any], Any]) -> Any:
    """The fact of a type, gathered at its first use; a failure is kept and raised again."""
    if kind not in known:
        fact: Fact = sys.modules[kind.__module__].FACT
        try:
            known[kind] = fact.gather(**_arguments(fact.gather, known))
        except CannotTell as error:
            known[kind] = error
    if isinstance(known[kind], CannotTell):
        raise known[kind]
    return known[kind]


def _gaps(facts: Any) -> list[Missing]:
    return [gap for fact in facts for gap in getattr(fact, "missing", ())]


def _judged(host: Host, found: Sequence[Finding]) -> list[Finding]:
    """What lies outside the home is advice for the administrator, not counted against the user."""
    return [
        replace(one, severity="info")
        if one.where is not None and not {host.home, host.config} & set(one.where.path.parents)
        else one
        for one in found
    ]


def _merged(found: Sequence[Finding], asked: Request) -> list[Finding]:
    """One finding per code, place and message; its contexts in the order of the request."""
    order = [context.name for context in asked.contexts]

    def place(name: str) -> int:  # a rule may know of more contexts than were asked about
        return order.index(name) if name in order else len(order)

    merged: dict[tuple[str, Location | None, str], Finding] = {}
    for one in found:
        key = (one.code, one.where, one.message)
        first = merged.setdefault(key, one)
        both = dict.fromkeys((*first.contexts, *one.contexts))
        severity = min(first.severity, one.severity, key=_SEVERITIES.index)
        merged[key] = replace(first, severity=severity, contexts=tuple(sorted(both, key=place)))
    return list(merged.values())


def _place(one: Finding) -> tuple[int, str, str, int, str]:
    path, line = (str(one.where.path), one.where.line) if one.where else ("", 0)
    return _SEVERITIES.index(one.severity), one.code, path, line, one.message


def _private(host: Host, one: Finding) -> Finding:
    """Output is pasted in public: the home becomes `~`, secrets, user and machine are left out."""
    text = _redactions(host)
    fix = one.fix and Fix(
        text(one.fix.text), tuple(map(text, one.fix.commands)), one.fix.edits, one.fix.safe
    )
    where = one.where and Location(type(one.where.path)(host.show(one.where.path)), one.where.line)
    return replace(
        one,
        where=where,
        message=text(one.message),
        observed=text(one.observed),
        expected=text(one.expected),
        fix=fix,
    )


def _redactions(host: Host) -> Callable[[str], str]:
    import platform

    home = re.compile(re.escape(str(host.home)) + r"(?![\w.-])") if host.home.parts[1:] else None
    names: Mapping[str, str] = {host.user: "USER", platform.node(): "HOST"}
    known = {
        re.compile(rf"(?<![\w./-]){re.escape(name)}(?![\w/-])"): word
        for name, word in names.items()
        if len(name) > 2 and name not in ("root", "user", "localhost")
    }

    def redact(text: str) -> str:
        text = home.sub("~", text) if home else text
        text = _KEY.sub("***", _SECRET.sub(r"\1***", text))
        for name, word in known.items():
            text = name.sub(word, text)
        return text

    return redact
