"""`envkit trace --steps`."""

from __future__ import annotations

from envkit.cli.trace import Asked
from envkit.errors import Refused


def show(asked: Asked) -> None:
    """Not yet."""
    raise Refused("not built yet")
