"""Random trees of zsh startup files whose PATH is known: see `startup_trees`, of bash's."""

from __future__ import annotations

from tests.real.startup_trees import Tree


class ZshTree(Tree):
    """A tree in zsh's own words: arrays, anonymous functions, short loops, emulations."""

    def change(self, name: str, depth: int, indent: str) -> None:
        d, e = self.new(), self.new()
        text, front = self.random.choice(
            [
                (f"PATH={d}:$PATH", True),
                (f'export PATH="{d}:${{PATH}}"', True),
                (f"PATH+=:{d}", False),
                (f"path=({d} $path)", True),
                (f"path=($path {d})", False),
                (f'path=("{d}" "${{path[@]}}")', True),
                (f'path=({d} "${{(@)path}}")', True),
                (f"path+=({d})", False),
                (f"path+={d}", False),
                (f"path[1,0]={d}", True),
                (f"path=({d} ${{path:#/t/none}})", True),
                (f"path=({d} /t/gone(N-/) $path)", True),
                (f"path=(\n{indent}  {d}\n{indent}  $path\n{indent})", True),
                (f"export A=1 PATH={d}:$PATH B=2", True),
                (f"export \\\n  PATH={d}:$PATH", True),
                (f"typeset -x PATH={d}:$PATH", True),
                (f"set -A path {d} $path", True),
                (f"print -v PATH -r -- {d}:$PATH", True),
                (f"true; path=({d} $path) # as before", True),
                (f"PATH=$(echo {d}):$PATH", True),
                (f"() {{ path=($1 $path) }} {d}", True),
                (f"function {{ path+=$1 }} {d}", False),
                (f"repeat 1 path+={d}", False),
                (f"[[ -d / ]] && path=({d} $path) || path+={e}", True),
            ]
        )
        self.put(d, self.line(name, indent + text), front)

    def again(self, name: str, depth: int, indent: str) -> None:
        d = self.random.choice(self.path)[0]
        self.put(d, self.line(name, f"{indent}path=({d} $path)"))

    def replaced(self, name: str, depth: int, indent: str) -> None:
        if self.random.random() < 0.8:
            return self.change(name, depth, indent)
        names = ["/usr/bin", "/bin", self.new()]
        text = self.random.choice([f"PATH={':'.join(names)}", f"path=({' '.join(names)})"])
        where = self.line(name, indent + text)
        self.path = [(each, where) for each in names]
        return None

    def nothing(self, name: str, depth: int, indent: str) -> None:
        d = self.new()
        self.line(
            name,
            indent
            + self.random.choice(
                [
                    f"PATH={d}:$PATH true",
                    f"(path+={d}; true)",
                    f"# path+={d}",
                    f"print path={d} >/dev/null",
                    f"[[ -d /no/such ]] && path+={d}",
                    f"x=$(path={d}; echo $path)",
                    f"() {{ local PATH={d}; true }}",
                    f"() {{ local -a path=({d}); true }}",
                    f"{{ path+={d}; true }} &\nwait",
                    "typeset -gx PATH",
                ]
            ),
        )

    def evaluated(self, name: str, depth: int, indent: str) -> None:
        d = self.new()
        text = self.random.choice(
            [
                f"eval 'PATH={d}:$PATH'",
                f"eval 'true\n\npath=({d} $path)'",
                f"emulate sh -c 'true\nPATH={d}:$PATH'",
                f"emulate zsh -c 'path=({d} $path)'",
            ]
        )
        self.put(d, self.line(name, indent + text))

    def define(self, name: str, depth: int, indent: str) -> None:
        self.count += 1
        function = f"f{self.count}"
        front = self.random.random() < 0.5
        head = self.random.choice(
            [f"{function}() {{", f"function {function} {{", f"function {function}() {{"]
        )
        begin = self.random.choice(["local x=1", "emulate -L zsh", "setopt localoptions nounset"])
        self.line(name, f"{head}\n  {begin}")
        text = "path=($1 $path)" if front else "path+=$1"
        where = self.line(name, f"  {text}")
        self.line(name, "}")
        self.functions.append((function, where, front))

    def loop(self, name: str, depth: int, indent: str) -> None:
        names = [self.new() for _ in range(self.random.randint(1, 3))]
        head, end = self.random.choice(
            [
                (f"for d in {' '.join(names)}; do", "done"),
                (f"for d ({' '.join(names)}) {{", "}"),
                (f"foreach d ({' '.join(names)})", "end"),
            ]
        )
        self.line(name, head)
        where = self.line(name, "  path=($d $path)")
        self.line(name, end)
        for each in names:
            self.put(each, where)

    def source(self, name: str, depth: int, indent: str) -> None:
        self.count += 1
        inner = f"env{self.count}.sh"
        text = self.random.choice([". ~/{}", 'source "$HOME"/{}', "eval '. ~/{}'", "posix"])
        if text == "posix":
            return self.posix(name, inner)
        self.line(name, text.format(inner))
        self.fill(inner, depth + 1, self.random.randint(1, 5))
        return None

    def posix(self, name: str, inner: str) -> None:
        """A file in sh's words, read as `emulate sh` has it."""
        self.line(name, f"emulate sh -c '. ~/{inner}'")
        self.files[inner] = ["# " + inner]
        for _ in range(self.random.randint(1, 3)):
            d = self.new()
            if self.random.random() < 0.3:
                self.line(inner, f"g{d[4:]}() {{\ntrue")
                where = self.line(inner, "  PATH=$1:$PATH")
                self.line(inner, f"}}\ng{d[4:]} {d}")
            else:
                self.line(inner, "if [ -d / ]; then")
                where = self.line(inner, f"  export PATH={d}:$PATH")
                self.line(inner, "fi")
            self.put(d, where)

    def pipe(self, name: str, depth: int, indent: str) -> None:
        d = self.new()
        self.line(name, f"print {d} | while read -r d; do")
        where = self.line(name, "  path+=$d")
        self.line(name, "done")
        self.put(d, where, False)
