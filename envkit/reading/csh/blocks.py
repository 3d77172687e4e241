"""`if`, `switch`, `foreach`, `while` and `goto`: where the next line is (tcsh(1), Control flow).

csh looks for the end of a block by the first word of each line and, for a nested `if`, by whether
the last word of its line is `then`; quotes and here-documents over several lines are nothing to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envkit.reading import patterns
from envkit.reading.conditions import Answer
from envkit.reading.csh import expand, expression
from envkit.reading.csh.frame import Frame, Loop
from envkit.reading.csh.text import Command, Fault, Line, Word

if TYPE_CHECKING:
    from envkit.reading.csh.walk import Walk

_WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|\\.|[^\s()"'\\])+|[()]""")


def _line_words(text: str) -> list[str]:
    """A skipped line as csh looks at it: parted at blanks and parentheses; `#` ends it."""
    found: list[str] = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        if text[at] == "#":
            break
        word = _WORD.match(text, at)
        end = word.end() if word else len(text)
        found.append(text[at:end])
        at = end
    return found


def _find(frame: Frame, start: int, opens: str, closes: str, level: int = 0) -> int:
    """The line whose first word is `closes` at this level; Fault where there is none."""
    for at in range(start, len(frame.lines)):
        words = _line_words(frame.lines[at].text)
        first = words[0] if words else ""
        if first in opens.split() and (first != "if" or words[-1] == "then"):
            level += 1
        elif first == closes:
            if level == 0:
                return at
            level -= 1
    raise Fault(f"{closes} not found")


def _find_else(frame: Frame, start: int) -> tuple[int, str | None]:
    """The `else` or `endif` of an `if`, and what stands behind the `else`."""
    level = 0
    for at in range(start, len(frame.lines)):
        text = frame.lines[at].text
        words = _line_words(text)
        first = words[0] if words else ""
        if first == "else" and level == 0:
            return at, text[text.index("else") + 4 :]
        if first == "if" and words[-1] == "then":
            level += 1
        elif first == "endif":
            if level == 0:
                return at, None
            level -= 1
    raise Fault("then/endif not found")


def end_of_if(frame: Frame) -> int:
    """The line of the `endif` that closes the block at hand."""
    return _find(frame, frame.at, "if", "endif")


def run_if(walk: Walk, command: Command) -> Answer:
    """`if ( expression ) then`, or `if ( expression ) command`."""
    inside, rest = _parenthesised(command.words)
    condition = expand.operands(inside, walk.state)
    tail = expand.fields(rest, walk.state)
    from envkit.reading.csh import commands

    answer = expression.true(condition, walk.state, lambda one: commands.run_fields(walk, one))
    if not tail:
        raise Fault("empty if")
    if tail[0] == "then":
        if len(tail) > 1:
            raise Fault("improper then")
        _branch(walk, answer)
        return True
    if answer is None:
        walk.perhaps(Command("simple", rest))
        return None
    return commands.run_fields(walk, tail) if answer else True


def _parenthesised(found: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """The words within the outer parentheses after the first word, and those behind them."""
    if found[1:2] != (Word("(", operator=True),):
        raise Fault("expression syntax")
    depth = 0
    for index, word in enumerate(found):
        if word.operator:
            depth += {"(": 1, ")": -1}.get(word.text, 0)
            if depth == 0 and word.text == ")":
                return found[2:index], found[index + 1 :]
    raise Fault("expression syntax")


def _branch(walk: Walk, answer: Answer) -> None:
    """Go on in the block, or behind its `else` or `endif`; or look at both."""
    frame = walk.frame
    if answer is True:
        return
    at, behind = _find_else(frame, frame.at)
    if answer is False:
        frame.jump(at + 1)
        if behind is not None:
            frame.pending = Line(frame.lines[at].number, frame.lines[at].last, behind)
        return
    end = _find(frame, frame.at, "if", "endif")
    walk.region(frame.at, at)
    if behind is not None and at < end:
        _behind_else(walk, at, end, behind)
    frame.jump(end + 1)


def _behind_else(walk: Walk, at: int, end: int, behind: str) -> None:
    """The other way: what stands behind `else`, and the lines up to `endif`."""
    frame = walk.frame
    before, number = frame.lines, frame.number
    line = Line(before[at].number, before[at].last, behind or ":")
    if not behind.strip():
        walk.region(at + 1, end)
        return
    frame.lines = (*before[:at], line, *before[at + 1 :])
    try:
        walk.region(at, end)
    finally:
        frame.lines, frame.number = before, number


def run_else(walk: Walk) -> Answer:
    """`else`, come by from above: the block that was run ends here."""
    walk.frame.jump(end_of_if(walk.frame) + 1)
    return True


def run_switch(walk: Walk, command: Command) -> Answer:
    """`switch ( word )`: on to the first `case` that matches, or `default`."""
    inside, tail = _parenthesised(command.words)
    condition = expand.operands(inside, walk.state)
    if tail or len(condition) > 1:
        raise Fault("syntax error")
    subject = expand.one(condition[0], walk.state) if condition else ""
    frame = walk.frame
    end = _find(frame, frame.at, "switch", "endsw")
    labels = _labels(frame, frame.at, end)
    for index, (at, word) in enumerate(labels):
        label = None if word is None else expand.text(word, walk.state)
        unknown = word is not None and (label is None or subject is None)
        if unknown:
            for here, _ in labels[index:]:
                walk.region(here + 1, end + 1)
            break
        if word is None or patterns.matches(label or "", subject or ""):
            frame.jump(at + 1)
            return True
    frame.jump(end + 1)
    return True


def _labels(frame: Frame, start: int, end: int) -> list[tuple[int, str | None]]:
    """The labels of a switch: their lines and words; None is `default`."""
    found: list[tuple[int, str | None]] = []
    level = 0
    for at in range(start, end):
        words = _line_words(frame.lines[at].text)
        first = words[0] if words else ""
        level += (first == "switch") - (first == "endsw")
        if level == 0 and first == "case":
            word = words[1] if len(words) > 1 else ""
            found.append((at, word.removesuffix(":")))
        elif level == 0 and first.rstrip(":") == "default":
            found.append((at, None))
    return found


def run_breaksw(walk: Walk) -> Answer:
    """`breaksw`: on behind `endsw`."""
    walk.frame.jump(_find(walk.frame, walk.frame.at, "switch", "endsw") + 1)
    return True


def run_foreach(walk: Walk, command: Command) -> Answer:
    """`foreach name ( words )`."""
    found = command.words
    if len(found) < 3 or found[2].text != "(" or found[-1].text != ")":
        raise Fault("foreach: words not parenthesized")
    names = expand.fields(found[1:2], walk.state)
    if len(names) != 1 or not re.fullmatch(r"[A-Za-z_]\w*", names[0] or ""):
        raise Fault("foreach: bad name")
    values = expand.globbed(expand.fields(found[3:-1], walk.state), walk.state)
    frame = walk.frame
    if None in values:
        end = _find(frame, frame.at, "foreach while", "end")
        walk.state.put(names[0] or "", (None,))
        walk.region(frame.at, end)
        frame.jump(end + 1)
        return True
    frame.loops.append(Loop(frame.at - 1, names[0] or "", tuple(values)))
    return run_continue(walk)


def run_while(walk: Walk, command: Command) -> Answer:
    """`while ( expression )`."""
    from envkit.reading.csh import commands

    inside, tail = _parenthesised(command.words)
    condition = expand.operands(inside, walk.state)
    if tail:
        raise Fault("expression syntax")
    answer = expression.true(condition, walk.state, lambda one: commands.run_fields(walk, one))
    frame = walk.frame
    line = frame.at - 1
    running = bool(frame.loops) and frame.loops[-1].line == line
    if answer is True:
        if not running:
            frame.loops.append(Loop(line, "", ()))
        return True
    end = _loop_end(frame, frame.loops.pop() if running else Loop(line, "", ()))
    if answer is None:
        walk.region(frame.at, end)
    frame.jump(end + 1)
    return True


def _loop_end(frame: Frame, loop: Loop) -> int:
    """Where `end` is: known once it has been come by, else looked for."""
    return loop.end if loop.end >= 0 else _find(frame, loop.line + 1, "foreach while", "end")


def run_end(walk: Walk) -> Answer:
    """`end`: csh remembers where it came by it."""
    frame = walk.frame
    if frame.loops:
        frame.loops[-1] = frame.loops[-1]._replace(end=frame.at - 1)
    return run_continue(walk)


def run_continue(walk: Walk) -> Answer:
    """`continue`, or the first turn: the next word of the innermost loop, or on behind its end."""
    frame = walk.frame
    if not frame.loops:
        if not walk.certain:
            return True
        raise Fault("not in while/foreach")
    loop = frame.loops.pop()
    if not loop.variable:
        frame.jump(loop.line)
        return True
    if not loop.left:
        frame.jump(_loop_end(frame, loop) + 1)
        return True
    walk.state.put(loop.variable, loop.left[:1])
    frame.loops.append(loop._replace(left=loop.left[1:]))
    frame.jump(loop.line + 1)
    return True


def run_break(walk: Walk) -> Answer:
    """`break`: on behind the `end` of the innermost loop."""
    frame = walk.frame
    if not frame.loops:
        if not walk.certain:
            return True
        raise Fault("not in while/foreach")
    loop = frame.loops.pop()
    frame.jump(_loop_end(frame, loop) + 1)
    return True


def run_goto(walk: Walk, label: str | None) -> Answer:
    """`goto label`: on behind the line `label:`, wherever in the file it is."""
    frame = walk.frame
    if label is None:
        walk.doubt += 1
        return None
    for at, line in enumerate(frame.lines):
        words = _line_words(line.text)
        if words and words[0] == label + ":":
            frame.jump(at + 1)
            return True
    raise Fault(f"{label}: label not found")
