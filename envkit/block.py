"""The managed block, as pure bytes: find it, put it, renew it, drop it.

A block is a begin line, a body and an end line, LF always, whatever the file around it uses:

    # >>> envkit descent >>>
    if [ -r … ]; then . …; fi
    # <<< envkit descent <<< 1f2e3d4c

The end line carries a checksum of the body, so that an edit by hand is noticed (`Block.drifted`).
Where the block had to end an unterminated last line first, the checksum of that line follows
(`1f2e3d4c+5b6a7988`): dropping the block takes the newline back, unless text now follows it,
which must never be glued to the old last line. All other bytes are never touched.

What editors do to whole files is no edit of a block: CRLF ends, a byte order mark at the front.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from envkit.errors import Refused

#: Before an interactive guard, and after what comes in front of ours; a file that may be left in
#: yet other places, which only running it tells, needs one before each.
MOST = 4

#: What `is_name` asks for, in words.
NAMES = "use letters, digits, dot, dash and underscore; begin with a letter or digit"

_BOM = b"\xef\xbb\xbf"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LIKE_A_MARKER = re.compile(rb"^.*(?:>>>|<<<) envkit \S+ (?:>>>|<<<).*$", re.MULTILINE)
_MARKER = re.compile(
    rb"# (?:>>> envkit (?P<begin>[A-Za-z0-9][\w.-]*) >>>"
    rb"|<<< envkit (?P<end>[A-Za-z0-9][\w.-]*) <<<"
    rb"(?: [0-9a-f]{8}(?:\+(?P<joined>[0-9a-f]{8}))?)?)\r?"
)
# What of a changed marker still is one, for the difference that is shown.
_WITHIN = re.compile(_MARKER.pattern[:-3])
# A marker in a file that was saved as UTF-16 or UTF-32: no shell reads it, no search finds it.
_WIDE = tuple(
    f" {sign} envkit ".encode(f"{name}-{end}")
    for name in ("utf-16", "utf-32")
    for end in ("le", "be")
    for sign in (">>>", "<<<")
)


@dataclass(frozen=True, slots=True)
class Block:
    """A block in a file: its body, and where it stands (bytes `start:end`, lines `line…last`).

    `drifted`: it is not as envkit wrote it, in more than its line ends. `joined`: the checksum of
    the line above it, which had no end before.
    """

    name: str
    body: bytes
    start: int
    end: int
    line: int
    last: int
    drifted: bool
    joined: bytes


class _Marker(NamedTuple):
    begins: bool
    name: bytes
    joined: bytes
    start: int
    end: int
    line: int


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
    begin: _Marker | None = None
    for marker in _markers(content):
        if marker.begins:
            if begin is not None:
                raise _broken(
                    f"the block that begins in line {begin.line} has no end"
                    f" before line {marker.line}"
                )
            begin = marker
            continue
        if begin is None:
            raise _broken(f"line {marker.line} ends a block that begins nowhere")
        blocks.append(_block(content, begin, marker))
        begin = None
    if begin is not None:
        raise _broken(f"the block that begins in line {begin.line} has no end")
    lines: dict[str, list[str]] = {}
    for block in blocks:
        lines.setdefault(block.name, []).append(str(block.line))
    for one, there in lines.items():
        if len(there) > MOST:
            raise _broken(f"the block {one} stands here {len(there)} times: {', '.join(there)}")
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
        number = content.count(b"\n", 0, at - 1) + 1
        raise Refused(
            f"line {number} ends in a backslash, which swallows the next line",
            "end that line without the backslash, or add an empty line below it",
        )
    joined = _checksum(unterminated) if unterminated else b""
    return before + (b"\n" if unterminated else b"") + text(name, body, joined) + after


def drop(content: bytes, name: str | None = None, original: bytes | None = None) -> bytes:
    """`content` without the blocks called `name` (or any): what it was, plus the user's edits.

    `original`: what it was, where that is known; it tells a last line that was edited from one
    that was deleted.
    """
    for block in reversed(find_all(content, name)):
        before, after = content[: block.start], content[block.end :]
        crlf = b">>>\r\n" in content[block.start : block.end]
        content = before + after
        if block.joined:
            content = _settled(before, after, block.joined, crlf, original)
    return content


def text(name: str, body: bytes, joined: bytes = b"") -> bytes:
    """A block as envkit writes it; Refused on a name or a body that would break its markers."""
    if not is_name(name):
        raise Refused(f"{name!r} cannot name a block", NAMES)
    if _LIKE_A_MARKER.search(body):
        raise Refused("the body of a block cannot hold a marker line")
    body = body if body.endswith(b"\n") or not body else body + b"\n"
    tail = _checksum(body) + (b"+" + joined if joined else b"")
    label = name.encode()
    return b"# >>> envkit %b >>>\n%b# <<< envkit %b <<< %b\n" % (label, body, label, tail)


def _markers(content: bytes) -> Iterator[_Marker]:
    """Every marker line; Refused on the first that was changed."""
    if any(words in content for words in _WIDE):
        raise Refused(
            "its text was turned into UTF-16 or UTF-32, and envkit's block with it",
            "turn it back: iconv -f UTF-16 -t UTF-8",
        )
    line, seen = 1, 0
    for found in _LIKE_A_MARKER.finditer(content) if b" envkit " in content else ():
        start, row = found.start(), found[0]
        line, seen = line + content.count(b"\n", seen, start), start
        if not start and row.startswith(_BOM):
            start, row = len(_BOM), row[len(_BOM) :]
        marker = _MARKER.fullmatch(row)
        if marker is None:
            raise _broken(f"line {line} is a marker of envkit's that was changed{_changed(row)}")
        name = marker["begin"] or marker["end"]
        joined = marker["joined"] or b""
        yield _Marker(marker["begin"] is not None, name, joined, start, found.end(), line)


def _changed(line: bytes) -> str:
    """The difference between a marker and the line that it has become."""
    marker = _WITHIN.search(line)
    if marker is None:
        return ""
    rows = (b"-" + marker[0], b"+" + line)
    return ":\n" + "\n".join(row[:200].decode("utf-8", "backslashreplace") for row in rows)


def _block(content: bytes, begin: _Marker, marker: _Marker) -> Block:
    if begin.name != marker.name:
        raise _broken(
            f"the block that begins in line {begin.line} ends as another one in line {marker.line}"
        )
    name, end = marker.name.decode(), marker.end
    body = content[content.index(b"\n", begin.start) + 1 : marker.start]
    now = content[begin.start : end]
    drifted = text(name, body, marker.joined)[:-1] != now and (
        # An editor that turned the whole file into CRLF changed no word of it.
        text(name, body.replace(b"\r\n", b"\n"), marker.joined)[:-1]
        != now.replace(b"\r\n", b"\n").removesuffix(b"\r")
    )
    end += content[end : end + 1] == b"\n"
    return Block(name, body, begin.start, end, begin.line, marker.line, drifted, marker.joined)


def _replace(content: bytes, block: Block, body: bytes) -> bytes:
    written = text(block.name, body, block.joined)
    return content[: block.start] + written + content[block.end :]


# -- the newline that was not there ---------------------------------------------------------------


def _settled(
    before: bytes, after: bytes, joined: bytes, crlf: bool, original: bytes | None
) -> bytes:
    """What is left without a block that ended the line above it: whose is that newline now?"""
    bare = _without_end(before + after, joined)
    stands = any(joined == sum_ for line in before.split(b"\n") for sum_ in _sums(line))
    if after and (stands or bare is None):
        return before + _hand_over(after, joined)
    if bare is not None:
        return bare
    # Where the once unterminated line still stands above others, the user wrote those below it.
    if stands or not before.endswith(b"\n"):
        return before
    bare = before[: -2 if crlf else -1]
    last = bare.rpartition(b"\n")[2]
    if original is not None and last in original.split(b"\n")[:-1]:
        return before  # the line itself was deleted; this one above it had its own end
    return bare


def _without_end(content: bytes, joined: bytes) -> bytes | None:
    """`content` without its last newline, if it ends in the line that had none; else None."""
    for end in (b"\n", b"\r\n"):
        bare = content.removesuffix(end)
        if bare != content and _checksum(bare.rpartition(b"\n")[2]) == joined:
            return bare
    return None


def _sums(line: bytes) -> tuple[bytes, bytes]:
    return _checksum(line), _checksum(line.removesuffix(b"\r"))


def _hand_over(after: bytes, joined: bytes) -> bytes:
    # The newline that we added now stands above another profile's block: that one owes it.
    heir = next(iter(find_all(after)), None)
    if heir is None or heir.start or heir.drifted or heir.joined:
        return after
    return text(heir.name, heir.body, joined) + after[heir.end :]


def _checksum(body: bytes) -> bytes:
    return b"%08x" % zlib.crc32(body)


def _offset(content: bytes, line: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = content.find(b"\n", at) + 1
        if not at:
            return len(content)
    return at


def _broken(what: str) -> Refused:
    return Refused(what, "put the marker lines right, or delete that block by hand, and try again")
