"""The text of env.sh: a profile as shell code, the same for every POSIX shell and zsh.

Every shell of the user reads it at each start, so it forks nothing, executes nothing, prints
nothing, and leaves with status 0 and no name of its own behind, under any options and any IFS. It
runs in bash 3.2 and later, dash, busybox ash, mksh, ksh93 and zsh (docs/design.md, section 5):

- The old list is split once, by IFS, and kept element by element but for ours. Only an expansion is
  split, hence the variable; the colon behind it keeps an empty last element (POSIX, 2.6.5), and
  zsh, which takes a delimiter for a separator, needs one taken back.
- `emulate -L sh` makes zsh split, for the time of the function; the other shells never parse it.
- `command` keeps a special built-in from ending the shell, or a `set -e` script, when a variable is
  read-only; then each is tried alone. The export is one command: it costs a shell less than many.
- The patterns `?` cannot be an alias, nor a word that zsh's global aliases know.
"""

from __future__ import annotations

from pathlib import Path

from envkit.errors import Refused
from envkit.model import Profile, Scope
from envkit.profile.reading import HOME

#: PATH where none is set, unless a platform has a better one.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# An empty element of these means the system's own list (man(1), info(1), kpathsea 5.3.2).
_EMPTY_IS_THE_SYSTEMS = frozenset({"MANPATH", "INFOPATH", "TEXINPUTS"})

_BEGIN = """\
_envkit() {
case ${ZSH_VERSION+z} in ?) eval 'emulate -L sh'; _envkit_z=: ;; *) _envkit_z= ;; esac
"""
_SPLIT = """\
case ${IFS+i} in ?) _envkit_i=$IFS ;; *) unset _envkit_i ;; esac
case $- in *f*) _envkit_f=- ;; *) _envkit_f=+; set -f ;; esac
IFS=:
"""
_UNSPLIT = """\
case ${_envkit_i+i} in ?) IFS=$_envkit_i ;; *) unset IFS ;; esac
set "${_envkit_f}f"
"""
_END = """\
command export "$@" 2>/dev/null ||
for _envkit_d in "$@"; do command export "$_envkit_d" 2>/dev/null || :; done
unset _envkit_z _envkit_i _envkit_f _envkit_o _envkit_n _envkit_d
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
        text += _BEGIN
        if lists:
            text += _SPLIT + "".join(_list(*one, default_path) for one in lists) + _UNSPLIT
        words = " ".join(_word(f"{name}={value}") for name, value in profile.variables)
        text += (f'set -- "$@" {words}\n' if words else "") + _END
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


def _list(name: str, front: tuple[str, ...], back: tuple[str, ...], default_path: str) -> str:
    """Split one list, keep what is not ours, and put the new value among the arguments."""
    ours = "|".join(map(_word, front + back))
    if front:
        value = f'{_word(name + "=" + ":".join(front))}"$_envkit_n"'
        value += _word(":" + ":".join(back)) if back else ""
    else:
        value = f'{name}="${{_envkit_n#:}}${{_envkit_n:+:}}"{_word(":".join(back))}'
    return (
        f"_envkit_o={_old(name, default_path)}\n"
        "_envkit_n=\n"
        f"for _envkit_d in $_envkit_o; do case $_envkit_d in {ours}) ;; "
        "*) _envkit_n=$_envkit_n:$_envkit_d ;; esac; done\n"
        '_envkit_n=${_envkit_n%"$_envkit_z"}\n'
        f'set -- "$@" {value}\n'
    )


def _old(name: str, default_path: str) -> str:
    if name == "PATH":
        return '"${PATH:-' + _double(default_path) + '}:"'
    if name in _EMPTY_IS_THE_SYSTEMS:
        return '"${' + name + '-}:"'
    return '"${' + name + ":+$" + name + ':}"'


def _word(text: str) -> str:
    """A word of shell that is exactly `text`, but for the home directory, which stays a variable.

    The single quote is closed, escaped and opened again, which zsh with RC_QUOTES reads as well.
    """
    parts = ("'" + part.replace("'", "'\\''") + "'" if part else "" for part in text.split(HOME))
    return '"${HOME-}"'.join(parts) or "''"


def _double(text: str) -> str:
    """`text` as it is written between double quotes."""
    for sign in '\\"$`':
        text = text.replace(sign, "\\" + sign)
    return text
