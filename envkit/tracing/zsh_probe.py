"""What a traced zsh is given: a DEBUG trap that comes in by PS4, before the first command.

`zsh -x` prints PS4 before each command, also in /etc/zsh/zshenv, which no flag switches off; and
with `promptsubst` PS4 may assign to `functions[TRAPDEBUG]` (zsh/parameter): so the shell reads its
own files, and the trap says before each list where it is (zshmisc(1), DEBUG_BEFORE_CMD). The trap
then switches xtrace off and takes PS4 back; found by experiment with zsh 5.9.
"""

from __future__ import annotations

import shlex
from pathlib import Path

FIELD, ITEM = "\x1f", "\x01"  # between the fields of a record, and the items of an array
_MOST = 2000  # of a command's text: what a line of a startup file has

# Of zsh's own functions only a change is told: compinit alone runs 60,000 commands of theirs.
_LIBRARY = " || ".join(
    f'"${{funcfiletrace[*]-}}" == {top}/*/zsh/*functions/*'
    for top in ("/usr", "/opt", "/nix", "/run", "/home/linuxbrew")
)

# The first command runs before the trap is there: PS4 keeps its place, and the value before it.
_FIRST = "${ENVKIT_FIRST::=${ENVKIT_FIRST-${(%):-%x:%I}VALUE}}"
# Armed, it keeps that of each command but the trap's own; in an eval, where %I is one too many
# (unless that is in another), the eval's.
_EVAL = "${(M)${(j. .)zsh_eval_context[@]}:#*[^l] eval}"
_PLACE = f"${{${{{_EVAL}:+${{funcfiletrace[@]:0:1}}}}:-${{(%):-%x:%I}}}}"
_LAST = f"${{${{(M)${{(j.:.)funcstack[@]}}:#TRAPDEBUG*}}:-${{ENVKIT_FIRST::={_PLACE}VALUE}}}}"
_PS4 = "${${(M)functions[TRAPDEBUG]:#*ENVKIT_TRACE*}:-${functions[TRAPDEBUG]::=$ENVKIT_TRACE}}"


def value_of(variable: str) -> str:
    """Shell text for `=` and the value, an array's joined by colons; nothing where it is unset."""
    if variable in ("PATH", "FPATH", "CDPATH", "MANPATH"):  # tied: never arrays themselves
        return f"${{{variable}+=${variable}}}"
    return f"${{{variable}+=${{(j.:.){variable}[@]}}}}"


def environment(
    record: Path, token: str, variable: str, armed: bool, history: bool = False
) -> dict[str, str]:
    """The variables that bring the trap in; `armed`: it puts back what files switch off.

    `history`: each command is told, and when, not only those that are new.
    """
    value = FIELD + value_of(variable)
    keep = (_LAST if armed else _FIRST).replace("VALUE", value)
    trap = _trap(record, token, variable, armed, history)
    return {"PS4": keep + _PS4, "ENVKIT_TRACE": trap}


# ENVKIT_SEEN: a command's place and text -> its number; and, of the trap's own, v: the value at the
# last record, h: the hooks then, n: how many there are, l: the number of the last command where it
# has no record of its own, c: how many commands of zsh's own functions had none. An array is never
# exported.
_SEEN = "ENVKIT_SEEN"
_CLOCK = "${(%):-%D{%s.%9.\\}}"  # needs no module, and leaves no variable


def _trap(record: Path, token: str, variable: str, armed: bool, history: bool) -> str:
    """The body of TRAPDEBUG: no program, no option and no alias of the files' own matters to it.

    What is nothing new ends in the first command: each that follows costs as much again.
    """
    to = f">>| {shlex.quote(str(record))}"
    say = 'builtin print -rn -- "\x1e' + token
    now = f'"={value_of(variable)}"'
    number = f"${{{_SEEN}[l]::=${{{_SEEN}[(e){_KEY}]-}}}}"
    hooks = f'"{_HOOKED}" == "${{{_SEEN}[h]-}}"'
    known = f'{hooks} && -n "${{ZSH_DEBUG_CMD-}}" && -n "{number}"'
    same = f'{now} == "${{{_SEEN}[v]-}}"'
    if armed:
        first = _nothing_new(same, f"( {_LIBRARY} )")
    elif not history:
        first = _nothing_new(same, f"( {_LIBRARY} ) || ( {known} )")
    else:
        time = f"{FIELD}{_CLOCK}{FIELD}${{{_SEEN}[c]-}}"
        count = f"-n $(( {_SEEN}[c] += 1 ))"
        first = _nothing_new(same, f"( ( {_LIBRARY} ) && {count} )")
        first += f' || {{ [[ {same} && {known} ]] && {say}R${{{_SEEN}[l]}}{time}" {to}; }}'
    # What PS4 kept, and the number of the last command, where this one is not next to it.
    before = f"${{ENVKIT_FIRST:+\x1e{token}F{FIELD}$ENVKIT_FIRST}}"
    if not history:
        before += f"${{{_SEEN}[l]:+\x1e{token}P${{{_SEEN}[l]}}}}"
    steps = [
        # Its own arguments, which only it sees: value, place and text, number, hooks
        f'builtin set -- {now} "{_KEY}" "$(( ${{{_SEEN}[n]:-0}} + 1 ))" "{_HOOKED}"',
        "builtin setopt debug_before_cmd",
        f'builtin print -rn -- "{before}\x1e{token}D$3{FIELD}{_CLOCK if history else ""}{FIELD}'
        f'${{{_SEEN}[c]-}}{FIELD}{_WHERE}{FIELD}${{1#=}}{FIELD}$4{FIELD}{_TEXT}" {to}',
        f'if [[ -n "${{ENVKIT_TRACE-}}" ]]; then {_then(variable, armed)}; fi',
        f'{_SEEN}+=("${{2:0:$(( $3 < {_KEYS} ? {_LONG} : 1 ))}}" "$3" '
        'v "${ZSH_DEBUG_CMD:+$1}" h "$4" l "" c 0 n "$3")',
    ]
    return f"{first} || {{ {'; '.join(steps)}; }}"


def _nothing_new(same: str, when: str) -> str:
    return f'[[ "$ZSH_SUBSHELL" != 0 || ( {same} && ( {when} ) ) ]]'


_KEYS = 20_000  # how many commands are known by a number; a loop of evals may make up any number
_LONG = 1 << 20  # longer than any place and text
_TEXT = f"${{${{ZSH_DEBUG_CMD-}}:0:{_MOST}}}"
_KEY = f"${{#zsh_eval_context[@]}} $PWD ${{funcfiletrace[*]-}} {_TEXT}"
_HOOKED = f"${{functions[precmd]+precmd}}{ITEM}${{(j.{ITEM}.)precmd_functions[@]-}}"
_WHERE = FIELD.join(
    (
        *(
            f"${{(j.{ITEM}.){name}[@]}}"
            for name in ("zsh_eval_context", "funcstack", "funcfiletrace", "funcsourcetrace")
        ),
        "$PWD",
    )
)


def _then(variable: str, armed: bool) -> str:
    """What the trap does at its first two commands, or armed at each, with what brought it in."""
    declared = f"if (( ! ${{+{_SEEN}}} )); then builtin typeset -gA {_SEEN}; fi"
    if armed:
        ps4 = shlex.quote(environment_ps4(variable))
        return f"{declared}; ENVKIT_FIRST=; PS4={ps4}; builtin setopt promptsubst"
    return f"{declared}; {_TAKE_BACK}; builtin trap {shlex.quote(_SWITCH_OFF)} DEBUG"


# At the second command the trap gives back what brought it in; a function cannot switch xtrace
# off for others, so at the third it is one that is no function, which puts the first one back.
_TAKE_BACK = "builtin typeset -g +x PS4; PS4='+%N:%i> '; builtin unset ENVKIT_FIRST"
_SWITCH_OFF = (
    "builtin unsetopt xtrace promptsubst; functions[TRAPDEBUG]=$ENVKIT_TRACE; "
    "builtin unset ENVKIT_TRACE; TRAPDEBUG"
)


def environment_ps4(variable: str) -> str:
    """PS4 of the armed try: it keeps the place of each command, and puts the trap back."""
    return _LAST.replace("VALUE", FIELD + value_of(variable)) + _PS4


def command(
    variable: str, file: Path, interactive: bool, question: str = "", answer: Path | None = None
) -> str:
    """What both starts are given as -c: the hooks of a first prompt, then the value into `file`.

    `no_rcs` at the end: no logout file is read, and no history file written. The question then
    finds functions, aliases and options as the files left them, and nothing of the trap.
    """
    name = shlex.quote(str(file))
    lines = [
        *(_HOOKS if interactive and variable != "HISTFILE" else ()),
        f'\\builtin print -rn -- "{value_of(variable)}" >| {name}',
        f"\\builtin print -n >| {name}.end",
        "\\builtin setopt no_rcs",
    ]
    if question:
        lines += [
            '\\builtin [ -z "${ENVKIT_SEEN+1}" ] || \\builtin unfunction TRAPDEBUG',
            "\\builtin unset -m 'ENVKIT_*' || \\builtin true",
            f"\\builtin eval {shlex.quote(question)} >| {shlex.quote(str(answer))}",
        ]
    return "\n".join(lines)


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
