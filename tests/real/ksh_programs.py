"""Random startup files in the words of ksh93, mksh, busybox ash and dash, their errors too."""

from __future__ import annotations

from itertools import product
from random import Random

from tests.real.ksh_starts import ENV, Case
from tests.real.namespace import HOME, marker
from tests.real.programs import Writer

_MAIN = (
    "/etc/profile",
    "/etc/ksh.kshrc",
    *(f"{HOME}/{name}" for name in (".profile", ".kshrc", ".mkshrc", ".env")),
)
_LEAVES = tuple(f"{HOME}/f{i}" for i in range(6))
_NAMES = {"ksh93": "ksh", "mksh": "mksh", "lksh": "lksh", "ash": "ash", "dash": "dash"}
_STARTS = (
    (("-l", "-c", ":"), "null"),
    (("-l", "-i", "-c", ":"), "null"),
    (("-l",), "pty"),
    (("-i", "-c", ":", "zero", "b"), "null"),
)
# Errors, each of which ends something else in each of the shells.
_ERRORS = (
    *(": ${NOT_SET:?}", "set -u\n: $NOT_SET", "readonly R=1\nR=2", "readonly R=1\nexport R=2"),
    *(". /nope", "command . /nope", ". nope", "shift 9", "set -Z", ": $((1/0))", "exec /nope"),
    *("eval 'if'", "command shift 9", "(: ${NOT_SET:?})", "readonly R=1\nunset R", "if"),
    *("command readonly R=1\ncommand export R=2", "set -e\nfalse", "set -o nonsense"),
)

# What is no more than a status.
_MARKS = ("same", "next", "in")
_PLAIN = ("cd /nope", "nope", "read R </dev/null", "[ 1 -eq x ]", "trap x NOSIG", "unset -f nope")


class KornWriter(Writer):
    """Writes one random file for `shell`."""

    def __init__(self, random: Random, shell: str, leaf: int, size: int = 4) -> None:
        super().__init__(random, False, leaf, size)
        self.shell = shell
        self.korn = shell in ("ksh93", "mksh", "lksh")

    def source(self, depth: int) -> str:
        if self.shell != "dash" and self.random.random() < 0.3:
            return f"source {self.path()}"
        if self.random.random() < 0.1:
            return f". {self.path()} x y"
        return super().source(depth)

    def assignment(self, depth: int) -> str:
        name, value = self.name(), self.value()
        if self.korn and self.random.random() < 0.4:
            forms = [f"typeset {name}={value}", f"{name}+={value}", f"typeset -x {name}={value}"]
            forms += [f"print -r -- {value}", f"{name}=$(print -r -- {value})", f"{name}=1 :"]
            return self.random.choice(forms)
        if self.random.random() < 0.1:
            return f"{name}=b :"
        return super().assignment(depth)

    def condition(self) -> str:
        name, value = self.name(), self.random.choice(("a", "b", "ab"))
        if self.korn and self.random.random() < 0.4:
            tests = [f"[[ ${name} == {value}* ]]", "[[ $- == *i* ]]", "[[ -o interactive ]]"]
            tests += [f"[[ -n ${name} && ! -f {self.path()} ]]", "whence cat >/dev/null"]
            tests += [f"[[ ( -z ${name} || ${name} < b ) ]]", f"[[ ${name} = @(a|b) ]]"]
            tests += ['[[ -n "$KSH_VERSION" ]]', "(( 2 > 1 ))"]
            return self.random.choice(tests)
        return super().condition()

    def function(self, depth: int) -> str:
        text = super().function(depth)
        if self.korn:
            text = text.replace("local ", "typeset ", 1)
        if self.shell != "dash" and self.random.random() < 0.4:
            name, _, rest = text.partition("() ")
            return f"function {name} {rest}"
        return text

    def leave(self, depth: int) -> str:
        if self.random.random() < 0.5:
            return self.random.choice(_ERRORS)
        return super().leave(depth)


def cases(shell: str, count: int, seed: int) -> list[Case]:
    """`count` starts over random files."""
    random = Random(f"{shell}{seed}")
    made = []
    for number in range(count):
        flags, stdin = random.choice(_STARTS)
        files = [(p, "file", marker(p) + KornWriter(random, shell, -1).file()) for p in _MAIN]
        files += [
            (
                path,
                random.choice(("file",) * 6 + ("absent", "unreadable", "empty", "directory")),
                marker(path) + KornWriter(random, shell, i).file(),
            )
            for i, path in enumerate(_LEAVES)
        ]
        env = () if shell in ("ksh93", "mksh", "lksh") else (("ENV", ENV),)
        argv = (_NAMES[shell], *flags)
        made.append(Case(f"program-{seed}-{number}", shell, argv, stdin, env, tuple(files)))
    return made


def errors(shell: str) -> list[Case]:
    """Each error in each place: a startup file, a file that it reads, a function, an eval."""
    said = ". ~/{}\n"
    forms = {
        "top": "{0}; " + said.format("same") + said.format("next"),
        "file": ". ~/f0; " + said.format("same") + said.format("next"),
        "function": "f() {{ {0}\n" + said.format("in") + "}}\nf\n" + said.format("next"),
        "eval": "eval '{0}'\n" + said.format("next"),
        "subshell": "( {0}\n" + said.format("in") + ")\n" + said.format("next"),
    }
    made = []
    for (place, form), error, tail in product(
        forms.items(), (*_ERRORS, *_PLAIN), (("-c", ":"), ("-i", "-c", ":"))
    ):
        if ("'" in error and place == "eval") or (error == "if" and place != "file"):
            continue
        text = form.format(error)
        files = (
            ("/etc/profile", "file", marker("/etc/profile") + text),
            (f"{HOME}/f0", "file", marker(f"{HOME}/f0") + error + "\n" + said.format("in")),
            *((f"{HOME}/{name}", "file", marker(f"{HOME}/{name}")) for name in _MARKS),
        )
        env = () if shell in ("ksh93", "mksh", "lksh") else (("ENV", ENV),)
        argv = (_NAMES[shell], "-l", *tail)
        made.append(Case(f"{shell}/{place}/{error}/{tail[0]}", shell, argv, "null", env, files))
    return made
