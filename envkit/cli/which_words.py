"""The words of `which`: contexts, places, what a name is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from envkit.cli import output

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.model import Location
    from envkit.which.found import File, Found


def titles(found: Iterable[Found]) -> str:
    """`a login terminal, a script, cron`."""
    return listed(one.title for one in found)


def listed(named: Iterable[str]) -> str:
    """Titles of contexts with their articles."""
    return ", ".join(dict.fromkeys(map(_a, named)))


def _a(title: str) -> str:
    """`a login terminal`, but `cron` and `ssh host command` as they are."""
    articles = ("terminal", "script", "kernel", "unit")
    return f"a {title}" if title.split()[-1] in articles else title


def place(host: Host, where: Location | None) -> str:
    """`~/.bashrc:12`."""
    return f"{host.show(where.path)}:{where.line}" if where else ""


def origin(host: Host, file: File) -> str:
    """Who put the entry on PATH by which a file is found."""
    if file.set_by is not None:
        said = place(host, file.set_by)
        if file.moved_by is not None:
            said += f", moved by {place(host, file.moved_by)}"
        return said
    if not file.position:
        return file.via
    if file.via == "unknown":
        return "unknown"
    return host.show(file.via) or "inherited"


def program(host: Host, file: File) -> str:
    """A file and its version."""
    return printable(" ".join(filter(None, (host.show(file.path), file.version))))


def what(host: Host, one: Found, name: str) -> str:
    """What a name is there, in a few words."""
    shell = one.shell
    if one.kind == "file" and one.file:
        return program(host, one.file)
    if one.kind == "alias":
        return f"an alias of {shell}: {printable(one.text)}" if one.text else f"an alias of {shell}"
    if one.kind == "abbreviation":
        return f"an abbreviation: {printable(one.text)}"
    if one.kind == "function":
        return f"a function of {shell}"
    if one.kind in ("builtin", "keyword"):
        return f"a {one.kind} of {shell}"
    return "not known" if one.kind == "unknown" else "not found"


def printable(text: str) -> str:
    """Control characters as escapes: a terminal would obey them."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def table(rows: Sequence[tuple[str, ...]], indent: str = "  ") -> str:
    """Aligned rows; where they are too wide, all but the first two cells stand below these."""
    made = output.columns(rows, indent=indent)
    if _fits(made):
        return made
    size = max(len(cells[0]) for cells in rows)
    lines: list[str] = []
    for first, *rest in rows:
        below = indent + " " * (size + 3)
        lines.append(output.columns([(first.ljust(size), rest[0])], indent=indent))
        if not _fits(lines[-1]):
            below = indent + "  "
            lines[-1] = f"{indent}{first}\n{below}{rest[0]}"
        if more := "; ".join(cell for cell in rest[1:] if cell):
            lines.append(output.columns([(more,)], indent=below + "  "))
    return "\n".join(lines)


def _fits(text: str) -> bool:
    return all(len(line) <= 80 for line in text.split("\n"))
