"""env.fish in a real fish: the value to the byte, and nothing else changed, printed or started."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envkit import environment
from envkit.environment import fish
from envkit.plan import Profile
from tests.real.test_environment import PATHS, PROFILE, expected, model
from tests.real.test_environment_values import entries, texts

LISTS = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "MANPATH", "TEXINPUTS")
LOCALES = ("C.UTF-8", "C")


def fish_itself(name: str, value: str | None) -> str | None:
    """What fish makes of a variable before any file: an empty element of PATH is `.`."""
    if name != "PATH" or not value:
        return value
    return ":".join(element or "." for element in value.split(":"))


def run(
    program: str,
    folder: Path,
    before: Mapping[str, str],
    setup: str = "",
    times: int = 1,
    after: str = "",
    options: Sequence[str] = ("--no-config",),
) -> tuple[dict[str, str], subprocess.CompletedProcess[bytes]]:
    """Source env.fish after `setup`; the environment that a child then has."""
    line = fish.source_line(folder / "env.fish", folder).decode()
    # fish gives itself a PATH where it is given none.
    unset = "".join(f"set -e {name}\n" for name in LISTS if name not in before)
    unset += "".join(f"set -gx {name}\n" for name in LISTS if before.get(name) == "")
    script = folder / "script"
    text = f"{unset}{setup}\n" + (line + "set STATUS $status\n") * times + after
    script.write_text(f"{text}\n/usr/bin/env -0\n")
    given = {"HOME": str(folder), "LC_ALL": "C.UTF-8", **before}
    done = subprocess.run(
        [program, *options, script],
        env=given,
        cwd=folder,
        capture_output=True,
        timeout=20,
        check=False,
    )
    text = done.stdout.decode("utf-8", "surrogateescape")
    pairs = (entry.partition("=") for entry in text.split("\0") if entry)
    return {name: value for name, _, value in pairs}, done


def write(folder: Path, profile: Profile) -> None:
    (folder / "env.fish").write_bytes(fish.fish(profile, "user"))


@pytest.mark.parametrize("old", PATHS.values(), ids=PATHS)
def test_every_list_from_every_start(fish_program: str, old: str | None, tmp_path: Path) -> None:
    write(tmp_path, PROFILE)
    before = {} if old is None else dict.fromkeys(LISTS, old)
    seen = {name: fish_itself(name, value) or "" for name, value in before.items()}
    want = expected(PROFILE, seen)
    for times in (1, 3):
        got, done = run(fish_program, tmp_path, before, times=times)
        assert (done.returncode, done.stderr) == (0, b"")
        assert {key: got.get(key) for key in want} == want
    nested, _ = run(fish_program, tmp_path, {key: got[key] for key in LISTS})
    assert {key: nested.get(key) for key in want} == want


SETUPS = {
    "nothing": "",
    "a list that is no path": "set -gx TEXINPUTS a b",
    "a string that is a path": "set -gx --path TEXINPUTS a:b",
    "IFS": "set -g IFS x",
    "unexported": "set -gu PATH $PATH",
    "our own names taken": "set -g _envkit_o one; set -g _envkit_d two; set -g _envkit_i 3",
    "a function called contains": "function contains; echo no; end",
}


@pytest.mark.parametrize("setup", SETUPS.values(), ids=SETUPS)
def test_nothing_else_changes(fish_program: str, setup: str, tmp_path: Path) -> None:
    write(tmp_path, PROFILE)
    before = {"PATH": PATHS["ours, elsewhere and twice"] or ""}
    names = "set | string match -r '^(?!PWD|_ |STATUS|history|status|pipestatus|version)[^ ]*'"
    keep = f"set -gx S1 ({names}); "
    got, done = run(
        fish_program, tmp_path, before, f"{setup}; {keep}", after=keep.replace("S1", "S2")
    )
    assert (done.returncode, done.stderr) == (0, b"")
    old = {**before, "TEXINPUTS": "a b" if "TEXINPUTS a b" in setup else ""}
    old["TEXINPUTS"] = "a:b" if "--path" in setup else old["TEXINPUTS"]
    want = expected(PROFILE, old)
    assert {key: got.get(key) for key in want} == want
    new = set(got["S2"].split()) - set(got["S1"].split())
    assert new <= {*want, "S1"}


def test_a_name_of_fish_itself_stays_and_says_nothing(fish_program: str, tmp_path: Path) -> None:
    profile = Profile(
        "descent", (("version", "9"), ("status", "1"), ("A", "b")), ("/x",), (), Path("x")
    )
    write(tmp_path, profile)
    got, done = run(fish_program, tmp_path, {"PATH": "/bin"}, after="set -gx STATUS $STATUS")
    assert (done.returncode, done.stderr, got["STATUS"]) == (0, b"", "0")
    assert (got["A"], got["PATH"]) == ("b", "/x:/bin")


def test_the_source_line_is_inert_when_the_file_is_gone(fish_program: str, tmp_path: Path) -> None:
    got, done = run(fish_program, tmp_path, {"PATH": "/bin"}, after="set -gx STATUS $STATUS")
    assert (done.returncode, done.stderr, got["STATUS"]) == (0, b"", "0")
    assert got["PATH"] == "/bin"


@pytest.mark.parametrize("locale", LOCALES)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(entries(), min_size=1, max_size=3, unique=True),
    st.lists(entries(), max_size=2, unique=True),
    st.lists(st.one_of(entries(), st.just("")), max_size=5),
    texts(),
)
def test_hostile_names_arrive_exactly_and_are_never_executed(
    fish_program: str,
    locale: str,
    tmp_path: Path,
    front: list[str],
    back: list[str],
    old: list[str],
    value: str,
) -> None:
    back = [entry for entry in back if entry not in front]
    variables = (("VALUE", value), ("VALUE_PATH", f"{value}:"))
    profile = Profile("descent", variables, tuple(front), tuple(back), Path("x"))
    write(tmp_path, profile)
    path = ":".join([*old, *front[:1], *back])
    if locale == "C" and not path.isascii():
        path = "/bin"  # fish 3.6 itself encodes what it inherits a second time there
    before = {"PATH": path, "LC_ALL": locale}
    got, done = run(fish_program, tmp_path, before)
    assert (done.returncode, done.stderr) == (0, b"")
    assert got["PATH"] == model("PATH", fish_itself("PATH", before["PATH"]), front, back)
    assert (got["VALUE"], got["VALUE_PATH"]) == (value, f"{value}:")
    assert not (tmp_path / "pwned").exists()


def test_system_scope_leaves_the_home_directory_to_each_user(
    fish_program: str, tmp_path: Path
) -> None:
    home = environment.HOME
    variables = (("CACHE", f"{home}/it's $x"),)
    profile = Profile("descent", variables, (f"{home}/bin", "/opt/b"), (home,), Path("x"))
    (tmp_path / "env.fish").write_bytes(fish.fish(profile, "system"))
    here = str(tmp_path)
    got, done = run(fish_program, tmp_path, {"PATH": f"/usr/bin:{here}:/opt/b:{here}/bin"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert got["PATH"] == f"{here}/bin:/opt/b:/usr/bin:{here}"
    assert got["CACHE"] == f"{here}/it's $x"


def test_no_universal_variable_is_written(fish_program: str, tmp_path: Path) -> None:
    write(tmp_path, PROFILE)
    universal = tmp_path / ".config/fish/fish_variables"
    setup = "set -U fish_user_paths /universal; set -Ux PLAIN universal"
    run(fish_program, tmp_path, {"PATH": "/bin"}, setup, options=())
    before = universal.read_bytes()
    got, done = run(fish_program, tmp_path, {"PATH": "/bin"}, options=())
    assert done.stderr == b""
    assert universal.read_bytes() == before
    assert (got["PLAIN"], got["PATH"]) == ("1", "/first:/second:/universal:/bin:/last")


def test_no_fork_no_exec_and_one_file_opened(fish_program: str, tmp_path: Path) -> None:
    write(tmp_path, PROFILE)
    line = fish.source_line(tmp_path / "env.fish", tmp_path).decode()
    calls = []
    for text in ("true\n", line):
        (tmp_path / "script").write_text(text)
        record = tmp_path / "record"
        trace = ["strace", "-f", "-e", "trace=process,open,openat", "-o", str(record)]
        done = subprocess.run(
            [*trace, fish_program, "--no-config", tmp_path / "script"],
            env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
            capture_output=True,
            check=False,
        )
        if b"PTRACE" in done.stderr:
            pytest.skip("strace may not trace here")
        rows = [row.split(" ", 1)[1].strip() for row in record.read_text().splitlines()]
        # fish starts threads of its own as it likes; they are no processes.
        started = sum(
            row.startswith(("exec", "fork", "vfork", "clone")) and "CLONE_THREAD" not in row
            for row in rows
        )
        opened = sum("= -1" not in row for row in rows if row.startswith("open"))
        calls.append((started, opened))
    assert calls[1] == (calls[0][0], calls[0][1] + 1)


@pytest.mark.parametrize(
    "folder",
    ["config", "it's", 'a "b" $c `d` \\e', "é 数", "-x", "$(touch pwned)", "\\"],
    ids=lambda name: shlex.quote(name),
)
@pytest.mark.parametrize("below_home", [True, False], ids=["below home", "elsewhere"])
def test_the_source_line_with_odd_folders(
    fish_program: str, folder: str, below_home: bool, tmp_path: Path
) -> None:
    place = tmp_path / "home" / folder
    place.mkdir(parents=True)
    (place / "env.fish").write_text("set -gx SEEN 1\n")
    home = tmp_path / "home" if below_home else tmp_path / "other"
    script = tmp_path / "script"
    script.write_bytes(fish.source_line(place / "env.fish", home) + b"env -0\n")
    done = subprocess.run(
        [fish_program, "--no-config", script],
        env={"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert b"SEEN=1" in done.stdout.split(b"\0")
    assert done.stderr == b""
    assert not (tmp_path / "pwned").exists()


@pytest.fixture(scope="module")
def fish_program() -> str:
    from tests.real.test_environment import SHELLS, shell

    SHELLS.setdefault("fish", ("fish",))
    return str(shell("fish")[0])
