"""The grids of starts that test_order_zsh.py makes: command lines, states, changes, endings."""

from __future__ import annotations

from itertools import product
from random import Random

from tests.real import platform_texts
from tests.real.namespace import HOME, UID, marker
from tests.real.starts import at
from tests.real.zsh_starts import NAMES, STATES, Case

_FLAGS: tuple[tuple[str, ...], ...] = tuple(
    tuple(flags.split())
    for flags in (
        "",
        "-l",
        "-i",
        "-l -i",
        "-li",
        "-f",
        "-f -l -i",
        "-d -l -i",
        "-p -l -i",
        "-o norcs -l -i",
        "-o NO_GLOBAL_RCS -li",
        "--no-rcs -l",
        "--no-global-rcs -l -i",
        "--norcs",
        "--login",
        "--interactive",
        "--login --interactive",
        "-o login",
        "-o interactive",
        "-ologin -ointeractive",
        "+f -l",
        "-f +f -l -i",
        "+o rcs -i",
        "+o global_rcs -l -i",
        "+l",
        "+i",
        "+l -i",
        "-l +l",
        "-o privileged",
        "--privileged -l",
        "-fd",
        "-dl",
        "-x -i",
        "-eu -l",
        "-y -l",
        "-k",
        "-t -l",
        "--singlecommand -i",
        "-Z -i",
        "-q",
        "-o nonsense",
        "--nonsense",
        "--version",
        "--emulate sh",
        "--emulate sh -l",
        "--emulate sh -i",
        "--emulate ksh -l -i",
        "--emulate csh -l -i",
        "--emulate zsh -l",
        "-l --emulate sh",
        "--emulate",
        "--emulate sh -f -l -i",
        "--emulate sh -p -l -i",
        "--emulate ksh -d -l",
        "-b",
        "-lb",
        "-o",
        "-o rcs -o norcs -l",
        "-m -i",
        "-0 -l",
        "-v -l",
        "-a -l",
    )
)
_TAILS: dict[str, tuple[tuple[str, ...], str]] = {
    "command": (("-c", ":"), "null"),
    "command-name": (("-c", ":", "name", "a"), "null"),
    "command-exit": (("-c", "true; exit"), "null"),
    "command-exec": (("-c", "exec true"), "null"),
    "command-external": (("-c", "/bin/true"), "null"),
    "command-last-external": (("-c", "true; true && /bin/true"), "null"),
    "command-pty": (("-c", ":"), "pty"),
    "command-socket": (("-c", ":"), "socket"),
    "command-closed": (("-c", ":"), "closed"),
    "script": ((f"{HOME}/script", "x"), "null"),
    "script-missing": ((f"{HOME}/no-script", "x"), "null"),
    "script-pty": ((f"{HOME}/script",), "pty"),
    "stdin": ((), "pipe"),
    "stdin-s": (("-s", "a"), "null"),
    "stdin-dash": (("-",), "null"),
    "dashes": (("--", f"{HOME}/script"), "null"),
    "typed": ((), "pty"),
    "typed-s": (("-s", "a"), "pty"),
    "typed-c-s": (("-s", "-c", ":", "a"), "pty"),
}
_ENVS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "bare": (),
    "env": (("ENV", f"{HOME}/.env"),),
    "env-tilde": (("ENV", "~/.env"),),
    "env-var": (("ENV", "$HOME/.env"),),
    "ssh": (("SSH_CLIENT", "1 2 3"), ("ENV", "`echo $HOME/.env`")),
    "zdotdir": (("ZDOTDIR", f"{HOME}/zd"),),
    "zdotdir-empty": (("ZDOTDIR", ""),),
    "zdotdir-relative": (("ZDOTDIR", "zd"),),
    "zdotdir-tilde": (("ZDOTDIR", "~/zd"),),
    "zdotdir-nowhere": (("ZDOTDIR", "/nowhere"),),
    "no-home": (("HOME", None),),
    "empty-home": (("HOME", ""),),
    "other-home": (("HOME", f"{HOME}/zd"),),
    "shell": (("SHELL", "/bin/zsh"), ("ENV", f"{HOME}/.env")),
    "shell-sh": (("SHELL", "/bin/sh"), ("ENV", f"{HOME}/.env")),
}
_ARGV0 = (
    "zsh",
    "-zsh",
    "sh",
    "-sh",
    "ksh",
    "-ksh",
    "-su",
    "su",
    "rzsh",
    "bash",
    "-csh",
    "/bin/zsh",
)
_ARGV0 += ("-csh", "/bin/zsh", "-/bin/zsh", "zsh-5.9", "--zsh", "x")
ZD = tuple((f"{HOME}/zd/.{name}", "file", marker(f"{HOME}/zd/.{name}")) for name in NAMES)


def command_lines(count: int, seed: int) -> list[Case]:
    """Names × flags × how it goes on × environments × builds × accounts: as many of a million."""
    random = Random(seed)
    made: list[Case] = []
    while len(made) < count:
        name, flags = random.choice(_ARGV0), random.choice(_FLAGS)
        tail, environment = random.choice(list(_TAILS)), random.choice(list(_ENVS))
        build, uid = random.choice(("debian", "etc")), random.choice((UID, 0))
        # Restricted, zsh may not write to the log; whose home root's is, the namespace cannot say.
        if name == "rzsh" or (uid == 0 and environment == "no-home"):
            continue
        words, stdin = _TAILS[tail]
        label = f"{name}/{' '.join(flags)}/{tail}/{environment}"
        argv = (name, *flags, *words)
        made.append(Case(label, argv, stdin, _ENVS[environment], ZD, build=build, uid=uid))
    return made


_LAST = (f"{HOME}/last", "file", marker(f"{HOME}/last"))
_AGAIN = f". {HOME}/last\n"  # is the end of the file come to?
_BASIC: tuple[tuple[tuple[str, ...], str], ...] = (
    (("-zsh",), "pty"),
    (("zsh", "-lic", ":"), "null"),
    (("zsh", "-lc", ":"), "null"),
    (("-sh", "-i", "-c", ":"), "null"),
)


def file_states() -> list[Case]:
    """Each file in each state, as each account, in each build."""
    texts = {
        "syntax": "if\n",
        "exit": "exit\n",
        "return": "return\n",
        "half": "fi\n",
        "exec": "exec true\n",
    }
    cases = []
    for name, (argv, stdin), uid, build in product(NAMES, _BASIC, (UID, 0), ("debian", "etc")):
        folder = "/etc/zsh/" if build == "debian" else "/etc/"
        for path, state in product((folder + name, f"{HOME}/.{name}"), (*STATES, *texts)):
            file = (path, state, marker(path))
            if state in texts:
                file = (path, "file", marker(path) + texts[state] + _AGAIN)
            label = f"{path}/{state}/{' '.join(argv)}"
            cases.append(Case(label, argv, stdin, (), (file, _LAST), build=build, uid=uid))
    return cases


_CHANGES = (
    *("ZDOTDIR=~/zd", "export ZDOTDIR=$HOME/zd", "ZDOTDIR=", "unset ZDOTDIR", "ZDOTDIR=zd"),
    *("HOME=~/zd", "export HOME=/home/ada/zd", "unset HOME", "HOME=", "setopt no_rcs"),
    *("unsetopt rcs", "set -f", "set -o norcs", "setopt NO_GLOBAL_RCS", "unsetopt global_rcs"),
    *("set -d", "set +d", "setopt privileged", "unsetopt privileged", "setopt login"),
    *("unsetopt login", "set -l", "set +l", "setopt interactive", "unsetopt interactive"),
    *("emulate sh", "emulate -R sh", "emulate ksh", "emulate -R zsh", "emulate -L sh"),
    *("setopt no_rcs; emulate -R zsh", "setopt no_rcs; emulate zsh", "setopt restricted"),
    *(
        "cd /",
        "cd zd; ZDOTDIR=.",
        "() { setopt localoptions norcs }",
        "(setopt norcs)",
        "set -e; false",
    ),
    *("exec true", "exit 1", "return 1", "kill -HUP $$", "set -o nosuch"),
    *("typeset -g ZDOTDIR=~/zd", "() { local ZDOTDIR=~/zd }", "() { typeset -gx ZDOTDIR=~/zd }"),
    *(": ${ZDOTDIR:=$HOME/zd}", "[[ -d ~/zd ]] && ZDOTDIR=~/zd", "ZDOTDIR=${${:-~/zd}:A}"),
    *("if [[ -o login ]] { ZDOTDIR=~/zd }", "ZDOTDIR=~/zd true", "eval 'setopt norcs'", "set -p"),
    *(
        "source ~/zd/more",
        ". zd/more",
        "source zd/more",
        "path=(~/zd $path); . more",
        "cd zd; source more",
    ),
)


def changes_in_files() -> list[Case]:
    """A line in each file that decides what comes after it."""
    cases = []
    more = (f"{HOME}/zd/more", "file", marker(f"{HOME}/zd/more") + "ZDOTDIR=~/zd\n")
    for name, (argv, stdin), line in product(NAMES, _BASIC, _CHANGES):
        for path in (f"/etc/zsh/{name}", f"{HOME}/.{name}"):
            if line == "setopt restricted" or (argv[0] == "-sh" and line.startswith("()")):
                continue  # as sh zsh knows no functions without a name
            file = (path, "file", marker(path) + line + "\n" + _AGAIN)
            label = f"{path}/{line}/{' '.join(argv)}"
            cases.append(Case(label, argv, stdin, (), (*ZD, more, _LAST, file)))
    return cases


def compiled_files() -> list[Case]:
    """FILE.zwc of every age beside FILE in several states."""
    cases = []
    ages = ("newer", "older", "same", "broken")
    for name, (argv, stdin), age in product(NAMES, _BASIC, ages):
        for path, state in product(
            (f"/etc/zsh/{name}", f"{HOME}/.{name}"), ("file", "absent", "unreadable")
        ):
            compiled = ((path, age, marker(path + ".zwc")),)
            file = (path, state, marker(path))
            label = f"{path}/{state}/{age}/{' '.join(argv)}"
            for uid in (UID, 0):
                cases.append(Case(label, argv, stdin, (), (file,), compiled, uid=uid))
    return cases


_COMMANDS = (
    *("/bin/true", "true", "true; /bin/true", "/bin/true; true", "true && /bin/true", "nosuchcmd"),
    *("false && /bin/true", "! /bin/true", "/bin/true | true", "true | /bin/true", "(/bin/true)"),
    *(
        "(true)",
        "{ /bin/true }",
        "if true; then /bin/true; fi",
        "if /bin/true; then :; fi",
        "(exit)",
    ),
    *(
        "for i in 1; do /bin/true; done",
        "while /bin/true; do break; done",
        "case a in a) /bin/true;; esac",
    ),
    *("f() { /bin/true }; f", "eval /bin/true", "command true", "builtin true", "noglob /bin/true"),
    *(
        "exec true",
        "A=b /bin/true",
        "A=b true",
        "/bin/true &",
        "time /bin/true",
        "/bin/true > /dev/null",
    ),
    *(
        "true > /dev/null",
        "< /dev/null",
        "$(echo /bin/true)",
        "/bin/true # c",
        "exit",
        "logout",
        "return",
    ),
    *("trap : EXIT; /bin/true", "TRAPEXIT() { : }; /bin/true", "[[ a ]] && /bin/true", "(( 1 ))"),
    *(
        "repeat 1 /bin/true",
        "() { /bin/true }",
        "coproc /bin/true",
        "ls *nomatch",
        "print *nomatch",
    ),
    *(
        "true\n/bin/true",
        "exec nosuch",
        "(exec true)",
        ": ${x:?}",
        "{",
        "set -e; false",
        "unsetopt rcs",
    ),
    *(
        "/bin/true || true",
        "print x | /bin/cat",
        "alias q=/bin/true\nq",
        "unsetopt login",
        "trap '' INT; /bin/true",
    ),
    *("setopt noglobalrcs", "HOME=/home/ada/zd", "ZDOTDIR=/home/ada/zd", "emulate sh; /bin/true"),
)


def endings() -> list[Case]:
    """What stands behind -c decides whether logout files are read."""
    return [
        Case(f"{text}/{name}", (name, "-l", "-i", "-c", text), files=ZD, uid=uid)
        for text, name, uid in product(_COMMANDS, ("zsh", "sh"), (UID, 0))
        # As sh zsh has neither `repeat` nor a `}` that ends a word; the parser knows one grammar.
        if not (name == "sh" and text.startswith(("repeat", "{ /bin")))
    ]


def platform_starts() -> list[Case]:
    """The stock texts of each system."""
    return [
        Case(
            f"{platform}/{' '.join(argv)}",
            argv,
            stdin,
            (("TERM_PROGRAM", "Apple_Terminal"),),
            tuple((at(name), "file", marker(at(name)) + text) for name, text in files.items()),
            bare=True,
            typed="q\nexit\n",
            platform=platform,
            uid=uid,
        )
        for platform, files in platform_texts.ZSH.items()
        for argv, stdin in (*_BASIC, (("zsh",), "pty"), (("zsh", "-c", ":"), "null"))
        for uid in (UID, 0)
    ]
