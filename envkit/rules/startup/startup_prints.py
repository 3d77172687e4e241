"""Startup file prints.

## What it finds

A startup file that writes something in a shell that nobody looks at: `ssh host command`, and
whatever starts a shell in the same way. Output on stdout is an error, output on stderr a warning.
The shell is really started, with nothing to look at it, and a second start finds the line.

## Why it matters

`scp`, `sftp`, `rsync`, `git` over ssh, Ansible and editors speak a protocol through that shell.
They take the greeting for an answer and fail: "Received message too long", "protocol error".

## Example

    # ~/.bashrc
    echo "welcome back"

## Fix

Print in interactive shells only:

    [[ $- == *i* ]] && echo "welcome back"

Evidence: https://github.com/lablup/backend.ai/issues/11772
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from envkit.facts.starts import Printed, Started, Starts
from envkit.facts.startup import Startup
from envkit.finding import Finding, Fix, Rule

_GUARD, _SH_GUARD = "[[ $- == *i* ]] && {}", "case $- in *i*) {} ;; esac"
_FISH_GUARD = "status is-interactive; and {}"
# As bash, zsh, ksh93, mksh and fish say it.
_SYNTAX_ERROR = re.compile(
    r"(syntax error|parse error|unexpected (EOF|end|token)|unmatched|Missing end)", re.IGNORECASE
)
_GOES_ON = ("\\", "|", "&&", "||", "(", "{", ";;", "}")
_COMPOUND = ("if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "{")


def check(starts: Starts, startup: Startup) -> Iterator[Finding]:
    """Yield one finding for each line that prints where nobody looks."""
    for row in starts.rows:
        if not row.interactive:
            for printed in row.printed:
                if not _is_syntax_error(printed, startup):
                    yield _finding(row, printed, startup)


def _is_syntax_error(printed: Printed, startup: Startup) -> bool:
    """Whether it is the shell's complaint of what EK108 reports."""
    return printed.stream == "stderr" and any(
        re.match(
            rf"{re.escape(str(flaw.where.path))}: (line )?\d+: .*(syntax error|unexpected)",
            printed.text,
            re.IGNORECASE,
        )
        for flaw in startup.flaws
    )


def _finding(row: Started, printed: Printed, startup: Startup) -> Finding:
    stdout = printed.stream == "stdout"
    name = str(printed.where) if printed.where else "A startup file"
    harm = "scp and rsync take it for protocol and fail" if stdout else "logs and tools show it"
    text = printed.text if len(printed.text) <= 60 else printed.text[:57] + "…"
    quoted = text if text.startswith(('"', "'")) else f'"{text}"'
    return Finding(
        "EK104",
        "error" if stdout else "warning",
        f"{name} writes {quoted}{'' if stdout else ' on stderr'} in shells that no one looks at; "
        f"{harm}.",
        printed.where,
        (row.context,),
        fix=_fix(printed, startup, row),
    )


def _fix(printed: Printed, startup: Startup, row: Started) -> Fix:
    if printed.where is None and printed.stream == "stderr" and _SYNTAX_ERROR.search(printed.text):
        return Fix("correct the line that the shell names: from there on it does not read the file")
    if printed.where is None:
        order = startup.order(row.context)
        guard = _FISH_GUARD if order is not None and order.shell == "fish" else _GUARD
        return Fix("print in interactive shells only", (guard.format("…"),))
    if printed.stream == "stderr" and re.search("No such file|not found", printed.text):
        return Fix(f"{printed.where}: delete it, or test for what it names first")
    if printed.where.path not in startup.own_files:
        return Fix(f"where {printed.where.path} is sourced, send its output away", (">/dev/null",))
    line = startup.line(printed.where)
    words = line.split()
    whole = line.count("'") % 2 == 0 and line.count('"') % 2 == 0 and not line.endswith(_GOES_ON)
    several = re.search(r"[;&]", re.sub(r"'[^']*'|\"[^\"]*\"|\d*>&\d?|&>", "", line))
    if not words or words[0] in _COMPOUND or not whole or several:
        return Fix(f"{printed.where}: only in interactive shells", (_GUARD.format("…"),))
    guard = _SH_GUARD if printed.where.path.name == ".profile" else _GUARD
    return Fix(str(printed.where), (guard.format(line),))


RULE = Rule("EK104", "error", check)
