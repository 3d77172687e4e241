"""`envkit trace --time`: what each file and line costs, as a tree, and the costliest lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from envkit import secrets
from envkit.cli import output, trace_steps, trace_text
from envkit.cli.trace import data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from envkit.cli.trace import Asked
    from envkit.host import Host
    from envkit.model import Context, Location
    from envkit.provenance import Trace
    from envkit.steps import Line

_MANY = 10  # lines that are told
_LEAST = 0.00005  # seconds: what is told as 0.1 ms
_SMALL = 0.01  # of the whole: files below that are told together


class Node(NamedTuple):
    """A file as it was read once; `total` is with what it sourced. Path None: a prompt's hooks."""

    path: Path | None
    sourced_at: Location | None
    depth: int
    own: float
    total: float


def show(asked: Asked) -> None:
    """The files and the lines of each context."""
    from envkit.provenance import Wanted

    traces = asked.traces(Wanted(history=True, clock=True))
    if asked.as_json:
        made = data(traces, asked.contexts, asked.host)
        for one, trace in zip(made, traces, strict=True):
            one["tree"] = output.as_data(tree(trace))
            one["costliest"] = [
                {**output.as_data(line), "text": _source(asked.host, line.where)}
                for line in costliest(trace)
            ]
        output.say_json(made[0] if len(made) == 1 else {"contexts": made})
        return
    pairs = zip(traces, asked.contexts, strict=True)
    output.say("\n\n".join("\n".join(_text(asked, *each)) for each in pairs))


def tree(one: Trace) -> tuple[Node, ...]:
    """The files in the order of their first line, each with what it cost; none without a clock."""
    found: list[Node] = []
    within: list[int] = []  # the file that is read at each depth
    for step in one.steps:
        if step.seconds is None:
            return ()
        del within[step.depth + (step.resumed and len(within) > step.depth) :]
        if len(within) <= step.depth:
            within.append(len(found))
            found.append(Node(step.path, step.sourced_at, step.depth, 0.0, 0.0))
        node = found[within[-1]]
        found[within[-1]] = node._replace(own=node.own + step.seconds)
        for index in within:
            found[index] = found[index]._replace(total=found[index].total + step.seconds)
    return tuple(found)


def costliest(one: Trace) -> tuple[Line, ...]:
    """The lines that took most of the time, the first first."""
    known = [line for line in one.lines if line.seconds]
    return tuple(sorted(known, key=lambda line: -(line.seconds or 0.0))[:_MANY])


def _text(asked: Asked, one: Trace, context: Context) -> Iterator[str]:
    nodes = tree(one)
    spent = sum(node.own for node in nodes)
    whole = one.seconds if one.seconds is not None else spent
    title = trace_text.a(context.title)
    if not one.steps or not nodes:
        yield output.style(f"What the files of {title} cost is not known", "strong")
        why = "no line of a startup file runs there"
        if one.steps:
            why = f"this {one.shell} has no clock to tell its lines by"
        took = f"; its start takes {_seconds(one.seconds).strip()}" if one.seconds else ""
        yield from ("", output.columns([(why + took,)]))
    else:
        yield output.style(f"The start of {title} takes {_seconds(whole).strip()}", "strong")
        yield from ("", "     total       own   file")
        yield from _files(asked, nodes, spent)
        yield from ("", "  the costliest lines", *_lines(asked, one))
        yield from ("", _rest(one, spent))
    yield from trace_steps.endings(one, context)


def _files(asked: Asked, nodes: Sequence[Node], spent: float) -> Iterator[str]:
    small: list[Node] = []
    for node in nodes:
        if node.total < spent * _SMALL and len(nodes) > _MANY and not asked.verbose:
            small.append(node)
            continue
        name = trace_text.shown(asked.host, node.path) if node.path else "the first prompt's hooks"
        yield f"{_seconds(node.total)}{_seconds(node.own)}   {'  ' * node.depth}{name}"
    if small:
        own = _seconds(sum(node.own for node in small))
        yield f"{' ' * 10}{own}   {len(small)} more, each below 1 % (-v tells them)"


def _lines(asked: Asked, one: Trace) -> Iterator[str]:
    rows = [
        (
            _seconds(line.seconds),
            trace_text.place(asked.host, line.where),
            _source(asked.host, line.where),
        )
        for line in costliest(one)
        if (line.seconds or 0) >= _LEAST
    ]
    if not rows:
        yield "    none took so long that it could be measured"
    wide = max((len(row[1]) for row in rows), default=0)
    for seconds, place, text in rows:
        room = 80 - len(seconds) - wide - 6
        if room < 24:
            yield f"{seconds}   {place}"
            yield " " * 15 + _shortened(text, 65)
        else:
            yield f"{seconds}   {place:<{wide}}   {_shortened(text, room)}".rstrip()


def _rest(one: Trace, spent: float) -> str:
    """What is not in the table, and what was taken out of it."""
    said = ""
    if one.seconds is not None and one.seconds > spent:
        said = f"{_seconds(one.seconds - spent).strip()} are the shell's own. "
    if one.overhead:
        said += f"The tracer took {_seconds(one.overhead).strip()} more; that is taken out."
    else:
        said += "The tracer took nothing that could be measured."
    return output.columns([(said,)])


def _seconds(given: float | None) -> str:
    """Ten columns, with as many digits as are worth it."""
    if given is None:
        return " " * 10
    if given >= 1:
        return f"{given:8.2f} s"
    return f"{given * 1000:7.{0 if given >= 0.1 else 1}f} ms"


def _source(host: Host, where: Location) -> str:
    """The text of a line, without secrets; none where the file cannot be read."""
    try:
        lines = host.read(where.path).split(b"\n")
    except OSError:
        return ""
    raw = lines[where.line - 1] if 0 < where.line <= len(lines) else b""
    text = raw.decode("utf-8", "surrogateescape").strip()
    return trace_text.printable(secrets.line(text))


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 3].rstrip()}..."
