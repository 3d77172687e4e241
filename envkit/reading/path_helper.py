"""macOS's path_helper(8): PATH from /etc/paths, /etc/paths.d/*, then what was in PATH before."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from envkit.reading.nodes import Node

if TYPE_CHECKING:
    from envkit.reading.walk import Walk


def run(walk: Walk, node: Node) -> None:
    """``eval `path_helper -s` ``: the files that it reads, and the value that it gives."""
    host, at = walk.state.host, walk.location(node)
    reader = f"{at} via path_helper"
    reason = f"path_helper, run by {walk.record.show(at)}"
    folders: list[str] = []
    for path in [Path("/etc/paths"), *_fragments(walk)]:
        if walk.record.open(path, reader, reason, at, walk.certain) == "read":
            text = host.read(path).decode("utf-8", "surrogateescape")
            folders += [line for line in text.splitlines() if line]
    is_set, before = walk.state.get("PATH")
    if is_set and before is None:
        value = None
    else:
        value = (
            ":".join(dict.fromkeys(folders + [part for part in before.split(":") if part]))
            if before
            else ":".join(dict.fromkeys(folders))
        )
    walk.state.put("PATH", value)
    walk.event("assign", node, "PATH", value)


def _fragments(walk: Walk) -> list[Path]:
    """paths.d in path_helper's order: leading numbers by value, then by name."""

    def order(name: str) -> tuple[float, str]:
        number = re.match(r"\d+", name)
        return (int(number[0]) if number else float("inf"), name)

    folder = Path("/etc/paths.d")
    names = [name for name in walk.state.host.entries(folder) if not name.startswith(".")]
    return [folder / name for name in sorted(names, key=order)]
