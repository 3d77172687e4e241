"""Control that leaves the statements around it.

return, break, continue; exit and exec, which end the shell; and what an error does: `die` (the
shell ends, no logout file is read), `stop` (no startup file is read any more, the shell lives),
`next` (it goes on with the next startup file), `discard` (with the next command of this file).
"""

from __future__ import annotations

from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node


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
        return self.kind in ("exit", "exec", "die", "stop", "next")
