"""`~/.config/envkit/config.toml`: what this account expects of its machine.

    [[expect]]
    command = "python"
    prefer = ["~/.venvs/dl/bin"]             # one of these is to run
    avoid = ["/usr/bin", "pyenv"]            # none of these
    contexts = ["terminal", "ssh_command"]   # the everyday ones where it is left out

What is preferred or avoided is a folder with all that lies below it (a `*` stands for any name,
`**` for any number of folders), or an installer's name: `envkit which -v NAME` tells it. With
neither, the command is to be found. A list of one may be written as a string.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from envkit import contexts, owners
from envkit.errors import Unreadable, UsageError
from envkit.host import Host
from envkit.model import Location

#: The same installers under names that people have for them, and all that own the system's files.
ALSO = {
    **dict.fromkeys(("apt", "deb"), "dpkg"),
    **dict.fromkeys(("dnf", "yum", "zypper"), "rpm"),
    **dict.fromkeys(("mamba", "micromamba", "anaconda", "miniconda", "miniforge"), "conda"),
    **dict.fromkeys(("homebrew", "linuxbrew"), "brew"),
    **dict.fromkeys(("virtualenv", "virtual environment"), "venv"),
}
_EXAMPLE = 'for example: [[expect]] command = "python", prefer = "~/.venvs/dl/bin"'


class Expectation(NamedTuple):
    """Which file is to run for a command; `where` is the line that its table begins in.

    `prefer` and `avoid`: absolute folders, in which `*` is a pattern, or names of installers.
    """

    command: str
    prefer: tuple[str, ...]
    avoid: tuple[str, ...]
    contexts: tuple[str, ...]
    where: Location


class Configuration(NamedTuple):
    """All that the file says."""

    expectations: tuple[Expectation, ...] = ()


def place(host: Host) -> Path:
    """Where the file lies (XDG Base Directory Specification 0.8)."""
    return host.config / "config.toml"


def load(host: Host) -> Configuration:
    """Read the configuration; an empty one where there is no file.

    UsageError, with the line, for what cannot be meant; Unreadable where it cannot be read.
    """
    path = place(host)
    try:
        content = host.read(path)
    except (FileNotFoundError, NotADirectoryError):
        return Configuration()
    except OSError as error:
        raise Unreadable(f"{host.show(path)}: {error.strerror}") from error
    return _Reader(host, path, content).configuration()


class _Reader:
    """One file: its tables, and the lines that they and their keys stand in."""

    def __init__(self, host: Host, path: Path, content: bytes) -> None:
        self.host, self.path = host, path
        try:
            self.text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise self.error(line, "this is not UTF-8, which TOML has to be") from None
        self.tables = _lines(r"^[ \t]*\[\[\s*[\"']?expect[\"']?\s*\]\]", self.text)

    def configuration(self) -> Configuration:
        data = self.parsed()
        for key in data:
            if key != "expect":
                raise self.error(self.line_of(key), f"unknown key: {key}", "known: expect")
        rows = data.get("expect", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            message = "expect is a list of tables: [[expect]], with two brackets"
            raise self.error(self.line_of("expect"), message, _EXAMPLE)
        return Configuration(tuple(self.expectation(*pair) for pair in enumerate(rows)))

    def parsed(self) -> dict[str, Any]:
        if sys.version_info >= (3, 11):
            import tomllib
        else:
            try:
                import tomli as tomllib
            except ModuleNotFoundError as error:  # a zipapp that was made without it
                message = f"{self.host.show(self.path)} needs Python 3.11, or the package tomli"
                raise Unreadable(message) from error
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            match = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", str(error))
            line = int(match[1]) if match and match[1] else len(self.text.splitlines()) or 1
            reason = str(error).partition(" (at ")[0]
            raise self.error(line, f"this is not TOML: {reason}", _EXAMPLE) from None

    def expectation(self, number: int, row: Mapping[str, Any]) -> Expectation:
        known = Expectation._fields[:-1]
        for key in row:
            if key not in known:
                line = self.line_of(key, number)
                raise self.error(line, f"unknown key: {key}", f"known: {', '.join(known)}")
        line = self.line_of("expect", number)
        command = row.get("command")
        if not isinstance(command, str) or not command or re.search(r"[\s/\0]", command):
            message = "command is to be the name of a program"
            raise self.error(self.line_of("command", number), message, _EXAMPLE)
        wanted, unwanted = (
            tuple(self.target(word, key, number) for word in self.words(row, key, number))
            for key in ("prefer", "avoid")
        )
        named = self.words(row, "contexts", number)
        if "contexts" in row and not named:
            raise self.error(self.line_of("contexts", number), "contexts names none")
        chosen = [self.context(name, number) for name in named]
        names = tuple(dict.fromkeys(chosen)) or tuple(one.name for one in contexts.common())
        return Expectation(command, wanted, unwanted, names, Location(self.path, line))

    def words(self, row: Mapping[str, Any], key: str, number: int) -> Sequence[str]:
        value = row.get(key, [])
        words = [value] if isinstance(value, str) else value
        if isinstance(words, list) and all(isinstance(one, str) and one.strip() for one in words):
            return words
        message = f"{key} is to be a string, or a list of strings"
        raise self.error(self.line_of(key, number), message, _EXAMPLE)

    def target(self, word: str, key: str, number: int) -> str:
        """An absolute folder or pattern, or the name of an installer."""
        text = re.sub(r"^(~|\$HOME|\$\{HOME\})(?=/|$)", str(self.host.home), word.strip())
        if text.startswith("/"):
            return "/" + "/".join(part for part in text.split("/") if part not in ("", "."))
        name = ALSO.get(text.lower(), text.lower())
        if name in (*owners.known(), "system"):
            return name
        line = self.line_of(key, number)
        if "/" in text or text.startswith(("~", "$", ".")):
            hint = "write it from the root on, or from ~ on"
            raise self.error(line, f"{key}: {word} is no absolute folder", hint)
        known = ", ".join((*owners.known(), "system"))
        hint = f"a folder has a / in it; installers: {known}"
        raise self.error(line, f"{key}: {word} is no installer that envkit knows", hint)

    def context(self, name: str, number: int) -> str:
        try:
            return contexts.get(name).name
        except UsageError as error:
            raise self.error(self.line_of("contexts", number), error.message, error.hint) from None

    def error(self, line: int, message: str, hint: str = "") -> UsageError:
        return UsageError(f"{self.host.show(self.path)}:{line}: {message}", hint)

    def line_of(self, key: str, number: int | None = None) -> int:
        """The line of a key of the n-th table, else of the table itself; 1 where all fails."""
        if number is None or number >= len(self.tables):
            found = _lines(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(key)}\b", self.text)
            return found[0] if found else 1
        first = self.tables[number]
        last = (*self.tables, len(self.text))[number + 1]
        for line in _lines(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*[=.]", self.text):
            if first < line and (number + 1 == len(self.tables) or line < last):
                return line
        return first


def _lines(pattern: str, text: str) -> list[int]:
    found = re.finditer(pattern, text, re.MULTILINE)
    return [text.count("\n", 0, match.start()) + 1 for match in found]
