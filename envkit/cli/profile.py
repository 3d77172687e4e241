"""`envkit profile`: (its helper writes this)."""

from __future__ import annotations

import typer

app = typer.Typer()


@app.command("list")
def list_() -> None:
    """(to come)."""
