"""The managed block, as pure bytes: find it, put it, renew it, drop it.

A block is a begin line, a body and an end line, LF always, whatever the file around it uses:

    # >>> envkit descent >>>
    if [ -r … ]; then . …; fi
    # <<< envkit descent <<< 1f2e3d4c

The end line carries a checksum of the body, so that an edit by hand is noticed (`Block.drifted`).
Where the block had to end an unterminated last line first, the checksum of that line follows
(`1f2e3d4c+5b6a7988`): dropping the block takes the newline back, unless text now follows it,
which must never be glued to the old last line. All other bytes are never touched.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from envkit.errors import Refused

#: Before an interactive guard, and after what comes in front of ours; a file that may be left in
#: yet other places, which only running it tells, needs one before each.
MOST = 4

#: What `is_name` asks for, in words.
NAMES = "use letters, digits, dot, dash and underscore; begin with a letter or digit"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LIKE_A_MARKER = re.compile(rb"^.*(?:>>>|<<<) envkit \S+ (?:>>>|<<<).*$", re.MULTILINE)
_MARKER = re.compile(
    rb"# (?:>>> envkit (?P<begin>[A-Za-z0-9][\w.-]*) >>>"
    rb"|<<< envkit (?P<end>[A-Za-z0-9][\w.-]*) <<<"
    rb"(?: [0-9a-f]{8}(?:\+(?P<joined>[0-9a-f]{8}))?)?)\r?"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A block in a file: its body, and where it stands (bytes `start:end`, lines `line…last`)."""

    name: str
    body: bytes
    start: int
    end: int
    line: int
    last: int
    drifted: bool
    joined: bytes


def is_name(name: str) -> bool:
    """Whether a block can be called so."""
    return _NAME.fullmatch(name) is not None


def find(content: bytes, name: str) -> Block | None:
    """The first block called `name`; Refused on markers that cannot be trusted."""
    return next(iter(find_all(content, name)), None)


def find_all(content: bytes, name: str | None = None) -> tuple[Block, ...]:
    """All blocks called `name`, or of any name, in order.

    Refused, with line numbers, on a begin without an end, an end without a begin, nested,
    indented, commented or otherwise changed markers, and on more copies than envkit writes.
    """
    blocks: list[Block] = []
    begin: re.Match[bytes] | None = None
    for found in _LIKE_A_MARKER.finditer(content) if b" envkit " in content else ():
        marker = _MARKER.fullmatch(found[0])
        here = _line_at(content, found.start())
        if marker is None:
            raise _broken(f"line {here} is a marker of envkit's that was changed")
        if marker["begin"] is not None:
            if begin is not None:
                above = _line_at(content, begin.start())
                raise _broken(
                    f"the block that begins in line {above} has no end before line {here}"
                )
            begin = found
            continue
        if begin is None:
            raise _broken(f"line {here} ends a block that begins nowhere")
        blocks.append(_block(content, begin, found, marker))
        begin = None
    if begin is not None:
        raise _broken(
            f"the block that begins in line {_line_at(content, begin.start())} has no end"
        )
    for one in {block.name for block in blocks}:
        lines = [str(block.line) for block in blocks if block.name == one]
        if len(lines) > MOST:
            raise _broken(f"the block {one} stands here {len(lines)} times: {', '.join(lines)}")
    return tuple(block for block in blocks if name in (None, block.name))


def put(content: bytes, name: str, body: bytes, line: int | None = None) -> bytes:
    """`content` with a block before its 1-based `line`; at the end without one, or past the last.

    A block of that name which stands at that place already is renewed. Refused where the line
    above ends in a backslash (it would swallow the begin marker) and within another block.
    """
    at = len(content) if line is None else _offset(content, line)
    for block in find_all(content):
        if block.name == name and block.start <= at <= block.end:
            return _replace(content, block, body)
        if block.start < at < block.end:
            raise _broken(f"line {line} is inside the block that begins in line {block.line}")
    before, after = content[:at], content[at:]
    unterminated = b"" if before.endswith(b"\n") else before.rpartition(b"\n")[2]
    above = unterminated or before[:-1].rpartition(b"\n")[2]
    if (len(above) - len(above.rstrip(b"\\"))) % 2 and not above.lstrip().startswith(b"#"):
        raise Refused(
            f"line {_line_at(content, at - 1)} ends in a backslash, which swallows the next line",
            "end that line without the backslash, or add an empty line below it",
        )
    joined = _checksum(unterminated) if unterminated else b""
    return before + (b"\n" if unterminated else b"") + _text(name, body, joined) + after


def drop(content: bytes, name: str | None = None) -> bytes:
    """`content` without the blocks called `name` (or any): what it was, plus the user's edits."""
    for block in reversed(find_all(content, name)):
        before, after = content[: block.start], content[block.end :]
        if block.joined and after:
            after = _hand_over(after, block.joined)
        elif block.joined and _ends_in_our_newline(before, block.joined):
            before = before[:-1]
        content = before + after
    return content


def _block(
    content: bytes, begin: re.Match[bytes], found: re.Match[bytes], marker: re.Match[bytes]
) -> Block:
    name, start, end = marker["end"].decode(), begin.start(), found.end()
    opened = _MARKER.fullmatch(begin[0])
    line, last = _line_at(content, start), _line_at(content, end)
    if opened is None or opened["begin"] != marker["end"]:
        raise _broken(f"the block that begins in line {line} ends as another one in line {last}")
    body = content[begin.end() + 1 : found.start()]
    written = _text(name, body, marker["joined"] or b"")
    end += content[end : end + 1] == b"\n"
    drifted = written.rstrip(b"\n") != content[start:end].rstrip(b"\n")
    return Block(name, body, start, end, line, last, drifted, marker["joined"] or b"")


def _text(name: str, body: bytes, joined: bytes) -> bytes:
    if not is_name(name):
        raise Refused(f"{name!r} cannot name a block", NAMES)
    if _LIKE_A_MARKER.search(body):
        raise Refused("the body of a block cannot hold a marker line")
    body = body if body.endswith(b"\n") or not body else body + b"\n"
    tail = _checksum(body) + (b"+" + joined if joined else b"")
    label = name.encode()
    return b"# >>> envkit %b >>>\n%b# <<< envkit %b <<< %b\n" % (label, body, label, tail)


def _replace(content: bytes, block: Block, body: bytes) -> bytes:
    text = _text(block.name, body, block.joined)
    return content[: block.start] + text + content[block.end :]


def _hand_over(after: bytes, joined: bytes) -> bytes:
    # The newline that we added now stands above another profile's block: that one owes it.
    heir = next(iter(find_all(after)), None)
    if heir is None or heir.start or heir.drifted or heir.joined:
        return after
    return _text(heir.name, heir.body, joined) + after[heir.end :]


def _ends_in_our_newline(before: bytes, joined: bytes) -> bool:
    # Where the once unterminated line still stands above others, the user wrote those below it.
    if not before.endswith(b"\n"):
        return False
    sums = [_checksum(line) for line in before[:-1].split(b"\n")]
    return sums[-1] == joined or joined not in sums


def _checksum(body: bytes) -> bytes:
    return b"%08x" % zlib.crc32(body)


def _offset(content: bytes, line: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = content.find(b"\n", at) + 1
        if not at:
            return len(content)
    return at


def _line_at(content: bytes, offset: int) -> int:
    return content.count(b"\n", 0, offset) + 1


def _broken(what: str) -> Refused:
    return Refused(what, "put the marker lines right, or delete that block by hand, and try again")
