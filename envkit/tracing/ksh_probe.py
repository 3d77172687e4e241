"""What a traced Korn shell is told, and its record: one entry a command, with the file it is in.

ksh93: a driver sources the files under a DEBUG trap. mksh reads its own files under xtrace, and PS4
says the file: an error message of a builtin names it (found by experiment, docs/tracing.md).
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from envkit.tracing.chunks import pieces, seconds
from envkit.tracing.words import assigned, split

SEPARATOR = "\x1f"
# Makes a PS4 of the files' own ours again: see kept_by_mksh.
KEEP = "ENVKIT_PS4[1]=${ENVKIT_PS4[0]}"
_MESSAGE = re.compile(r"\n[^\n]*: unalias: -Z: [^\n]*\n?\Z")
_REDIRECTION = re.compile(r"\d*[<>]")
_WHERE = re.compile(
    r"(?:[EW]: )?(?P<name>[^:]*): (?:(?P<path>.*)\[(?P<line>\d+)\]: )?(?:builtin: )?unalias: ",
    re.DOTALL,
)


class Entry(NamedTuple):
    """A command just before it runs. `source` is the file that is read ("": none, an eval's text).

    `function` is set where the shell names it, `depth` counts functions and files around it where
    the shell says so (-1: it does not). `end` is the last line that was read of `source`, and
    `clock` the time in seconds.
    """

    source: str
    line: int
    function: str
    depth: int
    value: str | None
    text: str
    end: int = 0
    clock: float | None = None


def mark(token: str, number: int) -> str:
    """What stands in the record once file `number` is done; -1: all are."""
    return f"{token}-{'end' if number < 0 else number}"


def driver(
    files: Iterable[Path], record: Path, token: str, variable: str, clock: bool, question: str = ""
) -> str:
    """The -c text of a traced ksh93; the `question` is asked when all is done."""
    said = f"{ps4_of_ksh(token, variable, clock)}${{.sh.command-}}"
    action = f'\\command print -r -- "{said}" >> {shlex.quote(str(record))}'
    arm = f"\\trap {shlex.quote(action)} DEBUG"
    lines = ["(set -o functrace) 2>/dev/null && set -o functrace", arm]
    for number, file in enumerate(files):
        # ksh93 does not obey `set -e` in these files; `!` does the same.
        lines += [f"! \\command . {shlex.quote(str(file))}", f"\\: {mark(token, number)}", arm]
        lines.append(f"\\: {token}-on")
    lines.append(f"\\: {mark(token, -1)}")
    if question:
        lines += ["\\trap - DEBUG", question]
    return "\n".join((*lines, ":"))


def asked(question: str, answer: Path) -> str:
    """Shell text that leaves what the question prints in a file."""
    if not question:
        return ""
    return f"\\command eval {shlex.quote(question)} > {shlex.quote(str(answer))}"


def ps4_of_ksh(token: str, variable: str, clock: bool = False) -> str:
    """What ksh93 says of where it is."""
    fields = SEPARATOR.join(
        (
            *("${.sh.file-}", "${LINENO-}", "${.sh.fun-}", "${.sh.level-}", "${.sh.subshell-}"),
            "${ \\command printf '%(%s.%N)T' now;}" if clock else "",
            f"${{{variable}+=}}${{{variable}-}}",
        )
    )
    return f"\x02{token}{SEPARATOR}{fields}{SEPARATOR}{token}\x03"


def ps4_of_mksh(
    record: Path, token: str, variable: str, clock: bool = False, more: str = ""
) -> str:
    """PS4 of a traced mksh: where it is by its own error message, and the value.

    The message goes into the record just before: `${|…;}` forks nothing, as `$(…)` would.
    """
    where = f'[[ $$ != "$BASHPID" ]]||\\builtin unalias -Z 2>>{shlex.quote(str(record))}||:'
    fields = SEPARATOR.join(
        (
            *("${LINENO-}", f"${{|{where}{more};}}", "$$", "${BASHPID-}"),
            "${EPOCHREALTIME-}" if clock else "",
            "${PWD-}",
            f"${{{variable}+=}}${{{variable}-}}",
        )
    )
    return f"\x02{token}{SEPARATOR}{fields}{SEPARATOR}{token}\x03"


def kept_by_mksh(record: Path, token: str, variable: str, clock: bool = False) -> dict[str, str]:
    """The environment of a traced mksh whose files set a PS4 of their own, as /etc/mkshrc does.

    PS4 is a name for an element of ENVKIT_PS4. It is read with LINENO at the command's line: 0,
    ours. `${|…;}` in ours makes LINENO 0, so that what the command sets is 1 (found by experiment);
    where no line is known, 1 is read, and ours again after the next command.
    """
    own = ps4_of_mksh(record, token, variable, clock, f"; {KEEP}")
    begin = (
        f"{KEEP}; \\builtin typeset -g +x ENVKIT_PS4; "
        '\\builtin unset PS4; \\builtin typeset -gn PS4="ENVKIT_PS4[!LINENO]"'
    )
    return {"ENVKIT_PS4": own, "PS4": own.replace(KEEP, begin)}


def entries_of_ksh(
    record: Path, token: str, variable: str, first: str | None, deeper: int
) -> Iterator[Entry]:
    """The commands of the shell itself in a record of ksh93; its own trap's are none.

    ksh93 tells an assignment when it is made, so that the value there is the one after it.
    `first` is the value at the start; `deeper`: what its levels lack of a driver's, which has a
    `.` of its own around each file.
    """
    last = Entry("", 0, "", 0, None, "")
    after = first
    for head, text in _pieces(record, token):
        fields = head.split(SEPARATOR, 6)
        if len(fields) != 7 or fields[4] != "0" or _REDIRECTION.match(text):
            continue
        source, line, function, level, _, clock, given = fields
        if not line.isdigit() or not level.isdigit():
            continue
        value = given[1:] if given else None
        depth = int(level) + deeper
        made = Entry(source, int(line), function, depth, value, text, 0, seconds(clock))
        if _is_prefix(made, last):
            continue
        if assigned(text) == variable:
            made, after = made._replace(value=after), value
        else:
            after = None if text == f"unset {variable}" else value
        last = made
        yield made


def _is_prefix(entry: Entry, last: Entry) -> bool:
    """Whether it is the `NAME=value` of a `NAME=value command`: told after it, and in line 1."""
    back = entry.line == 1 < last.line and entry.depth == last.depth and entry.source == last.source
    return back and bool(assigned(entry.text)) and not last.text.startswith("eval ")


def entries_of_mksh(record: Path, token: str, variable: str) -> Iterator[Entry]:
    """The commands of the shell itself in a record of mksh: none of its subshells."""
    with record.open("rb") as content:  # before the first mark stands the first message
        before = os.fsdecode(content.read(1 << 14)).partition(f"\x02{token}")[0]
    found = _MESSAGE.search(f"\n{before}")
    last, folders = "", dict[str, str]()
    for head, text in _pieces(record, token):
        where = _WHERE.match(found[0], 1) if found else None
        if message := _MESSAGE.search(text):  # that of the next command
            text, found = text[: message.start()], message
        fields = head.split(SEPARATOR, 6)
        if len(fields) != 7 or fields[2] != fields[3] or not fields[0].isdigit():
            continue
        text = _one(text.rstrip(" "), variable)
        if where is None or not text:
            continue
        name = where["name"].rpartition("/")[2]
        value = fields[6][1:] if fields[6] else None
        path = where["path"] or ""
        if path != last and not path.startswith("/") and Path(fields[5], path).is_file():
            folders[path] = fields[5]  # where it is sourced, and not where it goes to
        last = path
        end = int(where["line"] or 0)
        line, clock = int(fields[0]), seconds(fields[4])
        path = str(Path(folders[path], path)) if path in folders else path
        yield Entry(path, line, name, -1, value, text, end, clock)


def _one(text: str, variable: str) -> str:
    """What counts of a command line as mksh prints it: one assignment, or the command."""
    if _REDIRECTION.match(text):
        return ""
    before, command = split(text)
    if command and before:
        return text[text.index(before[-1]) + len(before[-1]) :].strip()
    if len(before) > 1:
        return next((word for word in reversed(before) if assigned(word) == variable), before[0])
    return text


def _pieces(record: Path, token: str) -> Iterator[tuple[str, str]]:
    start, end = f"\x02{token}{SEPARATOR}", f"{SEPARATOR}{token}\x03"
    for piece in pieces(record, start.encode()):
        head, found, text = piece.partition(end)
        if found:
            yield head, text.removesuffix("\n")
