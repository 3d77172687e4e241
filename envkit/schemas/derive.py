"""A record's type -> its JSON schema (draft 2020-12), so that the two cannot differ.

A record is a dataclass or a named tuple, as `data.as_data` writes it. A shape beside them is plain
Python: a type, a dict for an object of those keys (`name?`: may be absent), a list of one for an
array, a tuple for any of several.
"""

from __future__ import annotations

import importlib
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

_PLAIN: dict[Any, str] = {
    str: "string",
    bytes: "string",
    Path: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
    None: "null",
}
Schema = dict[str, Any]


class Deriving:
    """Collects the definitions (`$defs`) of the records that a schema speaks of."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def of(self, shape: Any) -> Schema:
        """The schema of a shape; TypeError for what JSON has no word for."""
        if isinstance(shape, dict):
            return self._object(shape)
        if isinstance(shape, list):
            return {"type": "array", "items": self.of(shape[0])}
        if isinstance(shape, tuple):
            return self._any(shape)
        if shape is Any:
            return {}
        if shape in _PLAIN:
            return {"type": _PLAIN[shape]}
        return self._generic(shape) if get_origin(shape) else self._record(shape)

    def _object(self, shape: Mapping[str, Any]) -> Schema:
        names = {name.removesuffix("?"): each for name, each in shape.items()}
        found: Schema = {
            "type": "object",
            "properties": {name: self.of(each) for name, each in names.items()},
        }
        required = [name for name in shape if not name.endswith("?")]
        return {**found, "required": required} if required else found

    def _any(self, shapes: Sequence[Any]) -> Schema:
        schemas: list[Schema] = []
        for each in map(self.of, shapes):
            if each not in schemas:
                schemas.append(each)
        if len(schemas) == 1:
            return schemas[0]
        if all(set(each) == {"type"} for each in schemas):
            types = [each["type"] for each in schemas]
            flat = [one for each in types for one in ([each] if isinstance(each, str) else each)]
            return {"type": list(dict.fromkeys(flat))}
        return {"anyOf": schemas}

    def _generic(self, shape: Any) -> Schema:
        origin, inner = get_origin(shape), get_args(shape)
        if origin is Literal:
            return {"type": "string", "enum": list(inner)}
        if origin in (Union, types.UnionType):
            return self._any(inner)
        if origin is tuple and inner[-1:] != (Ellipsis,):
            fixed = [self.of(each) for each in inner]
            return {"type": "array", "prefixItems": fixed, "minItems": len(fixed)}
        if issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        return {"type": "array", "items": self.of(inner[0])}

    def _record(self, record: Any) -> Schema:
        name = record.__name__
        if name not in self.definitions:
            self.definitions[name] = {}  # a record may hold its own kind
            said = " ".join((record.__doc__ or "").split("\n\n")[0].split())
            self.definitions[name] = {"description": said, **self._object(hints(record))}
        return {"$ref": f"#/$defs/{name}"}


def hints(record: Any) -> dict[str, Any]:
    """The fields of a record with their types, functions left out as `as_data` does it."""
    module = importlib.import_module(record.__module__)
    found = get_type_hints(record, localns={**_checked(module), **vars(module)})
    return {name: found[name] for name in _fields(record) if not _is_function(found[name])}


def _fields(record: Any) -> tuple[str, ...]:
    fields = getattr(record, "_fields", None) or getattr(record, "__dataclass_fields__", None)
    if fields is None:
        raise TypeError(f"{record!r} is no record")
    return tuple(fields)


def _is_function(hint: Any) -> bool:
    return hint is Callable or get_origin(hint) is Callable


def _checked(module: types.ModuleType) -> dict[str, Any]:
    """What a module imports for its annotations alone (`if TYPE_CHECKING`)."""
    import ast
    import inspect

    found: dict[str, Any] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            for part in node.body:
                if isinstance(part, ast.ImportFrom) and part.module:
                    there = importlib.import_module(part.module)
                    found |= {one.name: getattr(there, one.name) for one in part.names}
    return found
