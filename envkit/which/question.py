"""What a shell is asked about names when its startup files have been read, in its own words.

Each answer stands between NUL bytes behind its key (`3:kinds`), so that what a trap of the user's
prints in between changes nothing; the environment of a program comes last. Words are quoted with a
backslash, against aliases; nothing that fails may end a shell in which a file said `set -e`.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence

from envkit import start

END = "envkit-end"
_PRINT = "\\builtin printf"


def text(tracer: str, names: Sequence[str]) -> str:
    """The question about `names` for the shells of one tracer, which are started together.

    In a subshell, without the traps of the user's, which would print among the answers.
    """
    if tracer == "fish":
        return _text(_FISH, names)
    if tracer == "zsh":  # in a function of its own, whatever options the files left
        own = f"\\builtin trap - DEBUG ZERR\n{_text(_ZSH, names)}"
        return f"() {{\n\\builtin emulate -L zsh\n(\n{own}\n)\n}}"
    if tracer != "bash":
        return f"(\n\\trap - DEBUG ERR 2>/dev/null\n{_text(_KORN, names)}\n)"
    # bash and dash, which could not even read bash's words: each takes its own.
    own = f"(\n\\builtin trap - DEBUG ERR RETURN\n{_text(_BASH, names)}\n)"
    lines = ("case ${BASH_VERSION+x} in x)", f"eval {shlex.quote(own)}", ";; *)", "(")
    return "\n".join((*lines, _text(_POSIX, names), ")", ";; esac"))


def _text(words: _Words, names: Sequence[str]) -> str:
    ask, quote, print_ = words
    lines = [line for number, name in enumerate(names) for line in ask(number, quote(name))]
    return "\n".join((*lines, _key("env", print_), start.dumper(), f"{print_} '{END}'"))


def _key(key: str, print_: str = _PRINT) -> str:
    return f"{print_} '\\0{key}\\0'"


def _bash(number: int, name: str) -> Iterator[str]:
    """Bash manual, 4.2: `type -at`; with extdebug `declare -F` tells a function's place."""
    if not number:
        yield "\\builtin shopt -s extdebug"
    yield _key(f"kinds:{number}")
    # -a knows nothing of `hash -p`.
    yield f"\\builtin type -t -- {name} 2>/dev/null || \\:"
    yield f"\\builtin type -at -- {name} 2>/dev/null || \\:"
    yield _key(f"path:{number}")
    yield f"\\builtin type -p -- {name} 2>/dev/null || \\:"
    yield _key(f"place:{number}")
    yield f"\\builtin declare -F -- {name} 2>/dev/null || \\:"
    yield _key(f"alias:{number}")
    yield f"\\builtin alias -- {name} 2>/dev/null || \\:"


def _zsh(number: int, name: str) -> Iterator[str]:
    """zshbuiltins(1), whence; zsh/parameter. A function not loaded yet is, in a subshell."""
    if not number:
        yield "\\builtin zmodload -F zsh/parameter p:aliases p:functions_source 2>/dev/null || \\:"
        yield "\\builtin local ek_name"
    yield f"ek_name={name}"
    yield _key(f"kinds:{number}")
    yield '\\builtin whence -wa -- "$ek_name" || \\:'
    yield _key(f"path:{number}")
    yield '\\builtin whence -p -- "$ek_name" || \\:'
    yield _key(f"hashed:{number}")
    yield (
        '[[ "$(\\builtin whence -w -- "$ek_name")" == *": hashed" ]] && '
        '\\builtin whence -- "$ek_name" || \\:'
    )
    yield _key(f"source:{number}")
    yield (
        '(\\builtin autoload +X -- "$ek_name" >/dev/null 2>&1 || \\:; '
        f"{_PRINT} '%s' \"${{functions_source[$ek_name]}}\")"
    )
    yield _key(f"alias:{number}")
    yield f"{_PRINT} '%s' \"${{aliases[$ek_name]}}\""


def _posix(number: int, name: str, print_: str = "\\printf") -> Iterator[str]:
    """POSIX.1-2017, command -V: in words; then with the alias gone, then the function, too."""
    ask = f"\\command -V -- {name} 2>/dev/null || \\:"
    yield _key(f"says:{number}", print_)
    yield ask
    yield _key(f"below:{number}", print_)
    yield f"(\\unalias {name} 2>/dev/null || \\:; {ask})"
    yield _key(f"under:{number}", print_)
    gone = f"\\unalias {name} 2>/dev/null || \\:; \\unset -f {name} 2>/dev/null || \\:"
    yield f"({gone}; {ask})"
    yield _key(f"alias:{number}", print_)
    yield f"\\alias {name} 2>/dev/null || \\:"


def _korn(number: int, name: str) -> Iterator[str]:
    """ksh93 and mksh: the latter need not have a printf of its own."""
    return _posix(number, name, "\\print -n")


def _fish(number: int, name: str) -> Iterator[str]:
    """fish's type, functions --details, abbr."""
    key = "builtin printf"
    yield _key(f"kinds:{number}", key)
    yield f"type -at -- {name} 2>/dev/null"
    yield _key(f"path:{number}", key)
    yield f"type --force-path -- {name} 2>/dev/null"
    yield _key(f"details:{number}", key)
    yield f"functions --details --verbose -- {name} 2>/dev/null"
    yield _key(f"abbr:{number}", key)
    yield f"abbr --query -- {name} 2>/dev/null; and abbr --show"


def _fish_quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


_Words = tuple[Callable[[int, str], Iterator[str]], Callable[[str], str], str]
_POSIX: _Words = (_posix, shlex.quote, "\\printf")
_KORN: _Words = (_korn, shlex.quote, "\\print -n")
_BASH: _Words = (_bash, shlex.quote, _PRINT)
_ZSH: _Words = (_zsh, shlex.quote, _PRINT)
_FISH: _Words = (_fish, _fish_quote, "builtin printf")
