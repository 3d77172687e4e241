"""`.` and `source`: which file they read, and what it is to the shell if they cannot."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node

if TYPE_CHECKING:
    from envkit.reading.walk import Walk


def source(walk: Walk, node: Node, arguments: list[str | None]) -> Answer:
    """`. FILE`; where it cannot be read, an error of a special builtin (POSIX.1-2017 2.14, dot)."""
    dialect = walk.state.dialect
    fatal = not (dialect in ("ksh", "mksh") and node.words[0].lstrip("\\") == "source")
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if not arguments:
        if dialect in ("ksh", "mksh") and fatal:
            walk.fail(node)
        return False
    text = " ".join(node.words[1:])
    if "<(" in text or "/dev/stdin" in text:
        walk.event("eval", node, value=text)
        return None
    unknown = arguments[0] is None or not (arguments[0].startswith("/") or walk.state.cwd)
    path = None if unknown else _path(walk, arguments[0] or "", fatal)
    if path is None:
        if unknown or walk.state.get("PATH") == (True, None):
            walk.unknown_source(node)
            return None
        if fatal:
            walk.fail(node)
        return False
    if str(path) == "/dev/null":
        return True
    # dash's `.` takes no arguments.
    found = walk.source(path, node, arguments[1:] if dialect != "dash" else [])
    passes = ("file",) if dialect == "ksh" else ("file", "directory")
    if fatal and walk.state.host.kind(path) not in passes:
        walk.fail(node)
    return found


def _path(walk: Walk, name: str, dot: bool) -> Path | None:
    """A name without a slash is looked for in PATH; bash then looks in the folder at hand.

    So does mksh's `source`. ksh93 and mksh pass over what they may not read, dash stops there.

    None where it is nowhere, or where PATH is unknown.
    """
    if "/" in name:
        path = walk.state.path(name)
        plain = ".." in path.parts and walk.state.host.kind(path) == "file"
        return Path(os.path.normpath(path)) if plain else path
    is_set, value = walk.state.get("PATH")
    if is_set and value is None:
        return None
    dialect = walk.state.dialect
    folders = [] if not is_set and dialect in ("ksh", "mksh") else (value or "").split(":")
    found = ("file", "unreadable") if dialect in ("dash", "ash") else ("file",)
    for folder in folders:
        there = walk.state.path(folder) / name
        if walk.state.host.kind(there) in found and walk.state.file("-f", there):
            return there
    if dialect in ("dash", "ash", "ksh") or (dialect == "mksh" and dot):
        return None
    return None if walk.state.is_option("posix") else walk.state.path(name)
