"""The text and the data of `envkit contexts`."""

from __future__ import annotations

import importlib
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from envkit import launch
from envkit.cli import output
from envkit.cli.order import where
from envkit.host import Host
from envkit.model import Context, Given, Order, Start

Row = tuple[Context, Start, str, str]  # why it is not really started, why it is absent
_NAME_WIDTH = 16
_UNDER = " " * (_NAME_WIDTH + 4)
_STDIN = {
    "pty": "a terminal",
    "pipe": "a pipe",
    "socket": "a socket",
    "null": "/dev/null",
    "closed": "closed",
}


def table(rows: Iterable[Row]) -> str:
    """All contexts, one a line."""
    lines = [("name", "what it is", "started as", "here")]
    lines += [
        (context.name, context.title, _flags(start), _here(why, absent))
        for context, start, why, absent in rows
    ]
    head, *body = output.columns(lines, gap=2).split("\n")
    said = "\n".join(
        textwrap.wrap(
            "started: envkit really starts it on this machine, to prove or to measure. imitated: "
            "its own shell, flags and variables, without the program that would start it. "
            "More: envkit contexts NAME",
            80,
        )
    )
    return "\n".join([output.style(head, "strong"), *body, "", said])


def page(host: Host, context: Context, start: Start, why: str, absent: str, found: Order) -> str:
    """One context in full."""
    parts = [output.style(f"{context.title} ({context.name})", "strong"), "", _docstring(context)]
    parts += ["", output.columns(list(_facts(host, context, start, why, absent, found)), indent="")]
    parts += ["", "Given before any startup file"]
    parts += [_given(host, one) for one in _last(start.given)]
    return "\n".join(parts)


def data(
    host: Host, context: Context, start: Start, why: str, absent: str, found: Order
) -> dict[str, Any]:
    """One context for programs."""
    how = start.invocation
    return {
        "name": context.name,
        "title": context.title,
        "shell": start.shell.name,
        "login": how.login,
        "interactive": how.interactive,
        "command": how.command,
        "stdin": how.stdin,
        "limit": context.limit or None,
        "absent": absent or None,
        **where(host, start.platform),
        "imitated": bool(why),
        "why_imitated": why or None,
        "reproduced": _reproduced(context, why),
        "remedy": context.remedy or None,
        "given": [output.as_data(one) for one in _last(start.given)],
        "files": [str(row.path) for row in (*found.before, *found.files) if row.status == "read"],
    }


def _facts(
    host: Host, context: Context, start: Start, why: str, absent: str, found: Order
) -> Iterator[tuple[str, str]]:
    if absent:
        yield "Absent", absent
    yield ("Imitated" if why else "Started"), _reproduced(context, why)
    yield "Shell", f"{_flags(start)}, stdin {_STDIN[start.invocation.stdin]}"
    if context.limit:
        yield "Waits", f"{context.limit:g} s"
    rows = (*found.before, *found.files)
    read = [host.show(row.path) for row in rows if row.status == "read" and not row.logout]
    yield "Reads", ", ".join(read) or "no startup file"
    if not read and context.remedy:
        yield "Instead", context.remedy.replace("{path}", "…")
    yield "More", f"envkit order --context {context.name}; envkit trace --context {context.name}"


def _reproduced(context: Context, why: str) -> str:
    if why in ("", launch.NO_STARTER):
        return context.imitated if why else "really, by a starter of envkit's own"
    return f"{context.imitated} ({why})"


def _flags(start: Start) -> str:
    """How the shell is started, in the words of all shells: `bash -l -i`."""
    how = start.invocation
    if start.shell.name == "none":
        return "no shell"
    flags = [flag for flag, on in (("-l", how.login), ("-i", how.interactive)) if on]
    return " ".join([start.shell.name, *flags, *(["-c"] if how.command else [])])


def _here(why: str, absent: str) -> str:
    if absent:
        return f"absent: {absent}"
    if why == launch.NO_STARTER:
        return "imitated"
    return f"imitated: {why}" if why else "started"


def _last(given: tuple[Given, ...]) -> list[Given]:
    """The one of each name that counts, PATH first."""
    by_name = {one.variable: one for one in given}
    return sorted(by_name.values(), key=lambda one: one.variable != "PATH")


def _given(host: Host, one: Given) -> str:
    """Name and value, then who gives it: in the same line where there is room."""
    where = f", {host.show(one.where.path)}:{one.where.line}" if one.where else ""
    by = one.by + where
    line = f"  {one.variable:{_NAME_WIDTH}}  {_wrapped(one.value)}"
    gap = "   " if "\n" not in line and len(line) + 3 + len(by) <= 80 else f"\n{_UNDER}"
    return line + gap + output.style(by, "dim")


def _wrapped(value: str) -> str:
    """A long list goes on below itself after a colon."""
    lines = [""]
    for part in re.findall(r"[^:]*:|[^:]+$", value):
        if lines[-1] and len(lines[-1]) + len(part) > 80 - len(_UNDER):
            lines.append("")
        lines[-1] += part
    return f"\n{_UNDER}".join(lines)


def _docstring(context: Context) -> str:
    text = importlib.import_module(f"envkit.contexts.{context.name}").__doc__ or ""
    return "\n\n".join(textwrap.fill(part, 80) for part in text.strip().split("\n\n"))
