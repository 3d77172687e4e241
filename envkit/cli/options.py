"""Options that several commands share, spelled and explained in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from envkit.cli import output

HomeOption = Annotated[
    Optional[Path],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
    typer.Option("--home", metavar="DIR", help="Look at this home directory in place of yours."),
]
RootOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--root", metavar="DIR", help="Look into an unpacked system; nothing of it runs."),
]
PlatformOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--platform", metavar="NAME", help="Take this platform; detected when left out."),
]
ShellOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--shell", metavar="NAME", help="The shell; the account's own when left out."),
]
PythonOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--python", metavar="PYTHON", help="Put this Python first: a file, or a venv."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
NoColorOption = Annotated[
    bool,
    typer.Option("--no-color", callback=output.no_color, is_eager=True, help="Plain text."),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do it without a question.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Show what would be written; write nothing.")
]
UserOption = Annotated[bool, typer.Option("--user", help="For this account (the default).")]
SystemOption = Annotated[bool, typer.Option("--system", help="For every account.")]
DriftOption = Annotated[
    bool, typer.Option("--overwrite-drift", help="Let go of edits by hand in envkit's own lines.")
]
