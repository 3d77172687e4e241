"""The record that a traced bash left: one entry for each command, in order, and who opened it.

It is read a piece at a time and thinned on the way: a start of 200,000 lines must not cost their
memory. Kept is what a fold asks for: the commands around each change of the variable, those that
they ran in, and what later ones are explained by (traps, hooks, the last assignments).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from envkit.tracing.command import Command, absolute, pieces, seconds

# Compared by their beginnings where that will do: to compile a pattern costs start-up time.
_DECLARING = (b"export ", b"declare ", b"typeset ", b"readonly ", b"local ")
_ASSIGNED = re.compile(rb"([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]*\])?\+?=")
# What else gives a name its value.
_GIVES = (*_DECLARING, b"for ", b"read ", b"printf -v", b"mapfile ", b"readarray ")
# What bash writes without a flush: a subshell that is forked then writes it once more.
_HEAD = (b"case ", b"for ", b"select ", b"((", b"[[")
_HEADS = 100
# What switches the trace off, or makes it say something else; text that is only printed does not.
_OFF = rb"(?:(?:builtin|command) )*set (?:.* )?(?:\+\w*x|[-+]\w*o xtrace\b|-(?= |$))"
_SAYS = (b"echo ", b"eval ", b"[", b"test ")


class Record(NamedTuple):
    """A command just before it ran; `value` is the variable's then, None: unset.

    `level` counts evals and sourced files around it, `depth` functions and sourced files. `opener`
    is the index of the command in whose eval, file, function or trap it ran; -1: the driver.
    """

    level: int
    depth: int
    source: str
    line: int
    function: str
    value: str | None
    text: str
    opener: int


class Recorded:
    """What is left of a record file: `marks` of the driver's, `switched`: the trace was hidden.

    `sourced` are the files that files read, each with the index of the command that did so first.
    """

    __slots__ = ("marks", "records", "sourced", "switched")

    def __init__(
        self,
        records: tuple[Record, ...],
        marks: set[str],
        switched: bool,
        sourced: tuple[tuple[str, int], ...],
    ) -> None:
        self.records, self.marks, self.switched, self.sourced = records, marks, switched, sourced


def parse(
    content: BinaryIO,
    token: str,
    variable: str = "",
    listen: Callable[[Command], None] | None = None,
) -> Recorded:
    """The records of the shell itself in a file: none of its subshells, none of the driver's.

    Without a variable all are kept. `listen` is told each, also those that are not kept, and those
    of subshells.
    """
    reader = _Reader(token, variable, listen)
    for level, head, text in pieces(content.read, token):
        reader.take(level, head, text)
    return reader.end()


class _Reader:
    """Thins records while they come."""

    def __init__(self, token: str, variable: str, listen: Callable[[Command], None] | None) -> None:
        self._listen, self._every = listen, not variable
        self._arms, self._mark = f"case {token}".encode(), f": {token}".encode()
        name = variable.encode()
        self._name, self._is = name, name + b"="
        self._set = (self._is, name + b"+=", name + b"[")
        self._frames: list[Command] = []
        self._kept: list[Command] = []
        # The first and the last of each place since the variable was changed.
        self._assigned: dict[tuple[str, int, bytes], list[Command]] = {}
        self._marks: set[str] = set()
        self._heads: dict[tuple[bytes, bytes], None] = {}
        self._sourced: dict[str, Command] = {}
        self._names: dict[bytes, str] = {}
        self._sources: dict[bytes, str] = {}
        self._value: tuple[bytes, str | None] = (b"", None)
        self._last: Command | None = None
        self._within: Command | None = None  # the last one in any file
        self._setter = (b"", b"", 0)
        self._hidden = self._count = 0
        self._switched = self._follow = False
        self._returned: Command | None = None  # see _without_last_return
        self._return: tuple[Command, int] | None = None

    def take(self, level: int, head: list[bytes], text: bytes) -> None:
        """One record of the file."""
        subshell, depth, source, line, function, folder, clock, value = head
        if not (subshell.isdigit() and depth.isdigit() and line.isdigit()):
            return
        inner = int(subshell)
        if (inner and not self._listen) or (not inner and self._is_drivers(level, text)):
            return
        if clock and text.startswith(_HEAD) and self._again((b"".join(head), text)):
            return
        self._count += 1
        one = Command(self._count, level, int(depth), int(line), text)
        if source not in self._sources:
            self._sources[source] = absolute(os.fsdecode(source), os.fsdecode(folder))
        one.source = self._sources[source]
        if function not in self._names:
            self._names[function] = os.fsdecode(function)
        one.function = self._names[function]
        one.clock = seconds(clock) if self._listen else None
        if value != self._value[0]:
            self._value = value, os.fsdecode(value[1:]) if value else None
        one.value = self._value[1]
        if inner:
            self._beside(one, inner)
            return
        self._open(one)
        if self._listen:
            self._listen(one)
        self._thin(one)
        self._last = one

    def _beside(self, one: Command, subshell: int) -> None:
        """A subshell's command: a substitution's has run before the command that it is part of."""
        one.subshell = subshell
        around = (
            other
            for other in reversed(self._frames)
            if other.depth < one.depth or other.level < one.level - subshell
        )
        one.opener = next(around, None)
        assert self._listen is not None
        self._listen(one)

    def end(self) -> Recorded:
        """What was kept."""
        for one in (self._last, self._within):
            if one is not None:
                self._keep(one)
        kept = self._without_last_return(sorted(self._kept, key=lambda one: one.number))
        index = {one.number: at for at, one in enumerate(kept)}
        records = []
        for one in kept:
            own = one.level, one.depth, one.source, one.line, one.function, one.value, one.text
            records.append(Record(*own, index[one.opener.number] if one.opener else -1))
        sourced = tuple((path, index[one.number]) for path, one in self._sourced.items())
        return Recorded(tuple(records), self._marks, self._switched, sourced)

    def _is_drivers(self, level: int, text: bytes) -> bool:
        """Whether a command only looks after the trace: none of the files' business."""
        if text.startswith(self._arms):
            self._hidden = level
            return True
        if self._hidden and level >= self._hidden and not text.startswith(self._mark):
            return True
        self._hidden = 0
        return text == b"set -x"  # changes nothing but the trace, and may be the driver's own

    def _again(self, head: tuple[bytes, bytes]) -> bool:
        """Whether it was told before: bash does not flush these, and a subshell says them, too."""
        if head in self._heads:
            return True
        self._heads[head] = None
        if len(self._heads) > _HEADS:
            del self._heads[next(iter(self._heads))]
        return False

    def _open(self, one: Command) -> None:
        """Find the command in which this one runs."""
        frames = self._frames
        while frames and (frames[-1].depth > one.depth or frames[-1].level > one.level):
            frames.pop()
        if frames and frames[-1].depth == one.depth and frames[-1].level == one.level:
            frames.pop()
        one.opener = opener = frames[-1] if frames else None
        frames.append(one)
        if (
            opener is not None
            and opener.opener is not None
            and one.depth > opener.depth
            and one.source not in self._sourced
            and one.function in ("", "source", "main")
        ):
            self._sourced[one.source] = opener
            self._keep(opener)

    def _thin(self, one: Command) -> None:
        """Keep a command, and others, where it matters to what the variable is."""
        text, last = one.raw, self._last
        name = _ASSIGNED.match(text)
        sets = not self._every and self._sets(text)
        changed = last is not None and last.value != one.value
        if changed or last is None or sets or self._follow or self._every:
            self._keep(one)
        if last is not None and (changed or sets):
            self._keep(last)  # the command before a prefix is what a change is blamed on
        if changed or sets:
            for both in self._assigned.values():
                for other in both:
                    self._keep(other)
            self._assigned.clear()
        self._follow = sets or (self._follow and name is not None)
        if name is not None or _plain(text).startswith(_GIVES):
            key = one.source, one.line, name[1] if name else text.partition(b" ")[0]
            both = self._assigned.setdefault(key, [])
            both[1:] = [one]
        hook = text.startswith(b"trap ") or b"PROMPT_COMMAND" in text
        if hook and self._setter != (here := (text, *_place(one))):
            self._setter = here
            self._keep(one)
        if one.depth:
            self._within, self._returned = one, None
            self._switched = self._switched or _switches(text)
        else:
            self._at_top(one)

    def _sets(self, text: bytes) -> bool:
        if text.startswith(self._set):
            return True
        if text.startswith(_DECLARING):
            return self._is in text
        return text.startswith(b"unset ") and self._name in text

    def _at_top(self, one: Command) -> None:
        """A command of the driver's, or one that a hook or a RETURN trap ran for it."""
        if one.level > 1:
            self._return = None
            if self._returned is None:
                self._returned = one
            self._switched = self._switched or _switches(one.raw)
            return
        self._keep(one)
        if one.raw.startswith(self._mark):
            mark = one.raw[2:].decode()
            self._marks.add(mark)
            if mark.rpartition("-")[2].isdigit():
                self._return = (self._returned, one.number) if self._returned else None
            self._returned = None

    def _keep(self, one: Command) -> None:
        at: Command | None = one
        while at is not None and not at.kept:
            at.kept = True
            self._kept.append(at)
            at = at.opener

    def _without_last_return(self, kept: list[Command]) -> list[Command]:
        """Leave out a RETURN trap that ran for the driver's own `.`: in a real start it does not.

        Where a prompt's hooks follow, nothing can be left out.
        """
        if self._return is None:
            return kept
        first = self._return[0]
        found = []
        for one in kept:
            if one.number >= first.number:
                if one.level > 1:
                    continue
                one.value = first.value
            found.append(one)
        return found


def _switches(text: bytes) -> bool:
    if b"PS4" in text or b"BASH_XTRACEFD" in text or b"promptvars" in text:
        return not text.startswith(_SAYS)
    return b"set " in text and re.match(_OFF, text) is not None


def _plain(text: bytes) -> bytes:
    """A command without `builtin` and `command` in front."""
    while text.startswith((b"builtin ", b"command ")):
        text = text[8:]
    return text


def _place(one: Command) -> tuple[bytes, int]:
    return os.fsencode(one.source), one.line
