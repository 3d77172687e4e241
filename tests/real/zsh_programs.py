"""Random startup files of zsh, made of what people write in them, all of it decidable from text."""

from __future__ import annotations

from random import Random

from tests.real.namespace import HOME, UID, marker
from tests.real.zsh_starts import NAMES, Case

_LEAVES = tuple(f"{HOME}/f{i}" for i in range(6))
_STARTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("-zsh", "-c", ":"), "null"),
    (("-zsh",), "pty"),
    (("zsh",), "pty"),
    (("zsh", "-lic", ":"), "null"),
    (("zsh", "-lic", "/bin/true"), "null"),
    (("zsh", "-c", ":", "zero", "b"), "null"),
    (("-zsh", "-i"), "null"),
)


class Writer:
    """Writes one random file."""

    def __init__(self, random: Random, leaf: int) -> None:
        self.random = random
        self.leaf = leaf
        self.count = 0
        self.inside = ""
        self.in_function = False

    def file(self) -> str:
        return "\n".join(self.statement(0) for _ in range(self.random.randint(1, 4))) + "\n"

    def statement(self, depth: int) -> str:
        makers = [self.source] * 4 + [self.assignment] * 3 + [self.array] * 2
        makers += [self.simple, self.text, self.option]
        if depth < 3:
            makers += [self.if_, self.and_or, self.case, self.for_, self.group, self.function]
            makers += [self.while_, self.eval_, self.repeat, self.always, self.anonymous]
        makers += [self.leave] if self.random.random() < 0.5 else []
        return self.random.choice(makers)(depth)

    def body(self, depth: int) -> str:
        return "\n".join(self.statement(depth + 1) for _ in range(self.random.randint(1, 2)))

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def path(self) -> str:
        """A file with a higher number, so that no file reads itself."""
        name = f"f{self.random.randint(self.leaf + 1, len(_LEAVES) + 1)}"
        forms = (f"~/{name}", f'"$HOME/{name}"', f"{HOME}/{name}", f"${{HOME}}/{name}")
        return self.pick(*forms, f"$HOME/{name}", f"~ada/{name}", f"${{HOME:h}}/ada/{name}")

    def source(self, depth: int) -> str:
        word = self.pick(".", "source", "\\.", "builtin .", "builtin source", ".")
        path = self.path()
        guards = ("[ -r {} ] && ", "[[ -f {} ]] && ", "test -s {} && ", "", "", "[[ -e {} ]] && ")
        return f"{self.pick(*guards).format(path)}{word} {path}"

    def name(self) -> str:
        return self.pick("A", "B", "C")

    def value(self) -> str:
        name = self.name()
        return self.pick(
            *("a", "b", '"a b"', "''", f"${name}", f'"${name}"x', f"${{{name}-a}}"),
            *(f"${{{name}:-b}}", f"${{{name}%a}}", f"${{{name}#?}}", f'"${{{name}:+b}}"'),
            *("`echo a`", "$((1+1))", "'$A'", "\\a", f'"${{{name}##*b}}"', f"${{{name}:u}}"),
            *(f"${{(L){name}}}", f"${{#{name}}}", f"${{+{name}}}", f"${{${{{name}}}:-a}}"),
            *(f"${{{name}/a/b}}", f"${{{name}//(a|b)/x}}", "$#", "$?", f"${name}[1]"),
            *(f"${{{name}[-1]}}", "${1:-a}", "$x[1]", "${#x}", "${(j:-:)x}", "$+commands[cat]"),
            *("$+commands[nope]", "~/f1", "${:-b}", "$'a'", f"${{{name}:h}}"),
        )

    def assignment(self, depth: int) -> str:
        name, value = self.name(), self.value()
        return self.pick(
            *(f"{name}={value}", f"export {name}={value}", f"{name}={value} Y=z", f"unset {name}"),
            *(f": ${{{name}:={value}}}", f"{name}=$(echo {value})", f"{name}+={value}"),
            *(f"typeset {name}={value}", f"typeset -g {name}={value}", f"local {name}={value}"),
            *(f"print -v {name} -r -- {value}", f": ${{{name}::={value}}}", f"{name}={value} true"),
        )

    def array(self, depth: int) -> str:
        value = self.value()
        return self.pick(
            *(f"x=({value} b)", f"x+=({value})", "x=()", "x=(a b c)", "x[2]=z", "typeset -U x"),
            *("x=($x a)", "x=({a,b}{1,2})", "set -- a b", f"set -- {value}", "shift", "y=($x)"),
            *("path=(/opt/x $path)", "path+=(/opt/y)", "typeset -U path", "typeset -a x"),
            *("x=(~/f[0-9](N))", "x=(~/nope*(N))", "typeset -A h; h=(a b c d)", "x=(${x:#a})"),
        )

    def simple(self, depth: int) -> str:
        return self.pick(":", "true", "umask 022", "cd ~", "cd /", "alias x=y", "autoload -Uz nope")

    def option(self, depth: int) -> str:
        return self.pick(
            *("setopt null_glob", "unsetopt NoMatch", "setopt sh_word_split", "set -o nomatch"),
            *(
                "setopt extended_glob",
                "unsetopt null_glob",
                "setopt KSH_ARRAYS; unsetopt ksharrays",
            ),
            *("emulate zsh", "setopt nounset; unsetopt nounset", "setopt err_exit", "setopt -y"),
            *("emulate -R zsh", "setopt no_such_option", "unsetopt shwordsplit", "set +e"),
        )

    def text(self, depth: int) -> str:
        path = self.path()
        return self.pick(
            f"# . {path}",
            f"cat > /dev/null <<EOF\n. {path}\nreturn\nEOF",
            f"echo '. {path}' > /dev/null",
            f": \\\n  . {path}",
            f": '\n. {path}\n'",
            f": <<<'. {path}'",
        )

    def condition(self) -> str:
        name, value = self.name(), self.pick("a", "b", "ab")
        tests = [f'[ "${name}" = {value} ]', f'[ -z "${name}" ]', f'[ -n "${{{name}-}}" ]']
        tests += [f"test -f {self.path()}", f"[ -d {self.path()} ]", f"[ -e {self.path()} ]"]
        tests += ["true", "false", '[ "$PS1" ]', f'[ "${name}" != {value} -a -n "$HOME" ]']
        tests += ['[ "$(id -u)" -eq 0 ]', "[ `id -u` -gt 99 ]", "[ -t 0 ]", f'! [ -z "${name}" ]']
        tests += ["command -v cat >/dev/null", "command -v nope >/dev/null 2>&1", "[ $# -gt 1 ]"]
        tests += ['[ -n "$ZSH_VERSION" ]', f'[ "x${name}" = xa -o "${{#{name}}}" -eq 2 ]']
        tests += ["[[ $- == *i* ]]", "{ false; }", "( exit 1 )", "( true )", "[[ -o login ]]"]
        tests += [
            f"[[ ${name} == {value}* ]]",
            "[[ -o interactive ]]",
            "[[ $options[login] = on ]]",
        ]
        tests += [f"[[ -n ${name} && ! -f {self.path()} ]]", "(( UID > 5 ))", "(( $#x > 1 ))"]
        tests += [f"[[ ( -z ${name} || ${name} < b ) ]]", f"[[ ${name} =~ ^a ]]", "(( $+A ))"]
        tests += [
            "(( $+commands[cat] ))",
            "(( ${+commands[nope]} ))",
            "[[ -v A ]]",
            "whence cat >/dev/null",
        ]
        tests += [
            "(( ${+functions[fn0]} ))",
            f"[[ ${name} = (a|b) ]]",
            "(( ! $+B ))",
            "[[ -n $x[1] ]]",
        ]
        tests += [
            "type nope >/dev/null",
            "[[ $x[2] == b ]]",
            "(( $x[(I)a] ))",
            "[[ ! -o nomatch ]]",
        ]
        tests += ["[[ -z $ZDOTDIR ]]", "(( 1 < 2 && $#A ))", "[[ $0 = *zsh* ]]", "[[ -o no_such ]]"]
        return self.random.choice(tests)

    def if_(self, depth: int) -> str:
        kind = self.random.random()
        if kind < 0.2:
            head = f"if [[ -n ${self.name()} ]] {{\n{self.body(depth)}\n}}"
            return f"{head} else {{\n{self.body(depth)}\n}}"
        if kind < 0.3:
            return f"if [[ -n ${self.name()} ]] . {self.path()}"
        text = f"if {self.condition()}; then\n{self.body(depth)}\n"
        if self.random.random() < 0.4:
            text += f"elif {self.condition()}\nthen {self.body(depth)}\n"
        if self.random.random() < 0.5:
            text += f"else\n{self.body(depth)}\n"
        return text + "fi"

    def and_or(self, depth: int) -> str:
        joins = (" && ", " || ", " &&\\\n", " ||\n")
        text = self.condition()
        for _ in range(self.random.randint(0, 2)):
            text += self.pick(*joins) + self.condition()
        return text + self.pick(*joins) + "{ " + self.body(depth) + "\n}"

    def case(self, depth: int) -> str:
        subject = self.pick("$A", '"$B"', "$-", "${C:-x}", '"$A$B"', "$#", "$x")
        items = ""
        for _ in range(self.random.randint(1, 3)):
            pattern = self.pick(
                "a", "*i*", "a|b", "'*'", "[ab]*", "?", '"a b"', "[!a]", "''", "(a|b)*"
            )
            end = self.pick(";;", ";;", ";&", ";|")
            items += f"{self.pick('', '(')}{pattern}) {self.body(depth)}\n{end}\n"
        if self.random.random() < 0.5:
            items += f"*) {self.body(depth)}\n"
        return f"case {subject} in\n{items}esac"

    def loop_body(self, depth: int) -> str:
        outer, self.inside = self.inside, "loop"
        body = self.body(depth)
        self.inside = outer
        return body

    def for_(self, depth: int) -> str:
        kind = self.random.random()
        body = self.loop_body(depth)
        if kind < 0.3:
            guard = f"[[ -r $f && $f > ~/f{self.leaf} ]]"
            return f"for f in ~/f[0-9](N) ~/none*(N); do {guard} && . $f\ndone"
        if kind < 0.4:
            return f"for f (~/f{self.leaf + 1} ~/f{self.leaf + 2}) . $f"
        name = self.name()
        words = self.pick("a b", '"a b" $A', '"$@"', "$B", "$(echo a b)", "$x", '"$x[@]"', "{a,b}")
        if kind < 0.5:
            return f"for {name} Z in {words}; do\n{body}\ndone"
        if kind < 0.6:
            return f"for {name} ({words}) {{\n{body}\n}}"
        if kind < 0.7:
            return f"for (( i = 0; i < 2; i++ )) {{\n{body}\n}}"
        if kind < 0.8:
            return f"foreach {name} ({words})\n{body}\nend"
        return f"for {name} in {words}; do\n{body}\ndone"

    def repeat(self, depth: int) -> str:
        return f"repeat {self.pick('0', '1', '2')} {{\n{self.loop_body(depth)}\n}}"

    def while_(self, depth: int) -> str:
        body = self.loop_body(depth)
        count = f"N{depth}{self.random.randint(0, 99)}"
        word, sign = self.random.choice((("while", "!="), ("until", "=")))
        return (
            f'{count}=\n{word} [ "${count}" {sign} xx ]; do\n{count}="${{{count}}}x"\n{body}\ndone'
        )

    def group(self, depth: int) -> str:
        open_, close = self.random.choice((("{", "\n}"), ("(", ")"), ("{", "\n} >/dev/null")))
        return f"{open_} {self.body(depth)}{close}"

    def always(self, depth: int) -> str:
        return f"{{ {self.body(depth)} }} always {{\n{self.body(depth)}\n}}"

    def in_a_function(self, depth: int) -> str:
        outer = self.inside, self.in_function
        self.inside, self.in_function = "function", True
        body = self.body(depth)
        self.inside, self.in_function = outer
        return body

    def anonymous(self, depth: int) -> str:
        head = self.pick("() {", "function {")
        return f"{head}\nlocal A=$1\n{self.in_a_function(depth)}\n}} {self.pick('a', '', '$B b')}"

    def function(self, depth: int) -> str:
        name = f"fn{self.count}_{self.leaf + 1}"
        self.count += 1
        body = self.in_a_function(depth)
        local = self.pick("local A=$1; ", "", "emulate -L zsh; ", "setopt localoptions nullglob; ")
        head = self.pick(f"{name}() {{", f"function {name} {{", f"{name} () {{")
        return f"{head} {local}{body}\n}}\n{name} {self.pick('a', '', '$B b')}"

    def eval_(self, depth: int) -> str:
        return self.pick(f"eval '. {self.path()}'", "eval A=b", 'eval "$C"', "eval 'x=(a b)'")

    def leave(self, depth: int) -> str:
        choices = ["return", "return 1", "exit", "print *nope*", ": ~/nope*/x", "set -- a b c"]
        choices += ["setopt nounset; : $NOT_SET", "ls *nope* 2>/dev/null", "exec true", "(exit 1)"]
        choices += [
            ": ${NOT_SET:?}",
            "unsetopt rcs",
            "ZDOTDIR=~/zd",
            "unset ZDOTDIR",
            "unsetopt login",
        ]
        choices += ["setopt noglobalrcs", "HOME=~/zd", "eval 'fi'", ": =nope", "setopt no_exec"]
        if self.inside == "loop":
            choices = ["break", "continue", "return", "break", "continue"]
        return self.random.choice(choices)


def cases(count: int, seed: int) -> list[Case]:
    """`count` starts over random files."""
    random = Random(seed)
    made = []
    for number in range(count):
        argv, stdin = random.choice(_STARTS)
        folders = ("/etc/zsh/", f"{HOME}/.", f"{HOME}/zd/.")
        main = [folder + name for folder in folders for name in NAMES]
        files = [
            (path, "file", marker(path) + (_write(random, -1) if random.random() < 0.5 else ""))
            for path in main
        ]
        files += [
            (path, _state(random), marker(path) + _write(random, i))
            for i, path in enumerate(_LEAVES)
        ]
        uid = random.choice((UID, UID, 0))
        made.append(Case(f"program-{seed}-{number}", argv, stdin, files=tuple(files), uid=uid))
    return made


def _write(random: Random, leaf: int) -> str:
    return Writer(random, leaf).file()


def _state(random: Random) -> str:
    return random.choice(("file",) * 6 + ("absent", "unreadable", "empty", "directory"))
