"""For people: most severe first, what is hurt, what to do; 80 columns, no colour needed."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from envkit import contexts, rules
from envkit.finding import Finding, Fix

if TYPE_CHECKING:
    from envkit.doctor import Report, Skipped

Style = Callable[[str, str], str]
_WIDTH = 80


def report(found: Report, *, verbose: bool = False, style: Style = lambda text, kind: text) -> str:
    """The findings, the counts, what was skipped, and how to learn more."""
    shown = [one for one in found.findings if verbose or one.severity != "info"]
    blocks = ["\n".join(_finding(one, style)) for one in shown]
    blocks.append("\n".join(_summary(found, verbose)))
    return "\n\n".join(blocks)


def _finding(one: Finding, style: Style) -> Iterator[str]:
    rule = rules.matching(one.code, rules.every())[0]
    title, label = rules.title(rule), f"{one.severity}  {one.code}"
    gap = " " * max(2, _WIDTH - len(title) - len(label))
    yield f"{style(title, 'strong')}{gap}{style(one.severity, one.severity)}  {one.code}"
    yield from _wrap(one.message, "  ", "  ")
    facts = [part.partition(": ")[::2] for part in one.observed.splitlines()]
    if one.contexts:
        facts.append(("Hurts", ", ".join(contexts.get(name).title for name in one.contexts)))
    size = max([21, *(len(label) + 1 for label, _ in facts)])
    for label, text in facts:
        head = f"  {label + ':':{size}}  "
        yield from _wrap(text, head, " " * len(head))
    if one.fix:
        yield from _fix(one.fix)


def _fix(fix: Fix) -> Iterator[str]:
    head = "  Fix:   "
    first = fix.commands[0] if fix.commands else ""
    if first and len(f"{head}{fix.text:<26}  {first}") <= _WIDTH:
        yield f"{head}{fix.text:<26}  {first}"
    else:
        yield from _wrap(fix.text, head, " " * len(head))
        if first:
            yield f"{' ' * len(head)}    {first}"
    for command in fix.commands[1:]:
        yield f"{' ' * len(head)}    {command}"


def _summary(found: Report, verbose: bool) -> Iterator[str]:
    ran = f"{_count(found.checks, 'check')} in {_count(found.contexts, 'context')}"
    if not found.findings:
        yield f"No problems found · {ran}{_took(found)}"
    else:
        counts = [
            _count(sum(one.severity == severity for one in found.findings), word)
            for severity, word in (("error", "error"), ("warning", "warning"), ("info", "note"))
        ]
        hidden = counts[2] != "0 notes" and not verbose
        yield f"{', '.join(counts)}{' (-v shows them)' if hidden else ''} · {ran}{_took(found)}"
    yield from _skipped(found.skipped)
    shown = [one for one in found.findings if verbose or one.severity != "info"]
    if shown:
        yield f"What a code means: envkit explain {shown[0].code}"


def _skipped(skipped: tuple[Skipped, ...]) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for one in skipped:
        reasons.setdefault(one.reason, []).append(one.code)
    for reason, codes in reasons.items():
        yield from _wrap(f"{len(codes)} skipped ({reason}): {', '.join(codes)}", "", "  ")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _took(found: Report) -> str:
    return f", {found.seconds:.1f} s" if found.seconds else ""


def _wrap(text: str, first: str, others: str) -> list[str]:
    lines = textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [first.rstrip()]


REPORTER = report
