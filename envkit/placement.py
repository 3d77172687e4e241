"""Where the managed blocks go: before which lines of a startup file. Pure.

Each exit of a file asks for a block within an interval of lines (`needs`). The fewest lines that
hit every interval are chosen, and blocks that stand well already stay where they are. So a guard
gets a block above it when `ssh host command` leaves there, and the end of the file another one
only when something below the guard changes PATH (docs/design.md, section 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from envkit import block, language
from envkit.errors import Refused
from envkit.needs import Need
from envkit.reading.nodes import Node


@dataclass(frozen=True, slots=True)
class Spot:
    """A block before `line` of a file (one past its last: at its end), and whom it serves."""

    line: int
    needs: tuple[Need, ...]


def spots(content: bytes, wanted: Sequence[Need]) -> tuple[Spot, ...]:
    """The lines of one file where blocks go: those of blocks that stand well, else the last fit.

    Stabbing the intervals from the one that ends first is what needs the fewest blocks.
    """
    standing = [found.line for found in block.find_all(content)]
    lines: list[int] = []
    for need in sorted(wanted, key=lambda need: (need.optional, need.before)):
        if any(need.after < line <= need.before for line in lines):
            continue
        well = [line for line in standing if need.after < line <= need.before]
        lines.append(well[-1] if well else _above_its_comment(content, need))
    return tuple(
        Spot(line, tuple(need for need in wanted if need.after < line <= need.before))
        for line in sorted(lines)
    )


def _above_its_comment(content: bytes, need: Need) -> int:
    """The last line that fits, but not between a statement and the comment right above it."""
    rows = content.split(b"\n")
    line = need.before
    if need.exit is None:
        return line
    while line - 1 > need.after and line > 1 and rows[line - 2].startswith(b"#"):
        line -= 1
    # A comment that begins the file is about the file.
    return line if line > 1 else need.before


def insert(
    content: bytes,
    name: str,
    body: bytes,
    lines: Iterable[int],
    languages: Sequence[str] = ("bash",),
) -> bytes:
    """`content` with blocks before these of its lines, and none elsewhere.

    Refused where a block would come to stand within a statement (an open quote, here-document,
    `if`), or would change how the text around it is read, in one of the languages of its readers.
    """
    lines = sorted(lines)
    found = block.find_all(content)
    if [each.line for each in found] == lines and all(
        (each.name, each.body) == (name, body) and not each.drifted for each in found
    ):
        return content
    bare = block.drop(content)
    result = bare
    places = [line - sum(b.last - b.line + 1 for b in found if b.line < line) for line in lines]
    for line in reversed(places):
        result = block.put(result, name, body, line)
    # Below what is no text of one language stand blocks for shells of another one.
    seen = {line for each in languages for line in _seen(bare, result, each)}
    for found_at in block.find_all(result):
        if found_at.line not in seen:
            raise _within(found_at.line, languages[0])
    return result


def lines(content: bytes) -> list[int]:
    """The lines in which blocks begin."""
    return [each.line for each in block.find_all(content)]


def moved(before: bytes | None, after: bytes | None, line: int) -> int:
    """The line that was `line` before blocks were put in or taken out."""
    was = block.find_all(before or b"")
    line -= sum(each.last - each.line + 1 for each in was if each.line < line)
    for each in block.find_all(after or b""):
        if each.line <= line:
            line += each.last - each.line + 1
    return line


def _seen(bare: bytes, result: bytes, read_as: str) -> list[int]:
    """The blocks that one language sees as such; Refused where the text around reads otherwise."""
    blocks = block.find_all(result)
    before = [(node.kind, node.line, _last(node)) for node in language.parts(bare, read_as)]
    after: list[tuple[str, int, int]] = []
    own: list[int] = []
    end = None
    for node in language.parts(result, read_as):
        if node.kind == "broken":
            end = node.line
        inside = [each for each in blocks if each.line < node.line and node.last < each.last]
        if inside:
            own.append(inside[0].line)
            continue
        above = sum(each.last - each.line + 1 for each in blocks if each.line < node.line)
        after.append((node.kind, node.line - above, _last(node) - above))
    missing = [each.line for each in blocks if each.line not in own]
    missing = [line for line in missing if end is None or line < end]
    if missing or before != after:
        raise _within(missing[0] if missing else blocks[0].line, read_as)
    return own


def _within(line: int, read_as: str) -> Refused:
    checker = "bash" if read_as == "dash" else read_as
    return Refused(
        f"a block in line {line} would stand within a statement that is open there",
        f"a quote, here-document, if or brace has no end: `{checker} -n FILE` may say where",
    )


def _last(node: Node) -> int:
    """Its last line; what is no text of a language has none."""
    return node.line if node.kind == "broken" else node.last
