"""What a zsh knows while it reads its startup files: arrays, tied variables, options, folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from envkit.model import Location
from envkit.reading import programs, split
from envkit.reading.conditions import Answer
from envkit.reading.state import State
from envkit.reading.zsh import arithmetic as zsh_arithmetic
from envkit.reading.zsh import options as zsh_options
from envkit.reading.zsh import patterns as zsh_patterns
from envkit.reading.zsh import words as zsh_words
from envkit.reading.zsh.values import Array, Fault, Table, Value

TIED = {
    "path": "PATH",
    "fpath": "FPATH",
    "cdpath": "CDPATH",
    "manpath": "MANPATH",
    "mailpath": "MAILPATH",
    "module_path": "MODULE_PATH",
    "fignore": "FIGNORE",
}
_SPECIAL = {"prompt": "PS1", "PROMPT": "PS1", "argv": "@", "status": "?"}
_TABLES = ("commands", "functions", "aliases", "options", "parameters", "builtins")
_ARRAYS = ("pipestatus", "funcstack", "dirstack", "signals", "historywords", "reswords")
BUILTINS = frozenset(
    (
        *("-", ".", ":", "[", "alias", "autoload", "bg", "bindkey", "break", "builtin", "bye"),
        *("cd", "chdir", "command", "compadd", "compcall", "compctl", "compdescribe", "continue"),
        *("declare", "dirs", "disable", "disown", "echo", "echotc", "echoti", "emulate", "enable"),
        *("eval", "exec", "exit", "export", "false", "fc", "fg", "float", "functions", "getln"),
        *("getopts", "hash", "history", "integer", "jobs", "kill", "let", "limit", "local"),
        *("log", "logout", "noglob", "popd", "print", "printf", "private", "pushd", "pushln"),
        *("pwd", "r", "read", "readonly", "rehash", "return", "sched", "set", "setopt", "shift"),
        *("source", "suspend", "test", "times", "trap", "true", "ttyctl", "type", "typeset"),
        *("ulimit", "umask", "unalias", "unfunction", "unhash", "unlimit", "unset", "unsetopt"),
        *("vared", "wait", "whence", "where", "which", "zcompile", "zformat", "zle", "zmodload"),
        *("zparseopts", "zregexparse", "zstat", "zstyle", "zsystem"),
    )
)


class ZshState(State):
    """One zsh at one moment."""

    emulation = "zsh"
    script = ""
    answer: Answer = True

    def prepare(self, emulation: str) -> None:
        """What State has no place for."""
        self.emulation = emulation
        self.aliases: dict[str, str] = {}
        self.unique: set[str] = set()
        self.doubtful: set[str] = set()
        self.changed: dict[str, Location] = {}
        self.folders_named: dict[str, str | None] = {}

    # Options

    def on(self, option: str) -> bool:
        """Whether an option is on; `braces` is IGNORE_BRACES the other way round."""
        if option == "braces":
            return "ignorebraces" not in self.options
        return option in self.options

    def is_option(self, name: str) -> Answer:
        """Whether an option is on, by any of its names."""
        found = zsh_options.look_up(name)
        if found is None and len(name) == 1:
            found = zsh_options.letter(name, self.options)
        if found is None:
            return False
        return None if found[0] in self.doubtful else (found[0] in self.options) == found[1]

    # Parameters

    def get(self, name: str) -> tuple[bool, str | None]:
        """A parameter as one text."""
        if name == "?":
            return True, None if self.answer is None else "01"[not self.answer]
        if name in TIED and TIED[name] in self.variables:
            value = self.variables[TIED[name]]
            return True, None if value is None else value.replace(":", " ")
        name = _SPECIAL.get(name, name)
        if name in ("@", "*"):
            whole = None if None in self.parameters else " ".join(p or "" for p in self.parameters)
            return True, whole
        if name == "-":
            return True, self._letters()
        return super().get(name)

    def fetch(self, name: str) -> tuple[bool, Value]:
        """A parameter as what it is."""
        if name in TIED:
            is_set, text = super().get(TIED[name])
            if is_set and text is not None:
                return True, tuple(text.split(":")) if text else ()
            return is_set, None if is_set else ()
        if name == "argv":
            return True, tuple(self.parameters)
        if name in _TABLES or name in _ARRAYS:
            return True, None
        is_set, value = self.get(name)
        if isinstance(value, Array):
            return is_set, value.elements
        if isinstance(value, Table):
            return is_set, tuple(value.entries.values())
        return is_set, value

    def put(self, name: str, value: str | None) -> None:
        """Assign a scalar."""
        name = _SPECIAL.get(name, name)
        if name in TIED:
            name, value = TIED[name], value
        if name in self.unique and value is not None:
            value = ":".join(dict.fromkeys(value.split(":")))
        self.variables[name] = value
        if name == "PS1":
            self.variables["PROMPT"] = self.variables["prompt"] = value

    def put_array(self, name: str, elements: list[str | None]) -> None:
        """Assign an array."""
        known = [element for element in elements if element is not None]
        if name in self.unique or TIED.get(name) in self.unique:
            known = list(dict.fromkeys(known))
        unknown = len(known) != len(elements) and None in elements
        if name == "argv":
            self.parameters = elements
        elif name in TIED:
            self.put(TIED[name], None if unknown else ":".join(known))
        else:
            self.variables[name] = None if unknown else Array(tuple(known))

    def entry(self, name: str, key: str | None) -> tuple[bool, Value] | None:
        """An entry of an associative array; None where `name` is none."""
        table = self.variables.get(name)
        if isinstance(table, Table):
            if key is None or key in ("@", "*"):
                return True, None if key is None else tuple(table.entries.values())
            return key in table.entries, table.entries.get(key, "")
        if name not in _TABLES or name in self.variables:
            return None
        return (True, None) if key is None else self._special_entry(name, key)

    def _special_entry(self, name: str, key: str) -> tuple[bool, Value]:
        if name == "commands":
            there = self.external(key)
            return there != "", there
        if name == "options":
            answer = self.is_option(key)
            return True, None if answer is None else "on" if answer else "off"
        if name == "parameters":
            return self.get(key)[0], None
        if name == "builtins":
            return key in BUILTINS, "defined" if key in BUILTINS else ""
        known = key in (self.functions if name == "functions" else self.aliases)
        return known, None if known else ""

    def _letters(self) -> str:
        found = []
        for letter in zsh_options.letters(self.options):
            name, straight = zsh_options.letter(letter, self.options) or ("", True)
            if (name in self.options) == straight:
                found.append(letter)
        return "".join(found)

    # Expansions

    def number(self, text: str) -> int | None:
        """The value of an arithmetic expression."""
        expanded = zsh_words.double(text, self)
        return None if expanded is None else zsh_arithmetic.evaluate(expanded, self)

    def output(self, text: str) -> str | None:
        """What a command substitution gives, where that is plain."""
        text = text.strip()
        raw = [word for word in split.words(text) if not re.fullmatch(_REDIRECT, word)]
        if raw and raw[0].startswith("<") and not raw[0].startswith(("<<", "<(")):
            raw = ["cat", *[word for word in (raw[0][1:], *raw[1:]) if word]]
        if not raw or any(re.search(r"[|;&<>]", word) for word in raw if word[0] not in "'\"$"):
            return None
        try:
            command = zsh_words.expand(raw, self)
        except Fault:
            return ""  # the error ends the substitution's own shell
        known = [word for word in command if word is not None]
        if len(known) != len(command) or not known or known[0] in self.functions:
            return None
        if known[0] == "print":
            lines = any(word in ("-l", "-rl", "-lr") for word in known)
            flags = ("-r", "-n", "--", "-rn", "-l", "-rl", "-lr")
            known = ["echo", *[word for word in known[1:] if word not in flags]]
            if lines and not any(word.startswith("-") for word in known):
                return "\n".join(known[1:])
        if known[0] in ("which", "whence"):
            there = self.external(known[-1]) if known[-1] not in BUILTINS else None
            return there or None
        return programs.printed(known, self)

    def user_home(self, user: str) -> str | None:
        """Where `~user`, `~+`, `~-` or a named folder leads."""
        if user in ("+", "-"):
            return self.get("PWD" if user == "+" else "OLDPWD")[1]
        if user in self.folders_named:
            return self.folders_named[user]
        if not user:
            return self.variables.get("HOME", "")
        found = super().user_home(user)
        return found if found is not None else None

    def globbed(self, how: zsh_patterns.Qualified) -> list[str] | None:
        """The files that a qualified pattern matches."""
        if not how.known:
            return None
        extended, dots = self.on("extendedglob"), self.on("globdots")
        found = zsh_patterns.glob(self.host, how, self.cwd, extended, dots)
        if found is None:
            return None
        kept = []
        for path in found:
            answers = [self._is_kind(test, path, how.follow) == want for test, want in how.tests]
            if all(answers):
                kept.append(path)
        kept = kept[::-1] if how.reverse else kept
        return kept[how.first - 1 : how.last] if how.first else kept

    def _is_kind(self, test: str, path: str, follow: bool) -> bool:
        link = bool(self.file("-L", Path(path)))
        if test in ("-f", "-d") and link and not follow:
            return False
        return bool(self.file(test, Path(path)))

    def prompt(self, text: str) -> str | None:
        """`${(%)…}`: `%x` and `%N`, the file at hand."""
        known = {"%x": self.script, "%N": self.script, "%n": self.host.user, "%%": "%"}
        parts = re.split(r"(%.)", text)
        made = [known.get(part) if part.startswith("%") else part for part in parts]
        return None if None in made else "".join(part or "" for part in made)

    def resolved(self, text: str) -> str | None:
        """`:A`: the path with its links followed."""
        if not self.cwd and not text.startswith("/"):
            return None
        path = Path(os.path.normpath(self.path(text)))
        for _ in range(40):
            for folder in (*reversed(path.parents), path):
                here = self.host.locate(folder.parent) / folder.name
                if folder.name and here.is_symlink():
                    target = folder.parent / here.readlink()
                    rest = path.relative_to(folder)
                    path = Path(os.path.normpath(target / rest))
                    break
            else:
                return str(path)
        return None

    # Commands

    def file(self, test: str, path: Path) -> Answer:
        """A file test; nothing has a name that no file system takes (NAME_MAX)."""
        if any(len(part) > _NAME_MAX for part in path.parts):
            return False
        return super().file(test, path)

    def external(self, name: str) -> str | None:
        """Where a program of that name lies; "" nowhere, None unknown."""
        functions, self.functions = self.functions, {}
        try:
            return super().find(name)
        finally:
            self.functions = functions

    def find(self, name: str) -> str | None:
        """Where a command lies, functions, aliases and builtins included."""
        if name in self.functions or name in BUILTINS or name in self.aliases:
            return name
        return self.external(name)

    def _is_builtin(self, name: str) -> bool:
        return False

    def given(self, names: Iterable[str]) -> None:
        """These are set now, to what nobody knows."""
        for name in names:
            self.put(name, None)


_NAME_MAX = 255
_REDIRECT = r"\d*>{1,2}(/dev/null|&\d)|&>/dev/null"
