"""Control that leaves the statements around it.

return, break, continue; exit and exec, which end the shell; and what an error does: `die` (the
shell ends, no logout file is read), `fatal` (the same, but `command` in front saves it), `stop` (no
startup file is read any more, the shell lives), `next` (it goes on with the next startup file),
`discard` (with the next command of this file). ksh93 has two kinds: `abort` (of expansions and
assignments) leaves the innermost file, eval or `function`; `raise` (of special builtins) leaves all
files, but not a `function`. Where that is the startup file itself, an interactive ksh93 drops one
command only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node

if TYPE_CHECKING:
    from envkit.reading.walk import Walk


class Frame:
    """A file or a function that is being walked; `top` is its top-level statement at hand."""

    def __init__(self, path: Path, function: bool, doubt: int, keyword: bool = False) -> None:
        self.path = path
        self.function = function
        self.keyword = keyword
        self.doubt = doubt
        self.top: Node | None = None


class Jump(Exception):
    """Raised at `node`, caught where it leads; `status` is what the left statement ends with."""

    def __init__(self, node: Node, kind: str, count: int = 1, status: Answer = True) -> None:
        super().__init__(kind)
        self.node = node
        self.kind = kind
        self.count = count
        self.status = status

    @property
    def leaves_all(self) -> bool:
        """Whether it leaves every file that is being read, not only the innermost."""
        return self.kind in ("exit", "exec", "die", "fatal", "stop", "next")

    def passes(self, frame: Frame, depth: int) -> bool:
        """Whether an error of ksh93 goes on beyond this file or function, the `depth`th."""
        if self.kind == "abort":
            return frame.function and not frame.keyword
        return self.kind == "raise" and depth > 1 and not frame.keyword

    def discards(self, frame: Frame | None, walk: Walk) -> bool:
        """Whether an error costs no more than one complete command of this file."""
        if frame is not None and frame.function:
            return False
        if self.kind in ("abort", "raise") and frame is not None and len(walk.frames) == 1:
            return "interactive" in walk.state.options
        return self.kind == "discard"
