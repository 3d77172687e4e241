"""Control that leaves the statements around it: return, exit, exec, break, continue."""

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
    def ends_shell(self) -> bool:
        """Whether nothing of this shell comes after it."""
        return self.kind in ("exit", "exec")
