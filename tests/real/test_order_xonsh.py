"""Order against the real xonsh: command lines, variables, states of files, texts.

A start of xonsh takes more than a second: few by default. It runs as root, since a xonsh in a
virtual environment is seldom open to other accounts.
"""

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

PROGRAM = os.environ.get("ENVKIT_TEST_XONSH") or shutil.which("xonsh")
pytestmark = other_starts.needs(PROGRAM, required=False)
ROOT_ONLY = True

_CONFIG = f"{HOME}/.config/xonsh"
_NAMES = (
    *("/etc/xonsh/xonshrc", f"{_CONFIG}/rc.xsh", f"{HOME}/.xonshrc", "/etc/xonsh/rc.d/b.xsh"),
    *("/etc/xonsh/rc.d/a.py", f"{_CONFIG}/rc.d/a.xsh", f"{_CONFIG}/rc.d/b.py"),
    *(f"{_CONFIG}/rc.d/c.txt", f"{_CONFIG}/rc.d/.h.xsh", f"{HOME}/rc1", f"{HOME}/rc2.xsh"),
    *(f"{HOME}/rcd/q.xsh", f"{HOME}/rcd/p.py", f"{HOME}/a.xsh", f"{HOME}/b.xsh"),
    *(f"{HOME}/xc/xonsh/rc.xsh", f"{HOME}/xc/xonsh/rc.d/z.xsh", f"{HOME}/xcd/rc.xsh"),
    "/etc/xonshrc",
)
_STATES = ("absent", "empty", "unreadable", "directory", "dangling", "loop", "devnull")
_QUIET: Env = (("XONSH_DATA_DIR", "/tmp/envkit-xonsh"), ("XONSH_CACHE_DIR", "/tmp/envkit-xonsh"))


def marker(path: str) -> str:
    """xonsh's own way to say that a file ran."""
    return f"with open('{LOG}', 'a') as log:\n    _ = log.write('{path}\\n')\n"


def stated(changed: dict[str, tuple[str, str]]) -> Files:
    """Every file, marked, but for those that are stated."""
    here = {path: ("file", marker(path)) for path in _NAMES}
    here[f"{HOME}/script.xsh"] = ("file", "1\n")
    for path, (state, text) in changed.items():
        here[path] = (state, marker(path) + text)
    return tuple((path, state, text) for path, (state, text) in here.items())


_FLAGS: tuple[tuple[str, ...], ...] = (
    *((), ("-l",), ("-i",), ("--no-rc",), ("--no-rc", "-i"), ("--no-env", "-i")),
    *(("--rc", f"{HOME}/rc1", f"{HOME}/rc2.xsh"), ("--rc", f"{HOME}/rcd", "-i")),
    *(("--rc", f"{HOME}/nope", "-i"), ("-D", "A=1"), ("--nonsense",)),
)
_TAILS: tuple[tuple[tuple[str, ...], str], ...] = (
    *((("-c", "1"), "null"), (("-c", "1"), "pty"), ((), "pipe")),
    *((("--", f"{HOME}/script.xsh"), "null"), (("--version",), "null")),
)
_ENVS: tuple[Env, ...] = (
    *((), (("XONSHRC", f"{HOME}/rc1"),), (("XONSHRC", ""),)),
    *((("XONSHRC", f"{HOME}/rc2.xsh:{HOME}/rc1"),), (("XONSHRC_DIR", f"{HOME}/rcd"),)),
    *((("XONSHRC_DIR", ""),), (("XDG_CONFIG_HOME", f"{HOME}/xc"),)),
    *((("XONSH_CONFIG_DIR", f"{HOME}/xcd"),), (("XDG_CONFIG_HOME", ""),)),
    (("XONSHRC", f"{HOME}/rc1"), ("XONSHRC_DIR", f"{HOME}/rcd")),
)


def command_lines() -> list[Case]:
    """Names × flags × what follows × environments."""
    return [
        Case(f"{name} {flags} {tail} {env}", (name, *flags, *tail), stdin, env, stated({}), left="")
        for name, flags, (tail, stdin), env in product(("xonsh", "-xonsh"), _FLAGS, _TAILS, _ENVS)
        if not (env == (("HOME", None),) and name == "-xonsh")
    ]


def states() -> list[Case]:
    """Each file in each state."""
    return [
        Case(f"{path} {state}", ("xonsh", "-i", "-c", "1"), "null", (), stated({path: (state, "")}))
        for path, state in product(_NAMES[:7], _STATES)
    ]


_TEXTS = {
    "source": "source ~/a.xsh",
    "source, quoted": 'source "~/a.xsh"',
    "source of two": f"source {HOME}/a.xsh ~/b.xsh",
    "source by $HOME": "source $HOME/a.xsh",
    "source of a literal": f'source @("{HOME}/a.xsh")',
    "source of nothing": "source ~/nope.xsh\nsource ~/a.xsh",
    "source, relative": "source a.xsh",
    "comment": "# source ~/a.xsh",
    "a long string": '"""\nsource ~/a.xsh\n"""',
    "exit": "source ~/a.xsh\nexit\nsource ~/b.xsh",
    "exit()": "exit()\nsource ~/b.xsh",
    "sys.exit": "import sys\nsys.exit(0)\nsource ~/b.xsh",
    "exec": "exec true\nsource ~/b.xsh",
}
_UNCERTAIN = {"in a branch": "if True:\n    source ~/a.xsh", "computed": "source @(path)"}


def texts() -> list[Case]:
    """Texts in two of the files."""
    return [
        Case(name, ("xonsh", "-i", "-c", "1"), "null", (), stated({path: ("file", text + "\n")}))
        for name, text in _TEXTS.items()
        for path in (_NAMES[1], _NAMES[3])
    ]


_KINDS = {"command lines": command_lines, "states": states, "texts": texts}


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("count", [1, pytest.param(60, marks=pytest.mark.full)])
def test_starts(tmp_path: Path, kind: str, count: int) -> None:
    root = other_starts.make_root(tmp_path / "root")
    cases = Random(3).sample(_KINDS[kind](), count) if count < len(_KINDS[kind]()) else []
    cases = cases or _KINDS[kind]()
    cases = [case._replace(as_root=True, env=(*_QUIET, *case.env)) for case in cases]
    assert PROGRAM is not None
    assert "\n".join(other_starts.differences(root, "xonsh", PROGRAM, cases)) == ""


@pytest.mark.parametrize("name", _UNCERTAIN)
def test_what_cannot_be_told_is_said(tmp_path: Path, name: str) -> None:
    root = other_starts.make_root(tmp_path / "root")
    files = stated({_NAMES[1]: ("file", _UNCERTAIN[name] + "\n")})
    case = Case(name, ("xonsh", "-c", "1"), "null", (), files)
    assert not other_starts.predicted(root, "xonsh", case)[1]
