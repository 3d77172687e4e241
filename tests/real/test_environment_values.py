"""Values are data: any text arrives to the byte in every shell, and none of it is ever run."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envkit import environment
from envkit.plan import Profile
from tests.real.test_environment import SHELLS, model, run, shell, write

HOSTILE = (
    "$(touch pwned)", "`touch pwned`", "a'b", 'a"b', "a\\", "\\n", "x y", "*", "[a-z]*", "?", "~",
    "~root", "${HOME}", "$HOME", "$", "$$", "!!", "!touch", "#", ";&|", "é", "数据", "\udcff", "=",
    "''", "-n", "--", "a''b", "(x)", "{a,b}", "\r", "\t", "\1\177", "=ls", "$((1+1))", "$'\\x41'",
    "${x:=$(touch pwned)}", "$((a[$(touch pwned)]))", "<(touch pwned)", ">pwned",
    "\\$(touch pwned)", "'$(touch pwned)'", '"$(touch pwned)"', "esac", "*) touch pwned;;",
    "%n", "@(a)", "^x", "\x7f",
)  # fmt: skip


def texts(without: str = "") -> st.SearchStrategy[str]:
    """All of Unicode but newline and NUL, and bytes that are no text; what shells read anew."""
    letters = st.characters(exclude_characters=f"\n\0{without}", exclude_categories=["Cs"])
    raw = st.binary(max_size=3).map(lambda some: some.decode("utf-8", "surrogateescape"))
    odd = st.sampled_from(HOSTILE) | raw
    part = st.text(letters, max_size=12) | odd.filter(
        lambda it: not set(it) & set(f"\n\0{without}")
    )
    # What is glued together may be text where its parts were not: as a file name would be read.
    return st.lists(part, max_size=5).map(
        lambda parts: (
            "".join(parts).encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
        )
    )


def entries() -> st.SearchStrategy[str]:
    return texts(":").map(lambda text: f"/{text}")


HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
hostile = given(
    st.lists(entries(), min_size=1, max_size=3, unique=True),
    st.lists(entries(), max_size=2, unique=True),
    st.lists(st.one_of(entries(), texts(":"), st.just("")), max_size=5),
    texts(),
)


def exactly(
    name: str, folder: Path, front: list[str], back: list[str], old: list[str], value: str
) -> None:
    if name == "yash":
        pytest.skip("yash reads text, not bytes")
    argv = shell(name)
    back = [entry for entry in back if entry not in front]
    profile = Profile("descent", (("VALUE", value),), tuple(front), tuple(back), Path("x"))
    write(folder, profile)
    before = {"PATH": ":".join([*old, *front[:1], *back])}
    got, done = run(argv, folder, before, times=2)
    assert (done.returncode, done.stderr) == (0, b"")
    assert got["PATH"] == model("PATH", before["PATH"], front, back)
    assert got["VALUE"] == value
    made = {path.name for path in folder.iterdir()}
    assert made <= {"env.sh", "script", "tripwire-home"}


@settings(max_examples=8, deadline=None, suppress_health_check=HEALTH)
@hostile
@pytest.mark.parametrize("name", SHELLS)
def test_hostile_names_arrive_exactly_and_are_never_executed(
    name: str, tmp_path: Path, front: list[str], back: list[str], old: list[str], value: str
) -> None:
    exactly(name, tmp_path, front, back, old, value)


@pytest.mark.full
@pytest.mark.timeout(1800)
@settings(max_examples=1000, deadline=None, suppress_health_check=HEALTH)
@hostile
@pytest.mark.parametrize("name", SHELLS)
def test_a_thousand_hostile_names(
    name: str, tmp_path: Path, front: list[str], back: list[str], old: list[str], value: str
) -> None:
    exactly(name, tmp_path, front, back, old, value)


# Some are a shell's own marks of what was quoted: 0x81 to 0x88 in dash, 1 and 127 in bash.
EVERY = [chr(one) for one in range(1, 128) if one != 10] + [
    chr(0xDC00 + b) for b in range(128, 256)
]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize("name", SHELLS)
def test_every_byte_and_a_long_value(name: str, locale: str, tmp_path: Path) -> None:
    if name == "yash":
        pytest.skip("yash reads text, not bytes")
    values = {f"V{number}": f"a{one}b{one}" for number, one in enumerate(EVERY)}
    values["LONG"] = "it's $x `y` \\ " * 7000
    made = tuple(f"/e{one}z" for one in EVERY if one != ":")
    profile = Profile("descent", tuple(values.items()), made[::2], made[1:80:4], Path("x"))
    write(tmp_path, profile)
    before = {"PATH": ":".join([*made[1::2], *made[::3], "/usr/bin"]), "LC_ALL": locale}
    got, done = run(shell(name), tmp_path, before)
    assert (done.returncode, done.stderr) == (0, b"")
    assert {name: got.get(name) for name in values} == values
    assert got["PATH"] == model("PATH", before["PATH"], made[::2], made[1:80:4])


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize(
    "folder",
    ["config", "it's", 'a "b" $c `d` \\e', "é 数", "-x", "$(touch pwned)", "\\", "!!", "~", "*"],
    ids=lambda name: shlex.quote(name),
)
@pytest.mark.parametrize("below_home", [True, False], ids=["below home", "elsewhere"])
def test_the_source_line_with_odd_folders(
    name: str, folder: str, below_home: bool, tmp_path: Path
) -> None:
    place = tmp_path / "home" / folder
    place.mkdir(parents=True)
    (place / "env.sh").write_text("export SEEN=1\n")
    home = tmp_path / "home" if below_home else tmp_path / "other"
    script = tmp_path / "script"
    script.write_bytes(b"set -eu\n" + environment.source_line(place / "env.sh", home) + b"env -0\n")
    done = subprocess.run(
        [*shell(name), script],
        env={"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert not (tmp_path / "pwned").exists()
    assert b"SEEN=1" in done.stdout.split(b"\0")
    assert done.stderr == b""
    assert (b"$HOME/" in script.read_bytes()) == below_home
