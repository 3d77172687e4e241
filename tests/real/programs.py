"""Random startup files made of what people write in them, all of it decidable from text."""

from __future__ import annotations

from random import Random

from tests.real.namespace import HOME, marker
from tests.real.starts import Case

_MAIN = (
    "/etc/profile",
    f"{HOME}/.bash_profile",
    f"{HOME}/.profile",
    f"{HOME}/.bashrc",
    f"{HOME}/.bash_logout",
    f"{HOME}/.env",
)
_LEAVES = tuple(f"{HOME}/f{i}" for i in range(6))
_STARTS: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "bash": (
        (("bash", "-lc", ":"), "null"),
        (("-bash",), "pty"),
        (("bash", "-i", "-c", ":"), "null"),
        (("-sh", "-c", "exit"), "null"),
    ),
    "dash": (
        (("-dash", "-c", ":"), "null"),
        (("-dash",), "pty"),
        (("dash", "-i", "-c", ":", "zero", "b"), "null"),
    ),
}


class Writer:
    """Writes one random file; `bash`: words of bash's own are allowed."""

    def __init__(self, random: Random, bash: bool, leaf: int, size: int = 4) -> None:
        self.random = random
        self.bash = bash
        self.leaf = leaf
        self.size = size
        self.functions: list[str] = []
        self.inside = ""
        self.in_function = False

    def file(self) -> str:
        count = self.random.randint(1, self.size)
        return "\n".join(self.statement(0) for _ in range(count)) + "\n"

    def statement(self, depth: int) -> str:
        makers = [self.source] * 4 + [self.assignment] * 3 + [self.simple, self.text]
        if depth < 3:
            makers += [self.if_, self.and_or, self.case, self.for_, self.group, self.function]
            makers += [self.while_, self.eval_, self.call]
        makers += [self.leave] if self.random.random() < 0.5 else []
        return self.random.choice(makers)(depth)

    def body(self, depth: int) -> str:
        count = self.random.randint(1, 2)
        return "\n".join(self.statement(depth + 1) for _ in range(count))

    def path(self) -> str:
        """A file with a higher number, so that no file reads itself."""
        number = self.random.randint(self.leaf + 1, len(_LEAVES) + 1)
        name = f"f{number}"
        forms = (f"~/{name}", f'"$HOME/{name}"', f"{HOME}/{name}", f"${{HOME}}/{name}")
        return self.random.choice(forms)

    def source(self, depth: int) -> str:
        word = self.random.choice((".", "source", "\\.", "command .")) if self.bash else "."
        path = self.path()
        guard = self.random.choice(("[ -r {} ] && ", "[ -f {} ] && ", "test -s {} && ", "", ""))
        if not guard and not self.bash:
            guard = "[ -r {} ] && "
        return f"{guard.format(path)}{word} {path}"

    def assignment(self, depth: int) -> str:
        name, value = self.name(), self.value()
        forms = [f"{name}={value}", f"export {name}={value}", f"{name}={value} Y=z"]
        forms += [f": ${{{name}:={value}}}", f"unset {name}", f"{name}=$(echo {value})"]
        if self.bash:
            forms += [f"{name}+={value}", f"declare {name}={value}", f"printf -v {name} %s {value}"]
        return self.random.choice(forms)

    def name(self) -> str:
        return self.random.choice(("A", "B", "C"))

    def value(self) -> str:
        name = self.name()
        return self.random.choice(
            (
                *("a", "b", '"a b"', "''", f"${name}", f'"${name}"x', f"${{{name}-a}}"),
                *(f"${{{name}:-b}}", f"${{{name}%a}}", f"${{{name}#?}}", f'"${{{name}:+b}}"'),
                *("`echo a`", "$((1+1))", "'$A'", "\\a", f'"${{{name}##*b}}"'),
            )
        )

    def simple(self, depth: int) -> str:
        return self.random.choice((":", "true", "umask 022", "cd ~", "cd /", "alias x=y", "set -f"))

    def text(self, depth: int) -> str:
        return self.random.choice(
            (
                f"# . {self.path()}",
                f"cat > /dev/null <<EOF\n. {self.path()}\nreturn\nEOF",
                f"echo '. {self.path()}' > /dev/null",
                f": \\\n  . {self.path()}",
                f": '\n. {self.path()}\n'",
            )
        )

    def condition(self) -> str:
        name, value = self.name(), self.random.choice(("a", "b", "ab"))
        tests = [f'[ "${name}" = {value} ]', f'[ -z "${name}" ]', f'[ -n "${{{name}-}}" ]']
        tests += [f"test -f {self.path()}", f"[ -d {self.path()} ]", f"[ -e {self.path()} ]"]
        tests += ["true", "false", '[ "$PS1" ]', f'[ "${name}" != {value} -a -n "$HOME" ]']
        tests += ['[ "$(id -u)" -eq 0 ]', "[ `id -u` -gt 99 ]", "[ -t 0 ]", f'! [ -z "${name}" ]']
        tests += ["command -v cat >/dev/null", "command -v nope >/dev/null 2>&1", "[ $# -gt 1 ]"]
        tests += ['[ -n "$BASH_VERSION" ]', f'[ "x${name}" = xa -o "${{#{name}}}" -eq 2 ]']
        tests += ['[ "${-#*i}" != "$-" ]', "{ false; }", "( exit 1 )", "( true )"]
        if self.bash:
            tests += [f"[[ ${name} == {value}* ]]", "[[ $- == *i* ]]", "shopt -q login_shell"]
            tests += [f"[[ -n ${name} && ! -f {self.path()} ]]", "(( UID > 5 ))", "shopt -oq posix"]
            tests += [f"[[ ( -z ${name} || ${name} < b ) ]]", f"[[ ${name} =~ ^a ]]"]
        return self.random.choice(tests)

    def if_(self, depth: int) -> str:
        text = f"if {self.condition()}; then\n{self.body(depth)}\n"
        if self.random.random() < 0.4:
            text += f"elif {self.condition()}\nthen {self.body(depth)}\n"
        if self.random.random() < 0.5:
            text += f"else\n{self.body(depth)}\n"
        return text + "fi"

    def and_or(self, depth: int) -> str:
        joins = (" && ", " || ", " &&\\\n", " ||\n")
        parts = [self.condition() for _ in range(self.random.randint(1, 3))]
        text = parts[0]
        for part in parts[1:]:
            text += self.random.choice(joins) + part
        return text + self.random.choice(joins) + "{ " + self.body(depth) + "\n}"

    def case(self, depth: int) -> str:
        subject = self.random.choice(("$A", '"$B"', "$-", "${C:-x}", '"$A$B"', "$#"))
        items = ""
        for _ in range(self.random.randint(1, 3)):
            pattern = self.random.choice(
                ("a", "*i*", "a|b", "'*'", "[ab]*", "?", '"a b"', "[!a]", "''")
            )
            end = self.random.choice((";;", ";;", ";&", ";;&")) if self.bash else ";;"
            items += f"{self.random.choice(('', '('))}{pattern}) {self.body(depth)}\n{end}\n"
        if self.random.random() < 0.5:
            items += f"*) {self.body(depth)}\n"
        return f"case {subject} in\n{items}esac"

    def for_(self, depth: int) -> str:
        kind = self.random.random()
        outer, self.inside = self.inside, "loop"
        body = self.body(depth)
        self.inside = outer
        if kind < 0.4:
            guard = f"[ -r $f ] && [ $f \\> ~/f{self.leaf} ]"
            return f"for f in ~/f[0-9] ~/none*; do {guard} && . $f\ndone"
        words = self.random.choice(("a b", '"a b" $A', '"$@"', "$B", "$(echo a b)"))
        return f"for {self.name()} in {words}; do\n{body}\ndone"

    def while_(self, depth: int) -> str:
        outer, self.inside = self.inside, "loop"
        body = self.body(depth)
        self.inside = outer
        count = f"N{depth}{self.random.randint(0, 99)}"
        word, sign = self.random.choice((("while", "!="), ("until", "=")))
        return (
            f'{count}=\n{word} [ "${count}" {sign} xx ]; do\n{count}="${{{count}}}x"\n{body}\ndone'
        )

    def group(self, depth: int) -> str:
        open_, close = self.random.choice((("{", "\n}"), ("(", ")"), ("{", "\n} >/dev/null")))
        return f"{open_} {self.body(depth)}{close}"

    def function(self, depth: int) -> str:
        outer, self.inside = (self.inside, self.in_function), "function"
        self.in_function = True
        name = f"fn{len(self.functions)}_{self.leaf + 1}"
        body = self.body(depth)
        local = "local A=$1; " if self.random.random() < 0.5 else ""
        self.inside, self.in_function = outer
        text = f"{name}() {{ {local}{body}\n}}\n{name} {self.random.choice(('a', '', '$B b'))}"
        self.functions.append(name)
        return text

    def call(self, depth: int) -> str:
        if self.in_function:
            return ":"  # no function calls itself
        return f"command -v fn0_{self.leaf + 1} >/dev/null && fn0_{self.leaf + 1} b"

    def eval_(self, depth: int) -> str:
        return self.random.choice(
            (f"eval '. {self.path()}'" if self.bash else ":", "eval A=b", 'eval "$C"')
        )

    def leave(self, depth: int) -> str:
        choices = ["return", "return 1", "exit", "set -e\nfalse", "set -- a b c", "shift"]
        if self.inside == "loop":
            choices = ["break", "continue", "return"]
        if self.size > 1:
            choices += ['set -u\n: "$NOT_SET"', ": ${NOT_SET:?}"]
        if self.bash:
            choices += ["set -e\n( exit 1 )", "exec true"]
        return self.random.choice(choices)


def cases(count: int, seed: int) -> list[Case]:
    """`count` starts over random files."""
    random = Random(seed)
    made = []
    for number in range(count):
        shell = random.choice(("bash", "bash", "dash"))
        argv, stdin = random.choice(_STARTS[shell])
        files = [(path, "file", marker(path) + _write(random, shell, -1)) for path in _MAIN]
        files += [
            (path, _state(random), marker(path) + _write(random, shell, i))
            for i, path in enumerate(_LEAVES)
        ]
        env = (("ENV", f"{HOME}/.env"),)
        made.append(Case(f"program-{seed}-{number}", shell, argv, stdin, env, tuple(files)))
    return made


def _write(random: Random, shell: str, leaf: int) -> str:
    return Writer(random, shell == "bash", leaf).file()


def _state(random: Random) -> str:
    return random.choice(("file",) * 6 + ("absent", "unreadable", "empty", "directory"))
