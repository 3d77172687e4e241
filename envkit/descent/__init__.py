"""Gradient descent whose every step is known in advance: the proof that a Python computes.

Stands alone: nothing here imports another room of envkit. Problems, backends and checks are
files; each ends in one constant, its name is its file's name, and to add one is to add a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from envkit.descent.model import Backend, Check, Problem


def names(kind: str) -> tuple[str, ...]:
    """The names of all `problems`, `backends` or `checks`, sorted; none is imported."""
    package = importlib.import_module(f"envkit.descent.{kind}")
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def problem(name: str) -> Problem:
    """The problem called `name` (`-` for `_` also); KeyError where there is none."""
    found: Problem = _load("problems", name, "PROBLEM")
    return found


def backend(name: str) -> Backend:
    """The backend called `name`; `numpy` also means `numpy_arrays`. KeyError if unknown."""
    found: Backend = _load("backends", name, "BACKEND")
    return found


def every_check() -> tuple[Check, ...]:
    """All checks, in the order of their codes."""
    found: list[Check] = [_load("checks", name, "CHECK") for name in names("checks")]
    return tuple(sorted(found, key=lambda check: check.code))


def _load(kind: str, name: str, constant: str) -> Any:
    wanted, known = name.replace("-", "_"), names(kind)
    for candidate in (wanted, f"{wanted}_arrays"):
        if candidate in known:
            module = importlib.import_module(f"envkit.descent.{kind}.{candidate}")
            return getattr(module, constant)
    raise KeyError(name)
