"""Files as fish's wildcards list them.

Found by experiment with fish 3.6: numbers by value, whatever blanks follow them; letters by their
lower case, so that `_` stands before them; dot files left out.
"""

from __future__ import annotations

import re
from pathlib import Path

from envkit.host import Host


def key(name: str) -> tuple[list[tuple[int, int]], str]:
    """What names are sorted by."""
    parts = []
    for part in re.finditer(r"([0-9]+)\s*|(.)", name, re.DOTALL):
        parts.append((48, int(part[1])) if part[1] else (ord(part[2].lower()[0]), 0))
    return parts, name


def glob(host: Host, pattern: str, cwd: str) -> list[str] | None:
    """The paths that a pattern of `*` and `?` matches, in order; None for `**`, which searches."""
    if "**" in pattern:
        return None
    found = ["/" if pattern.startswith("/") else ""]
    parts = [part for part in pattern.split("/") if part]
    for number, part in enumerate(parts):
        end = "/" if number + 1 < len(parts) or pattern.endswith("/") else ""
        if not re.search(r"[*?]", part):
            found = [before + part + end for before in found]
        else:
            found = [
                before + name + end for before in found for name in _names(host, cwd, before, part)
            ]
    if not parts or not re.search(r"[*?]", parts[-1]):
        found = [path for path in found if _there(host, cwd, path)]
    return sorted(found, key=key)


def _names(host: Host, cwd: str, folder: str, part: str) -> list[str]:
    expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in part)
    dots = part.startswith(".")
    return [
        name
        for name in host.entries(Path(cwd or "/") / folder)
        if dots == name.startswith(".") and re.fullmatch(expression, name, re.DOTALL)
    ]


def _there(host: Host, cwd: str, path: str) -> bool:
    kind = host.kind(Path(cwd or "/") / path)
    return kind == "directory" if path.endswith("/") else kind != "missing"
