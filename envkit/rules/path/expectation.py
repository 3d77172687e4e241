"""Not the program that is expected.

## What it finds

A command that, in one of the contexts named, is not what `~/.config/envkit/config.toml` expects:
it is not found, it comes from none of the places in `prefer`, or from one in `avoid`. A place is a
folder with all below it (`*` and `**` are patterns), or an installer: conda, pyenv, venv, pip, uv,
dpkg, brew, `system` (whatever owns the system's files), …. Without `contexts` the everyday ones
are meant. Aliases are followed; what a function runs cannot be known, and is said to be so. Where
the shell never comes to a command, that is a warning.

## Why it matters

What runs where is the one thing about dotfiles that should never change unseen. Written down, it
can be checked after each change of them, and by their continuous integration:

    envkit doctor --select EK213

## Example

    # ~/.config/envkit/config.toml
    [[expect]]
    command = "trainer"
    prefer = ["~/.venvs/dl/bin"]
    avoid = ["/usr/bin", "pyenv"]
    contexts = ["terminal", "ssh_command"]

    # ~/.venvs/dl/bin/trainer
    #!/bin/sh
    echo 'version 2'

    # ~/old/bin/trainer
    #!/bin/sh
    echo 'version 1'

    # ~/.bashrc
    export PATH="$HOME/old/bin:$HOME/.venvs/dl/bin:$PATH"

## Fix

Put the folder that is expected in front of PATH, in a line that runs after the one that is named,
in a file that the context reads. Where no startup file is read, the finding says what to write
instead; or leave that context out of `contexts`.

Evidence: https://github.com/conda/conda/issues/8072
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from envkit.facts.expected import Expected, Observed
from envkit.finding import Finding, Fix, Rule
from envkit.model import Location

_NOTHING = "no startup file is read there"  # in the words of `which`


def check(expected: Expected) -> Iterator[Finding]:
    """Yield one finding for each context in which an expectation does not hold."""
    for row in expected.rows:
        if message := _message(row):
            yield _finding(row, message, expected.home)


def _message(row: Observed) -> str:
    """What is wrong, in a sentence that ends in what is expected; "" where nothing is."""
    one, found = row.expectation, row.found
    place = f" in {row.title}" if row.remedy else ""  # these have cures of their own
    if row.unseen:  # in a check that nobody watches that is no pass
        return f"{one.command} could not be asked about{place}: {row.unseen}."
    if found.kind in ("builtin", "keyword") and (one.prefer or one.avoid):
        wrong = f"is a {found.kind} of {found.shell}"
    elif row.file is None and found.kind in ("alias", "abbreviation"):
        wrong = f"is an {found.kind} for {found.text}"
    elif row.file is None and found.kind == "none":
        wrong = "is not found"
        if found.file is not None:
            wrong = f"is {found.file.path}, which may not be run"
    elif row.file is not None and (row.avoided or (one.prefer and not row.preferred)):
        wrong = f"runs {_program(row)}{place}, put first by {_by(row)}"
        place = ""
    else:
        return ""
    wrong += place
    wanted = _wanted(row)
    return f"{one.command} {wrong}; expected {wanted}." if wanted else f"{one.command} {wrong}."


def _program(row: Observed) -> str:
    assert row.file is not None
    behind = row.file.shim.program if row.file.shim else None
    return f"{row.file.path} ({behind})" if behind else str(row.file.path)


def _by(row: Observed) -> str:
    """The line that put the file first, or who gave PATH before any line."""
    if row.found.kind in ("alias", "abbreviation"):
        return f"the alias in {row.found.where}" if row.found.where else "an alias"
    file = row.file
    assert file is not None
    return str(file.moved_by or file.set_by or file.via or "what the shell was given")


def _wanted(row: Observed) -> str:
    one = row.expectation
    if one.prefer:
        wanted = f"from {' or '.join(one.prefer)}"
        return f"{wanted}, not from {row.avoided}" if row.avoided else wanted
    return f"from elsewhere than {row.avoided}" if row.avoided else ""


def _finding(row: Observed, message: str, home: Path) -> Finding:
    one = row.expectation
    facts = [f"Expected by: {one.where}"]
    if row.better is not None:
        facts.append(f"Behind it: {row.better.path}, put on PATH by {_line(row)}")
    elif row.why:
        facts.append(f"Not put there: {row.why}")
    if row.gone:
        facts.append(f"Missing: there is no {' and no '.join(row.gone)}")
    return Finding(
        "EK213",
        "warning" if row.unseen else "error",
        message,
        _where(row, home),
        (row.context,),
        observed="\n".join(facts),
        expected=_wanted(row),
        fix=_fix(row),
    )


def _where(row: Observed, home: Path) -> Location:
    """The user's own line that decides; where none does, the expectation itself."""
    lines = (row.file.moved_by, row.file.set_by) if row.file else ()
    where: Location | None
    for where in (row.found.where, *lines):
        if where is not None and home in where.path.parents:
            return where
    return row.expectation.where


def _line(row: Observed) -> str:
    assert row.better is not None
    return str(row.better.moved_by or row.better.set_by or row.better.via or "whoever gave it")


def _fix(row: Observed) -> Fix:
    one = row.expectation
    ask = (f"envkit which {one.command} --context {row.context}",)
    if row.unseen:
        return Fix("see that the shell comes to its first command", ask)
    if row.found.kind in ("alias", "abbreviation", "function") and row.found.where:
        return Fix(f"take {one.command} out of {row.found.where}", ask)
    folders = row.there or tuple(name for name in one.prefer if name.startswith("/"))
    if row.remedy:
        text = row.remedy.replace("{path}", f"{folders[0] if folders else 'FOLDER'}:…")
        return Fix(f"{text} (or leave {row.context} out of contexts)", ask)
    if row.better is not None and row.better.set_by is not None:
        if row.file is not None and row.file.set_by == row.better.set_by:
            return Fix(f"{_by(row)}: name {row.better.entry} before {row.file.entry}", ask)
        return Fix(f"let {row.better.set_by} run after {_by(row)}", ask)
    if row.why.endswith(_NOTHING):
        return Fix(f"{_NOTHING}: call {one.command} by its whole path", ask)
    if folders:
        return Fix(f"put {folders[0]} in front of PATH in a file that is read there", ask)
    return Fix("put another folder in front of PATH in a file that is read there", ask)


RULE = Rule("EK213", "error", check)
