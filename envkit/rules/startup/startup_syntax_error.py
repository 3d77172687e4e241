"""Syntax error in a startup file.

## What it finds

A startup file that its shell cannot parse: `bash -n`, and `dash -n` for `~/.profile`, which a
desktop session reads with `sh`. It is an error when a real start complains of it, too; what only
the parser says is a warning.

## Why it matters

The shell drops the rest of the file from that command on, and goes on without it: PATH lines and
`conda init` blocks below are silently gone. dash ends the whole login.

## Example

    # ~/.bashrc
    if [ -d "$HOME/bin" ]; then
        PATH="$HOME/bin:$PATH"

## Fix

Close what stands open. The message names the line at which the shell gave up; an `if`, a `{` or a
quotation mark further up may be the one that was never closed.

Evidence: https://github.com/mamba-org/mamba/issues/1356
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from envkit.facts.starts import Starts
from envkit.facts.startup import Flaw, Startup
from envkit.finding import Finding, Fix, Rule


def check(startup: Startup, starts: Starts | None) -> Iterator[Finding]:
    """Yield one finding for each file that its shell cannot parse."""
    parsed_by_bash = {flaw.where.path for flaw in startup.flaws if flaw.reader == "bash"}
    for flaw in startup.flaws:
        if flaw.reader == "sh" and flaw.where.path in parsed_by_bash:
            continue  # the same error, said once
        yield _finding(flaw, startup, starts)


def _finding(flaw: Flaw, startup: Startup, starts: Starts | None) -> Finding:
    path = flaw.where.path
    readers = startup.readers(path)
    seen = () if starts is None else tuple(filter(lambda c: _complains(starts, c, flaw), readers))
    if flaw.reader == "sh" and not seen:
        message = f"sh cannot parse {flaw.where}: a desktop session or an sh login stops there."
    else:
        message = f"{flaw.where} cannot be parsed: the rest of the file does not run."
    return Finding(
        "EK108",
        "error" if seen else "warning",
        message,
        flaw.where,
        seen or (readers if flaw.reader != "sh" else ()),
        observed=f"{'dash' if flaw.reader == 'sh' else 'bash'} says: {flaw.message}",
        fix=Fix(
            "correct it, then see that this is silent",
            (f"{'dash' if flaw.reader == 'sh' else 'bash'} -n {path}",),
        ),
    )


def _complains(starts: Starts, context: str, flaw: Flaw) -> bool:
    row = starts.row(context)
    # dash names the line, not the file.
    place = rb": \d+" if flaw.reader == "sh" else re.escape(str(flaw.where.path).encode())
    said = rb"(?i)%s: .*(syntax error|unexpected)" % place
    return row is not None and re.search(said, row.stdout + row.stderr) is not None


RULE = Rule("EK108", "error", check)
