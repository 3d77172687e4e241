"""What a shell is asked about names when its startup files have been read, in its own words.

Each answer stands between NUL bytes behind its key (`3:kinds`), so that what a trap of the user's
prints in between changes nothing; the environment of a program comes last. Words are quoted with a
backslash, against aliases; nothing that fails may end a shell in which a file said `set -e`.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from envkit import start
from envkit.model import Start

END = "envkit-end"
_PRINT = "\\builtin printf"


def text(one: Start, names: Sequence[str]) -> str:
    """The question about `names` for the shell of this start."""
    shell = one.shell.name
    ask, quote, print_ = _ASKED.get(shell, _POSIX)  # a bash or zsh called sh knows these, too
    lines = [line for number, name in enumerate(names) for line in ask(number, quote(name))]
    lines += [_key("env", print_), start.dumper(), f"{print_} '{END}'"]
    if shell == "zsh":  # in a function of its own, whatever options the files left
        lines = ["() {", "\\builtin emulate -L zsh", *lines, "}"]
    return "\n".join(lines)


def _key(key: str, print_: str = _PRINT) -> str:
    return f"{print_} '\\0{key}\\0'"


def _bash(number: int, name: str) -> Iterator[str]:
    """Bash manual, 4.2: `type -at`; with extdebug `declare -F` tells a function's place."""
    yield _key(f"kinds:{number}")
    # -a knows nothing of `hash -p`.
    yield f"\\builtin type -t -- {name} 2>/dev/null || \\:"
    yield f"\\builtin type -at -- {name} 2>/dev/null || \\:"
    yield _key(f"path:{number}")
    yield f"\\builtin type -p -- {name} 2>/dev/null || \\:"
    yield _key(f"place:{number}")
    # In a subshell: with extdebug a DEBUG trap of the user's could skip commands.
    yield f"(\\builtin shopt -s extdebug; \\builtin declare -F -- {name} 2>/dev/null || \\:)"
    yield _key(f"alias:{number}")
    yield f"\\builtin alias -- {name} 2>/dev/null || \\:"


def _zsh(number: int, name: str) -> Iterator[str]:
    """zshbuiltins(1), whence; zsh/parameter. A function not loaded yet is, in a subshell."""
    if not number:
        yield "\\builtin zmodload -F zsh/parameter p:aliases p:functions_source 2>/dev/null"
        yield "\\builtin local ek_name"
    yield f"ek_name={name}"
    yield _key(f"kinds:{number}")
    yield '\\builtin whence -wa -- "$ek_name"'
    yield _key(f"path:{number}")
    yield '\\builtin whence -p -- "$ek_name"'
    yield _key(f"hashed:{number}")
    yield (
        '[[ "$(\\builtin whence -w -- "$ek_name")" == *": hashed" ]] && '
        '\\builtin whence -- "$ek_name"'
    )
    yield _key(f"source:{number}")
    yield (
        '(\\builtin autoload +X -- "$ek_name" >/dev/null 2>&1; '
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
    yield f"(\\unalias {name} 2>/dev/null; {ask})"
    yield _key(f"under:{number}", print_)
    yield f"(\\unalias {name} 2>/dev/null; \\unset -f {name} 2>/dev/null; {ask})"
    yield _key(f"alias:{number}", print_)
    yield f"\\alias {name} 2>/dev/null || \\:"


def _mksh(number: int, name: str) -> Iterator[str]:
    """mksh need not have a printf of its own."""
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


_POSIX = (_posix, shlex.quote, "\\printf")
_ASKED = {
    "bash": (_bash, shlex.quote, _PRINT),
    "zsh": (_zsh, shlex.quote, _PRINT),
    "fish": (_fish, _fish_quote, "builtin printf"),
    "mksh": (_mksh, shlex.quote, "\\print -n"),
}
