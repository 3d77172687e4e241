"""Lines that take back what our environment file gave, or seal it; read off the text alone.

The order model follows assignments. A variable that is unset, un-exported, read into or made
read-only changes no value that it could tell of, so these are looked for by their words: a line
too many costs a block in a later place, one too few costs the environment.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_SHELL = (
    r"\bunset\b[^;&|\n#]*{name}",
    r"\b(?:declare|typeset|local|export)\b[^;&|\n#]*\s\+\w*x\w*\b[^;&|\n#]*{name}",
    r"\bexport\s+-n\b[^;&|\n#]*{name}",
    r"\bread\b[^;&|\n#]*{name}",
    r"\bprintf?\b[^;&|\n#]*-v\s*{name}",
    r"\$\{{{name}::?=",
)
_FISH = (r"\bset\b[^;&|\n#]*\s(?:-\w*[eu]\w*|--erase|--unexport)\b[^;&|\n#]*{name}",)
_SEAL = (
    r"\breadonly\b[^;&|\n#]*{name}",
    r"\b(?:declare|typeset|export)\b[^;&|\n#]*\s-\w*r\w*\b[^;&|\n#]*{name}",
)


def taken(content: bytes, names: Collection[str], language: str) -> Iterator[int]:
    """The lines that may unset, hide or read over one of these variables."""
    yield from _lines(content, names, _FISH if language == "fish" else _SHELL, language)


def sealed(content: bytes, names: Collection[str], language: str) -> Iterator[int]:
    """The lines that make one of these variables read-only; fish has no such thing."""
    if language != "fish":
        yield from _lines(content, names, _SEAL, language)


def lines(content: bytes, pattern: re.Pattern[bytes]) -> Iterator[int]:
    """The lines in which a pattern is found, but comments."""
    # Most texts have none: a look at the whole is quick.
    if not pattern.search(content):
        return
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.lstrip().startswith(b"#") and pattern.search(line):
            yield number


def _lines(
    content: bytes, names: Collection[str], patterns: Collection[str], language: str
) -> Iterator[int]:
    also = ["path"] if "PATH" in names and language == "zsh" else []
    words = sorted({*names, *also})
    name = rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, words))})(?![\w/.-])"
    found = "|".join(one.format(name=name) for one in patterns)
    yield from lines(content, re.compile(found.encode()))
