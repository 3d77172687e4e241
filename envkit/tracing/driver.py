"""The text that a traced bash is given as its -c: it sources the startup files under xtrace.

The shell's own startup files are switched off by flags, and the driver reads them in their place,
so that the trace is on before the first line. What the manual leaves open was found by experiment:
see docs/tracing.md.
"""

from __future__ import annotations

import resource
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from envkit.tracing import prompt

_FIELDS = (
    "${BASH_SUBSHELL-}",
    "${#BASH_SOURCE[@]}",
    "${BASH_SOURCE-}",
    "${LINENO-}",
    "${FUNCNAME-}",
    "${PWD-}",
    "${EPOCHREALTIME-}",  # bash 5 has it; a file may unset it
)
# bash called sh is in posix mode only after its startup files.
AS_SH = ("set +o posix", "unset POSIXLY_CORRECT")
# Startup files ask these whether bash reads them; dash sets PS1 even where nobody types.
AS_DASH = (
    "unset BASH BASH_VERSION",
    "PS1=${PS1-$([ \"$(id -u)\" = 0 ] && echo '# ' || echo '$ ')}",
)
SEPARATOR = "\x1f"


class Driver:
    """One traced start: `token` marks its records, `variable` is what they hold the value of."""

    __slots__ = ("descriptor", "record", "token", "variable")

    def __init__(self, record: Path, token: str, variable: str) -> None:
        self.record, self.token, self.variable = record, token, variable
        # Above what files use; macOS allows 256.
        self.descriptor = min(241, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 9)

    def text(
        self,
        files: Iterable[Path],
        before: Mapping[str, str],
        setup: Iterable[str] = (),
        armed: bool = False,
        hooks: bool = False,
        after: Iterable[str] = (),
    ) -> str:
        """The driver for `files`; `before` is exported first (BASH_ENV, which bash would read).

        `setup` is run before the trace (`AS_SH`, `AS_DASH`). `armed`: a DEBUG trap puts back before
        each command what the files themselves switched off. `hooks`: a first prompt follows, then
        the lines `after`.
        """
        # While it reads its startup files, an interactive bash has no job control.
        lines = ["set +m"]
        lines += [f"export {name}={shlex.quote(value)}" for name, value in before.items()]
        lines += setup
        lines += [f"PS4={self._ps4()}", self._open(), f"BASH_XTRACEFD={self.descriptor}"]
        if armed:
            lines += ["set -T", f"trap {shlex.quote(self._arm())} DEBUG"]
        lines.append("set -x")
        for number, file in enumerate(files):
            name = shlex.quote(str(file))
            # A file's last status must not end a shell in which the file itself said `set -e`:
            # `!` guards it, and does not switch -e off within the file unless -e was on before.
            keep = "; ENVKIT_STATUS=${PIPESTATUS[0]}" if hooks else ""
            lines.append(
                f"case $- in *e*) \\command . {name};; *) ! \\command . {name}{keep};; esac"
            )
            lines += [f"\\: {self.mark(number)}", self._arm(), f"\\: {self.token}-on"]
        lines += prompt.run("${ENVKIT_STATUS:-0}") if hooks else ()
        lines += [f"\\: {self.mark(-1)}"] * 2
        lines += after
        return "\n".join(lines)

    def mark(self, number: int) -> str:
        """What is printed once file `number` is done; -1: all are."""
        return f"{self.token}-{'end' if number < 0 else number}"

    def _ps4(self) -> str:
        value = f"${{{self.variable}+=}}${{{self.variable}-}}"  # `=` and the value; nothing: unset
        fields = SEPARATOR.join((*_FIELDS, value))
        # bash repeats the first character for each level of eval and source.
        return shlex.quote(f"+\x02{self.token}{SEPARATOR}{fields}{SEPARATOR}{self.token}\x03")

    def _open(self) -> str:
        return f"exec {self.descriptor}>>{shlex.quote(str(self.record))}"

    def _arm(self) -> str:
        """Put PS4, the descriptor and -x back, where they are not as they were; runs no program."""
        state = '"$-/${BASH_XTRACEFD-}/${PS4-}"'
        wanted = f"*x*/{self.descriptor}/{self._ps4()}"
        again = (
            f"[[ ${{PS4-}} == {self._ps4()} || ${{PS4@a}} == *r* ]] || PS4={self._ps4()}; "
            f"{self._open()}; BASH_XTRACEFD={self.descriptor}; set -x"
        )
        return (
            f"case {self.token}{state} in {self.token}{wanted}) {{ : >&{self.descriptor}; }} || "
            f"{{ {again}; }};; *) {again};; esac 2>/dev/null"
        )
