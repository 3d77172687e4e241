"""Startup hangs or needs a terminal.

## What it finds

A shell that does not come to its first command within ten seconds, with nothing on its stdin.
The last line that it ran is named. A terminal that only waits for an answer (a passphrase, a
question) is no error: it is a note, and a warning where `ssh host command` runs that line, too.

## Why it matters

`ssh host command`, an editor that asks your shell for its environment, and a job that starts in
a login shell all stand still, most of them without a word.

## Example

    # ~/.bashrc
    while ! ping -c 1 -W 1 vpn.invalid >/dev/null 2>&1; do sleep 1; done

## Fix

Run it in interactive shells on a terminal only, and give it a limit:

    [[ $- == *i* && -t 0 ]] && timeout 2 ssh-add -l

Evidence: https://github.com/perfsonar/toolkit/issues/66
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from envkit.facts.starts import Started, Starts
from envkit.facts.startup import Startup
from envkit.finding import Finding, Fix, Rule, Severity
from envkit.model import Location

_ABOUT_TERMINALS = re.compile(r"\$-|-t\b|PS1|\btty\b")


def check(starts: Starts, startup: Startup) -> Iterator[Finding]:
    """Yield one finding for each start that came to no end by itself."""
    for row in starts.rows:
        if row.timed_out:
            yield _finding(row, startup)


def _finding(row: Started, startup: Startup) -> Finding:
    place = str(row.last_line) if row.last_line else "a startup file (its line could not be seen)"
    line = startup.line(row.last_line)
    severity: Severity = "error"
    message = f"The shell never gets past {place}: it was ended after {row.seconds:.0f} s."
    if row.asks and _is_for_everybody(row.last_line, startup):
        severity = "warning"
        message = f"{place} waits for somebody to answer, in shells without a terminal as well."
    elif row.asks:
        severity = "info"
        message = f"{place} waits for somebody to answer: until then there is no prompt."
    return Finding(
        "EK105",
        severity,
        message,
        row.last_line,
        (row.context,),
        observed=f"The line: {line}" if line else "",
        fix=Fix(
            f"{row.last_line or 'there'}: on a terminal only, and with a limit",
            ("[[ $- == *i* && -t 0 ]] && timeout 2 …",),
        ),
    )


def _is_for_everybody(where: Location | None, startup: Startup) -> bool:
    """Whether the line is plainly run by `ssh host command`, too, and takes its input there."""
    remote = startup.order("ssh_command")
    if where is None or remote is None or "ssh_command" not in startup.readers(where.path):
        return False
    left = any(
        event.kind == "leave" and event.where.path == where.path and event.where.line < where.line
        for event in remote.events
    )
    return not left and startup.is_plain(where) and not _ABOUT_TERMINALS.search(startup.line(where))


RULE = Rule("EK105", "error", check)
