"""`${…}` of zsh: flags, nesting, subscripts, operators (zshexpn(1), PARAMETER EXPANSION)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envkit.reading.zsh import values as zsh_values
from envkit.reading.zsh import words as zsh_words
from envkit.reading.zsh.braces import end_of
from envkit.reading.zsh.values import Fault, Value

if TYPE_CHECKING:
    from envkit.reading.zsh.state import ZshState

NAME = re.compile(r"[A-Za-z_]\w*|\d+|[-@*#?$!]")
_OPERATOR = re.compile(r"::=|:[-=?+#]|[-=?+]|##?|%%?|:/|//?|:")
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FLAG = re.compile(r"([sjglr])|[@fLUCoOiuPk%vqQwWzeFp0M]")


class Expansion:
    """One `${…}`: the text within its braces, and whether it stands in double quotes."""

    def __init__(self, body: str, state: ZshState, double: bool) -> None:
        self.body = body
        self.state = state
        self.double = double
        self.flags: dict[str, str] = {}
        self.length = self.asks = self.split = self.glob = False
        self.keeps = False  # an array stays one in double quotes
        self.known = True

    def value(self) -> Value:
        """What it gives; None where only running it can tell."""
        at = self._prefix()
        value, is_set, name, at = self._subject(at)
        rest = self.body[at:]
        if self.asks:
            return ("1" if is_set else "0") if self.known and not rest else None
        if not self.known:
            return None
        if "P" in self.flags:
            is_set, value = self._named(zsh_values.scalar(value))
        value = self._operate(value, is_set, name, rest)
        return self._finish(value)

    def _prefix(self) -> int:
        body, at = self.body, 0
        if body.startswith("("):
            end = _bracket_end(body, 0)
            self._read_flags(body[1 : end - 1])
            at = end
        while at < len(body):
            char, after = body[at], body[at + 1 : at + 2]
            if char == "#" and after and (after in '({$"@*' or NAME.match(after)):
                self.length = True
            elif char == "+" and NAME.match(after):
                self.asks = True
            elif char == "=":
                self.split = True
            elif char == "~":
                self.glob = True
            elif char != "^":
                break
            at += 1
        return at

    def _read_flags(self, text: str) -> None:
        at = 0
        while at < len(text):
            found = _FLAG.match(text, at)
            if not found:
                self.known = False
                return
            at = found.end()
            argument = ""
            if found[1]:
                close = _CLOSING.get(text[at : at + 1])
                end = text.find(close or text[at : at + 1], at + 1)
                if end < 0:
                    self.known = False
                    return
                argument, at = text[at + 1 : end], end + 1
            self.flags[found[0]] = argument
        self.keeps = "@" in self.flags

    def _subject(self, at: int) -> tuple[Value, bool, str, int]:
        """What is expanded: a name, a nested expansion, a quotation, or nothing (`${:-x}`)."""
        body, state = self.body, self.state
        name = ""
        value: Value = ""
        is_set = False
        if at < len(body) - 1 and body[at] in '$"`':
            end = _dollar_end(body, at) if body[at] == "$" else end_of(body, at)
            value, is_set = zsh_words.nested(body[at:end], state, self.double), True
            at = end
        elif found := NAME.match(body, at):
            name = found[0]
            at = found.end()
            if name in ("@", "*"):
                value, is_set = tuple(state.parameters), True
                self.keeps = self.keeps or name == "@"
            else:
                is_set, value = state.fetch(name)
        while body.startswith("[", at):
            end = _subscript_end(body, at)
            text = body[at + 1 : end - 1]
            self.keeps = self.keeps or text == "@"
            is_set, value = self._subscripted(name, value, is_set, text)
            name, at = "", end
        return value, is_set, name, at

    def _subscripted(self, name: str, value: Value, is_set: bool, text: str) -> tuple[bool, Value]:
        flags = re.match(r"\([a-zA-Z]+\)", text)
        head = flags[0] if flags else ""
        key = zsh_words.double(text[len(head) :], self.state)
        if name and (entry := self.state.entry(name, key)) is not None:
            return entry if not head else (False, None)
        if head and key is not None:
            key = head + key
        elif key is not None and key not in ("@", "*"):
            numbers = [self.state.number(part) for part in key.split(",")]
            key = None if None in numbers else ",".join(map(str, numbers))
        if self.state.on("ksharrays"):
            return is_set, None
        part = zsh_values.subscript(value, key)
        return is_set and part not in ("", ()), part

    def _named(self, name: str | None) -> tuple[bool, Value]:
        return (False, None) if name is None else self.state.fetch(name)

    def _operate(self, value: Value, is_set: bool, name: str, rest: str) -> Value:
        found = _OPERATOR.match(rest)
        sign = found[0] if found else ""
        word = rest[len(sign) :]
        if not rest:
            if not is_set and name and not name.isdigit() and not self.state.on("unset"):
                raise Fault()
            return value
        if sign in ("-", ":-", "+", ":+", "=", ":=", "::=", "?", ":?"):
            return self._default(value, is_set, name, sign, word)
        if sign == ":":
            changed, end = zsh_values.modifiers(value, rest, self.state)
            if end == len(rest):
                return changed
            return self._cut(value, word)
        if not sign:
            return None
        return self._matched(value, sign, word)

    def _default(self, value: Value, is_set: bool, name: str, sign: str, word: str) -> Value:
        colon = sign[0] == ":"
        if is_set and value is None and colon:
            return None
        use = is_set and (not colon or value not in ("", ()))
        if sign == "::=" or (not use and sign[-1] == "="):
            given = self._word(word)
            if name:
                self.state.put(name, zsh_values.scalar(given))
            return given
        if use:
            return self._word(word) if sign[-1] == "+" else value
        if sign[-1] == "?":
            raise Fault(leaves=True)
        return "" if sign[-1] == "+" else self._word(word)

    def _word(self, word: str) -> Value:
        make = zsh_words.double if self.double else zsh_words.single
        return make(word, self.state)

    def _cut(self, value: Value, word: str) -> Value:
        """`${x:offset:length}`."""
        offset, _, length = word.partition(":")
        numbers = [self.state.number(part) for part in (offset, length or "0")]
        if value is None or None in numbers:
            return None
        start, count = numbers[0] or 0, numbers[1] or 0
        start = start + len(value) if start < 0 else start
        return value[start : start + count] if length else value[start:]

    def _matched(self, value: Value, sign: str, word: str) -> Value:
        extended = self.state.on("extendedglob")
        if "/" in sign:
            old, _, new = _split_pattern(word)
            put = zsh_words.single(new, self.state)
            pattern = zsh_words.pattern(old, self.state)
            if pattern is None or put is None:
                return None
            change = lambda part: zsh_values.replaced(part, sign, pattern, put, extended)  # noqa: E731
            return zsh_values.each(value, change)
        pattern = zsh_words.pattern(word, self.state)
        if pattern is None:
            return None
        if sign == ":#":
            return self._without(value, pattern, extended)
        return zsh_values.each(
            value, lambda part: zsh_values.trimmed(part, sign, pattern, extended)
        )

    def _without(self, value: Value, pattern: str, extended: bool) -> Value:
        from envkit.reading.zsh.patterns import matches

        parts = value if isinstance(value, tuple) else (value,)
        answers = [None if part is None else matches(pattern, part, extended) for part in parts]
        if None in answers:
            return None
        wanted = "M" in self.flags
        kept = tuple(p for p, same in zip(parts, answers, strict=True) if same == wanted)
        return kept if isinstance(value, tuple) else "".join(part or "" for part in kept)

    def _finish(self, value: Value) -> Value:
        if self.length:
            return None if value is None else str(len(value))
        flags = self.flags
        if set(flags) - set("@PfLUsjouM%kvF"):
            return None
        if "%" in flags:
            value = zsh_values.each(value, self.state.prompt)
        if "F" in flags or "j" in flags:
            glue = flags.get("j", "\n")
            if isinstance(value, tuple):
                value = None if None in value else glue.join(part or "" for part in value)
        if "f" in flags or "s" in flags:
            text, sign = zsh_values.scalar(value), flags.get("s", "\n")
            parts = None if text is None else text.split(sign) if sign else list(text)
            value = None if parts is None else tuple(part for part in parts if part or self.keeps)
        if "L" in flags or "U" in flags:
            value = zsh_values.each(value, str.lower if "L" in flags else str.upper)
        if isinstance(value, tuple) and None not in value:
            if "u" in flags:
                value = tuple(dict.fromkeys(value))
            if "o" in flags:
                value = tuple(sorted(part or "" for part in value))
        if self.double and isinstance(value, tuple) and not self.keeps:
            return zsh_values.scalar(value)
        return value


def _dollar_end(body: str, at: int) -> int:
    if body[at + 1 : at + 2] in ("{", "(", "[", "'"):
        return end_of(body, at)
    found = NAME.match(body, at + 1)
    return found.end() if found else at + 1


def _bracket_end(body: str, at: int) -> int:
    """The end of the flags, whose arguments may hold brackets: `(j(|))`."""
    at += 1
    while at < len(body) and body[at] != ")":
        if body[at] in "sjglrIZ" and at + 1 < len(body):
            close = _CLOSING.get(body[at + 1], body[at + 1])
            end = body.find(close, at + 2)
            at = len(body) if end < 0 else end
        at += 1
    return min(at + 1, len(body))


def _subscript_end(body: str, at: int) -> int:
    depth = 0
    while at < len(body):
        depth += (body[at] == "[") - (body[at] == "]")
        at = end_of(body, at)
        if not depth:
            return at
    return len(body)


def _split_pattern(word: str) -> tuple[str, str, str]:
    """`pattern/replacement` at the first slash that is not quoted."""
    at = 0
    while at < len(word):
        if word[at] == "/":
            return word[:at], "/", word[at + 1 :]
        at = end_of(word, at)
    return word, "", ""
