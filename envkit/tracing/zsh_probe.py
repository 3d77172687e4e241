"""What a traced zsh is given: a DEBUG trap that comes in by PS4, before the first command.

`zsh -x` prints PS4 before each command, also in /etc/zsh/zshenv, which no flag switches off; and
with `promptsubst` PS4 may assign to `functions[TRAPDEBUG]` (zsh/parameter): so the shell reads its
own files, and the trap says before each list where it is (zshmisc(1), DEBUG_BEFORE_CMD). The trap
then switches xtrace off and takes PS4 back; found by experiment with zsh 5.9.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from envkit.tracing.stack import Frame, Record

_FIELD, _ITEM = "\x1f", "\x01"
_MOST = 2000  # of a command's text: what a line of a startup file has

# Of zsh's own functions only a change is told: compinit alone runs 60,000 commands of theirs.
_LIBRARIES = "|".join(
    f"{top}/*/zsh/*functions/*" for top in ("/usr", "/opt", "/nix", "/run", "/home/linuxbrew")
)

# The first command runs before the trap is there: PS4 keeps its place, and the value before it.
_FIRST = "${ENVKIT_FIRST::=${ENVKIT_FIRST-${(%):-%x:%I}VALUE}}"
# Armed, it keeps that of each command but the trap's own.
_LAST = "${${(M)${(j.:.)funcstack[@]}:#TRAPDEBUG*}:-${ENVKIT_FIRST::=${(%):-%x:%I}VALUE}}"
_PS4 = "${${(M)functions[TRAPDEBUG]:#*ENVKIT_TRACE*}:-${functions[TRAPDEBUG]::=$ENVKIT_TRACE}}"


def value_of(variable: str) -> str:
    """Shell text for `=` and the value, an array's joined by colons; nothing where it is unset."""
    return f"${{{variable}+=${{(j.:.){variable}[@]}}}}"


def environment(record: Path, token: str, variable: str, armed: bool) -> dict[str, str]:
    """The variables that bring the trap in; `armed`: it puts back what files switch off."""
    value = _FIELD + value_of(variable)
    keep = (_LAST if armed else _FIRST).replace("VALUE", value)
    return {"PS4": keep + _PS4, "ENVKIT_TRACE": _trap(record, token, variable, armed)}


def _trap(record: Path, token: str, variable: str, armed: bool) -> str:
    """The body of TRAPDEBUG: no program, no option and no alias of the files' own matters to it."""
    lists = ("zsh_eval_context", "funcstack", "funcfiletrace", "funcsourcetrace")
    fields = ["$ZSH_SUBSHELL", *(f"${{(j.{_ITEM}.){name}[@]}}" for name in lists)]
    fields += [f"${{functions[precmd]+precmd}}{_ITEM}${{(j.{_ITEM}.)precmd_functions[@]-}}"]
    fields += ["$PWD", value_of(variable), f"${{ZSH_DEBUG_CMD:0:{_MOST}}}"]
    to = f">>| {shlex.quote(str(record))}"
    first = f'builtin print -rn -- "\x1e{token}F{_FIELD}$ENVKIT_FIRST" {to}'
    text = f'builtin print -rn -- "\x1e{token}D{_FIELD}{_FIELD.join(fields)}" {to}'
    if armed:
        ps4 = shlex.quote(environment_ps4(variable))
        first, then = f"{first}; ENVKIT_FIRST=", f"PS4={ps4}; builtin setopt promptsubst"
    else:
        then = f"{_TAKE_BACK}; builtin trap {shlex.quote(_SWITCH_OFF)} DEBUG"
    now = f'"{value_of(variable)}"'
    return (
        f'case "${{funcfiletrace[*]-}}" in {_LIBRARIES}) '
        f'if [[ "${{ENVKIT_VALUE-}}" == {now} ]]; then return 0; fi;; esac; '
        f"builtin typeset -g ENVKIT_VALUE={now}; "
        "builtin setopt debug_before_cmd; "
        f'if [[ -n "${{ENVKIT_FIRST-}}" ]]; then {first}; fi; {text}; '
        f'if [[ -n "${{ENVKIT_TRACE-}}" ]]; then {then}; fi'
    )


# At the second command the trap gives back what brought it in; a function cannot switch xtrace
# off for others, so at the third it is one that is no function, which puts the first one back.
_TAKE_BACK = "builtin typeset -g +x PS4; PS4='+%N:%i> '; builtin unset ENVKIT_FIRST"
_SWITCH_OFF = (
    "builtin unsetopt xtrace promptsubst; functions[TRAPDEBUG]=$ENVKIT_TRACE; "
    "builtin unset ENVKIT_TRACE; TRAPDEBUG"
)


def environment_ps4(variable: str) -> str:
    """PS4 of the armed try: it keeps the place of each command, and puts the trap back."""
    return _LAST.replace("VALUE", _FIELD + value_of(variable)) + _PS4


def command(variable: str, file: Path, interactive: bool) -> str:
    """What both starts are given as -c: the hooks of a first prompt, then the value into `file`.

    `no_rcs` at the end: no logout file is read, and no history file written.
    """
    name = shlex.quote(str(file))
    return "\n".join(
        [
            *(_HOOKS if interactive and variable != "HISTFILE" else ()),
            f'\\builtin print -rn -- "{value_of(variable)}" >| {name}',
            f"\\builtin print -n >| {name}.end",
            "\\builtin setopt no_rcs",
        ]
    )


# As preprompt() does it (utils.c): each hook sees the same $?, and leaves none.
_HOOKS = (
    "ENVKIT_STATUS=$?",
    # `fc -W` in a hook would write a list that is empty here over the user's.
    'ENVKIT_HISTFILE="${HISTFILE+=}${HISTFILE-}"',
    '[[ "${(t)HISTFILE-}" == *readonly* ]] || HISTFILE=/dev/null',
    "ENVKIT_AGAIN() { return ${ENVKIT_STATUS}; }",
    # A status that is not 0 must not end a shell in which a file said `set -e`.
    'ENVKIT_RUN=\'case ${ENVKIT_STATUS} in (0) true; "${ENVKIT_HOOK}" ;; '
    '(*) ENVKIT_AGAIN || "${ENVKIT_HOOK}" ;; esac\'',
    'if (( ${+functions[precmd]} )); then ENVKIT_HOOK=precmd; \\builtin eval "${ENVKIT_RUN}"; fi',
    'for ENVKIT_HOOK in "${precmd_functions[@]-}"; do',
    '  if [[ -n "${ENVKIT_HOOK}" && -n "${functions[$ENVKIT_HOOK]+1}" ]]; then',
    '    \\builtin eval "${ENVKIT_RUN}"',
    "  fi",
    "done",
    '[[ "${(t)HISTFILE-}" == *readonly* ]] || HISTFILE="${ENVKIT_HISTFILE#=}"',
    '[[ -n "${ENVKIT_HISTFILE}" ]] || \\builtin unset HISTFILE',
    "\\builtin unset ENVKIT_STATUS ENVKIT_HOOK ENVKIT_RUN ENVKIT_HISTFILE",
    "\\builtin unfunction ENVKIT_AGAIN",
)


def parse(content: bytes, token: str) -> Iterator[Record]:
    """The records of the shell itself in `content`, none of its subshells'."""
    text = content.decode("utf-8", "surrogateescape")
    kept = ""  # what PS4 kept: a command that the trap did not see
    last = Record((), "", None, "", ())
    folders: dict[str, str] = {}
    for piece in text.split(f"\x1e{token}")[1:]:
        kind, *fields = piece.split(_FIELD, 8)
        if kind == "F":
            kept = piece.partition(_FIELD)[2]
            continue
        if len(fields) != 8 or fields[0] != "0":
            continue
        record = _record(fields, folders)
        place, _, value = kept.partition(_FIELD)
        if kept and place != last.where:
            place = _absolute(place, fields[6], folders)
            yield Record(_within(record.frames, place), place, _value(value), "", ())
        if not record.text:  # DEBUG_BEFORE_CMD was off: it has run
            record = record._replace(value=last.value)
        kept, last = "", record
        yield record


def _record(fields: list[str], folders: dict[str, str]) -> Record:
    context, stack, calls, defined = (part.split(_ITEM) for part in fields[1:5])
    calls, defined = ([_absolute(n, fields[6], folders) for n in p] for p in (calls, defined))
    frames, where = _frames(context, stack, calls, defined)
    value, _, text = fields[7].partition(_FIELD)
    hooks = tuple(filter(None, fields[5].split(_ITEM)))
    return Record(frames, where, _value(value), text.strip(), hooks)


def _value(text: str) -> str | None:
    return text[1:] if text else None


def _absolute(place: str, folder: str, folders: dict[str, str]) -> str:
    """A `file:line` whose path is relative, as `source` was given it, made absolute."""
    path, _, line = place.rpartition(":")
    if not path or path.startswith("/") or path.removeprefix("-") == "zsh":
        return place
    if path not in folders:
        folders[path] = os.path.normpath(Path(folder, path))
    return f"{folders[path]}:{line}"


def _frames(
    context: list[str], stack: list[str], calls: list[str], defined: list[str]
) -> tuple[tuple[Frame, ...], str]:
    """The frames, outermost first, and the place; the trap's own frame is the first of each."""
    where = calls[0]
    rest = list(zip(stack[1:], calls[1:], defined[1:], strict=False))[::-1]
    frames: list[Frame] = []
    for kind in context[:-1]:
        kind = "file" if kind == "filecode" else kind  # out of a .zwc
        named = kind in ("file", "shfunc") or (kind == "eval" and rest and rest[0][0] == "(eval)")
        if named and rest:
            name, call, made = rest.pop(0)
            # A file's name may be relative; the place where it was defined is not.
            name = made.rpartition(":")[0] if kind == "file" else name
            frames.append(Frame(kind, name, call, made))
        elif kind == "eval":
            frames.append(Frame(kind, "(eval)", "", "", False))
        elif kind == "cmdarg":
            frames.append(Frame(kind, "", "", ""))
    return tuple(frames), where


def _within(frames: tuple[Frame, ...], place: str) -> tuple[Frame, ...]:
    """The frames of the command before, as far as they can be known: those of its file."""
    path = place.rpartition(":")[0]
    last = max((i for i, frame in enumerate(frames) if frame.name == path), default=-1)
    return frames[: last + 1] if last >= 0 else (Frame("file", path, "zsh:0", f"{path}:0"),)
