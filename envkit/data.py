"""The records that flow between rooms, as what JSON knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def as_data(value: Any) -> Any:
    """Dataclasses and named tuples as dicts, paths and bytes as text; functions are left out."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if hasattr(value, "__dataclass_fields__"):
        pairs = ((name, getattr(value, name)) for name in value.__dataclass_fields__)
        return {name: as_data(part) for name, part in pairs if not callable(part)}
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {str(key): as_data(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_data(part) for part in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return value
