"""The JSON that each command prints, as JSON schemas (draft 2020-12): `envkit COMMAND --schema`.

Shapes only grow: a field may be added, none is taken away or given another type while `version`
is 1. tests/contracts/shapes.txt holds what was promised.
"""

from __future__ import annotations

from typing import Any

from envkit.schemas import commands
from envkit.schemas.derive import Deriving

VERSION = 1


def names() -> tuple[str, ...]:
    """The commands that print JSON; a subcommand after a blank (`profile list`)."""
    return tuple(commands.SHAPES)


def of(command: str) -> dict[str, Any]:
    """The schema of what `command --json` prints; KeyError for a command without one."""
    deriving = Deriving()
    shapes = [deriving.of({"version": int, **shape}) for shape in commands.SHAPES[command]()]
    for each in shapes:
        each["properties"]["version"] = {"const": VERSION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:envkit:{command.replace(' ', ':')}:{VERSION}",
        "title": f"envkit {command} --json",
        **(shapes[0] if len(shapes) == 1 else {"anyOf": shapes}),
        "$defs": deriving.definitions,
    }
