"""Random trees of fish's startup files that plant entries in PATH, each in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import NamedTuple

MAIN = (
    ".config/fish/conf.d/10-a.fish",
    ".config/fish/conf.d/2.fish",
    ".config/fish/conf.d/b.fish",
    ".config/fish/config.fish",
)
LEAVES = tuple(f"f{number}.fish" for number in range(4))


class Tree(NamedTuple):
    """Files below a home, and for each planted folder the file and line that plants it."""

    files: dict[str, str]
    planted: dict[str, tuple[str, int]]
    hooks: frozenset[str]


class Writer:
    """Writes the files of one tree."""

    def __init__(self, random: Random, home: Path) -> None:
        self.random, self.home = random, home
        self.files: dict[str, list[str]] = {}
        self.planted: dict[str, tuple[str, int]] = {}
        self.hooks: set[str] = set()
        self.count = 0

    def folder(self) -> str:
        self.count += 1
        return f"{self.home}/e/{self.count}"

    def tree(self) -> Tree:
        for leaf in reversed(LEAVES):
            self.file(leaf, 3)
        for name in MAIN:
            self.file(name, 6)
        text = {name: "\n".join(lines) + "\n" for name, lines in self.files.items()}
        return Tree(text, self.planted, frozenset(self.hooks))

    def file(self, name: str, most: int) -> None:
        self.files[name] = []
        self.name, self.lines = name, self.files[name]
        for _ in range(self.random.randint(1, most)):
            self.statement()

    def plant(self, text: str, folder: str, at: int = 0) -> None:
        """Add lines; the one of number `at` among them plants the folder."""
        self.planted[folder] = (self.name, len(self.lines) + 1 + at)
        self.lines += text.split("\n")

    def statement(self) -> None:
        makers = [self.simple] * 6 + [self.block] * 3 + [self.add_path] * 3 + [self.function] * 2
        makers += [self.printed] * 2 + [self.source] * 3 + [self.noise] * 3 + [self.users] * 2
        makers += [self.take, self.handler, self.loop, self.hook, self.reset, self.local]
        self.random.choice(makers)()

    def set(self, folder: str) -> str:
        return self.random.choice(
            (
                f"set -gx PATH {folder} $PATH",
                f"set PATH {folder} $PATH",
                f"set -x PATH $PATH {folder}",
                f"set PATH $PATH '{folder}'",
                f"set -p PATH {folder}",
                f"set -a PATH {folder}",
                f"set --prepend PATH {folder}",
                f"set -gxp PATH {folder}",
                f'set -gx PATH "{folder}:$PATH"',
                f"set -g --append PATH {folder}",
                f"set PATH $PATH[1] {folder} $PATH[2..-1]",
                f"set -gx PATH (string split : {folder}) $PATH",
                f"builtin set -p PATH {folder}",
                f"set -p PATH {folder} # a comment; set -p PATH /none",
            )
        )

    def simple(self) -> None:
        folder = self.folder()
        text = self.set(folder)
        form = self.random.randint(0, 5)
        if form == 0:
            self.plant(f"set -gx \\\n  PATH {folder} \\\n  $PATH", folder)
        elif form == 1:
            self.plant(f"test -d /; and {text}", folder)
        elif form == 2:
            self.plant(f"false; or {text}", folder)
        elif form == 3:
            self.plant(f"true && {text}; true", folder)
        else:
            self.plant(text, folder)

    def block(self) -> None:
        folder = self.folder()
        text = self.set(folder)
        self.plant(
            *self.random.choice(
                (
                    (f"if true\n    {text}\nend", folder, 1),
                    (f"if test -e /none\n    set -p PATH /none\nelse\n    {text}\nend", folder, 3),
                    (f"begin\n    {text}\nend", folder, 1),
                    (f"switch x\n    case y\n        true\n    case x\n{text}\nend", folder, 4),
                    (f"while true\n    {text}\n    break\nend", folder, 1),
                    (f"for x in 1\n\n    {text}\nend", folder, 2),
                    (f"if not contains {folder} $PATH\n    {text}\nend", folder, 1),
                    (f"contains {folder} $PATH; or begin\n    {text}\nend", folder, 1),
                    (f"if true; and {text}\nend", folder, 0),
                    (f"eval '{text}'" if "'" not in text else f'eval "{text}"', folder, 0)
                    if "$" not in text
                    else (text, folder, 0),
                )
            )
        )

    def add_path(self) -> None:
        folder = self.folder()
        flags = self.random.choice(
            (
                "",
                "-g",
                "-P",
                "-aP",
                "-pP",
                "-U",
                "-a",
                "--append --path",
                "-m",
                "--global -a",
                "-gP",
            )
        )
        self.plant(f"fish_add_path {flags} {folder} >/dev/null", folder)

    def users(self) -> None:
        folder = self.folder()
        self.plant(
            self.random.choice(
                (
                    f"set -g fish_user_paths {folder} $fish_user_paths",
                    f"set -gp fish_user_paths {folder}",
                    f"set -ga fish_user_paths {folder}",
                    f"set -g fish_user_paths $fish_user_paths {folder}",
                )
            ),
            folder,
        )

    def function(self) -> None:
        folder = self.folder()
        text = self.set(folder)
        name = f"fn{self.count}"
        form = self.random.randint(0, 2)
        if form == 0:
            self.plant(f"function {name}\n    set -l x 1\n    {text}\nend\n{name}", folder, 2)
        elif form == 1:
            self.plant(f"function {name} -a where\n    set -gx PATH $where $PATH\nend", folder, 1)
            self.lines.append(f"{name} {folder}")
        else:
            self.plant(f"function {name}; {text}; end", folder)
            self.lines.append(f"function {name}b\n    {name}\nend\n{name}b".replace("\n", "; "))

    def printed(self) -> None:
        folder = self.folder()
        name = f"tool{self.count}"
        self.files[name] = ["#!/bin/sh", f"echo true; echo 'set -gx PATH {folder} $PATH'"]
        self.plant(
            self.random.choice(
                (
                    f"{self.home}/{name} init fish | source",
                    f"source ({self.home}/{name} | psub)",
                    f"eval ({self.home}/{name})[2]",
                    f"if true; {self.home}/{name} | source; end",
                    f"echo 'set -p PATH {folder}' | source -",
                )
            ),
            folder,
        )

    def source(self) -> None:
        """A file with a higher number, so that no file reads itself."""
        first = int(self.name[1]) + 1 if self.name in LEAVES else 0
        if first >= len(LEAVES):
            return
        name = LEAVES[self.random.randint(first, len(LEAVES) - 1)]
        self.lines.append(
            self.random.choice(
                (
                    f"source ~/{name}",
                    f'test -f "$HOME/{name}"; and source "$HOME/{name}"',
                    f". {self.home}/{name}",
                    f"if test -r ~/{name}\n    source ~/{name}\nend",
                )
            )
        )
        self.lines[-1:] = self.lines[-1].split("\n")

    def loop(self) -> None:
        one, two = self.folder(), self.folder()
        self.planted[two] = (self.name, len(self.lines) + 2)
        self.plant(f"for x in {one} {two}\n    set -p PATH $x\nend", one, 1)

    def handler(self) -> None:
        folder = self.folder()
        name = f"h{self.count}"
        text = f"function {name} --on-variable V{self.count}\n    set -p PATH {folder}\nend"
        self.plant(text, folder, 1)
        self.lines.append(f"set -g V{self.count} 1")

    def hook(self) -> None:
        folder = self.folder()
        name = f"hook{self.count}"
        self.hooks.add(folder)
        text = f"function {name} --on-event fish_prompt\n    set -p PATH {folder}\nend"
        self.plant(text, folder, 0)

    def take(self) -> None:
        self.lines.append(
            self.random.choice(
                (
                    "set -e PATH[1]",
                    "set PATH (string match -v '*/e/3' $PATH)",
                    "set -q PATH[3]; and set -e PATH[2]",
                    "set PATH $PATH[1..-2] /usr/bin",
                )
            )
        )

    def reset(self) -> None:
        if self.random.random() < 0.3:
            folder = self.folder()
            self.plant(f"set -gx PATH {folder} /usr/bin /bin", folder)

    def local(self) -> None:
        self.lines.append(
            self.random.choice(
                (
                    "PATH=/only:$PATH true",
                    "begin; set -lx PATH /local $PATH; true; end",
                    "if true; set -l PATH /local; end",
                )
            )
        )

    def noise(self) -> None:
        self.lines.append(
            self.random.choice(
                (
                    "# set -p PATH /none",
                    "echo 'set -p PATH /none' >/dev/null",
                    "set -gx EDITOR vi",
                    "alias ll 'ls -l'",
                    "function never; set -p PATH /none; end",
                    "set -l PATHS /none",
                    "status is-login; and set -g LOGIN 1",
                    "",
                )
            )
        )


def tree(seed: int, home: Path) -> Tree:
    """One random tree."""
    return Writer(Random(seed), home).tree()


def write(made: Tree, home: Path) -> None:
    """Put its files there, and every folder that it plants."""
    for name, text in made.files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    for folder in made.planted:
        Path(folder).mkdir(parents=True)
    (home / ".local/share/fish/generated_completions").mkdir(parents=True)
