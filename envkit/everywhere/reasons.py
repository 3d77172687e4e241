"""Why a statement did not run, in a start that read its file: what is around it, and before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from envkit.everywhere import setters, structure
from envkit.everywhere.known import Known
from envkit.everywhere.structure import Guard, Placed, Span

_TO_THE_END = 1 << 30
# A loop over nothing leaves no line, nor does a case in mksh.
_SILENT = frozenset(("loop", "case"))
_LEAVE_NONE = {
    "bash": ("loop", "function"),
    "dash": ("loop", "function"),
    "ash": ("loop", "function"),
    "ksh": ("loop", "function"),
    "mksh": ("loop", "function", "case"),
}


class Otherwise(NamedTuple):
    """What alone would let a line run.

    The kinds of `model.Change` for a file that is not read, and: true, false: the condition that
    stands at `subject` (`file:line`) were so; case: the case went to the item there; loop: the loop
    there had something to go through; call: the function `subject` were called; shell: the
    account's shell were `subject`; readable: the file were. earlier: what leaves the file there did
    not.
    """

    kind: str
    subject: str = ""


class Reason(NamedTuple):
    """Why not; `line` is where that was decided. `is_end`: nothing says why it ends there."""

    text: str
    change: Otherwise | None = None
    line: int = 0
    is_end: bool = False


def not_run(known: Known, placed: Placed, lines: set[int], alias: str) -> Reason:
    """Why it did not run, where `lines` of its file did; `alias` is the file for people."""
    line = placed.node.line
    if not placed.shared:
        lines = lines - {line}  # that of another that is spelled alike (fish)
    one = _Place(known, lines, alias)
    broken = structure.broken(known.content, known.dialect)
    if broken is not None and (line >= broken or known.dialect == "fish"):
        return one.reason("after the syntax error at", broken, "earlier")
    for at, guard in enumerate(placed.guards):
        if guard.kind == "function":
            if not one.called(guard):
                if guard.text in one.made():
                    return one.function(guard)
                break
            continue
        inner = placed.guards[at + 1 :]
        beside = [each for each in inner if guard.span.first == each.span.first == line]
        if beside and guard.kind == "loop" and not guard.conditions and line in lines:
            continue  # it leaves no line, or goes through something
        if not one.reached(guard) and (guard.kind not in _SILENT or one.leave(placed)[0]):
            break
        if not one.entered(guard):
            return one.either(guard, inner, beside)
    return one.left(placed)


class _Place:
    """A file, and which of its lines ran."""

    def __init__(self, known: Known, lines: set[int], alias: str) -> None:
        self.known, self.lines, self.alias = known, lines, alias

    def reason(self, text: str, line: int, kind: str) -> Reason:
        """One that a line of this file decides."""
        change = Otherwise(kind, f"{self.known.path}:{line}")
        return Reason(f"{text} {self.alias}:{line}", change, line)

    def made(self) -> set[str]:
        """The functions that may have been made: not those behind where the file was left."""
        return {
            guard.text
            for one in self.known.statements()
            for guard in one.guards
            if guard.kind == "function" and not self._left_before(guard.span.first)
        }

    def function(self, guard: Guard) -> Reason:
        text = f"in {guard.text}(), which is not called"
        return Reason(text, Otherwise("call", guard.text), guard.span.first)

    def called(self, guard: Guard) -> bool:
        """Whether a line of a function's body ran; its first may be where it is made."""
        body = guard.bodies[0]
        if any(body.first <= each <= body.last for each in self.lines - {guard.span.first}):
            return True
        return self._is_silent(body) and any(
            guard.text in setters.called(one) and one.node.line in self.lines
            for one in self.known.statements()
        )

    def reached(self, guard: Guard) -> bool:
        """Whether it was come by, as far as lines tell."""
        if guard.span.holds(self.lines):
            return True
        return any(each > guard.span.last for each in self.lines) and not self._left_before(
            guard.span.first
        )

    def entered(self, guard: Guard) -> bool:
        """Whether the way that leads on was taken."""
        shared = {line for span, _ in guard.conditions for line in range(span.first, span.last + 1)}
        shared.add(guard.span.first)
        body = _body(guard)
        if self.known.dialect == "fish" and guard.kind != "case":
            return body.first in self.lines - shared  # of two alike the wrong one may be told
        return body.holds(self.lines - shared)

    def either(
        self, guard: Guard, inner: tuple[Guard, ...], beside: Sequence[Guard] = ()
    ) -> Reason:
        """What was decided against it; where no line could tell that, what may be in its place.

        `beside`: what stands on the same line, too.
        """
        if guard.kind == "function":
            return self.function(guard)
        found = self.condition(guard)
        if beside:
            texts = [found.text, *(self.condition(each).text for each in beside)]
            return Reason(", or ".join(texts), None, found.line)
        if not inner or not self._is_silent(_body(guard)):
            return found
        if guard.kind == "if" and len(guard.bodies) > len(guard.conditions):
            ways = [guard._replace(way=way) for way in range(len(guard.bodies)) if way != guard.way]
            if not any(self._is_silent(_body(one)) or self.entered(one) for one in ways):
                return self.either(inner[0], inner[1:])  # no other way was taken
        other = self.either(inner[0], inner[1:])
        return Reason(f"{found.text}, or {other.text}", None, found.line)

    def _is_silent(self, body: Span) -> bool:
        """Whether nothing that stands there would leave a line."""
        kinds = _LEAVE_NONE.get(self.known.dialect, ())
        return all(
            any(
                guard.kind in kinds and not guard.conditions and body.first <= guard.span.first
                for guard in one.guards
            )
            for one in self.known.statements()
            if body.first <= one.node.line <= body.last and one.node.kind != "for"
        )

    def condition(self, guard: Guard) -> Reason:
        """What was decided against it."""
        if guard.kind == "case":
            item = guard.bodies[guard.way].first
            words = f"{quoted(guard.text)} goes another way at"
            found = self.reason(words, guard.span.first, "case")
            return found._replace(change=Otherwise("case", f"{self.known.path}:{item}"))
        if not guard.conditions:
            words = f"{quoted(guard.text)} goes through nothing at"
            return self.reason(words, guard.span.first, "loop")
        if guard.kind != "if":
            span, text = guard.conditions[0]
            return self._says(text, not guard.wanted, span.first)
        return self._if(guard)

    def _if(self, guard: Guard) -> Reason:
        taken = [
            way
            for way in range(min(guard.way, len(guard.conditions)))
            if self.entered(guard._replace(way=way))
        ]
        behind = guard.way >= len(guard.conditions)
        asked = [way for way, (span, _) in enumerate(guard.conditions) if span.holds(self.lines)]
        if taken or behind or guard.way not in asked:
            before = [way for way in asked if way < guard.way]
            way = taken[0] if taken else before[-1] if before else 0
            span, text = guard.conditions[way]
            return self._says(text, True, span.first)
        span, text = guard.conditions[guard.way]
        return self._says(text, False, span.first)

    def _says(self, text: str, answer: bool, line: int) -> Reason:
        words = f"{quoted(text)} is {str(answer).lower()} at"
        return self.reason(words, line, str(not answer).lower())

    def left(self, placed: Placed) -> Reason:
        """What left the file, the function or the loop before it."""
        word, line = self.leave(placed)
        if word:
            return self.reason(f"after {quoted(word)} at", line, "earlier")
        last = max((each for each in self.lines if each <= placed.node.line), default=0)
        if last:
            return self.reason("no line runs after", last, "earlier")._replace(is_end=True)
        return Reason("none of its lines ran")

    def leave(self, placed: Placed) -> tuple[str, int]:
        """The word and the line that left what the statement stands in; "" where none did."""
        found = ("", 0)
        for one in self.known.statements():
            if one.node.line > placed.node.line or one is placed:
                break
            word = leaves(one)
            if not word or one.node.line not in self.lines:
                continue
            scope = _scope(one, word)
            inside = scope.first <= placed.node.line <= scope.last
            later = range(one.node.last + 1, min(scope.last, _TO_THE_END) + 1)
            if inside and not any(each in later for each in self.lines):
                found = (word, one.node.line)
        return found

    def _left_before(self, line: int) -> bool:
        """Whether the file was left by a statement before that line."""
        end = max(self.lines, default=0)
        return end < line and any(
            leaves(one) and one.node.line == end and _scope(one, leaves(one)).last == _TO_THE_END
            for one in self.known.statements()
        )


def _body(guard: Guard) -> Span:
    """The lines of the way that leads on."""
    return guard.bodies[min(guard.way, len(guard.bodies) - 1)]


def leaves(placed: Placed) -> str:
    """The word by which a statement leaves a file, a function or a loop; "" where it does not."""
    if placed.node.kind != "command":
        return ""
    _, rest = setters.command(placed.node.words)
    if not rest:
        return ""
    word = setters.plain(rest[0])
    if word in ("and", "or") and len(rest) > 1:  # fish
        word, rest = setters.plain(rest[1]), rest[1:]
    if word == "exec":
        runs = [each for each in rest[1:] if not each[:1].isdigit() and each[:1] not in "<>&{"]
        return word if runs else ""
    return word if word in ("return", "exit", "break", "continue") else ""


def _scope(one: Placed, word: str) -> Span:
    """The lines that it leaves."""
    kinds = {"break": "loop", "continue": "loop", "return": "function"}.get(word)
    for guard in reversed(one.guards):
        if guard.kind == kinds:
            return guard.bodies[0]
    return Span(1, _TO_THE_END)


def quoted(text: str, room: int = 40) -> str:
    """Shell text within a sentence, cut to be short."""
    flat = " ".join(text.split())
    return f"`{flat}`" if len(flat) <= room else f"`{flat[: room - 1]}…`"
