"""One file per rule; its docstring is its page. Each ends in RULE.

A page is Markdown: a title, then *What it finds · Why it matters · Example · Fix*. The example's
blocks begin with a comment that names their file, and a test proves that they trigger the rule.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence

from envkit import discover
from envkit.errors import UsageError
from envkit.finding import Rule


def every() -> tuple[Rule, ...]:
    """All rules, sorted by code."""
    return tuple(sorted(discover.every("envkit.rules", "RULE"), key=lambda rule: rule.code))


def name(rule: Rule) -> str:
    """The rule's name for people, from its file's name: `profile-shadowed`."""
    return rule.check.__module__.rpartition(".")[2].replace("_", "-")


def page(rule: Rule) -> str:
    """The rule's page: the docstring of its file."""
    return inspect.cleandoc(sys.modules[rule.check.__module__].__doc__ or "")


def title(rule: Rule) -> str:
    """The first line of the page, without its full stop."""
    return page(rule).partition("\n")[0].rstrip(".")


def select(wanted: Sequence[str], unwanted: Sequence[str]) -> tuple[Rule, ...]:
    """The rules that `wanted` names (all where empty), without those that `unwanted` names.

    A word is a code, the beginning of one (`EK2`), or a name; commas part words.
    UsageError where a word names nothing.
    """
    rules = every()
    chosen = [rule for word in _words(wanted) for rule in matching(word, rules)]
    dropped = [rule for word in _words(unwanted) for rule in matching(word, rules)]
    return tuple(r for r in rules if (not wanted or r in chosen) and r not in dropped)


def matching(word: str, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules that a code, the beginning of one, or a name means; UsageError for none."""
    text = word.strip()
    code, dashed = text.upper(), text.lower().replace("_", "-")
    found = tuple(
        r for r in rules if name(r) == dashed or (len(code) > 1 and r.code.startswith(code))
    )
    if not found:
        raise UsageError(f"unknown rule: {word}", _near(text, rules))
    return found


def _words(given: Sequence[str]) -> list[str]:
    return [word for part in given for word in part.split(",") if word.strip()]


def _near(word: str, rules: tuple[Rule, ...]) -> str:
    """What might have been meant, else all codes."""
    import difflib

    known = {rule.code: rule for rule in rules} | {name(rule): rule for rule in rules}
    close = difflib.get_close_matches(word.upper(), known, 3, 0.7)
    close += difflib.get_close_matches(word.lower().replace("_", "-"), known, 3, 0.5)
    if close:
        meant = dict.fromkeys(f"{known[key].code} {name(known[key])}" for key in close)
        return f"did you mean {', '.join(meant)}?"
    return f"known: {', '.join(rule.code for rule in rules)} (envkit explain)"
