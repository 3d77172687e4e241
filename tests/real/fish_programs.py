"""Random startup files of fish made of what people write in them, all of it decidable from text."""

from __future__ import annotations

from random import Random

from tests.real.fish_starts import CONFIG, STATES, SYSTEM, VENDOR, Case
from tests.real.namespace import HOME, marker

_MAIN = (
    f"{CONFIG}/conf.d/a.fish",
    f"{CONFIG}/conf.d/b.fish",
    f"{SYSTEM}/conf.d/b.fish",
    f"{SYSTEM}/conf.d/c.fish",
    f"{VENDOR}/v.fish",
    f"{SYSTEM}/config.fish",
    f"{CONFIG}/config.fish",
)
_LEAVES = tuple(f"{HOME}/f{i}.fish" for i in range(6))
_STARTS = (
    (("fish", "-c", ":"), "null"),
    (("-fish", "-c", ":"), "null"),
    (("fish", "-i", "-c", ":"), "null"),
    (("fish", f"{HOME}/script"), "null"),
)


class Writer:
    """Writes one random file; the number of a file that it sources is higher than its own."""

    def __init__(self, random: Random, leaf: int) -> None:
        self.random, self.leaf = random, leaf
        self.functions = 0
        self.inside = ""

    def file(self) -> str:
        text = "\n".join(self.statement(0) for _ in range(self.random.randint(1, 5)))
        if self.random.random() < 0.04:
            text += self.random.choice(("\nif true", "\nend", "\necho $", "\n)", "\nfor x; end"))
        return text + "\n"

    def statement(self, depth: int) -> str:
        makers = [self.source] * 4 + [self.assignment] * 4 + [self.simple, self.text]
        if depth < 3:
            makers += [self.if_, self.and_or, self.switch, self.for_, self.group, self.function]
            makers += [self.while_, self.eval_, self.if_, self.and_or, self.autoload]
        makers += [self.leave] if self.random.random() < 0.5 else []
        return self.random.choice(makers)(depth)

    def body(self, depth: int) -> str:
        return "\n".join(self.statement(depth + 1) for _ in range(self.random.randint(1, 2)))

    def path(self) -> str:
        number = self.random.randint(self.leaf + 1, len(_LEAVES))
        name = f"f{number}.fish"
        return self.random.choice(
            (
                f"~/{name}",
                f'"$HOME/{name}"',
                f"{HOME}/{name}",
                f"$HOME/{name}",
                f"$HOME'/{name}'",
                f"(echo ~)/{name}",
                f"$__fish_config_dir/../../{name}",
            )
        )

    def source(self, depth: int) -> str:
        word = self.random.choice(("source", ".", "builtin source"))
        path = self.path()
        guard = self.random.choice(
            (
                "test -r {}; and ",
                "[ -f {} ]; and ",
                "test -s {} && ",
                "",
                "",
                "test ! -e {}; or ",
                "not test -d {}; and ",
            )
        )
        end = self.random.choice(("", "", " a b", "; or true", " # f0.fish"))
        return f"{guard.format(path)}{word} {path}{end}"

    def name(self) -> str:
        return self.random.choice(("A", "B", "C"))

    def value(self) -> str:
        name = self.name()
        return self.random.choice(
            (
                *("a", "b", "a b", "'a b'", '""', f"${name}", f'"${name}"x', f"x${name}"),
                *(f"${name}[1]", f"${name}[-1]", f"${name}[2..-1]", f"${name}[1..2]", "{a,b}"),
                *("(echo a)", "$(echo b)", "(count $A)", "'$A'", "\\$A", "a\\ b", "$argv"),
                *(f'"${name}[1]"', f"{{{name},${name}}}", "(string split x axb)", "$$D"),
            )
        )

    def assignment(self, depth: int) -> str:
        name, value = self.name(), self.value()
        return self.random.choice(
            (
                *(f"set {name} {value}", f"set -g {name} {value}", f"set -gx {name} {value}"),
                *(f"set -l {name} {value}", f"set -x {name} {value}", f"set -a {name} {value}"),
                *(f"set -p {name} {value}", f"set -e {name}", f"set -f {name} {value}"),
                *(f"set -e {name}[1]", f"set -U {name} {value}", f"set {name}[1] {value} "),
                *(f"set -eg {name}", f"set -gx {name}", f"set -g D {name}", f"set -ga {name} z"),
                *(f"set -q {name}; or set {name} {value}", f"{name}={value} true"),
            )
        )

    def simple(self, depth: int) -> str:
        return self.random.choice(
            (
                *(":", "true", "umask 022", "cd ~", "cd /", "alias x y", "false", "set -g Z"),
                *("functions -e fn0", "builtin true", "command true", "emit nothing", "echo >&2"),
            )
        )

    def text(self, depth: int) -> str:
        return self.random.choice(
            (
                f"# source {self.path()}",
                f"echo 'source {self.path()}' >/dev/null",
                f"true \\\n  source {self.path()}",
                "true '\nsource ~/f5.fish\n'",
                "true; # if\ntrue",
                f'echo "source {HOME}/f5.fish; \\" $A" >/dev/null',
            )
        )

    def condition(self) -> str:
        name, value = self.name(), self.random.choice(("a", "b", "ab"))
        return self.random.choice(
            (
                f'test "${name}" = {value}',
                f'[ -z "${name}" ]',
                f'test -n "${name}"',
                f"set -q {name}",
                f"set -q {name}[2]",
                f"set -qg {name}",
                f"set -q {name} Z",
                f"test -f {self.path()}",
                f"test -d {self.path()}",
                f"[ -e {self.path()} ]",
                "true",
                "false",
                f"contains a ${name}",
                f"contains -- {value} x ${name}",
                "status is-login",
                "status --is-interactive",
                "status is-interactive; and status is-login",
                "status is-command-substitution",
                f"test (count ${name}) -gt 1",
                f"test (count ${name}) = 2 -o 1 -eq 2",
                f"count ${name} >/dev/null",
                "type -q cat",
                "type -q nonesuch",
                "command -q cat",
                "command -sq nonesuch",
                "functions -q fn0",
                "not true",
                "! false",
                f"not set -q {name}",
                f"string match -q 'a*' -- ${name}",
                f"string match -qr '^a' -- ${name}",
                f'test "${name}" != {value} -a -n "$HOME"',
                "test (id -u) -eq 0",
                "test (id -u) -gt 99",
                "begin; false; end",
                "begin; true; and false; end",
                'test -n "$argv"',
                f'test ! -n "${name}"',
                "test 2 -lt 10",
                "test (uname) = Linux",
                f"string match -q {value} ${name}",
                f"[ ${name}x = ax ]",
            )
        )

    def if_(self, depth: int) -> str:
        text = f"if {self.condition()}\n{self.body(depth)}\n"
        while self.random.random() < 0.3:
            text += f"else if {self.condition()}\n{self.body(depth)}\n"
        if self.random.random() < 0.5:
            text += f"else\n{self.body(depth)}\n"
        return text + "end"

    def and_or(self, depth: int) -> str:
        joins = ("; and ", "; or ", " && ", " || ", "\nand ", "\nor ", " &&\n", " ||\n")
        text = self.condition()
        for _ in range(self.random.randint(0, 2)):
            text += self.random.choice(joins) + self.condition()
        return f"{text}{self.random.choice(joins)}begin\n{self.body(depth)}\nend"

    def switch(self, depth: int) -> str:
        subject = self.random.choice(("$A[1]", '"$B"', "a", '"$A$B"', "(count $C)", "$HOME"))
        text = f"switch {subject}\n"
        for _ in range(self.random.randint(1, 3)):
            pattern = self.random.choice(
                ("a", "'*a*'", "a b", "'*'", "'?'", '"a b"', "''", "1 2", "a*b", "$B")
            )
            text += f"case {pattern}\n{self.body(depth)}\n"
        return text + "end"

    def for_(self, depth: int) -> str:
        outer, self.inside = self.inside, "loop"
        body = self.body(depth)
        self.inside = outer
        if self.random.random() < 0.4:
            words = "~/none*.fish ~/f*.nothing"
            return f"for f in {words}\n    source $f\nend"
        words = self.random.choice(("a b", "'a b' $A", "$argv", "$B", "(echo a)", "{a,b}", ""))
        return f"for {self.name()} in {words}\n{body}\nend"

    def while_(self, depth: int) -> str:
        outer, self.inside = self.inside, "loop"
        body = self.body(depth)
        self.inside = outer
        count = f"N{depth}{self.random.randint(0, 99)}"
        sign = self.random.choice(("-lt", "-le", "-ne"))
        return (
            f"set -g {count}\nwhile test (count ${count}) {sign} 2\nset -ga {count} x\n{body}\nend"
        )

    def group(self, depth: int) -> str:
        open_, close = self.random.choice(
            (("begin\n", "\nend"), ("begin; ", "\nend"), ("begin\n", "\nend >/dev/null"))
        )
        return open_ + self.body(depth) + close

    def function(self, depth: int) -> str:
        outer, self.inside = self.inside, "function"
        name = f"fn{self.functions}_{self.leaf + 1}"
        self.functions += 1
        body = self.body(depth)
        self.inside = outer
        options = self.random.choice(("", " -a A", " --argument-names A B", " -d 'a b'", " -S"))
        local = self.random.choice(("", "set -l B $argv[1]; ", "set B y; "))
        words = self.random.choice(("", "a", "'$B' b", "$A"))
        return f"function {name}{options}\n{local}{body}\nend\n{name} {words}"

    def autoload(self, depth: int) -> str:
        return self.random.choice(("auto", "functions -q auto; and auto", "auto a; or true"))

    def eval_(self, depth: int) -> str:
        return self.random.choice(
            (
                f"eval 'source {HOME}/f{self.random.randint(self.leaf + 1, 6)}.fish'",
                "eval set -g A b",
                'eval "$C"',
                "eval true; and true",
            )
        )

    def leave(self, depth: int) -> str:
        choices = ["return", "return 1", "exit", "exec true", "exec nonesuch", "exit 1"]
        if self.inside == "loop":
            choices = ["break", "continue", "return"]
        return self.random.choice(choices)


def cases(count: int, seed: int) -> list[Case]:
    """`count` starts over random files."""
    random = Random(seed)
    made = []
    for number in range(count):
        argv, stdin = random.choice(_STARTS)
        files = [(path, "file", marker(path) + Writer(random, -1).file()) for path in _MAIN]
        files += [
            (path, _state(random), marker(path) + Writer(random, leaf).file())
            for leaf, path in enumerate(_LEAVES)
        ]
        auto = f"{CONFIG}/functions/auto.fish"
        text = marker(auto) + "function auto\nset -g B auto\nend\n"
        if random.random() < 0.7:
            files.append((auto, "file", text))
        made.append(Case(f"program-{seed}-{number}", argv, stdin, (), tuple(files)))
    return made


def _state(random: Random) -> str:
    return random.choice(("file",) * 6 + STATES[1:5])
