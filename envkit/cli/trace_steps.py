"""`envkit trace --steps`: what each stretch of each file did, files that are not read in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from envkit.cli import output, trace_change, trace_secret, trace_text
from envkit.cli.trace import data
from envkit.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envkit.cli.trace import Asked
    from envkit.model import Context, Location, Start, StartupFile
    from envkit.provenance import Assignment, Trace


class Stage(NamedTuple):
    """A step with the file it begins, or a file in which nothing ran, with its depth.

    `anew`: the step set the variable to what has nothing of the old value in it.
    """

    step: Step | None
    file: StartupFile | None
    depth: int
    anew: bool = False


def show(asked: Asked) -> None:
    """The steps of each context."""
    from envkit.provenance import Wanted

    traces = asked.traces(Wanted(history=True))
    if asked.as_json:
        made = data(traces, asked.contexts, asked.host)
        for one, trace in zip(made, traces, strict=True):
            steps = _data(trace)
            trace_secret.hide(trace.variable, steps)
            one["steps"] = steps
        output.say_json(made[0] if len(made) == 1 else {"contexts": made})
        return
    pairs = zip(traces, asked.contexts, asked.starts(), strict=True)
    output.say("\n\n".join("\n".join(_text(asked, *each)) for each in pairs))


def _text(asked: Asked, one: Trace, context: Context, start: Start) -> Iterator[str]:
    found, number = stages(one), 0
    count = len(one.steps)
    steps = f"{count} step{'s' * (count != 1)}"
    yield output.style(f"{headline(one, context.title)}, {steps}", "strong")
    yield from ("", *at_first(asked, one, start))
    for stage in found:
        number += stage.step is not None
        yield from _stage(asked, one, stage, number if stage.step else 0)
    if not one.steps:
        yield "     no line of a startup file ran"
    yield from endings(one, context)


def headline(one: Trace, title: str) -> str:
    """`PATH in a terminal, 8 entries`."""
    where = f"{one.variable} in {trace_text.a(title)}"
    if one.value is None:
        return f"{one.variable} is not set in {trace_text.a(title)}"
    if one.entries:
        return f"{where}, {trace_text.count(one)}"
    return f"{where} = {trace_text.value(one.variable, one.value) or '(empty)'}"


def endings(one: Trace, context: Context) -> Iterator[str]:
    """What could not be seen, and how the context is imitated."""
    yield from trace_text.notes(one)
    if context.imitated:
        yield from ("", output.columns([("* imitated:", context.imitated)], gap=1))


def first_value(one: Trace, start: Start) -> str | None:
    """The variable before any line of a file: the shell itself may have given it a value."""
    return one.steps[0].before if one.steps else start.environment.get(trace_change.listed(one))


def at_first(asked: Asked, one: Trace, start: Start) -> Iterator[str]:
    value = first_value(one, start)
    given = [each for each in start.given if each.variable == trace_change.listed(one)]
    by = f"{given[-1].where or given[-1].by}" if given and given[-1].value == value else ""
    if trace_change.is_list(one, value):
        said = trace_change.entries(asked.host, value)
    else:
        said = trace_text.value(one.variable, value) or "(empty)"
    said += f" (given by {trace_text.shown(asked.host, by)})" if by else ""
    yield output.columns([("at first", said)], indent=" " * 5)


def stages(one: Trace) -> list[Stage]:
    """The steps, each new file with what is known of it, and between them the files without any."""
    left, found = list(one.steps), list[Stage]()
    for file in one.files:
        begins = _begin(left, file)
        depth = _depth(found, file)
        until = left.index(begins) if begins else _place(left, file, depth)
        found += [Stage(step, None, step.depth) for step in left[:until]]
        del left[:until]
        if begins:
            found.append(Stage(left.pop(0), file, begins.depth))
        else:
            found.append(Stage(None, file, depth))
    found += [Stage(step, None, step.depth) for step in left]
    return list(_set_anew(found, list(one.assignments)))


def _set_anew(found: Sequence[Stage], left: list[Assignment]) -> Iterator[Stage]:
    """The stages, with those in which the variable was set anew.

    Assignments are told in order, and so are steps: one belongs to the step whose value it makes.
    """
    for stage in found:
        step, anew = stage.step, False
        value = step.before if step else None
        while step and left:
            here = _is_in(step, left[0].where)
            if value == step.after and not (here and left[0].value == value):
                break
            value, anew = left[0].value, anew or (here and left[0].anew)
            del left[0]
        yield stage._replace(anew=anew)


def _is_in(step: Step, where: Location | None) -> bool:
    return bool(where and where.path == step.path and step.first <= where.line <= step.last)


def _begin(left: Sequence[Step], file: StartupFile) -> Step | None:
    """The step in which a file begins that is read."""
    if file.status != "read" or file.logout:
        return None
    return next((one for one in left if one.path == file.path and not one.resumed), None)


def _place(left: Sequence[Step], file: StartupFile, depth: int) -> int:
    """How many of the steps come before a file in which nothing ran, and which lies `depth` deep.

    It comes before the next file that the shell reads by itself, before what its reader goes on
    with behind the line that would read it, and before what its reader's reader goes on with.
    """
    if file.logout:
        return len(left)
    for index, step in enumerate(left):
        if (step.depth == 0 and not step.resumed) or step.depth < depth - 1:
            return index
        if file.sourced_at and _is_behind(step, file.sourced_at):
            return index
    return len(left)


def _is_behind(step: Step, at: Location) -> bool:
    if step.path == at.path and step.first > at.line:
        return True
    source = step.sourced_at
    return bool(source and not step.resumed and source.path == at.path and source.line > at.line)


def _depth(found: Sequence[Stage], file: StartupFile) -> int:
    if file.sourced_at is None:
        return 0
    path = file.sourced_at.path
    return next((one.depth + 1 for one in reversed(found) if one.step and one.step.path == path), 1)


def _stage(asked: Asked, one: Trace, stage: Stage, number: int) -> Iterator[str]:
    step, indent = stage.step, "  " * stage.depth
    head = f"{number:>3}  " if number else "     "
    yield from beside(f"{head}{indent}{_named(asked, stage)}", _said(asked, stage))
    if step is None:
        return
    rows = trace_change.told(asked.host, one, step.before, step.after, stage.anew)
    if stage.anew and not rows:
        rows.append(("same", "set anew to what it was"))
    listed = trace_change.is_list(one, step.before, step.after)
    if asked.verbose:
        now = trace_change.entries(asked.host, step.after) if listed else ""
        rows.append(("now", now or trace_text.value(one.variable, step.after) or "(empty)"))
    if not listed:
        yield from (f"       {indent}{word:5} {what}" for word, what in rows)  # as it is
    elif rows:
        yield output.columns(rows, indent=f"       {indent}")


def _named(asked: Asked, stage: Stage) -> str:
    if stage.step is None:
        return trace_text.shown(asked.host, stage.file.path) if stage.file else ""
    step = stage.step
    if step.path is None:
        return "the hooks of a first prompt"
    lines = f"{step.first}" if step.first == step.last else f"{step.first}-{step.last}"
    return f"{trace_text.shown(asked.host, step.path)}:{lines}"


def _said(asked: Asked, stage: Stage) -> str:
    step, file = stage.step, stage.file
    if step is None:
        assert file is not None
        if file.status == "read":
            return "read when this shell is left" if file.logout else "read, nothing ran in it"
        reason = "" if file.reason == "not there" else file.reason
        return f"{file.status}: {reason}" if reason else file.status
    if step.resumed:
        return "(continued)"
    return f"from {trace_text.place(asked.host, step.sourced_at)}" if step.sourced_at else ""


def beside(left: str, right: str) -> Iterator[str]:
    """Two columns, the second at 44 or, where the first is too wide, below it."""
    if not right or len(left) <= 42:
        yield output.columns([(left.ljust(42 if right else 0), right)], indent="", gap=2).rstrip()
    else:
        yield left
        yield output.columns([("", right)], indent=" " * 44, gap=0)


def _data(one: Trace) -> list[dict[str, object]]:
    """The stages for programs: steps, and files in which nothing ran with null for their lines."""
    found = []
    for stage in stages(one):
        step, file = stage.step, stage.file
        made: dict[str, object] = dict.fromkeys(Step._fields)
        if step:
            made |= output.as_data(step)
            made |= trace_change.data(one, step.before, step.after)
        elif file:
            made |= {"path": str(file.path), "sourced_at": output.as_data(file.sourced_at)}
            made["resumed"] = False
        made |= {"depth": stage.depth, "status": file.status if file else "read"}
        made["anew"] = stage.anew
        found.append({**made, "reason": file.reason if file else ""})
    return found
