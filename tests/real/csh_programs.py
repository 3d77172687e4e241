"""Random csh startup files, made of what people write in them; all of it decidable from text."""

from __future__ import annotations

from random import Random

from tests.real.namespace import HOME, marker
from tests.real.other_starts import Case

_MAIN = (
    "/etc/csh.cshrc",
    "/etc/csh.login",
    f"{HOME}/.tcshrc",
    f"{HOME}/.cshrc",
    f"{HOME}/.login",
    f"{HOME}/.logout",
)
_LEAVES = tuple(f"{HOME}/f{i}" for i in range(6))
_STARTS = (
    (("-tcsh",), "pty"),
    (("tcsh", "-c", ":"), "null"),
    (("-csh", "-c", ":"), "null"),
    (("tcsh",), "pty"),
)


class Writer:
    """Writes one random file."""

    def __init__(self, random: Random, leaf: int) -> None:
        self.random = random
        self.leaf = leaf
        self.count = 0
        self.loops = 0

    def file(self) -> str:
        return "".join(self.statement(0) for _ in range(self.random.randint(1, 4)))

    def statement(self, depth: int) -> str:
        makers = [self.source] * 4 + [self.assignment] * 4 + [self.simple, self.text, self.joined]
        if depth < 3:
            makers += [self.if_, self.one_line, self.switch, self.foreach, self.while_, self.eval_]
            makers += [self.goto, self.alias]
        if self.random.random() < 0.4:
            makers.append(self.leave)
        return self.random.choice(makers)(depth)

    def body(self, depth: int) -> str:
        return "".join(self.statement(depth + 1) for _ in range(self.random.randint(1, 2)))

    def path(self) -> str:
        name = f"f{self.random.randint(self.leaf + 1, len(_LEAVES))}"
        return self.random.choice(
            (f"~/{name}", f'"$HOME/{name}"', f"{HOME}/{name}", f"$home/{name}")
        )

    def command(self) -> str:
        path = self.path()
        return self.random.choice((f"source {path}",) * 3 + (f"eval 'source {path}'", "true"))

    def source(self, depth: int) -> str:
        path = self.path()
        guard = self.random.choice(
            ("if ( -r {} ) ", "if ( -e {} ) ", "[ -r {} ] && ", "", "test -f {} && ")
        )
        return f"{guard.format(path)}source {path}\n"

    def name(self) -> str:
        return self.random.choice("ABC")

    def value(self) -> str:
        name = self.name()
        return self.random.choice(
            ("a", "b", '"a b"', "''", f"${name}", f'"${name}"', f"x${name}y", "`echo a`", "1", "~")
        )

    def assignment(self, depth: int) -> str:
        name, value = self.name(), self.value()
        words = " ".join(self.value() for _ in range(self.random.randint(0, 3)))
        forms = (f"set {name} = {value}", f"set {name}={value}", f"setenv {name} {value}")
        forms += (f"set {name} = ({words})", f"set {name}=( {words} )", f"unset {name}")
        forms += (f"@ N = {self.random.randint(0, 3)} + 1", f"unsetenv {name}", f"set {name}")
        return self.random.choice(forms) + "\n"

    def simple(self, depth: int) -> str:
        return self.random.choice(
            (
                *("true\n", "umask 022\n", "cd ~\n", "nosuch\n", "set noglob\n", "unset noglob\n"),
                *("set nonomatch\n", "unset nonomatch\n", "bindkey -e\n", "rehash\n", "onintr -\n"),
            )
        )

    def text(self, depth: int) -> str:
        return self.random.choice(
            (
                f"# source {self.path()}\n",
                f"echo 'source {self.path()}' > /dev/null\n",
                f"cat > /dev/null <<EOF\nsource {self.path()}\nendif\nEOF\n",
                f"true \\\n source {self.path()}\n",
            )
        )

    def joined(self, depth: int) -> str:
        sign = self.random.choice((" && ", " || ", " ; ", " | "))
        test = self.random.choice(("true", "false", "[ -e ~/f0 ]", "nosuch", "test -d ~", "cd ~"))
        return f"{test}{sign}{self.command()}\n"

    def condition(self) -> str:
        name, value = self.name(), self.random.choice(("a", "b", "''", '"a b"', "1"))
        tests = [f'"${name}" == {value}', f"$?{name}", f"! $?{name}", f"-e {self.path()}", "1", "0"]
        tests += [f"-d {self.path()}", f"-r {self.path()} && -f {self.path()}", f"$#{name} > 1"]
        tests += [f'"${name}" =~ a*', f'"${name}" !~ *b', "$?prompt", "$?loginsh", "$uid == 0"]
        tests += [f"$?{name} || -e /etc", f"! ( $?{name} )", "{ true }", "! { test -e ~/f0 }"]
        tests += ["`echo a` == a", f"${name} == {value}", "$status == 0", "$HOME:t == ada", "3 > 2"]
        return self.random.choice(tests)

    def if_(self, depth: int) -> str:
        text = f"if ( {self.condition()} ) then\n{self.body(depth)}"
        if self.random.random() < 0.4:
            text += f"else if ({self.condition()}) then\n{self.body(depth)}"
        if self.random.random() < 0.5:
            text += f"else\n{self.body(depth)}"
        return text + ("endif\n" if self.random.random() < 0.97 else "")

    def one_line(self, depth: int) -> str:
        more = self.random.choice(("", "", f" ; {self.command()}", f" && {self.command()}"))
        return f"if ({self.condition()}) {self.command()}{more}\n"

    def switch(self, depth: int) -> str:
        text = (
            f"switch ({self.random.choice(('$A', chr(34) + '$B' + chr(34), 'abc', '$HOME:t'))})\n"
        )
        for _ in range(self.random.randint(1, 3)):
            label = self.random.choice(("a", "a*", "'b'", "?", "[ab]*", '"a b"', "$C", "1"))
            text += f"case {label}:\n{self.body(depth)}" + self.random.choice(("breaksw\n", ""))
        if self.random.random() < 0.5:
            text += f"default:\n{self.body(depth)}"
        return text + "endsw\n"

    def foreach(self, depth: int) -> str:
        if self.random.random() < 0.4:
            more = f"if ( -r $f && $f != ~/f{self.leaf} && ! -d $f ) source $f\n"
            if self.leaf >= 0:
                more = "true\n"
            return f"foreach f (~/f[0-9] ~/none*)\n{more}end\n"
        words = self.random.choice(("a b", '"a b" $A', "$B", "`echo a b`", "", "~/none*", "{a,b}c"))
        self.loops += 1
        body = self.body(depth)
        self.loops -= 1
        return f"foreach {self.name()} ({words})\n{body}end\n"

    def while_(self, depth: int) -> str:
        self.count += 1
        name = f"W{self.leaf + 1}_{self.count}_{depth}"
        self.loops += 1
        body = self.body(depth)
        self.loops -= 1
        return f"set {name} = 0\nwhile ( ${name} < 2 )\n@ {name} ++\n{body}end\n"

    def eval_(self, depth: int) -> str:
        return self.random.choice(
            (f"eval 'if (1) source {self.path()}'\n", "eval 'set A = b'\n", "eval true\n")
        )

    def goto(self, depth: int) -> str:
        if depth:
            return "true\n"
        self.count += 1
        label = f"l{self.count}"
        return f"if ( {self.condition()} ) goto {label}\n{self.source(depth)}{label}:\n"

    def alias(self, depth: int) -> str:
        path = self.path()
        return self.random.choice(
            (f"alias s source\ns {path}\n", f"alias s 'source \\!*'\ns {path}\n", "unalias s\n")
        )

    def leave(self, depth: int) -> str:
        choices = ["exit", "exit 1", "echo $NOT_SET", "logout", "exec true", "cd /nope"]
        choices += ["exit; source ~/f5", "source ~/f99"]
        if self.loops:
            choices = ["break", "continue", "break", "if ($?A) continue"]
        return self.random.choice(choices) + "\n"


def cases(count: int, seed: int) -> list[Case]:
    """`count` starts over random files."""
    random = Random(seed)
    made = []
    for number in range(count):
        argv, stdin = random.choice(_STARTS)
        files = [
            (path, _main_state(random), marker(path) + Writer(random, -1).file()) for path in _MAIN
        ]
        files += [
            (path, _state(random), marker(path) + Writer(random, leaf).file())
            for leaf, path in enumerate(_LEAVES)
        ]
        as_root = random.random() < 0.3
        made.append(
            Case(f"program-{seed}-{number}", argv, stdin, (), tuple(files), as_root=as_root)
        )
    return made


def _main_state(random: Random) -> str:
    return random.choice(("file",) * 7 + ("absent", "empty", "unreadable"))


def _state(random: Random) -> str:
    return random.choice(("file",) * 6 + ("absent", "unreadable", "empty", "directory"))
