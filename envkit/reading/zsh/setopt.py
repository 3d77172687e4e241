"""zsh's options as its builtins change them: setopt, unsetopt, set, emulate (zshbuiltins(1))."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node
from envkit.reading.zsh import assignments as zsh_assignments
from envkit.reading.zsh import options as zsh_options
from envkit.reading.zsh.values import Fault

if TYPE_CHECKING:
    from envkit.reading.zsh.walk import ZshWalk

Arguments = list[str | None]


def setopt(on: bool) -> Callable[[ZshWalk, Node, Arguments], Answer]:
    """`setopt` or `unsetopt`."""

    def change(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
        rest = list(arguments)
        if rest[:1] and rest[0] in ("-m", "+m"):
            return None
        while rest and rest[0] is not None and rest[0][:1] in ("-", "+") and len(rest[0]) > 1:
            bundle = rest.pop(0) or ""
            answer = _letters(walk, node, bundle, rest, (bundle[0] == "-") == on)
            if answer is False:
                return False
        answers = [walk.set_option(node, name, on) for name in rest]
        return None if None in answers else all(answers)

    return change


def _letters(walk: ZshWalk, node: Node, bundle: str, rest: Arguments, on: bool) -> Answer:
    for at, letter in enumerate(bundle[1:], start=1):
        if letter == "o":
            name = bundle[at + 1 :] or (rest.pop(0) if rest else None)
            return walk.set_option(node, name, on)
        option = zsh_options.letter(letter, walk.state.options)
        if option is None:
            return False
        walk.set_option(node, option[0], on == option[1])
    return True


def set_(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    """`set`: options, parameters, `-A` arrays; a bad option is an error."""
    rest = list(arguments)
    while rest and rest[0] is not None and rest[0][:1] in ("-", "+") and len(rest[0]) > 1:
        flag = rest.pop(0) or ""
        if flag == "--":
            walk.state.parameters = rest
            return True
        if "A" in flag:
            name = rest.pop(0) if rest else None
            if name:
                zsh_assignments.put_array(walk, node, name, rest)
            return True
        if flag == "-o" and not rest:
            return True
        if _letters(walk, node, flag, rest, flag[0] == "-") is False:
            raise Fault()
    if rest and rest[0] in ("-", "+"):
        rest = rest[1:]
        walk.state.parameters = rest
    if rest:
        walk.state.parameters = rest
    return True


def emulate(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    """`emulate [-LR] MODE [-c TEXT]`."""
    words = list(arguments)
    fully = local = False
    while words and words[0] and words[0].startswith("-"):
        flag = words.pop(0) or ""
        fully, local = fully or "R" in flag, local or "L" in flag
    if not words or words[0] is None:
        return None if words else True
    mode, rest = zsh_options.mode(words[0]), words[1:]
    state = walk.state
    before = state.emulation, set(state.options)
    options: set[str] = set(state.options)
    zsh_options.emulate(options, mode, fully)
    if local:
        options |= {"localoptions", "localpatterns", "localtraps"}
    state.emulation, state.options = mode, options
    if not rest:
        walk.options_changed(node, before[1])
        return True
    if rest[0] != "-c" or len(rest) < 2:
        return None
    try:
        return None if rest[1] is None else walk.text(rest[1], node)
    finally:
        state.emulation, state.options = before
