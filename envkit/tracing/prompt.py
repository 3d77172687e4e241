"""The hooks of bash's first prompt: what PROMPT_COMMAND does counts, and so do both starts run it.

As execute_prompt_command() does it (eval.c): from 5.1 on every element of an array, each with the
$? that the startup files left; before, the string, which of an array is the first element. They
are not run where HISTFILE itself is asked for: they must not find the user's.
"""

from __future__ import annotations

HOOK = "prompt hook"
EVAL = 'builtin eval -- "$ENVKIT_HOOK"'


def run(status: str = "$?") -> tuple[str, ...]:
    """Lines that run the hooks; `status` is what the startup files left in `$?`."""
    return (
        f"ENVKIT_STATUS={status}",
        # `history -w` in a hook would write a list that is empty here over the user's.
        "ENVKIT_HISTFILE=${HISTFILE+=}${HISTFILE-}",
        "\\builtin declare HISTFILE=/dev/null 2>/dev/null || \\builtin true",
        'ENVKIT_AGAIN() { \\builtin return "$ENVKIT_STATUS"; }',
        'ENVKIT_HOOKS=(${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"})',
        "(( BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] > 500 )) || "
        'ENVKIT_HOOKS=("${PROMPT_COMMAND-}")',
        'for ENVKIT_HOOK in ${ENVKIT_HOOKS[@]+"${ENVKIT_HOOKS[@]}"}; do',
        # A status that is not 0 must not end a shell in which a file said `set -e`.
        f"case $ENVKIT_STATUS in 0) \\{EVAL};; *) ENVKIT_AGAIN || \\{EVAL};; esac",
        "done",
        'case $ENVKIT_HISTFILE in =*) \\builtin declare HISTFILE="${ENVKIT_HISTFILE#=}";; '
        "*) \\builtin unset HISTFILE;; esac 2>/dev/null || \\builtin true",
        "\\builtin unset ENVKIT_HISTFILE ENVKIT_STATUS ENVKIT_HOOKS ENVKIT_HOOK",
        "\\builtin unset -f ENVKIT_AGAIN",
    )
