"""`envkit which`: in every context, which file runs, which line put it first, what it shadows."""

from __future__ import annotations

from typing import Annotated

import typer

from envkit.errors import Refused


#: What exit status 1 means here.
ONE = "in no context, or an expectation fails"


def which(name: Annotated[list[str], typer.Argument(metavar="NAME...")]) -> None:
    """Show which file runs, in every context, and why; or why none does."""
    raise Refused("not built yet")
