"""Plug-ins are files: a package and the name of a constant give all of them, sorted by name.

Names come from the file names alone; a plug-in is imported when it is asked for, since each one
costs start-up time. A name is a file's name, with `-` for `_` also accepted from the user.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from functools import cache
from typing import Any

from envkit.errors import UsageError


def modules(package: str) -> Iterator[str]:
    """The dotted names of all modules below `package`, in order, nothing imported but folders."""
    import pkgutil  # most are asked for by name, and need it not

    found = importlib.import_module(package)
    for entry in sorted(pkgutil.iter_modules(found.__path__), key=lambda entry: entry.name):
        dotted = f"{package}.{entry.name}"
        if entry.ispkg:
            yield from modules(dotted)
        elif not entry.name.startswith("_"):
            yield dotted


@cache
def _listed(package: str) -> tuple[str, ...]:
    """A folder is looked through once."""
    return tuple(modules(package))


def names(package: str) -> tuple[str, ...]:
    """The plug-ins' names: their files' names."""
    return tuple(dotted.rpartition(".")[2] for dotted in _listed(package))


def get(package: str, constant: str, name: str) -> Any:
    """The plug-in called `name`; UsageError with the known names where there is none."""
    wanted = name.replace("-", "_")
    if wanted.isidentifier() and not wanted.startswith("_"):
        # Most lie right there: to list the folder first would cost start-up time.
        dotted = f"{package}.{wanted}"
        if importlib.util.find_spec(dotted):
            module = importlib.import_module(dotted)
            if hasattr(module, constant):
                return getattr(module, constant)
    for dotted in _listed(package):
        if dotted.rpartition(".")[2] == wanted:
            return getattr(importlib.import_module(dotted), constant)
    kind = constant.lower()
    raise UsageError(f"unknown {kind}: {name}", f"known: {', '.join(names(package))}")


def every(package: str, constant: str) -> tuple[Any, ...]:
    """All plug-ins of a package, imported, sorted by file name."""
    return tuple(getattr(importlib.import_module(dotted), constant) for dotted in _listed(package))
