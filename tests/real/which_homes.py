"""Homes whose commands are known by construction, and what the real shells say of them.

`home` writes a random one: folders of programs, aliases, functions, some in branches that do not
run, in a sourced file, or taken back. The lines that count are known since they are written here;
which kind of thing wins, and which files there are, the shell itself tells (`said`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from envkit import start
from envkit.host import Host
from envkit.model import Start

NAMES = ("tool0", "tool1", "tool2", "tool3", "tool4", "test", "ls", "python", "nowhere")
RC = {
    "bash": ".bashrc",
    "zsh": ".zshrc",
    "fish": ".config/fish/config.fish",
    "dash": ".profile",
    "sh": ".profile",
    "ksh93": ".kshrc",
    "mksh": ".mkshrc",
}


class Home(NamedTuple):
    """What was written: for each name its last alias and function, where they count."""

    aliases: dict[str, tuple[Path, int]]
    functions: dict[str, tuple[Path, int]]
    entries: dict[str, tuple[Path, int]]


class _Writer:
    """The lines of one home's two files: the rc file, and one that it sources."""

    def __init__(self, random: Random, shell: str, folder: Path) -> None:
        self.random, self.shell, self.folder = random, shell, folder
        self.home = Home({}, {}, {})
        self.aliased: set[str] = set()

    def file(self, path: Path, count: int, sourced: Path | None) -> None:
        lines: list[str] = []
        if self.shell == "bash":
            lines.append("case $- in *i*) ;; *) return;; esac")
        self.path = path
        for number in range(count):
            if sourced is not None and number == count // 2:
                # Made at once, so that its lines count in their place.
                self.file(sourced, 4, None)
                self.path = path
                lines.append(f"{'source' if self.shell == 'fish' else '.'} {sourced}")
            lines += self.statement(len(lines) + 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")

    def statement(self, line: int) -> list[str]:
        makers = [self.alias, self.alias, self.function, self.function, self.entry, self.never]
        makers += [self.comment, self.taken_back]
        return self.random.choice(makers)(line)

    def name(self) -> str:
        return self.random.choice(NAMES[:-1])

    def comment(self, line: int) -> list[str]:
        name = self.name()
        return [f"# alias {name}=nothing", f": '{name}() {{ :; }}'"][: self.random.randint(1, 2)]

    def alias(self, line: int) -> list[str]:
        name, text = self.name(), self.random.choice(("ls -l", "cat", "echo 'a b'", "tool0 -x"))
        if self.shell == "fish" and (name in ("test", "ls") or "'" in text):
            return []  # fish's own functions use them
        if self.shell == "fish" and name in self.home.aliases:
            return []  # its trace knows equal statements by their text alone
        quoted = text.replace("'", "'\\''")
        self.aliased.add(name)
        self.home.aliases[name] = (self.path, line)
        if self.shell == "fish":
            self.home.functions.pop(name, None)
            return [f"alias {name}='{quoted}'"]
        if self.random.random() < 0.3:
            return [f"true && alias {name}='{quoted}'"]
        return [f"alias {name}='{quoted}'"]

    def function(self, line: int) -> list[str]:
        name = self.name()
        if name in self.aliased or (self.shell == "fish" and name in ("test", "ls")):
            return []
        self.home.functions[name] = (self.path, line)
        if self.shell == "fish":
            return [f"function {name}", "  echo here", "end"]
        forms = [
            [f"{name}() {{ echo; }}"],
            [f"{name}() {{", "  echo here", "}"],
            [f"{name} ()", "{", "  echo here", "}"],
        ]
        if self.shell in ("bash", "zsh", "ksh93", "mksh"):
            forms.append([f"function {name} {{", "  echo here; }"])
        return self.random.choice(forms)

    def entry(self, line: int) -> list[str]:
        folder = self.folder / f"d{self.random.randint(0, 3)}"
        if str(folder) in self.home.entries:
            return []
        self.home.entries[str(folder)] = (self.path, line)
        first = self.random.random() < 0.7
        if self.shell == "fish":
            return [f"set -gx PATH {folder} $PATH" if first else f"set -gx PATH $PATH {folder}"]
        return [f"PATH={folder}:$PATH" if first else f"PATH=$PATH:{folder}"]

    def never(self, line: int) -> list[str]:
        name = self.name()
        if self.shell == "fish":
            return ["if false", f"  alias {name} nothing", f"  function {name}; end", "end"]
        inner = [f"  alias {name}=nothing"]
        if name not in self.aliased:
            inner.append(f"  {name}() {{ :; }}")
        return ["if false; then", *inner, "fi"]

    def taken_back(self, line: int) -> list[str]:
        name = self.name()
        if name in self.home.aliases and self.shell != "fish":
            del self.home.aliases[name]
            return [f"unalias {name}"]
        if name in self.home.functions:
            del self.home.functions[name]
            return [f"functions -e {name}" if self.shell == "fish" else f"unset -f {name}"]
        return []


def home(folder: Path, shell: str, seed: int, size: int = 14) -> Home:
    """Write a random home for a shell."""
    random = Random(seed)
    for number in range(4):
        for name in NAMES[:-1]:
            place = folder / f"d{number}" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            kind = random.choice(("none", "none", "script", "link", "plain", "folder"))
            if kind == "folder":
                place.mkdir()
            elif kind == "link":
                place.symlink_to(f"../d{(number + 1) % 4}/{name}")
            elif kind != "none":
                place.write_text("#!/bin/sh\necho 1.0\n")
                place.chmod(0o755 if kind == "script" else 0o644)
    writer = _Writer(random, shell, folder)
    writer.file(folder / RC[shell], size, folder / ("more.fish" if shell == "fish" else "more"))
    if shell in ("ksh93", "mksh"):
        (folder / ".profile").write_text(f"ENV={folder / RC[shell]}; export ENV\n")
    return writer.home


class Says(NamedTuple):
    """What the shell says of a name: the kinds in its order, the files in theirs."""

    kinds: tuple[str, ...]
    files: tuple[str, ...]


_ASK = {
    "bash": "type -a -- {0}",
    "zsh": "whence -va -- {0}",
    "fish": "type --all -- {0}",
    "ksh93": "whence -a -- {0}",
    "mksh": "whence -v -- {0}",
    "dash": "type {0}",
    "sh": "type {0}",
}


def said(
    host: Host, one: Start, names: Sequence[str], folder: Path, account: int = -1
) -> dict[str, Says]:
    """Start the shell untouched and let it tell what the names are."""
    folder.mkdir()
    folder.chmod(0o777)
    shell = one.shell.name
    or_true = "; or true" if shell == "fish" else " || :"
    lines = [f"{_ASK[shell].format(name)} >{folder / name} 2>/dev/null{or_true}" for name in names]
    start.run_all(host, [one], "\n".join(lines))
    return {name: _says(name, (folder / name).read_text()) for name in names}


def _says(name: str, text: str) -> Says:
    kinds: list[str] = []
    files: list[str] = []
    for line in text.splitlines():
        if not line.startswith(f"{name} is "):
            continue
        tail = line.removeprefix(f"{name} is ")
        if match := re.match(r"(?:a tracked alias for )?(/.*)", tail):
            files.append(match[1].split(" (")[0])
            kinds.append("file")
        elif re.match(r"aliased to|an? (\w+ )?alias for", tail):
            kinds.append("alias")
        else:
            kinds += [k for k in ("function", "builtin", "keyword") if k in tail.split(" with ")[0]]
    return Says(tuple(dict.fromkeys(kinds)), tuple(files))
