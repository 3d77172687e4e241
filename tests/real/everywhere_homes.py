"""Random startup files whose lines that set PATH are known, and of each why it does not run.

A block adds a folder with its own number. Around it stand conditions, loops and functions, of which
at most one is dead; where a file is left, all that comes after it is.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Truth(NamedTuple):
    """A line that sets PATH: the folder that it adds, and what keeps it from running: kind, line.

    kind "": it runs.
    """

    folder: str
    kind: str
    at: int


class Written(NamedTuple):
    """Texts by name, and by name and line what is true of it."""

    files: dict[str, str]
    lines: dict[tuple[str, int], Truth]


_TRUE = ("true", '[ -n "$HOME" ]', "[ -d / ]", 'test -n "$HOME"')
_FALSE = ("false", '[ -n "$NOPE" ]', "[ -d /nowhere ]", "test -f /nowhere")


class Writer:
    """Writes one file, block by block."""

    def __init__(self, chance: Random, shell: str, name: str, first: int) -> None:
        self.chance, self.shell, self.name = chance, shell, name
        self.fish = shell == "fish"
        self.rows: list[str] = []
        self.truth: dict[tuple[str, int], Truth] = {}
        self.number = first
        self.gone: tuple[str, int] = ("", 0)

    def write(self, blocks: int, dead: tuple[str, int] = ("", 0)) -> None:
        """So many blocks; `dead` is why none of this file runs."""
        self.gone = dead
        for _ in range(blocks):
            self._noise()
            if not self.gone[0] and self.chance.random() < 0.12:
                self._leave()
            self._block(0, self.gone)

    def add(self, *rows: str, indent: int = 0) -> int:
        """Lines; the number of the first."""
        first = len(self.rows) + 1
        self.rows += ["  " * indent + row for row in rows]
        return first

    def _setter(self) -> str:
        self.number += 1
        folder = f"/t/{self.number}"
        if self.fish:
            return self.chance.choice((f"set -gx PATH {folder} $PATH", f"set -p PATH {folder}"))
        ways = [f"PATH={folder}:$PATH", f"export PATH={folder}:$PATH", f'PATH="{folder}:$PATH"']
        ways += [f"eval 'PATH={folder}:$PATH'"]
        if self.shell == "zsh":
            ways += [f"path=({folder} $path)", f"path+={folder}"]
        if self.shell in ("bash", "zsh"):
            ways.append(f"PATH+=:{folder}")
        if self.shell == "bash":
            ways.append(f"declare -gx PATH={folder}:$PATH")
        return self.chance.choice(ways)

    def _set(self, depth: int, dead: tuple[str, int]) -> None:
        way = self._setter()
        line = self.add(way, indent=depth)
        self.truth[self.name, line] = Truth(f"/t/{self.number}", *dead)

    def _noise(self) -> None:
        rows: list[tuple[str, ...]] = [
            (),
            (),
            ("# PATH=/t/no:$PATH",),
            ("echo PATH=/t/no >/dev/null",),
            ("A=1",) if not self.fish else ("set -g A 1",),
        ]
        if self.fish:
            rows += [("begin", "  set -l PATH /t/no $PATH", "end"), ("PATH=/t/no true",)]
        else:
            rows += [
                ("cat >/dev/null <<X", "PATH=/t/no:$PATH", "X"),
                ("(PATH=/t/no; true)",),
                ("PATH=/t/no:$PATH /bin/true",),
                (
                    ": \\",
                    "  PATH=/t/no",
                ),
                ("B='", "PATH=/t/no", "'"),
            ]
        self.add(*self.chance.choice(rows))

    def _leave(self) -> None:
        ways = [("return",), ('[ -n "$HOME" ] && return',)]
        ways += [("if true; then", "  return", "fi"), ("case x in", "  *) return ;;", "esac")]
        ways += [("true || exit", "return")]
        if self.fish:
            ways = [("return",), ('test -n "$HOME"; and return',), ("if true", "  return", "end")]
        rows = self.chance.choice(ways)
        at = next(n for n, row in enumerate(rows) if "return" in row)
        first = self.add(*rows)
        self.gone = ("earlier", first + at)

    def _block(self, depth: int, dead: tuple[str, int]) -> None:
        """A line that sets, with up to three things around it."""
        if depth > 2 or self.chance.random() < 0.3:
            self._set(depth, dead)
            return
        kinds = ["if", "else", "elif", "and", "case", "for", "while"]
        if depth == 0:
            kinds.append("function")
        if not self.fish:
            kinds.append("or")
        kills = not dead[0] and self.chance.random() < 0.4
        getattr(self, f"_{self.chance.choice(kinds)}")(depth, dead, kills)

    def _body(self, depth: int, dead: tuple[str, int]) -> None:
        for _ in range(self.chance.choice((1, 1, 2))):
            self._block(depth + 1, dead)

    def _idle(self) -> str:
        """A line that does nothing; in fish one that no other is spelled like (docs/tracing.md)."""
        return f"set -g F{len(self.rows)} 1" if self.fish else "true"

    def _says(self, answer: bool) -> str:
        found = self.chance.choice(_TRUE if answer else _FALSE)
        if self.shell == "zsh" and found.startswith("["):
            return self.chance.choice((found, f"[{found}]"))
        return found

    def _if(self, depth: int, dead: tuple[str, int], kills: bool) -> None:
        then, end = ("", "end") if self.fish else ("; then", "fi")
        line = self.add(f"if {self._says(not kills)}{then}", indent=depth)
        self._body(depth, ("true", line) if kills else dead)
        if self.chance.random() < 0.3:
            self.add("else", indent=depth)
            self.add(self._idle(), indent=depth + 1)
        self.add(end, indent=depth)

    def _else(self, depth: int, dead: tuple[str, int], kills: bool) -> None:
        then, end = ("", "end") if self.fish else ("; then", "fi")
        line = self.add(f"if {self._says(kills)}{then}", indent=depth)
        self.add(self._idle(), indent=depth + 1)
        self.add("else", indent=depth)
        self._body(depth, ("false", line) if kills else dead)
        self.add(end, indent=depth)

    def _elif(self, depth: int, dead: tuple[str, int], kills: bool) -> None:
        then, end = ("", "end") if self.fish else ("; then", "fi")
        word = "else if" if self.fish else "elif"
        first = kills and self.chance.random() < 0.5
        line = self.add(f"if {self._says(first)}{then}", indent=depth)
        self.add(self._idle(), indent=depth + 1)
        second = self.add(f"{word} {self._says(not kills or first)}{then}", indent=depth)
        why = ("false", line) if first else ("true", second)
        self._body(depth, why if kills else dead)
        self.add(end, indent=depth)

    def _and(self, depth: int, dead: tuple[str, int], kills: bool) -> None:
        sign = "; and" if self.fish else " &&"
        if self.chance.random() < 0.5:
            line = len(self.rows) + 1
            self.add(f"{self._says(not kills)}{sign} {self._setter()}", indent=depth)
            why = ("true", line) if kills else dead
            self.truth[self.name, line] = Truth(f"/t/{self.number}", *why)
            return
        opens, ends = ("begin", "end") if self.fish else ("{", "}")
        line = self.add(f"{self._says(not kills)}{sign} {opens}", indent=depth)
        self._body(depth, ("true", line) if kills else dead)
        self.add(ends, indent=depth)

    def _or(self, depth: int, dead: tuple[str, int], kills: bool) -> None:
        line = len(self.rows) + 1
        self.add(f"{self._says(kills)} || {self._setter()}", indent=depth)
        why = ("false", line) if kills else dead
        self.truth[self.name, line] = Truth(f"/t/{self.number}", *why)

    def _case(self, depth: int, dead: tuple[str, int], kills: bool) -> None:
        first, second = ("no", "x") if not kills else ("x", "no")
        if self.fish:
            self.add("switch x", indent=depth)
            self.add(f"case {first}", f"  {self._idle()}", indent=depth)
            line = self.add(f"case {second}", indent=depth)
            self._body(depth, ("case", line) if kills else dead)
            self.add("end", indent=depth)
            return
        self.add("case x in", indent=depth)
        if self.chance.random() < 0.5:
            self.add(f"{first}) true ;;", indent=depth + 1)
        line = self.add(f"{second})", indent=depth + 1)
        self._body(depth + 1, ("case", line) if kills else dead)
        self.add(";;", indent=depth + 1)
        self.add("esac", indent=depth)

    def _for(self, depth: int, dead: tuple[str, int], kills: bool) -> None:
        over = "$NOPE" if kills else "x"
        name = f"v{depth}"
        if self.fish:
            line = self.add(f"for {name} in {over}", indent=depth)
        else:
            line = self.add(f"for {name} in {over}; do", indent=depth)
        self._body(depth, ("loop", line) if kills else dead)
        self.add("end" if self.fish else "done", indent=depth)

    def _while(self, depth: int, dead: tuple[str, int], kills: bool) -> None:
        do, end = ("", "end") if self.fish else ("; do", "done")
        line = self.add(f"while {self._says(not kills)}{do}", indent=depth)
        self._body(depth, ("true", line) if kills else dead)
        self.add("break", indent=depth + 1)
        self.add(end, indent=depth)

    def _function(self, depth: int, dead: tuple[str, int], kills: bool) -> None:
        name = f"f{len(self.rows)}"
        self.add(f"function {name}" if self.fish else f"{name}() {{")
        self._body(depth, ("call", 0) if kills and not dead[0] else dead)
        self.add("end" if self.fish else "}")
        if not kills or dead[0]:
            self.add(name)


def random_home(number: int, shell: str, name: str) -> Written:
    """A startup file, and perhaps one that it sources, in a branch that may be dead."""
    chance = Random(f"{shell} {number}")
    main = Writer(chance, shell, name, 0)
    main.write(chance.randint(2, 6))
    files, lines = {}, {}
    if chance.random() < 0.5:
        dead = main.gone
        kills = not dead[0] and chance.random() < 0.5
        sign = "; and" if main.fish else " &&"
        line = len(main.rows) + 1
        main.add(f"{main._says(not kills)}{sign} . ~/more")
        more = Writer(chance, shell, "more", main.number)
        more.write(chance.randint(1, 4), ("true", line) if kills else dead)
        files["more"] = "\n".join(more.rows) + "\n"
        lines |= more.truth
        main.number = more.number
        main.write(chance.randint(1, 3), dead)
    files[name] = "\n".join(main.rows) + "\n"
    return Written(files, {**lines, **main.truth})
