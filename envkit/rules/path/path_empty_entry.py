"""Empty entry in PATH.

## What it finds

A `:` too many in PATH: at its beginning, at its end, or two in a row. It is asked of the PATH that
a real start ends up with, so a variable that was empty when the line ran is seen. Empty entries
in MANPATH and INFOPATH have a meaning of their own and are left alone.

## Why it matters

An empty entry means the current folder: in a downloaded repository, `ls` or `python` may be a
program of that repository. It also makes commands behave differently from folder to folder.

## Example

    # ~/.bashrc
    export PATH="$PATH:$HOME/go/bin:$GOBIN"

## Fix

Add the colon only together with what follows it:

    export PATH="$PATH:$HOME/go/bin${GOBIN:+:$GOBIN}"

Evidence: https://github.com/LukeSmithxyz/voidrice/issues/208
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from envkit.facts.startup import Startup
from envkit.facts.traces import Traces
from envkit.finding import Finding, Fix, Rule
from envkit.model import Location

_NAME = r"(?:\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)\})"
_LINE = re.compile(r"(?:export\s+)?PATH=(\"?)([^\"'`]*)\1$")


def check(traces: Traces, startup: Startup) -> Iterator[Finding]:
    """Yield one finding for each line that leaves an empty entry in PATH."""
    for trace in traces.traces:
        last = trace.assignments[-1].where if trace.assignments else None
        for entry in trace.entries:
            if entry.directory == "" and entry.set_by is not None:
                yield _finding(
                    entry.set_by, trace.context, startup, "leaves an empty entry in PATH"
                )
        if not trace.value and not trace.entries and last is not None:
            done = "unsets PATH" if trace.value is None else "empties PATH"
            yield _finding(last, trace.context, startup, done)


def _finding(where: Location, context: str, startup: Startup, done: str) -> Finding:
    line = startup.line(where)
    return Finding(
        "EK201",
        "error",
        f"{where} {done}: programs of the current folder are run in place of the system's.",
        where,
        (context,),
        observed=f"The line: {line}" if line else "",
        fix=_fix(where, line, done),
    )


def _fix(where: Location, line: str, done: str) -> Fix:
    if better := repaired(line):
        return Fix(str(where), (better,))
    if done.endswith("entry in PATH"):
        return Fix(f"{where}: add the colon only with what follows it", ("${NAME:+:$NAME}",))
    return Fix(f"{where}: keep what PATH was", ('PATH="DIR${PATH:+:$PATH}"',))


def repaired(line: str) -> str:
    """The line with each colon tied to what follows it; "" where it is not of a known form."""
    match = _LINE.match(line)
    if match is None or "$(" in match[2] or (" " in match[2] and not match[1]):
        return ""
    value = re.sub(r":{2,}", ":", match[2]).strip(":")
    parts = re.split(r":(?![^{]*\})", value)
    words = [re.fullmatch(_NAME, part) for part in parts]
    # The first part that is sure to be there carries no colon; the others bring their own.
    sure = next(
        (i for i, word in enumerate(words) if word is None or "PATH" in word.groups()), None
    )
    if sure is None:
        return ""
    new = ""
    for index, (part, word) in enumerate(zip(parts, words, strict=True)):
        name = word and (word[1] or word[2])
        if not name or index == sure or name == "PATH":
            new += part if index <= sure else f":{part}"
            new += ":" if index < sure else ""
        else:
            new += f"${{{name}:+${name}:}}" if index < sure else f"${{{name}:+:${name}}}"
    fixed = line[: match.start(2)] + new + line[match.end(2) :]
    return fixed if fixed != line else ""


RULE = Rule("EK201", "error", check)
