"""Random trees of startup files in the words of ksh93 and mksh; see startup_trees."""

from __future__ import annotations

from tests.real.startup_trees import Tree


class KshTree(Tree):
    """What the Korn shells have of their own, and without what only bash knows."""

    def change(self, name: str, depth: int, indent: str) -> None:
        d = self.new()
        text, front = self.random.choice(
            [
                (f"PATH={d}:$PATH", True),
                (f'export PATH="{d}:${{PATH}}"', True),
                (f"PATH=$PATH:{d}", False),
                (f"PATH+=:{d}", False),
                (f"typeset -x PATH=$PATH:{d}", False),
                (
                    f"typeset -gx PATH={d}:$PATH" if self.mksh else f"typeset -x PATH={d}:$PATH",
                    True,
                ),
                (f"export A=1 PATH={d}:$PATH B=2", True),
                (f"A=1 PATH={d}:$PATH B=2", True),
                (f"export \\\n  PATH={d}:$PATH", True),
                (f"PATH={d}\\\n:$PATH", True),
                (f'read -r PATH <<<"{d}:$PATH"; true', True),
                (f'PATH="{d}${{PATH:+:$PATH}}"', True),
                (f"true; PATH={d}:$PATH # as before", True),
                (f"PATH=$(echo {d}):$PATH", True),
                (f"PATH=`echo {d}`:$PATH", True),
                (f"N={d}:$PATH\n{indent}PATH=$N", True),
                (f"[[ :$PATH: = *:{d}:* ]] || PATH={d}:$PATH", True),
                (f"case :$PATH: in *:{d}:*) ;; *) PATH={d}:$PATH ;; esac", True),
                (f"{{ PATH={d}:$PATH; }} 2>/dev/null", True),
                (f"PATH={d}:$PATH export Z=1", True),
            ]
        )
        where = self.line(name, indent + text)
        if text.startswith("N="):
            where = f"{name}:{len(self.files[name])}"
        self.put(d, where, front)

    mksh = False

    def nothing(self, name: str, depth: int, indent: str) -> None:
        d = self.new()
        choices = [
            f"{indent}PATH={d}:$PATH true",
            f"{indent}(PATH={d}:$PATH; true)",
            f"{indent}# PATH={d}:$PATH",
            f"{indent}echo PATH={d}:$PATH >/dev/null",
            f"{indent}print -r -- PATH={d}:$PATH 2>&1 >/dev/null",
            f"{indent}cat >/dev/null <<X\nPATH={d}:$PATH\nX",
            f"{indent}[ -d /no/such ] && PATH={d}:$PATH",
            f"{indent}x=$(PATH={d}; echo $PATH)",
            f"{indent}echo {d} | (read -r x; PATH=$x:$PATH)",
            f"{indent}exec 2>/dev/null",
        ]
        self.line(name, self.random.choice(choices))

    def printed(self, name: str, depth: int, indent: str) -> None:
        d, e = self.new(), self.new()
        say = f"echo 'PATH={d}:$PATH'; echo; echo 'export PATH={e}:$PATH'"
        where = self.line(name, f'{indent}eval "$({say})"')
        self.put(d, where)
        self.put(e, where)

    def define(self, name: str, depth: int, indent: str) -> None:
        self.count += 1
        function = f"f{self.count}"
        front = self.random.random() < 0.5
        head = self.random.choice([f"{function}() {{", f"function {function} {{"])
        self.line(name, head + "\n  typeset x=1")
        where = self.line(name, "  PATH=$1:$PATH" if front else '  PATH="$PATH:$1"')
        self.line(name, "}")
        self.functions.append((function, where, front))

    def source(self, name: str, depth: int, indent: str) -> None:
        self.count += 1
        inner = f"env{self.count}.sh"
        verb = self.random.choice([". ~/", '. "$HOME"/', "\\. ~/", "eval . ~/", "source ~/"])
        self.line(name, f"{verb}{inner}")
        self.fill(inner, depth + 1, self.random.randint(1, 5))


class MkshTree(KshTree):
    """mksh, whose `typeset` in a function is the function's own."""

    mksh = True
