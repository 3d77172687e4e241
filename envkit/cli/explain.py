"""`envkit explain`: what a code of the doctor means; the page is the rule's own docstring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from envkit.cli import output
from envkit.cli.options import JsonOption, NoColorOption

if TYPE_CHECKING:
    from envkit.model import Rule


def explain(
    code: Annotated[
        Optional[str],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
        typer.Argument(
            metavar="[CODE|NAME]", help="EK101, or profile-shadowed.", show_default=False
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All pages.")] = False,
    json: JsonOption = False,
    plain: NoColorOption = False,
) -> None:
    """Explain a code that the doctor prints; without one, list them all."""
    from envkit import rules

    known = rules.every()
    if code is None and not everything:
        say_rules(known, as_json=json)
        if not json:
            output.say("\nOne page: envkit explain CODE      All pages: envkit explain --all")
        return
    chosen = known if everything else rules.matching(code or "", known)
    if json:
        output.say_json({"rules": [_as_data(rule) for rule in chosen]})
    else:
        output.say("\n\n\n".join(_page(rule) for rule in chosen))


def say_rules(chosen: Sequence[Rule], as_json: bool) -> None:
    """One line per rule, or the same as JSON."""
    from envkit import rules

    if as_json:
        output.say_json({"rules": [_as_data(rule) for rule in chosen]})
        return
    rows = [(rule.code, rules.name(rule), rule.severity, rules.title(rule)) for rule in chosen]
    output.say(output.columns(rows, indent="", gap=2))


def _as_data(rule: Rule) -> dict[str, Any]:
    from envkit import rules

    return {
        "code": rule.code,
        "name": rules.name(rule),
        "severity": rule.severity,
        "title": rules.title(rule),
        "page": rules.page(rule),
    }


def _page(rule: Rule) -> str:
    """The page, its Markdown headings as plain lines."""
    from envkit import rules

    head, _, body = rules.page(rule).partition("\n")
    label = f"{rule.severity}  {rule.code}"
    gap = " " * max(2, 80 - len(head.rstrip(".")) - len(label))
    lines = [f"{output.style(head.rstrip('.'), 'strong')}{gap}{label}"]
    for line in body.splitlines():
        heading = line.removeprefix("## ")
        lines.append(output.style(heading, "strong") if heading != line else f"  {line}".rstrip())
    return "\n".join(lines)
