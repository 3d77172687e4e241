"""How a zsh ends: a -c whose last command is a program turns into it, and reads no logout file.

Found by experiment (exec.c, `last1`): what is in the place of the last command is not forked for,
unless a trap is set. A subshell there never comes back either, but by `exit`.
"""

from __future__ import annotations

from pathlib import Path

from envkit import syntax
from envkit.host import Host
from envkit.model import End
from envkit.reading import traps
from envkit.reading.conditions import Answer, negate
from envkit.reading.jumps import Frame, Jump
from envkit.reading.nodes import Node
from envkit.reading.record import Record
from envkit.reading.zsh import commands as zsh_commands
from envkit.reading.zsh import loops_run as zsh_loops_run
from envkit.reading.zsh import words as zsh_words
from envkit.reading.zsh.values import Fault
from envkit.reading.zsh.walk import ZshWalk
from envkit.shells._zsh_argv import Call


def by_itself(call: Call) -> End:
    """A person leaves by `exit`, a text at its end."""
    typed = call.command is None and call.interactive and call.script is None
    return "exit" if typed else "end-of-input"


def after_command(walk: ZshWalk, call: Call) -> Answer:
    """Walk the command or script: whether the shell itself is still there at its end."""
    if call.script is not None and not _opens(walk.state.host, walk, call.script):
        return False
    content = _text(walk, call)
    if content is None or walk.ended is not None:
        return True
    if walk.state.on("singlecommand") and call.command is None and content.strip():
        return False
    record, walk.record = walk.record, Record(walk.state.host)
    walk.frames.append(Frame(Path(call.argv0), False, walk.doubt))
    walk.tested = 0
    try:
        return negate(_program(walk, syntax.parse(content, "zsh").parts, call.command is not None))
    except Jump as jump:
        return jump.kind not in ("exec", "die")
    finally:
        walk.tested = 1
        walk.frames.pop()
        walk.record = record


def hooks(walk: ZshWalk) -> None:
    """After every logout file: the trap on EXIT, then zshexit and zshexit_functions (zexit)."""
    if "TRAPEXIT" in walk.state.functions:
        walk.record.exit_trap = None
    traps.at_exit(walk)
    walk.record.logout = True
    is_set, names = walk.state.fetch("zshexit_functions")
    listed = names if is_set and isinstance(names, tuple) else ()
    for name in ("TRAPEXIT", "zshexit", *listed):
        if name is not None and name in walk.state.functions:
            try:
                walk.call_as(name, [])
            except (Jump, Fault):
                return


def _opens(host: Host, walk: ZshWalk, script: str) -> bool:
    if host.kind(walk.state.path(script)) in ("file", "directory"):
        return True
    if "/" in script or not walk.state.on("pathscript"):
        return False
    return bool(walk.state.external(script))


def _text(walk: ZshWalk, call: Call) -> bytes | None:
    if call.command is not None:
        return call.command.encode("utf-8", "surrogateescape")
    path = walk.state.path(call.script or "")
    if call.script is None or walk.state.host.kind(path) != "file":
        return None
    return walk.state.host.read(path)


def _program(walk: ZshWalk, parts: tuple[Node, ...], turns: bool) -> Answer:
    """Run all, the last statement as one that the shell may turn into."""
    for part in parts[:-1] if turns else parts:
        try:
            walk.run(part)
        except Jump as jump:
            if jump.leaves_all:
                raise
            return False
    if not turns or not parts:
        return False
    try:
        return _turns(walk, parts[-1])
    except Jump as jump:
        if jump.leaves_all:
            raise
        return False


def _turns(walk: ZshWalk, node: Node) -> Answer:
    """Whether the shell turns into a program at this statement, run here."""
    if walk.trapped:
        walk.run(node)
        return False
    tail = _TAILS.get(node.kind)
    if tail is not None:
        return tail(walk, node)
    walk.run(node)
    return False


def _command(walk: ZshWalk, node: Node) -> Answer:
    try:
        answer = zsh_commands.is_program(walk, node)
    except Fault:
        answer = False
    if answer is False:
        walk.run(node)
    return answer


def _sequence(walk: ZshWalk, node: Node) -> Answer:
    for part in node.parts[:-1]:
        walk.run(part)
    return _turns(walk, node.parts[-1]) if node.parts else False


def _and_or(walk: ZshWalk, node: Node) -> Answer:
    left, right = node.parts
    status = walk.test(left)
    if status is None:
        walk.perhaps(right)
        return None
    return _turns(walk, right) if status == (node.kind == "and") else False


def _if(walk: ZshWalk, node: Node) -> Answer:
    parts = node.parts
    for i in range(0, len(parts) - 1, 2):
        status = walk.test(parts[i])
        if status is None:
            walk.perhaps(node)
            return None
        if status:
            return _turns(walk, parts[i + 1])
    return _turns(walk, parts[-1]) if len(parts) % 2 else False


def _case(walk: ZshWalk, node: Node) -> Answer:
    subject = zsh_words.single(node.words[0], walk.state)
    for item in node.parts:
        answers = [zsh_loops_run.matches(walk, subject, raw) for raw in item.words[:-1]]
        if True in answers:
            return _sequence(walk, item)
        if None in answers:
            return None
    return False


def _for(walk: ZshWalk, node: Node) -> Answer:
    items = zsh_words.expand(node.words[1:], walk.state)
    walk.loops += 1
    for item in items[:-1]:
        walk.state.put(node.words[0], item)
        walk.run(node.parts[0])
    if not items:
        return False
    walk.state.put(node.words[0], items[-1])
    return _turns(walk, node.parts[0])


def _subshell(walk: ZshWalk, node: Node) -> Answer:
    if node.words:  # in the background
        walk.run(node)
        return False
    walk.state.in_subshell += 1
    try:
        walk.sequence(node)
    except Jump as jump:
        return jump.kind != "exit"
    finally:
        walk.state.in_subshell -= 1
    return True


def _always(walk: ZshWalk, node: Node) -> Answer:
    walk.run(node.parts[0])
    return _turns(walk, node.parts[1])


_TAILS = {
    "command": _command,
    "sequence": _sequence,
    "group": _sequence,
    "and": _and_or,
    "or": _and_or,
    "if": _if,
    "case": _case,
    "for": _for,
    "subshell": _subshell,
    "always": _always,
}
