"""The text of a profile: a `.env` file, read with python-dotenv, into a `Profile` and findings.

python-dotenv parses the lines; the filling in of `${NAME}` and `${NAME:-default}` is ours, with its
meaning (the file's earlier lines first, then the environment), since a list such as PATH needs to
know *where* `${PATH}` stands, and a name that is not set is an error here, not an empty string.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

from envkit.finding import Finding, Severity
from envkit.model import Location, Scope
from envkit.plan import Profile

#: Stands for the home directory in a profile for --system; no value of a user can hold it.
HOME = "\0HOME\0"

DIRECTIONS = ("ENVKIT_TITLE", "ENVKIT_REQUIRES")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFERENCE = re.compile(r"\$\{([^}]*)(\}?)")
_INSIDE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)
# Setting these breaks a shell, or is no plain variable in one of them (zsh ties `path` to PATH).
_THE_SHELLS_OWN = re.compile(
    "_|HOME|IFS|PWD|OLDPWD|SHLVL|PPID|E?[UG]ID|GROUPS|USERNAME|RANDOM|SECONDS|LINENO|OPTIND|OPTARG"
    "|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|ZDOTDIR|argv|(pipe)?status|(module_|f|cd|man|mail)?path"
    "|fignore|psvar|prompt|watch|options|aliases|functions|commands|parameters"
    "|(BASH|ZSH|KSH|FISH)_VERSION|BASH_VERSINFO|BASHPID|HISTCMD|SRANDOM|EPOCH(REALTIME|SECONDS)"
    "|DIRSTACK|FUNCNAME|ZSH_EVAL_CONTEXT|ERRNO|TTYIDLE|KSHE?[UG]ID|PGRP|USER_ID"
    "|TRY_BLOCK_(ERROR|INTERRUPT)|KEYBOARD_HACK|HISTCHARS|histchars|dirstack|signals|nameddirs"
    "|(dis_)?[gs]aliases|dis_(aliases|functions)"
)
# Whole numbers to zsh, mksh or ksh93, which evaluate what they are set to: `a[$(cmd)]` runs cmd.
_NUMBERS = re.compile(
    "COLUMNS|LINES|TMOUT|HISTSIZE|SAVEHIST|KEYTIMEOUT|LISTMAX|LOGCHECK|MAILCHECK|FUNCNEST|BAUD"
    "|DIRSTACKSIZE|REPORTTIME|REPORTMEMORY|JOBMAX"
)


def read(
    content: bytes, source: Path, name: str, values: Mapping[str, str], scope: Scope
) -> tuple[Profile, tuple[Finding, ...]]:
    """The profile in `content`, and what is wrong with it (an error: it cannot be used)."""
    from dotenv.parser import parse_stream

    reader = _Reader(source, values, scope)
    for binding in parse_stream(io.StringIO(content.decode("utf-8", "surrogateescape"), "")):
        text = binding.original.string
        # python-dotenv counts the empty lines above a statement as its first.
        reader.line = binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
        if binding.error:
            reader.error(f"this line cannot be read: {text.strip()}", "write NAME=value")
        elif binding.key is not None and binding.value is None:
            reader.error(f"{binding.key} has no value", f"write {binding.key}=value")
        elif binding.key is not None and binding.value is not None:
            literal = text.partition("=")[2].lstrip(" \t").startswith("'")
            reader.take(binding.key, binding.value, literal)
    front, back = reader.lists.pop("PATH", ((), ()))
    directions = {key: value for key, value in reader.known.items() if key.startswith("ENVKIT_")}
    profile = Profile(
        name,
        tuple(reader.variables.items()),
        front,
        back,
        source,
        tuple(directions.items()),
        tuple((variable, *parts) for variable, parts in reader.lists.items()),
    )
    return profile, tuple(reader.findings)


class _Reader:
    """What the lines read so far come to."""

    def __init__(self, source: Path, values: Mapping[str, str], scope: Scope) -> None:
        self.source, self.values, self.scope = source, values, scope
        self.line = 0
        self.known: dict[str, str] = {}
        self.variables: dict[str, str] = {}
        self.lists: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self.lines: dict[str, int] = {}
        self.findings: list[Finding] = []

    def error(self, message: str, remedy: str = "", severity: Severity = "error") -> None:
        where = Location(self.source, self.line)
        self.findings.append(Finding("profile", severity, message, where, expected=remedy))

    def take(self, key: str, value: str, literal: bool) -> None:
        """One `key=value`, checked and filled in; `literal`: it stood in single quotes."""
        if not self._may_set(key, value):
            return
        if key in self.lines:
            self.error(f"{key} is set a second time, after line {self.lines[key]}", "", "warning")
        self.lines[key] = self.line
        own = not literal and "${" + key + "}" in _elements(value)
        if key == "PATH" or own:
            self._take_list(key, value, literal)
            return
        filled = value if literal else self._fill(key, value)
        if filled is not None and _NUMBERS.fullmatch(key) and not re.fullmatch("[0-9]+", filled):
            self.error(f"{key} is a number to the shells", f"write {key}=80, or leave it out")
        elif filled is not None:
            self.known[key] = filled
            if not key.startswith("ENVKIT_"):
                self.variables[key] = filled
                self.lists.pop(key, None)

    def _may_set(self, key: str, value: str) -> bool:
        if not _NAME.fullmatch(key):
            self.error(f"{key} is no name for a variable", "use letters, digits and underscores")
        elif _THE_SHELLS_OWN.fullmatch(key):
            remedy = "leave it out, or set it in a startup file of your own"
            self.error(f"{key} belongs to the shells and cannot be set by a profile", remedy)
        elif "\n" in value or "\0" in value:
            self.error(f"the value of {key} holds a newline or a NUL", "keep it on one line")
        else:
            if key.startswith("ENVKIT_") and key not in DIRECTIONS:
                known = f"known: {', '.join(DIRECTIONS)}"
                self.error(f"{key} is no direction that envkit knows", known, "warning")
            return True
        return False

    def _take_list(self, key: str, value: str, literal: bool) -> None:
        itself = "${" + key + "}"
        elements = _elements(value)
        if literal or itself not in elements:
            remedy = f"write {key}=/first:{itself}:/last; in 'single quotes' nothing is filled in"
            self.error(f"{key} without {itself} between colons would drop the old value", remedy)
            return
        if elements.count(itself) > 1:
            self.error(f"{itself} stands here twice", "once is enough: it tells before from after")
            return
        at = elements.index(itself)
        front = self._entries(key, elements[:at])
        back = self._entries(key, elements[at + 1 :])
        old_front, old_back = self.lists.get(key, ((), ()))
        first = self._once(key, front + old_front, ())
        self.lists[key] = (first, self._once(key, old_back + back, first))
        self.variables.pop(key, None)

    def _entries(self, key: str, elements: tuple[str, ...]) -> tuple[str, ...]:
        entries = []
        for element in elements:
            entry = self._fill(key, element)
            if entry is not None and self._is_entry(key, element, entry):
                entries.append(entry)
        return tuple(entries)

    def _is_entry(self, key: str, element: str, entry: str) -> bool:
        if not entry:
            self.error(f"an empty entry in {key}", "leave the extra colon out")
        elif ":" in entry:
            self.error(
                f"{element} is {entry}: an entry of {key} cannot hold a colon",
                "write each of its parts between colons, or give the folder another name",
            )
        elif entry.startswith("~"):
            self.error(f"{entry}: no shell expands ~ here", "write ${HOME}")
        elif entry == element and re.match(r"\$[A-Za-z_]", entry):
            braced = re.sub(r"\$(\w+)", r"${\1}", entry)
            self.error(f"{entry} is plain text here", f"write {braced}")
        elif key == "PATH" and not entry.startswith(("/", HOME)):
            self.error(
                f"{entry} is relative: another folder wherever one stands",
                "begin it with / or ${HOME}",
            )
        else:
            return True
        return False

    def _once(self, key: str, entries: tuple[str, ...], taken: tuple[str, ...]) -> tuple[str, ...]:
        for entry in sorted({one for one in entries if entries.count(one) > 1 or one in taken}):
            shown = entry.replace(HOME, "${HOME}")
            self.error(f"{shown} stands in {key} more than once: the first counts", "", "warning")
        return tuple(entry for entry in dict.fromkeys(entries) if entry not in taken)

    def _fill(self, key: str, text: str) -> str | None:
        """`text` with its references replaced; None, and a finding, where that is impossible."""
        parts, at = [], 0
        for found in _REFERENCE.finditer(text):
            inside = _INSIDE.fullmatch(found[1]) if found[2] else None
            value = None
            if inside is None:
                self.error(f"{found[0]} is not understood", "write ${NAME} or ${NAME:-default}")
            elif inside[1] == key:
                self.error(
                    f"{found[0]} cannot stand here", f"alone between colons: {key}=/x:${{{key}}}"
                )
            else:
                value = self._value(inside[1], inside[2])
            if value is None:
                return None
            parts += [text[at : found.start()], value]
            at = found.end()
        return "".join((*parts, text[at:]))

    def _value(self, name: str, default: str | None) -> str | None:
        if name in self.lists:
            self.error(
                f"${{{name}}} cannot be used after it was set here", "set it below this line"
            )
        elif name in self.known:
            return self.known[name]
        elif self.scope == "system" and name == "HOME":
            return HOME
        elif self.scope == "system" and name != "ENVKIT_PYTHON_BIN":
            remedy = "only ${HOME} is each user's own; write the value itself"
            self.error(f"${{{name}}} is not the same for every user", remedy)
        elif name not in self.values and default is None:
            self.error(f"${{{name}}} is not set", f"write a default: ${{{name}:-…}}")
        elif any(sign in self.values.get(name, "") for sign in "\n\0"):
            self.error(f"the value of ${{{name}}} here holds a newline", "write the value itself")
        else:
            return self.values.get(name, default or "")
        return None


def _elements(value: str) -> tuple[str, ...]:
    """What stands between the colons; those inside `${…}` do not count."""
    hidden = _REFERENCE.sub(lambda found: found[0].replace(":", "\0"), value)
    return tuple(part.replace("\0", ":") for part in hidden.split(":"))
