"""Random trees of startup files whose PATH is known, entry by entry and line by line.

The generator writes a statement and does to its own list what the statement does to PATH; it knows
nothing of how the tracer works.
"""

from __future__ import annotations

from random import Random

Entry = tuple[str, str]  # directory, file:line; "" for what was there before


class Tree:
    """Files of a home, made from `seed`; `path` is what PATH must be once `top` has been read."""

    def __init__(self, seed: int, before: list[Entry], top: str) -> None:
        self.random = Random(seed)
        self.files: dict[str, list[str]] = {}
        self.path = list(before)
        self.functions: list[tuple[str, str, bool]] = []
        self.count = 0
        self.fill(top, 0, self.random.randint(6, 14))

    def texts(self) -> dict[str, str]:
        return {name: "\n".join(lines) + "\n" for name, lines in self.files.items()}

    def fill(self, name: str, depth: int, size: int) -> None:
        self.files[name] = ["# " + name]
        for _ in range(size):
            self.statement(name, depth, "")
        if self.random.random() < 0.2:
            self.line(name, "return")
            self.line(name, f"PATH={self.new()}:$PATH")

    def statement(self, name: str, depth: int, indent: str) -> None:
        simple = [
            self.change, self.change, self.change, self.again, self.nothing, self.evaluated,
            self.printed, self.call, self.guarded, self.replaced,
        ]  # fmt: skip
        nested = [self.loop, self.branch, self.define, self.source, self.pipe]
        kinds = simple if depth > 2 or indent else simple + nested
        self.random.choice(kinds)(name, depth, indent)

    def line(self, name: str, text: str) -> str:
        self.files[name] += text.split("\n")
        return f"{name}:{len(self.files[name]) - text.count(chr(10))}"

    def new(self) -> str:
        self.count += 1
        return f"/t/d{self.count}"

    def put(self, directory: str, where: str, front: bool = True) -> None:
        self.path.insert(0 if front else len(self.path), (directory, where))

    def change(self, name: str, depth: int, indent: str) -> None:
        d = self.new()
        text, front = self.random.choice(
            [
                (f"PATH={d}:$PATH", True),
                (f'export PATH="{d}:${{PATH}}"', True),
                (f"PATH=$PATH:{d}", False),
                (f"PATH+=:{d}", False),
                (f"declare -x PATH=$PATH:{d}", False),
                (f"export A=1 PATH={d}:$PATH B=2", True),
                (f"export \\\n  PATH={d}:$PATH", True),
                (f"PATH={d}\\\n:$PATH", True),
                (f'printf -v PATH %s "{d}:$PATH"', True),
                (f'read -r PATH <<<"{d}:$PATH"', True),
                (f'PATH="{d}${{PATH:+:$PATH}}"', True),
                (f"true; PATH={d}:$PATH # as before", True),
                (f"PATH=$(echo {d}):$PATH", True),
                (f"N={d}:$PATH\n{indent}PATH=$N", True),
            ]
        )
        where = self.line(name, indent + text)
        if text.startswith("N="):
            where = f"{name}:{len(self.files[name])}"
        self.put(d, where, front)

    def again(self, name: str, depth: int, indent: str) -> None:
        d = self.random.choice(self.path)[0]
        self.put(d, self.line(name, f"{indent}PATH={d}:$PATH"))

    def replaced(self, name: str, depth: int, indent: str) -> None:
        if self.random.random() < 0.8:
            return self.change(name, depth, indent)
        names = ["/usr/bin", "/bin", self.new()]
        where = self.line(name, f"{indent}PATH={':'.join(names)}")
        self.path = [(each, where) for each in names]
        return None

    def nothing(self, name: str, depth: int, indent: str) -> None:
        d = self.new()
        self.line(
            name,
            self.random.choice(
                [
                    f"{indent}PATH={d}:$PATH true",
                    f"{indent}(PATH={d}:$PATH; true)",
                    f"{indent}# PATH={d}:$PATH",
                    f"{indent}echo PATH={d}:$PATH >/dev/null",
                    f"{indent}cat >/dev/null <<X\nPATH={d}:$PATH\nX",
                    f"{indent}[ -d /no/such ] && PATH={d}:$PATH",
                    f"{indent}x=$(PATH={d}; echo $PATH)",
                    f"{indent}echo {d} | while read -r x; do PATH=$x:$PATH; done",
                ]
            ),
        )

    def evaluated(self, name: str, depth: int, indent: str) -> None:
        d = self.new()
        text = self.random.choice(
            [f"eval 'PATH={d}:$PATH'", f"eval 'true\n\nPATH={d}:$PATH'", f'eval "PATH={d}:\\$PATH"']
        )
        self.put(d, self.line(name, indent + text))

    def printed(self, name: str, depth: int, indent: str) -> None:
        d, e = self.new(), self.new()
        say = f"echo 'PATH={d}:$PATH'; echo; echo 'export PATH={e}:$PATH'"
        where = self.line(
            name, indent + self.random.choice([f'eval "$({say})"', f"source <({say})"])
        )
        self.put(d, where)
        self.put(e, where)

    def guarded(self, name: str, depth: int, indent: str) -> None:
        d = self.new()
        self.put(d, self.line(name, f"{indent}[ -d / ] && PATH={d}:$PATH"))

    def loop(self, name: str, depth: int, indent: str) -> None:
        names = [self.new() for _ in range(self.random.randint(1, 3))]
        self.line(name, f"for d in {' '.join(names)}; do")
        where = self.line(name, "  PATH=$d:$PATH")
        self.line(name, "done")
        for each in names:
            self.put(each, where)

    def branch(self, name: str, depth: int, indent: str) -> None:
        self.line(name, self.random.choice(["if true; then", "if [ -d / ]\nthen"]))
        self.block(name, depth)
        self.line(name, "else")
        self.line(name, f"  PATH={self.new()}:$PATH")
        self.line(name, "fi")

    def block(self, name: str, depth: int) -> None:
        for _ in range(self.random.randint(1, 3)):
            self.statement(name, depth, "  ")

    def define(self, name: str, depth: int, indent: str) -> None:
        self.count += 1
        function = f"f{self.count}"
        front = self.random.random() < 0.5
        head = self.random.choice([f"{function}() {{", f"function {function} {{"])
        self.line(name, head + "\n  local x=1")
        where = self.line(name, "  PATH=$1:$PATH" if front else '  PATH="$PATH:$1"')
        self.line(name, "}")
        self.functions.append((function, where, front))

    def call(self, name: str, depth: int, indent: str) -> None:
        if not self.functions:
            return self.change(name, depth, indent)
        function, where, front = self.random.choice(self.functions)
        d = self.new()
        self.line(name, f"{indent}{function} {d}")
        self.put(d, where, front)
        return None

    def source(self, name: str, depth: int, indent: str) -> None:
        self.count += 1
        inner = f"env{self.count}.sh"
        verb = self.random.choice([". ~/", 'source "$HOME"/', "\\. ~/", "eval . ~/"])
        self.line(name, f"{verb}{inner}")
        self.fill(inner, depth + 1, self.random.randint(1, 5))

    def pipe(self, name: str, depth: int, indent: str) -> None:
        d = self.new()
        self.line(name, "while read -r d; do")
        where = self.line(name, "  PATH=$PATH:$d")
        self.line(name, f"done <<X\n{d}\nX")
        self.put(d, where, False)


def switch_off(tree: Tree, name: str) -> None:
    """Put a line in front that switches the trace off."""
    tree.files[name][0] = "set +x"
