"""zsh's loops, case and always, as often as they would run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from envkit.reading import branches, commands, loops
from envkit.reading.conditions import Answer, negate
from envkit.reading.jumps import Jump
from envkit.reading.nodes import Node
from envkit.reading.zsh import patterns as zsh_patterns
from envkit.reading.zsh import words as zsh_words

if TYPE_CHECKING:
    from envkit.reading.zsh.walk import ZshWalk

_ROUNDS = 1000


@contextmanager
def _looping(walk: ZshWalk) -> Iterator[None]:
    """`break` outside of a loop is an error."""
    walk.loops += 1
    try:
        yield
    finally:
        walk.loops -= 1


def run_for(walk: ZshWalk, node: Node) -> Answer:
    """`for a b in items`: the names take the items in turn; what is missing is empty."""
    names, body = node.words[0].split(), node.parts[0]
    items = zsh_words.expand(node.words[1:], walk.state)
    status: Answer = True
    with _looping(walk):
        for at in range(0, len(items), len(names)):
            for number, name in enumerate(names, start=at):
                walk.state.put(name, items[number] if number < len(items) else "")
            unsure = None in items[at : at + len(names)]
            before = len(walk.record.files)
            again, status = loops._body(walk, body, unsure)
            first = items[at]
            if first and len(walk.record.files) == before and commands.sources(body, names[0]):
                loops._passed_over(walk, first, node)
            if not again:
                break
    return status


def run_while(walk: ZshWalk, node: Node) -> Answer:
    """while and until."""
    condition, body = node.parts
    with _looping(walk):
        for _ in range(_ROUNDS):
            status = walk.test(condition)
            status = negate(status) if node.kind == "until" else status
            if status is False:
                return True
            again, _status = loops._body(walk, body, unsure=status is None)
            if status is None:
                return None
            if not again:
                return True
    return None


def run_repeat(walk: ZshWalk, node: Node) -> Answer:
    """`repeat n`."""
    text = zsh_words.single(node.words[0], walk.state)
    count = None if text is None else walk.state.number(text)
    status: Answer = True
    with _looping(walk):
        if count is None:
            loops._body(walk, node.parts[0], True)
            return None
        for _ in range(min(count, _ROUNDS)):
            again, status = loops._body(walk, node.parts[0], False)
            if not again:
                break
    return status


def run_count(walk: ZshWalk, node: Node) -> Answer:
    """`for ((a; b; c))`."""
    first, condition, step = node.words
    state = walk.state
    state.number(first)
    with _looping(walk):
        for _ in range(_ROUNDS):
            holds = state.number(condition) if condition.strip() else 1
            if holds == 0:
                return True
            again, _status = loops._body(walk, node.parts[0], holds is None)
            if holds is None:
                return None
            if not again:
                return True
            state.number(step)
    return None


def run_case(walk: ZshWalk, node: Node) -> Answer:
    """case, with `;&` and `;|`."""
    subject = zsh_words.single(node.words[0], walk.state)
    return branches.choose(walk, node, lambda raw: matches(walk, subject, raw))


def matches(walk: ZshWalk, subject: str | None, raw: str) -> Answer:
    """Whether a pattern of a `case` matches."""
    pattern = zsh_words.pattern(raw, walk.state)
    if pattern == "*":
        return True
    if subject is None or pattern is None:
        return None
    return zsh_patterns.matches(pattern, subject, walk.state.on("extendedglob"))


def run_always(walk: ZshWalk, node: Node) -> Answer:
    """`{ … } always { … }`."""
    pending: Jump | None = None
    status: Answer = True
    try:
        status = walk.run(node.parts[0])
    except Jump as jump:
        inside = walk.in_function and jump.kind == "exit" and not walk.state.in_subshell
        if jump.leaves_all and jump.kind != "stop" and not inside:
            raise
        pending = jump
        walk.state.variables["TRY_BLOCK_ERROR"] = "1" if jump.kind == "spoil" else "-1"
    try:
        walk.run(node.parts[1])
    except Jump as jump:
        if jump.kind != "spoil":  # an error here is forgotten
            raise
    handled = walk.state.variables.get("TRY_BLOCK_ERROR") == "0"
    if pending is not None and not (pending.kind == "spoil" and handled):
        raise pending
    return status if pending is None else False
