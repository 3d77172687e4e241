"""Profile-shadowed login file.

## What it finds

bash reads only the first of `~/.bash_profile`, `~/.bash_login` and `~/.profile`. This rule speaks
when one of them is never read for that reason, and something that it would set is missing. It is
proved in a real login shell: the hidden file is sourced there, and what appears is what is lost.

## Why it matters

An installer writes a new `~/.bash_profile`, and from that day on everything in `~/.profile` is
gone from terminals and ssh logins, while the desktop, which reads it with `sh`, still has it.

## Example

    # ~/.bash_profile
    export PATH="$HOME/miniconda3/bin:$PATH"

    # ~/.profile
    export EDITOR=vim

## Fix

Let the file that is read source the other one, at its top:

    [ -r ~/.profile ] && . ~/.profile

Evidence: https://github.com/conda/conda/issues/3871
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from envkit.facts.hidden import Hidden, HiddenFiles, pairs
from envkit.facts.startup import Startup
from envkit.finding import Finding, Fix, Rule
from envkit.model import Location

# At the margin: what is indented may stand under a condition.
_EXPORT = re.compile(r"^export\s+([A-Za-z_]\w*)=|^(PATH)=", re.MULTILINE)


def check(startup: Startup, hidden: HiddenFiles | None) -> Iterator[Finding]:
    """Yield one finding for each hidden login file whose effect is missed."""
    for one in _suspected(startup) if hidden is None else hidden.files:
        if one.variables or one.entries:
            yield _finding(one, startup, proved=hidden is not None)


def _finding(one: Hidden, startup: Startup, *, proved: bool) -> Finding:
    lost = ", ".join([*one.variables, *(f"{entry} on PATH" for entry in one.entries)])
    return Finding(
        "EK101",
        "error" if proved else "warning",
        f"{one.file} is never read: {one.winner} stands before it, and bash reads only one of "
        "the three login files.",
        Location(one.winner, 1),
        (one.context,),
        observed=f"Lost in login shells: {lost}",
        fix=_fix(one, startup),
    )


def _fix(one: Hidden, startup: Startup) -> Fix:
    text = startup.texts.get(one.file, b"").decode("utf-8", "replace")
    sources = rf"^[^#\n]*(?<![\w.])(?:\.|source)\s+\S*{re.escape(one.winner.name)}\b"
    if re.search(sources, text, re.MULTILINE):
        return Fix(
            f"move what {one.file} sets into {one.winner}; do not source it there, since it "
            f"sources {one.winner.name} itself"
        )
    if one.winner not in startup.texts:
        return Fix(f"make {one.winner} a file that can be read, or move it away")
    name = f"~/{one.file.name}"
    return Fix(f"add to {one.winner}:1", (f"[ -r {name} ] && . {name}",))


def _suspected(startup: Startup) -> Iterator[Hidden]:
    """By text alone: the exports of the hidden file that no file which is read sets."""
    for start, file, winner in pairs(startup):
        order = startup.order(start.context)
        if order is None or file.name.encode() in startup.texts.get(winner, b""):
            continue  # mentioned: perhaps sourced in a way that only running it can tell
        set_by_others = {event.variable for event in order.events if event.kind == "assign"}
        text = startup.texts.get(file, b"").decode("utf-8", "replace")
        names = {match[1] or match[2] for match in _EXPORT.finditer(text)}
        lost = tuple(sorted(names - (set_by_others - {"PATH"})))
        yield Hidden(file, winner, start.context, lost, ())


RULE = Rule("EK101", "error", check)
