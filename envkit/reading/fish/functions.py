"""fish's functions: defined, called."""

from __future__ import annotations

from envkit.model import Location
from envkit.reading.conditions import Answer
from envkit.reading.fish.state import Frame, Function, Variable
from envkit.reading.fish.walk import Leave, Walk
from envkit.reading.nodes import Node

_DEPTH = 60


def define(walk: Walk, node: Node) -> Answer:
    """`function name options; …; end`."""
    words = walk.expander.all(node.words)
    if not words:
        return None
    names: list[str] = []
    collects = keeps = False
    for word in words[1:]:
        if word.startswith("-"):
            option, _, value = word.partition("=")
            collects = option in ("-a", "--argument-names")
            names += [value] if collects and value else []
            keeps = keeps or option in ("-S", "--no-scope-shadowing")
        elif collects:
            names.append(word)
    path = walk.files[-1].path
    event = next((one for one in words[1:] if one in ("-e", "--on-event")), "")
    event = words[words.index(event) + 1] if event and words[-1] != event else ""
    if "--on-event=fish_exit" in words or event == "fish_exit":
        walk.at_exit[words[0]] = None
    walk.state.functions[words[0]] = Function(node.parts[0], path, tuple(names), keeps)
    return True


def call(walk: Walk, function: Function, arguments: list[str] | None, node: Node) -> Answer:
    """A function that a file has defined; unknown arguments are unknown in it, too."""
    if walk.calls > _DEPTH:
        return None
    scope = {"argv": Variable(None if arguments is None else tuple(arguments))}
    for number, name in enumerate(function.arguments):
        here = None if arguments is None else tuple(arguments[number : number + 1])
        scope[name] = Variable(here)
    file, outer = walk.files[-1], walk.within
    before, walk.files[-1].path = file.path, function.path
    if walk.within is not None and walk.within.path != function.path:
        walk.within = None
    walk.state.frames.append(Frame(not function.keeps_scope, [scope]))
    walk.calls += 1
    try:
        return walk.run(function.body) if function.body.parts else True
    except Leave as leave:
        if leave.kind != "return":
            raise
        return leave.status
    finally:
        walk.calls -= 1
        walk.state.frames.pop()
        file.path, walk.within = before, outer


def leave(walk: Walk) -> None:
    """The shell ends: the functions that wait for the event fish_exit."""
    from envkit.reading.fish.walk import File

    walk.record.logout = True
    for name in list(walk.at_exit):
        function = walk.state.functions.get(name)
        if function is None:
            continue
        walk.files.append(File(function.path, walk.doubt))
        try:
            call(walk, function, [], function.body)
        except Leave:
            return
        finally:
            walk.files.pop()


def evaluate(walk: Walk, text: str, node: Node) -> Answer:
    """`eval text`: what it does is done by the line of the eval."""
    from envkit.reading.fish import tree

    outer = walk.within
    at: Location = walk.location(node)
    walk.within = at
    try:
        status: Answer = True
        for part in tree.parse(text.encode("utf-8", "surrogateescape")).parts:
            status = walk.run(part)
        return status
    finally:
        walk.within = outer
