"""The reader of fish text against fish: what it refuses, and how its words expand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from envkit.host import Host
from envkit.reading.fish import files, tree
from envkit.reading.fish.state import State, Variable
from envkit.reading.fish.words import Expander
from tests.real.fish_texts import TEXTS

_REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
pytestmark = pytest.mark.skipif(
    not shutil.which("fish") and not _REQUIRED, reason="fish is not installed"
)
_LIBRARY = Path("/usr/share/fish")
_PIECES = (
    *("end", "if", "else", "else if", "while", "for", "in", "begin", "function", "switch", "case"),
    *("and", "or", "not", "!", ";", "\n", "|", "&", "&&", "||", "(", ")", '"', "'", "$", "{", "}"),
    *("[", "]", "\\", "#", ">", "<", "2>", "time", "exec", "builtin", "command", "break", "$x"),
)


def _fish(*arguments: str, home: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    argv = ("fish", "-N", *arguments)
    return subprocess.run(argv, env=environment, capture_output=True, check=False)


def _refused(text: str, folder: Path) -> bool:
    file = folder / "text.fish"
    file.write_text(text, newline="")
    return _fish("-n", str(file), home=folder).returncode != 0


@pytest.mark.parametrize("count", [70, pytest.param(len(TEXTS), marks=pytest.mark.full)])
def test_what_fish_refuses(tmp_path: Path, count: int) -> None:
    chosen = Random(3).sample(TEXTS, count)
    said = {text: tree.syntax_error(text.encode()) is not None for text in chosen}
    assert said == {text: _refused(text, tmp_path) for text in chosen}


@pytest.mark.parametrize("count", [150, pytest.param(None, marks=pytest.mark.full)])
def test_the_library_is_read_whole(count: int | None) -> None:
    """What fish comes with is fish: 1138 files of fish 3.6."""
    found = sorted(_LIBRARY.rglob("*.fish"))
    chosen = found if count is None else Random(4).sample(found, min(count, len(found)))
    wrong = {path for path in chosen if tree.syntax_error(path.read_bytes()) is not None}
    assert wrong == set()


@pytest.mark.full
def test_broken_library(tmp_path: Path) -> None:
    """Random edits of the library's functions; one in a hundred may be told wrongly."""
    random = Random(5)
    found = [path.read_text() for path in sorted((_LIBRARY / "functions").glob("*.fish"))]
    short = [text for text in found if len(text) < 3000]
    wrong = []
    for _ in range(2000):
        parts = re.findall(r"\s+|\w+|\W", random.choice(short))
        at = random.randrange(len(parts))
        if random.random() < 0.5:
            del parts[at]
        else:
            parts.insert(at, f" {random.choice(_PIECES)} ")
        text = "".join(parts)
        if (tree.syntax_error(text.encode()) is not None) != _refused(text, tmp_path):
            wrong.append(text)
    assert len(wrong) <= 20, wrong[0]


_VALUES = {"A": ("a", "b"), "B": ("x",), "E": (), "S": ("a b",), "D": ("A",), "N": ("1", "2", "3")}
_WORDS = (
    *("$A", "$E", "$S", '"$A"', '"$E"', "x$E", '"x$E"', "$A$B", "$A$A", "{a,b}", "{a,$A}"),
    *("{a,$E}", "x{a,b}y", "{a,b}{1,2}", "{a,{b,c}}", "{}", "{a}", "{$A}", "{a\\,b}", "{a','b}"),
    *("$$D", '"$$D"', "$N[1]", "$N[-1]", "$N[2..3]", "$N[3..1]", "$N[-1..1]", "$N[2..-1]"),
    *("$N[5]", "$N[1 3]", "$N[1..9]", "$N[9..1]", "$N[4..9]", '"$N[2..3]"', "$A\"$B\"'c'"),
    *("\\$A", "'\\$A'", '"\\$A"', "a\\ b", "a\\n", "'a\\'b'", '"a\\"b"', "{a, b}", "{a ,b}"),
    *('"{a,b}"', "$A{1,2}", "{1,2}$A", "x{$A,z}", "{,a}", "{a,}", "$N[1..2][2]", "$N[2..]"),
    *("$N[..2]", "\\x41", "\\u00e9", "\\101", "a#b", "~", "'~'", "$HOME/x"),
)


def test_how_words_expand(tmp_path: Path) -> None:
    host = Host.real(home=tmp_path)
    state = State(host, {"HOME": str(tmp_path)}, "/")
    state.globals |= {name: Variable(values) for name, values in _VALUES.items()}
    quoted = {name: " ".join(f"'{one}'" for one in values) for name, values in _VALUES.items()}
    lines = [f"set -g {name} {values}" for name, values in quoted.items()]
    for word in _WORDS:
        lines += [f"for x in {word}; printf '%s\\0' $x; end", "printf '\\1\\0'"]
    done = _fish("-c", "\n".join(lines), home=tmp_path)
    fields = done.stdout.decode().split("\0")[:-1]
    real: list[list[str]] = [[]]
    for field in fields:
        if field == "\1":
            real.append([])
        else:
            real[-1].append(field)
    said = [Expander(state, lambda text: None).one(word) for word in _WORDS]
    assert dict(zip(_WORDS, said, strict=True)) == dict(zip(_WORDS, real[:-1], strict=True))


def test_how_names_are_sorted(tmp_path: Path) -> None:
    random = Random(6)
    names = {
        "".join(random.choices("aAbZ_-.+ 019%~#@[(^", k=random.randint(1, 5))) for _ in range(80)
    }
    kept = {name for name in names if not name.startswith(".")}
    for name in kept:
        (tmp_path / f"{name}.fish").touch()
    done = _fish("-c", f"for f in {tmp_path}/*.fish; echo $f; end", home=tmp_path)
    real = done.stdout.decode().split("\n")[:-1]
    assert files.glob(Host.real(home=tmp_path), f"{tmp_path}/*.fish", "") == real
