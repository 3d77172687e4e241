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
    return ", ".join(dict.fromkeys(_a(one.title) for one in found))


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
    return f"inherited: {host.show(file.via)}" if file.via else "inherited"


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


def row(cells: tuple[str, ...], indent: str = "  ") -> str:
    """A row by itself, the last cell wrapped; each cell a line of its own where it is too long."""
    line = output.columns([cells], indent=indent)
    if all(len(each) <= 80 for each in line.split("\n")):
        return line
    first, *more = cells
    return "\n".join([f"{indent}{first}", *(f"{indent}  {cell}" for cell in more if cell)])


def table(rows: Sequence[tuple[str, ...]], indent: str = "  ") -> str:
    """Aligned rows; one below the other where they are too wide."""
    made = output.columns(rows, indent=indent)
    if all(len(line) <= 80 for line in made.split("\n")):
        return made
    return "\n".join(row(cells, indent) for cells in rows)
