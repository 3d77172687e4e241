"""Expansion of words (POSIX.1-2017 2.6) as far as text and known values carry: else None.

None is the unknown value: what a program would print, a variable that nobody can know. Word
splitting and globbing are done where a word is expanded to fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from envkit.reading import ansi, patterns, split

if TYPE_CHECKING:  # a Protocol is dear to import
    from typing import Protocol

    class Values(Protocol):
        """Who knows variables."""

        def get(self, name: str) -> tuple[bool, str | None]:
            """Whether the variable is set, and its value (None: unknown)."""

    class Scope(Values, Protocol):
        """Whom an expansion asks."""

        dialect: str

        def put(self, name: str, value: str | None) -> None:
            """Assign, for `${x:=y}`."""

        def arguments(self) -> list[str | None]:
            """The positional parameters."""

        def output(self, text: str) -> str | None:
            """What a command substitution gives."""

        def user_home(self, user: str) -> str | None:
            """Where `~` or `~user` leads."""

        def files(self, pattern: str) -> tuple[str, ...]:
            """The files that a pattern matches."""

        def is_option(self, name: str) -> bool | None:
            """Whether a `set -o` option is on."""


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]|[-@*#?$!]")
_BRACED = re.compile(r"(#?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[-@*#?$!])(\[[^]]*\])?(.*)", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_./,+@%-]*")


class Unbound(Exception):
    """A variable that is not set, after `set -u`, or in `${x:?}`: an error in every shell."""


class Piece:
    """A stretch of an expanded word; `split`: it came from an unquoted expansion."""

    __slots__ = ("quoted", "split", "text")

    def __init__(self, text: str | None, quoted: bool, split: bool = False) -> None:
        self.text = text
        self.quoted = quoted
        self.split = split


BREAK = Piece("\0", True)  # between the fields of "$@"


def single(raw: str, scope: Scope, assignment: bool = False) -> str | None:
    """The word without splitting: a value, the subject of a `case`."""
    text = ""
    for piece in pieces(raw, scope, assignment=assignment):
        if piece.text is None:
            return None
        text += " " if piece is BREAK else piece.text
    return text


def quoted(raw: str, scope: Scope) -> str | None:
    """As within double quotes: how ENV and BASH_ENV are expanded."""
    parts = [piece.text for piece in _double(raw, scope)]
    return None if None in parts else "".join(part for part in parts if part is not None)


def pattern(raw: str, scope: Scope) -> str | None:
    """The word as a pattern: quoted characters carry a backslash."""
    text = ""
    for piece in pieces(raw, scope):
        if piece.text is None:
            return None
        text += re.sub(r"(.)", r"\\\1", piece.text, flags=re.DOTALL) if piece.quoted else piece.text
    return text


def pieces(raw: str, scope: Scope, assignment: bool = False) -> Iterator[Piece]:
    """The word in pieces, quotes removed and expansions made."""
    at = 0
    while at < len(raw):
        char, after = raw[at], split.skip(raw, at)
        tilde_may_stand = at == 0 or (assignment and raw[at - 1] in ":=")
        if char == "~" and tilde_may_stand:
            user = re.match(r"~([A-Za-z0-9_.-]*)(?=[/:]|\Z)", raw[at:])
            if user:
                after = at + user.end()
                yield Piece(scope.user_home(user[1]), True)
            else:
                yield Piece(char, False)
        elif char == "\\":
            if raw[at + 1 : after] != "\n":
                yield Piece(raw[at + 1 : after], True)
        elif char == "'":
            yield Piece(raw[at + 1 : after - 1], True)
        elif char == '"':
            if not _empty_list(raw[at + 1 : after - 1], scope):
                yield Piece("", True)
            yield from _double(raw[at + 1 : after - 1], scope)
        elif char == "$" and raw[at + 1 : at + 2] == "'" and scope.dialect != "dash":
            yield Piece(ansi.unescape(raw[at + 2 : after - 1]), True)
        elif char in "$`":
            found, after = _dollar(raw, at, scope, False)
            yield from found
        else:
            after = _PLAIN.match(raw, at + 1).end()  # type: ignore[union-attr]
            after = max(after, at + 1)
            yield Piece(raw[at:after], False)
        at = after


def _empty_list(raw: str, scope: Scope) -> bool:
    """Whether this is `$@` or `${name[@]}` alone, and there is none: then quotes give no field."""
    if raw in ("$@", "${@}"):
        return not scope.arguments()
    array = re.fullmatch(r"\$\{(\w+)\[@\]\}", raw)
    return array is not None and not scope.get(array[1])[0]


def _double(raw: str, scope: Scope) -> Iterator[Piece]:
    at = 0
    while at < len(raw):
        char = raw[at]
        if char == "\\" and raw[at + 1 : at + 2] in ("$", "`", '"', "\\", "\n"):
            if raw[at + 1] != "\n":
                yield Piece(raw[at + 1], True)
            at += 2
        elif char in "$`" and raw[at + 1 : at + 2] not in ("'", '"', ""):
            found, at = _dollar(raw, at, scope, True)
            yield from found
        else:
            yield Piece(char, True)
            at += 1


def _dollar(raw: str, at: int, scope: Scope, inside: bool) -> tuple[list[Piece], int]:
    """What the `$…` or `` `…` `` at `at` gives, and where it ends."""
    after = split.skip(raw, at)
    if raw[at] == "`":
        command = re.sub(r"\\([\\$`])", r"\1", raw[at + 1 : after - 1])
        return [Piece(scope.output(command), inside, not inside)], after
    if raw.startswith("$((", at):
        return [Piece(_arithmetic(raw[at + 3 : after - 2], scope), inside, not inside)], after
    if raw.startswith("$(", at):
        return [Piece(scope.output(raw[at + 2 : after - 1]), inside, not inside)], after
    if raw.startswith("${", at):
        return list(_braced(raw[at + 2 : after - 1], scope, inside)), after
    name = _NAME.match(raw, at + 1)
    if not name:
        return [Piece("$", True)], at + 1
    return list(_parameter(name[0], scope, inside)), name.end()


def _parameter(name: str, scope: Scope, inside: bool) -> Iterator[Piece]:
    if name in "@*":
        for i, argument in enumerate(scope.arguments()):
            if i:
                yield BREAK if name == "@" or not inside else Piece(" ", True)
            yield Piece(argument, inside, not inside)
        return
    is_set, value = scope.get(name)
    if not is_set and scope.is_option("nounset"):
        raise Unbound(name)
    yield Piece(value if is_set else "", inside, not inside)


def _braced(body: str, scope: Scope, inside: bool) -> Iterator[Piece]:
    if body.startswith(".sh.") and scope.dialect == "ksh":
        yield Piece(scope.get(body)[1] if scope.get(body)[0] else None, inside, not inside)
        return
    found = _BRACED.fullmatch(body)
    if not found or found[3] not in (None, "[0]", "[@]", "[*]") or body.startswith("!"):
        yield Piece(None, inside, not inside)
        return
    length, name, _, rest = found.groups()
    if name in ("@", "*") and not rest and not length:
        yield from _parameter(name, scope, inside)
        return
    is_set, value = scope.get(name)
    if found[3] == "[@]" and not is_set and not rest and not length:
        return  # no field at all
    if length:
        if not is_set and scope.is_option("nounset"):
            raise Unbound(name)
        size = None if is_set and value is None else str(len(value or ""))
        yield Piece(size if not rest else None, inside, not inside)
        return
    default = re.fullmatch(r"(:?)([-=?+])(.*)", rest, re.DOTALL)
    if default:
        yield from _default(name, value if is_set else "", is_set, default, scope, inside)
    elif is_set and value is None:
        yield Piece(None, inside, not inside)
    elif not is_set and scope.is_option("nounset"):
        raise Unbound(name)
    else:
        yield Piece(_trim(value or "", rest, scope), inside, not inside)


def _default(
    name: str, value: str | None, is_set: bool, how: re.Match[str], scope: Scope, inside: bool
) -> Iterator[Piece]:
    colon, sign, word = how.groups()
    known = not (is_set and value is None)
    use = is_set and (not colon or bool(value))
    if not known and (colon or sign != "+"):
        yield Piece(None, inside, not inside)
    elif use != (sign == "+"):
        yield Piece(value, inside, not inside) if sign != "+" else Piece("", inside, not inside)
    elif sign == "?":
        raise Unbound(name)
    elif sign == "=":
        given = single(word, scope)
        scope.put(name, given)
        yield Piece(given, inside, not inside)
    else:
        yield from _double(word, scope) if inside else pieces(word, scope)


def _trim(value: str, rest: str, scope: Scope) -> str | None:
    """`#`, `##`, `%`, `%%`, `/`, `//`; another operator is unknown."""
    if not rest:
        return value
    if scope.dialect == "dash" and rest[0] not in "#%":
        raise Unbound(rest)  # "Bad substitution"
    if rest[0] == "/":
        many = rest.startswith("//")
        wanted, _, new = rest[2 if many else 1 :].partition("/")
        end = wanted[:1] if not many and wanted[:1] in ("#", "%") else ""
        glob, put = pattern(wanted[len(end) :], scope), single(new, scope)
        if glob is None or put is None:
            return None
        if end:
            return patterns.at_an_end(value, end, glob, put)
        replacement = put
        return patterns.compiled(glob).sub(lambda _: replacement, value, 0 if many else 1)
    if rest[0] not in "#%":
        return None
    longest = rest[:1] == rest[1:2]
    glob = pattern(rest[2 if longest else 1 :], scope)
    if glob is None:
        return None
    cuts = range(len(value) + 1)
    if rest[0] == "#":
        for cut in reversed(cuts) if longest else cuts:
            if patterns.matches(glob, value[:cut]):
                return value[cut:]
    else:
        for cut in cuts if longest else reversed(cuts):
            if patterns.matches(glob, value[cut:]):
                return value[:cut]
    return value


def _arithmetic(text: str, scope: Scope) -> str | None:
    """A number, a variable, or the sum or difference of two."""
    if re.fullmatch(r"\s*\w+\s*[/%]\s*0\s*", text) and scope.dialect != "bash":
        raise Unbound(text)  # division by zero
    found = re.fullmatch(r"\s*\$?(\w+)\s*(?:([-+])\s*\$?(\w+))?\s*", text)
    if not found:
        return None
    values = [number(operand, scope) for operand in (found[1], found[3] or "0")]
    if None in values:
        return None
    left, right = (value or 0 for value in values)
    return str(left - right if found[2] == "-" else left + right)


def number(text: str, scope: Values) -> int | None:
    """An operand of arithmetic: digits, or a variable that holds some; unset is 0."""
    if not text.isdigit():
        is_set, value = scope.get(text)
        if is_set and value is None:
            return None
        text = (value or "0") if is_set else "0"
    return int(text) if re.fullmatch(r"-?\d+", text) else None
