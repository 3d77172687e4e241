"""The text of env.sh: a profile as shell code, the same for every POSIX shell and zsh.

Every shell of the user reads it at each start, so it forks nothing, executes nothing, prints
nothing, opens nothing, and leaves with status 0 and no name of its own behind, under any options
and any IFS. It runs in bash 3.2 and later, dash, busybox ash, mksh, ksh93, yash and zsh
(docs/design.md, 5). Each character that bash reads costs it 100 instructions and more, so what is
ordinary stands first and ends with `return`: what comes after it is not even parsed.

- The old list is split once, by IFS, and kept element by element but for ours. Only an expansion is
  split, hence the variable; the colon behind it keeps an empty last element (POSIX, 2.6.5).
- Ours are looked for in one string between colons: a pattern for each entry costs bash three times
  as much. `*:"$x":*` is text in every shell, whatever is in it; an empty element is never found.
- The careful way is for zsh, whose `emulate -L sh` needs a function; a `set -e` (bash ends such a
  script at an `export` of a read-only variable, `if` or not, but within `eval`), `set -f`, bash's
  nocasematch, an IFS that is unset or read-only, and a read-only variable: each is tried alone.
- `command` keeps a special built-in from ending the shell when a variable is read-only; in bash it
  is `builtin`, since a function may be called `command`. A backslash: no alias.
- `2>&-`, not /dev/null, which would be a file more to open. It makes zsh fail at its next output,
  and leaves half a message in mksh's buffer, which the loop's /dev/null takes.
- A quoted word cannot be an alias (zsh's global ones reach everywhere), nor be taken for the
  assignment of a variable of the command's own (bash's `set -k`).
- Which shell it is, is asked of variables that nobody exports: dash ends at zsh's way, so an
  inherited ZSH_VERSION must not lead there. `builtin` of an inherited BASH_VERSION fails: careful.
- No pattern written out matches in bash 3.2 where `*` and `?` are in IFS. So the careful way asks
  for plain words, ends its loops with the list, and keeps an element when in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path

from envkit.errors import Refused
from envkit.model import Scope
from envkit.plan import Profile
from envkit.profile.reading import HOME

_List = tuple[str, tuple[str, ...], tuple[str, ...]]

#: PATH where none is set, unless a platform has a better one.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# An empty element of these means the system's own list (man(1), info(1), kpathsea 5.3.2).
EMPTY_IS_THE_SYSTEMS = frozenset({"MANPATH", "INFOPATH", "TEXINPUTS"})

# Read by every shell but zsh, at each start: the least that is right for an ordinary one.
_FAST = """\
case $-:${ZSH_EVAL_CONTEXT+Z}${BASH_VERSION+b}${IFS+i} in
*[ef]*:*|*:*[BZ]*) ;;
*:*i) _ek_b=${BASH_VERSION+builtin} _ek_i=$IFS
if "${_ek_b:-command}" unset IFS 2>&-; then
IFS=:
\\set -f
"""
_FAST_LOOP = """\
for _ek_d in $_ek_o; do case $_ek_p in *:"$_ek_d":*) ;; *) _ek_n=$_ek_n:$_ek_d ;; esac; done
"""
_FAST_END = """\
IFS=$_ek_i
\\set +f
"""
_FAST_NO_LIST = """\
case $-:${ZSH_EVAL_CONTEXT+Z} in
*e*:*) ;;
*:) _ek_b=${BASH_VERSION+builtin}
"""

# What is read where that cannot be: zsh, a read-only variable or IFS, no IFS, bash's nocasematch.
_CAREFUL = """\
_ek() {
case ${ZSH_EVAL_CONTEXT+z} in "z") \\eval '\\emulate -L sh' ;; esac
_ek_b='command' _ek_f=$- _ek_i='' _ek_m='' _ek_r='' _ek_s=''
case ${BASH_VERSION+${BASH+b}}${ZSH_EVAL_CONTEXT+z} in
"b") _ek_b='builtin'
\\eval '\\builtin local "IFS=:"' 2>&- || _ek_s=i ;;
"z") _ek_b='builtin' _ek_s=z ;;
*) _ek_i=${IFS-_ek}
if \\eval '"$_ek_b" "unset" IFS' 2>&-; then IFS=: _ek_r=1; else _ek_s=i; fi ;;
esac
case $_ek_b in BUILTIN) _ek_m=1; "$_ek_b" shopt -u nocasematch ;; esac
\\set -f
"""
_CAREFUL_LOOP = """\
case $_ek_s in
"z") \\eval '\\set --; case $_ek_o in ?*) \\set -- "${(@s.:.)${_ek_o%:}}" ;; esac' ;;
"i") \\eval '\\set --; while case $_ek_o in "") \\false ;; esac; \
do \\set -- "$@" "${_ek_o%%:*}"; _ek_o=${_ek_o#*:}; done' ;;
*) \\eval '\\set -- $_ek_o' ;;
esac
for _ek_d do case $_ek_p in *:"$_ek_d":*) \\continue ;; esac; _ek_n=$_ek_n:$_ek_d; done
"""
_CAREFUL_END = """\
case $_ek_r in ?) IFS=$_ek_i; case $IFS in _ek) "$_ek_b" "unset" IFS ;; esac ;; esac
case $_ek_m in ?) "$_ek_b" shopt -s nocasematch ;; esac
case $_ek_f in *f*) ;; *) \\set +f ;; esac
"""
_CAREFUL_NO_LIST = """\
_ek() {
case ${ZSH_EVAL_CONTEXT+z} in "z") \\eval '\\emulate -L sh' ;; esac
_ek_b='command'
case ${BASH_VERSION+${BASH+b}}${ZSH_EVAL_CONTEXT+z} in "b" | "z") _ek_b='builtin' ;; esac
"""
_EXPORT = """\
case ${ZSH_EVAL_CONTEXT+z} in
"z") \\eval 'for _ek_d do case "${(Pt)${_ek_d%%=*}}" in *readonly*) ;; \
*) \\builtin "export" "$_ek_d" || : ;; esac; done' ;;
"") \\eval '"$_ek_b" "export" "$@"' 2>&- ||
\\eval 'for _ek_d do "$_ek_b" "export" "$_ek_d" || :; done' 2>/dev/null || : ;;
esac
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
        text += _code(lists, profile.variables, default_path)
    return text.encode("utf-8", "surrogateescape")


def _code(lists: Sequence[_List], variables: Sequence[tuple[str, str]], default_path: str) -> str:
    # The new value of the last list is exported from where it was gathered.
    values = [*(f"_ek_{number}" for number in range(1, len(lists))), "_ek_n"][: len(lists)]
    parts = [_list(*one) for one in zip(lists, values, repeat(default_path))]
    words = [f'"{one[0]}=${value}"' for one, value in zip(lists, values, strict=True)]
    every = " ".join((*words, *(_word(f"{name}={value}") for name, value in variables)))
    fast = [a + _FAST_LOOP + z for a, z in parts]
    careful = [a + _CAREFUL_LOOP + z for a, z in parts]
    names = " ".join((*(f"_ek_{name}" for name in ("dinop" if lists else "")), *values[:-1]))
    unset = '"${_ek_b:-command}" "unset"'
    return (
        ("".join((_FAST, *fast, _FAST_END)) if lists else _FAST_NO_LIST)
        + f'if "${{_ek_b:-command}}" export {every} 2>&-; then\n'
        + f'"${{_ek_b:-command}}" unset _ek_b {names}\n\\return 0\nfi'
        + ("\nfi ;;\nesac\n" if lists else " ;;\nesac\n")
        + ("".join((_CAREFUL, *careful, _CAREFUL_END)) if lists else _CAREFUL_NO_LIST)
        + f"\\set -- {every}\n{_EXPORT}}}\n_ek\n{unset} -f _ek\n"
        + f"{unset} _ek_b _ek_d _ek_f _ek_m _ek_r _ek_s {names}\n"
    )


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


def _list(one: _List, into: str, default_path: str) -> tuple[str, str]:
    """Code before and after the loop that keeps of an old list what is not ours."""
    name, front, back = one
    first, last = _word(":".join(front)), _word(":".join(back))
    before = f"_ek_n={first} _ek_o={_old(name, default_path)}\n"
    before += "_ek_p=:" + ("$_ek_n:" if front else "") + (f"{last}:" if back else "") + "\n"
    after = ""
    if name in EMPTY_IS_THE_SYSTEMS:
        after = f"case ${{{name}-}} in '') _ek_n=$_ek_n: ;; esac\n"
    value = "$_ek_n" if front else "${_ek_n#:}${_ek_n:+:}"
    value += (":" if front and back else "") + (last if back else "")
    return before, after + (f"{into}={value}\n" if value != f"${into}" else "")


def _old(name: str, default_path: str) -> str:
    if name == "PATH":
        return '"${PATH:-' + _double(default_path) + '}:"'
    return f'"${{{name}:+${name}:}}"'


def _word(text: str) -> str:
    """A word of shell that is exactly `text`, but for the home directory, which stays a variable.

    A path that needs no quotes costs a shell less without. The single quote is closed, escaped and
    opened again, which zsh with RC_QUOTES reads as well; so is what ShellCheck takes for a mistake.
    """
    if re.fullmatch(r"/[A-Za-z0-9_./:=+@%,-]*", text):
        return text
    parts = (
        "'" + re.sub(r"(['$`\\])", r"'\\\1'", part) + "'" if part else ""
        for part in text.split(HOME)
    )
    return '"${HOME-}"'.join(parts) or "''"


def _double(text: str) -> str:
    """`text` as it is written between double quotes."""
    for sign in '\\"$`':
        text = text.replace(sign, "\\" + sign)
    return text
