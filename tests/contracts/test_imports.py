"""Imports point down only, plug-ins never import each other, and few modules touch the machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import envkit

PACKAGE = Path(envkit.__file__).parent
# docs/design.md, section 3: the floor that each room stands on.
FLOOR = {
    room: floor
    for floor, rooms in enumerate(
        (
            "host child supervisor leftovers block durable discover errors data secrets interrupts",
            "model provenance steps plan finding",
            "os_release syntax reading shells platforms contexts profile environment receipts "
            "preflight stores volumes writable configuration owners lock journal",
            "order start launch trace tracing apply recovery why probe otherwise",
            "facts rules doctor drift install uninstall rollback commit reach needs placement "
            "proof generate verify reporters language exits choice footprints compare everywhere "
            "session recording which schemas history system targets rows wanted fronts takings",
            "cli __main__",
        )
    )
    for room in rooms.split()
}
PLUGIN_ROOMS = {"shells", "platforms", "contexts", "facts", "rules", "reporters"}


def _modules() -> list[Path]:
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != PACKAGE / "__init__.py" and "bundled_profiles" not in path.parts
    ]


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    """Dotted envkit modules that a file imports, at top level or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                dotted = f"{node.module}.{alias.name}"
                yield (dotted if _is_module(dotted) else node.module), node.lineno


def _is_module(dotted: str) -> bool:
    place = PACKAGE.parent / dotted.replace(".", "/")
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    room = _room(path)
    for dotted, line in _imports(path):
        parts = dotted.split(".")
        if parts[0] != "envkit" or len(parts) == 1:
            continue
        other = parts[1]
        where = f"{path.relative_to(PACKAGE.parent)}:{line} imports {dotted}"
        if room == "descent":
            assert other == "descent", f"{where}: descent stands alone"
        elif other == "descent":
            # The bundled example is data for verify; the package is for the command.
            assert room in {"verify", "cli"}, where
        elif other != room:
            assert FLOOR[other] <= FLOOR[room], where


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_plugins_do_not_import_each_other(path: Path) -> None:
    room = _room(path)
    if room not in PLUGIN_ROOMS or path.name == "__init__.py":
        return
    for dotted, line in _imports(path):
        parts = dotted.split(".")
        if parts[0] == "envkit" and len(parts) > 2 and parts[1] in PLUGIN_ROOMS:
            fact_types = room in {"rules", "facts", "reporters"} and parts[1] == "facts"
            package = parts[1] == room and (PACKAGE / "/".join(parts[1:])).is_dir()
            private = parts[1] == room and parts[-1].startswith("_")
            message = f"{path.relative_to(PACKAGE.parent)}:{line} imports {dotted}"
            assert fact_types or package or private, message


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_one_door_to_the_machine(path: Path) -> None:
    room = _room(path)
    if room in {"host", "child", "supervisor", "descent", "cli", "__main__"}:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{node.value.id}.{node.attr}"
            assert name not in {"os.environ", "os.getenv", "Path.home"}, f"{path}:{node.lineno}"
        if isinstance(node, ast.Import):
            assert all(alias.name != "subprocess" for alias in node.names), f"{path}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{path}:{node.lineno}: only cli/ prints"


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_size(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, "a file above 300 lines has outgrown its room"
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "every module says what it is"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            assert size <= 50, f"{path.name}:{node.lineno} {node.name} has {size} lines"
        if isinstance(node, ast.ExceptHandler):
            broad = isinstance(node.type, ast.Name) and node.type.id in {"Exception"}
            handler = path.name == "__init__.py" and _room(path) == "cli"
            assert handler or not (broad or node.type is None), f"{path.name}:{node.lineno}"
