"""`envkit explain`: what a code of the doctor means; the page is the rule's own docstring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from envkit.cli import output
from envkit.cli.options import JsonOption, NoColorOption

if TYPE_CHECKING:
    from envkit.finding import Rule


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
    """The page in 80 columns: headings as plain lines, paragraphs filled, examples as they are."""
    import textwrap

    from envkit import rules

    _, _, body = rules.page(rule).partition("\n\n")
    title, label = rules.title(rule), f"{rule.severity}  {rule.code}"
    gap = " " * max(2, 80 - len(title) - len(label))
    parts = [f"{output.style(title, 'strong')}{gap}{label}"]
    for part in body.split("\n\n"):
        if part.startswith("## "):
            parts.append(output.style(part[3:], "strong"))
        elif part.startswith("    "):
            parts.append(textwrap.indent(part, "  "))
        else:
            filled = textwrap.wrap(part, 78, break_long_words=False, break_on_hyphens=False)
            parts.append("\n".join(f"  {line}" for line in filled))
    return "\n\n".join(parts)
