"""The text of env.sh: a profile as shell code, the same for every POSIX shell and zsh.

Every shell of the user reads it at each start, so it forks nothing, executes nothing, prints
nothing, and leaves with status 0 and no name of its own behind, under any options and any IFS. It
runs in bash 3.2 and later, dash, busybox ash, mksh, ksh93, yash and zsh (docs/design.md, 5):

- The old list is split once, by IFS, and kept element by element but for ours. Only an expansion is
  split, hence the variable; the colon behind it keeps an empty last element (POSIX, 2.6.5), but
  zsh takes a delimiter for a separator and needs none.
- `emulate -L sh` makes zsh split, for the time of the function; the other shells never parse it.
- `command` keeps a special built-in from ending the shell when a variable is read-only; then each
  is tried alone. `eval` keeps `command` from ending a `set -e` script of bash 3.2, `||` or not, and
  saves the others the parsing of what is hardly ever needed. One export costs less than many.
- `?` as a pattern cannot be an alias: zsh's global ones reach everywhere.
"""

from __future__ import annotations

import re
from pathlib import Path

from envkit.errors import Refused
from envkit.model import Scope
from envkit.plan import Profile
from envkit.profile.reading import HOME

#: PATH where none is set, unless a platform has a better one.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# An empty element of these means the system's own list (man(1), info(1), kpathsea 5.3.2).
EMPTY_IS_THE_SYSTEMS = frozenset({"MANPATH", "INFOPATH", "TEXINPUTS"})

_SPLIT = """\
case ${ZSH_VERSION+z} in ?) eval 'emulate -L sh; _envkit_c=' ;; *) _envkit_c=: ;; esac
_envkit_i=${IFS-_envkit} _envkit_f=$-
set -f
IFS=:
"""
_UNSPLIT = """\
IFS=$_envkit_i
case $IFS in _envkit) unset IFS ;; esac
case $_envkit_f in *f*) ;; *) set +f ;; esac
"""
_ZSH = """\
case ${ZSH_VERSION+z} in ?) eval 'emulate -L sh' ;; esac
"""
_END = """\
eval 'command export "$@"' 2>/dev/null ||
eval 'for _envkit_d do command export "$_envkit_d" || :; done' 2>/dev/null || :
unset _envkit_c _envkit_i _envkit_f _envkit_o _envkit_n _envkit_d
}
_envkit
unset -f _envkit
"""


def posix(profile: Profile, scope: Scope, default_path: str = DEFAULT_PATH) -> bytes:
    """The text of env.sh for `profile`; `default_path` is PATH where it is unset or empty.

    With `scope` system, each user's shell fills in `$HOME`.
    """
    command = "envkit install --system" if scope == "system" else "envkit install"
    text = (
        f"# Written by envkit from the profile {profile.name}. Change that, then run: {command}\n"
    )
    lists = (("PATH", profile.path_prepend, profile.path_append), *profile.lists)
    lists = tuple(one for one in lists if one[1] or one[2])
    if lists or profile.variables:
        variables = [_word(f"{name}={value}") for name, value in profile.variables]
        text += "_envkit() {\n" + (_SPLIT if lists else _ZSH)
        for number, (name, front, back) in enumerate(lists, 1):
            text += _keep(name, front, back, default_path)
            last = variables if number == len(lists) else []
            text += (
                " ".join(["set --", *['"$@"'][: number - 1], _value(name, front, back), *last])
                + "\n"
            )
        text += _UNSPLIT if lists else f"set -- {' '.join(variables)}\n"
        text += _END
    return text.encode("utf-8", "surrogateescape")


def source_line(path: Path, home: Path) -> bytes:
    """The line of a managed block that reads env.sh: inert, status 0, when the file is gone.

    (`[ -r FILE ] && . FILE` leaves status 1; a bare `. FILE` ends dash.) Refused on a path that
    does not fit on a line.
    """
    if "\n" in str(path):
        raise Refused(f"{str(path)!r} holds a newline", "set XDG_CONFIG_HOME to another folder")
    inside = path.is_relative_to(home) and home != Path("/")
    word = '"$HOME/' + _double(str(path.relative_to(home))) + '"' if inside else _word(str(path))
    return f"if [ -r {word} ]; then . {word}; fi\n".encode("utf-8", "surrogateescape")


def _keep(name: str, front: tuple[str, ...], back: tuple[str, ...], default_path: str) -> str:
    """Code that leaves in _envkit_n what is not ours of a list, a colon before each entry."""
    ours = "|".join(map(_word, front + back))
    return (
        f"_envkit_n=\n{_old(name, default_path)}\n"
        f"for _envkit_d in $_envkit_o; do case $_envkit_d in {ours}) ;; "
        "*) _envkit_n=$_envkit_n:$_envkit_d ;; esac; done\n"
    )


def _value(name: str, front: tuple[str, ...], back: tuple[str, ...]) -> str:
    """The word `NAME=VALUE` of a list."""
    last = ":".join(back)
    if front:
        tail = _word(":" + last) if back else ""
        return _word(f"{name}={':'.join(front)}") + f'"$_envkit_n"{tail}'
    return f'{name}="${{_envkit_n#:}}${{_envkit_n:+:}}"{_word(last)}'


def _old(name: str, default_path: str) -> str:
    if name == "PATH":
        return '_envkit_o="${PATH:-' + _double(default_path) + '}$_envkit_c"'
    old = f'_envkit_o="${{{name}:+${name}$_envkit_c}}"'
    if name in EMPTY_IS_THE_SYSTEMS:
        old += f"\ncase ${{{name}-}} in '') _envkit_n=: ;; esac"
    return old


def _word(text: str) -> str:
    """A word of shell that is exactly `text`, but for the home directory, which stays a variable.

    A path that needs no quotes costs a shell less without. The single quote is closed, escaped and
    opened again, which zsh with RC_QUOTES reads as well.
    """
    if re.fullmatch(r"[A-Za-z0-9_./:=+@%,-]*/[A-Za-z0-9_./:=+@%,-]*", text):
        return text
    parts = ("'" + part.replace("'", "'\\''") + "'" if part else "" for part in text.split(HOME))
    return '"${HOME-}"'.join(parts) or "''"


def _double(text: str) -> str:
    """`text` as it is written between double quotes."""
    for sign in '\\"$`':
        text = text.replace(sign, "\\" + sign)
    return text
