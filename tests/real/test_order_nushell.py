"""Order against the real nushell: command lines, folders, states of files, texts."""

from __future__ import annotations

import os
import shutil
from itertools import product
from pathlib import Path
from random import Random

import pytest

from tests.real import other_starts
from tests.real.namespace import HOME, LOG
from tests.real.other_starts import Case, Env, Files

PROGRAM = os.environ.get("ENVKIT_TEST_NU") or shutil.which("nu")
pytestmark = other_starts.needs(PROGRAM, required=False)

_CONFIG, _DATA = f"{HOME}/.config/nushell", f"{HOME}/.local/share/nushell"
_NAMES = (
    *(f"{_CONFIG}/{name}" for name in ("env.nu", "config.nu", "login.nu", "scripts/s.nu")),
    *(f"{_CONFIG}/autoload/{name}" for name in ("b.nu", "a.nu", "10.nu", "2.nu", "c.txt", ".h.nu")),
    *(f"{_DATA}/vendor/autoload/{name}" for name in ("v.nu", "a.nu")),
    *(f"{HOME}/{name}.nu" for name in "abce"),
    *(f"{HOME}/xc/nushell/{name}" for name in ("env.nu", "config.nu", "login.nu", "autoload/q.nu")),
    *(f"{HOME}/{top}/nushell/vendor/autoload/q.nu" for top in ("xd", "d1", "d2", "rel")),
    f"{HOME}/vv/z.nu",
    "/etc/nushell/config.nu",
)
_STATES = ("absent", "file", "empty", "unreadable", "directory", "dangling", "loop", "devnull")


def marker(path: str) -> str:
    """nu's own way to say that a file ran."""
    return f'"{path}\\n" | save --append {LOG}\n'


def stated(changed: dict[str, tuple[str, str]]) -> Files:
    """Every file, marked, but for those that are stated."""
    here = {path: ("file", marker(path)) for path in _NAMES}
    here[f"{HOME}/script.nu"] = ("file", "null\n")
    for path, (state, text) in changed.items():
        here[path] = (state, marker(path) + text)
    return tuple((path, state, text) for path, (state, text) in here.items())


_FLAGS: tuple[tuple[str, ...], ...] = (
    *((), ("-l",), ("-n",), ("-i",), ("-n", "-l"), ("--no-std-lib",), ("--login", "--no-history")),
    *(("--config", f"{HOME}/c.nu"), ("--env-config", f"{HOME}/e.nu")),
    ("--env-config", f"{HOME}/e.nu", "--config", f"{HOME}/c.nu", "-l"),
    *(("--config", f"{HOME}/c.nu", "-n"), ("--config", f"{HOME}/nope.nu"), ("--nonsense",)),
)
_TAILS: tuple[tuple[tuple[str, ...], str], ...] = (
    *((("-c", "null"), "null"), ((), "null"), ((), "pipe"), ((f"{HOME}/script.nu",), "null")),
    *((("script.nu", "a"), "null"), (("nope.nu",), "null"), (("--commands", "null"), "socket")),
    (("--version",), "null"),
)
_ENVS: tuple[Env, ...] = (
    *((), (("HOME", None),), (("XDG_CONFIG_HOME", f"{HOME}/xc"),), (("XDG_CONFIG_HOME", "rel"),)),
    *((("XDG_CONFIG_HOME", ""),), (("XDG_DATA_HOME", f"{HOME}/xd"),), (("XDG_DATA_HOME", "rel"),)),
    *((("XDG_DATA_DIRS", f"{HOME}/d1:{HOME}/d2"),), (("XDG_DATA_DIRS", f"rel:{HOME}/d1"),)),
    *((("NU_VENDOR_AUTOLOAD_DIR", f"{HOME}/vv"),), (("XDG_CONFIG_HOME", f"{HOME}/nope"),)),
    (("XDG_DATA_HOME", f"{HOME}/d1"), ("XDG_DATA_DIRS", f"{HOME}/d1")),
)


def command_lines() -> list[Case]:
    """Names × flags × what follows × environments."""
    return [
        Case(f"{name} {flags} {tail} {env}", (name, *flags, *tail), stdin, env, stated({}), left="")
        for name, flags, (tail, stdin), env in product(("nu", "-nu"), _FLAGS, _TAILS, _ENVS)
        if not (tail == () and "--config" in flags and f"{HOME}/nope.nu" in flags)
    ]


def states() -> list[Case]:
    """Each file in each state."""
    starts = (("nu", "-l", "-c", "null"), ("nu", "-l"))
    paths = (*_NAMES[:3], _NAMES[5], _NAMES[10])
    return [
        Case(f"{argv} {path} {state}", argv, "null", (), stated({path: (state, "")}), left="")
        for argv, path, state in product(starts, paths, _STATES)
    ]


_A, _B = f"{HOME}/a.nu", f"{HOME}/b.nu"
_TEXTS = {
    "source": "source ~/a.nu",
    "source, absolute": f"source {_A}",
    "source, quoted": "source \"~/a.nu\"\nsource '~/b.nu'",
    "source, raw": f"source r#'{_A}'#",
    "source, backquotes": f"source `{_A}`",
    "source of nothing": "source ~/nope.nu",
    "source of nothing in a branch": "if false { source ~/nope.nu }",
    "source of a constant": f"const p = '{_A}'\nsource $p",
    "source of null": "source null",
    "source-env": "source-env ~/a.nu",
    "source of a path of $nu": "source ($nu.default-config-dir | path join 'scripts/s.nu')",
    "source of text with $nu": "source $'($nu.default-config-dir)/scripts/s.nu'",
    "source by NU_LIB_DIRS": "source s.nu",
    "source beside": "source login.nu",
    "source of a comment": "# source ~/a.nu\nnull # source ~/a.nu",
    "source of a string": "let x = \"\nsource ~/a.nu\n\"\nprint 'source ~/a.nu'",
    "two on a line": "source ~/a.nu; source ~/b.nu",
    "exit": "source ~/a.nu\nexit\nsource ~/b.nu",
    "exec": "exec true",
    "error": "error make {msg: 'x'}\nsource ~/b.nu",
    "exit in a definition": "def f [] { exit }\nsource ~/a.nu",
    "record": (
        "$env.config = {\n  show_banner: false\n  hooks: { pre_prompt: [{ null }] }\n}\n"
        "source ~/a.nu"
    ),
}
_UNCERTAIN = {
    "in a branch": "if true { source ~/a.nu }",
    "in a definition": "def f [] { source ~/a.nu }",
    "computed": "source (['~', 'a.nu'] | path join)",
}


def texts() -> list[Case]:
    """Texts in each file that is run."""
    starts = ((("nu", "-l", "-c", "null"), _NAMES[:3]), (("nu", "-l"), (*_NAMES[:3], _NAMES[5])))
    return [
        Case(f"{name} in {path}", argv, "null", (), stated({path: ("file", text + "\n")}), left="")
        for name, text in _TEXTS.items()
        for argv, paths in starts
        for path in paths
        if name != "source beside" or path == _NAMES[0]
    ]


_KINDS = {"command lines": command_lines, "states": states, "texts": texts}


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("count", [8, pytest.param(None, marks=pytest.mark.full)])
def test_starts(tmp_path: Path, kind: str, count: int | None) -> None:
    root = other_starts.make_root(tmp_path / "root")
    cases = _KINDS[kind]()
    cases = [case._replace(as_root=number % 3 == 0) for number, case in enumerate(cases)]
    if count is not None:
        cases = Random(2).sample(cases, min(count, len(cases)))
    assert PROGRAM is not None
    assert "\n".join(other_starts.differences(root, "nushell", PROGRAM, cases)) == ""


@pytest.mark.parametrize("name", _UNCERTAIN)
def test_what_cannot_be_told_is_said(tmp_path: Path, name: str) -> None:
    root = other_starts.make_root(tmp_path / "root")
    files = stated({_NAMES[1]: ("file", _UNCERTAIN[name] + "\n")})
    case = Case(name, ("nu", "-l", "-c", "null"), "null", (), files)
    assert not other_starts.predicted(root, "nushell", case)[1]
