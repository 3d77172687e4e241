"""Whether a program is of a folder, or of an installer, as the configuration names them."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from envkit import owners
from envkit.host import Host


def match(host: Host, target: str, path: Path) -> bool:
    """Whether the program at `path` lies below the folder `target`, or is of that installer.

    Links count for what they lead to (/bin is /usr/bin; ~/bin/python may be another's), but a
    virtual environment's Python is not the one that it was made with.
    """
    if not target.startswith("/"):
        of = owners.managers(host, path)
        return bool(of & set(owners.of_the_system())) if target == "system" else target in of
    names = {path, *owners.steps(host, path)}
    patterns = {Path(target), _resolved(host, Path(target))}
    return any(_below(one.parts[1:], name.parts[1:]) for one in patterns for name in names)


def _resolved(host: Host, pattern: Path) -> Path:
    """The pattern with the links of its folders followed, as far as it has no stars."""
    plain, rest = Path("/"), list(pattern.parts[1:])
    while rest and "*" not in rest[0] and host.kind(plain / rest[0]) == "directory":
        plain /= rest.pop(0)
    return owners.real(host, plain).joinpath(*rest)


def _below(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether the first parts of a path are those of a pattern; the program itself may be one."""
    if not pattern:
        return True
    if pattern[0] == "**":
        return any(_below(pattern[1:], parts[skip:]) for skip in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _below(pattern[1:], parts[1:])
