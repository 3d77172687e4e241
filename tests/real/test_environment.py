"""env.sh in real shells: the value to the byte, and nothing else changed, printed or started."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from envkit import environment
from envkit.plan import Profile

SHELLS = {
    "bash": ("bash",),
    "bash --posix": ("bash", "--posix"),
    "bash as sh": ("bash", "-c", 'exec -a sh "$BASH" "$0"'),
    "bash 3.2": ("bash-3.2",),
    "bash 5.3": ("bash-5.3",),
    "dash": ("dash",),
    "busybox": ("busybox", "sh"),
    "mksh": ("mksh",),
    "ksh93": ("ksh93",),
    "yash": ("yash",),
    "zsh": ("zsh", "-f"),
    "zsh --emulate sh": ("zsh", "--emulate", "sh", "-f"),
    "zsh, odd options": (
        "zsh", "-f", "-o", "kshArrays", "-o", "warnCreateGlobal", "-o", "rcQuotes",
        "-o", "globSubst", "-o", "noMatch", "-o", "errReturn", "-o", "cshNullGlob",
    ),
}  # fmt: skip

# Not packaged everywhere: tried where somebody put them on PATH.
RARE = ("bash 3.2", "bash 5.3", "yash")

PATHS = {
    "usual": "/usr/local/bin:/usr/bin:/bin",
    "ours already": "/first:/second:/usr/bin:/last",
    "ours, elsewhere and twice": "/last:/usr/bin:/second:/first:/bin:/second",
    "only ours": "/second",
    "empty elements": ":/usr/bin::/first:/bin:",
    "one empty element": ":",
    "patterns and spaces": "/a b:/*:/[x]:/~:/\\:/$HOME:/first*:/fir?t:-n:",
    "nothing": "",
    "unset": None,
    "a hundred": ":".join(f"/some/where/bin-{number}" for number in range(100)),
    "repeated": "/x:/x:/y:/x",
}

PROFILE = Profile(
    "descent",
    (("PLAIN", "1"), ("EMPTY", ""), ("ODD", "it's \"$(x)\" `y` \\ ${HOME} !! ''\t* ~")),
    ("/first", "/second"),
    ("/last",),
    Path("x"),
    (),
    (
        ("LD_LIBRARY_PATH", ("/lib one",), ()),
        ("PYTHONPATH", (), ("/last",)),
        ("MANPATH", ("/man",), ()),
        ("TEXINPUTS", (), ("/tex//",)),
    ),
)


def shell(name: str) -> Sequence[str]:
    if shutil.which(SHELLS[name][0]) is None:
        if os.environ.get("ENVKIT_REQUIRE_SHELLS") and name not in RARE:
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    program = shutil.which(SHELLS[name][0])
    assert program is not None
    return [program, *SHELLS[name][1:]]


def model(name: str, old: str | None, front: Sequence[str], back: Sequence[str]) -> str:
    """What DESIGN.md, section 5, says about a list, written down a second time."""
    if name == "PATH":
        elements = (old or environment.DEFAULT_PATH).split(":")
    elif name in ("MANPATH", "INFOPATH", "TEXINPUTS"):
        elements = (old or "").split(":")
    else:
        elements = old.split(":") if old else []
    kept = [element for element in elements if element not in (*front, *back)]
    return ":".join([*front, *kept, *back])


def expected(profile: Profile, before: Mapping[str, str]) -> dict[str, str]:
    lists = (("PATH", profile.path_prepend, profile.path_append), *profile.lists)
    values = {name: model(name, before.get(name), front, back) for name, front, back in lists}
    return {**values, **dict(profile.variables)}


def run(
    argv: Sequence[str],
    folder: Path,
    before: Mapping[str, str],
    setup: str = "",
    times: int = 1,
    after: str = "",
    home: str = "/home/ada",
) -> tuple[dict[str, str], subprocess.CompletedProcess[bytes]]:
    """Source env.sh after `setup`; the environment that a child then has."""
    script = folder / "script"
    line = environment.source_line(folder / "env.sh", folder).decode()
    lists = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "MANPATH", "TEXINPUTS")
    # bash and zsh give themselves a PATH where they are given none, or an empty one.
    unset = "".join(f"unset {name}\n" for name in lists if name not in before)
    unset += "".join(f"{name}=\n" for name in lists if before.get(name) == "")
    leave = "/usr/bin/env -0\n"
    script.write_text(f"{unset}{setup}\n" + (line + 'STATUS="$?"\n') * times + after + "\n" + leave)
    given = {"HOME": str(folder), **before}
    done = subprocess.run(
        [*argv, script], env=given, cwd=folder, capture_output=True, timeout=20, check=False
    )
    text = done.stdout.decode("utf-8", "surrogateescape")
    pairs = (entry.partition("=") for entry in text.split("\0") if entry)
    return {name: value for name, _, value in pairs}, done


def write(folder: Path, profile: Profile) -> None:
    (folder / "env.sh").write_bytes(environment.posix(profile, "user"))


@pytest.mark.parametrize("old", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("name", SHELLS)
def test_every_list_from_every_start(name: str, old: str | None, tmp_path: Path) -> None:
    argv = shell(name)
    write(tmp_path, PROFILE)
    lists = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "MANPATH", "TEXINPUTS")
    before = {} if old is None else dict.fromkeys(lists, old)
    want = expected(PROFILE, before)
    for times in (1, 3):
        got, done = run(argv, tmp_path, before, times=times)
        assert (done.returncode, done.stderr) == (0, b"")
        assert {key: got.get(key) for key in want} == want
    nested, _ = run(argv, tmp_path, {key: got[key] for key in lists})
    assert {key: nested.get(key) for key in want} == want


SETUPS = {
    "set -eu": "set -eu",
    "set -f": "set -f",
    "set -C -a": "set -C; set -a",
    "IFS=x": "IFS=x",
    "IFS empty": "IFS=",
    "IFS unset": "unset IFS",
    "IFS=:": "IFS=:",
    "IFS=/bin, set -euf": "IFS=/bin; set -euf",
    "arguments": "set -- one 'two  three' ''",
    "an ERR trap": "trap 'echo trapped >&2' ERR 2>/dev/null || :",
}


@pytest.mark.parametrize("setup", SETUPS.values(), ids=SETUPS)
@pytest.mark.parametrize("name", SHELLS)
def test_nothing_else_changes(name: str, setup: str, tmp_path: Path) -> None:
    if "ERR" in setup and name in ("dash", "busybox"):
        pytest.skip("this shell knows no such trap")
    argv = shell(name)
    write(tmp_path, PROFILE)
    before = {"PATH": PATHS["ours, elsewhere and twice"] or ""}
    state = 'export {0}="${{IFS-unset}}|$-|$#|$*"; '
    # The shells' own last argument is the only trace: $_.
    names = "export NAMES=\"$(set | /usr/bin/grep -v '^_=' | /usr/bin/grep _ek)\" || :"
    got, done = run(
        argv, tmp_path, before, f"{setup}; {state.format('S1')}", after=state.format("S2") + names
    )
    assert (done.returncode, done.stderr) == (0, b"")
    want = expected(PROFILE, before)
    assert {key: got.get(key) for key in want} == want
    assert got["S1"].replace("a", "") == got["S2"].replace("a", "")
    assert got["NAMES"] == ""


@pytest.mark.parametrize("setup", ["", "set -eu", "set -euf; IFS=x"], ids=str)
@pytest.mark.parametrize("name", SHELLS)
def test_a_readonly_variable_stays_and_nobody_dies(name: str, setup: str, tmp_path: Path) -> None:
    argv = shell(name)
    write(tmp_path, PROFILE)
    setup = f"{setup}\nODD=mine\nreadonly PATH ODD\nexport ODD"
    got, done = run(argv, tmp_path, {"PATH": "/usr/bin:/first"}, setup, times=2)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (got["PATH"], got["ODD"], got["PLAIN"]) == ("/usr/bin:/first", "mine", "1")
    assert got["LD_LIBRARY_PATH"] == "/lib one"


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize("setup", ["", "set -eu"], ids=["plain", "set -eu"])
def test_the_source_line_is_inert_when_the_file_is_gone(
    name: str, setup: str, tmp_path: Path
) -> None:
    got, done = run(shell(name), tmp_path, {"PATH": "/usr/bin"}, setup, after="export STATUS")
    assert (done.returncode, done.stderr, got["STATUS"]) == (0, b"", "0")
    assert got["PATH"] == "/usr/bin"


@pytest.mark.parametrize("name", SHELLS)
def test_the_status_is_zero_even_after_a_failure(name: str, tmp_path: Path) -> None:
    write(tmp_path, PROFILE)
    got, done = run(shell(name), tmp_path, {"PATH": "/bin"}, "! true", after="export STATUS")
    assert (got["STATUS"], done.stderr) == ("0", b"")


@pytest.mark.parametrize("name", SHELLS)
def test_system_scope_leaves_the_home_directory_to_each_user(name: str, tmp_path: Path) -> None:
    argv = shell(name)
    home = environment.HOME
    profile = Profile(
        "descent",
        (("CACHE", f"{home}/it's $x"),),
        (f"{home}/bin", "/opt/b"),
        (f"{home}",),
        Path("x"),
    )
    (tmp_path / "env.sh").write_bytes(environment.posix(profile, "system"))
    here = str(tmp_path)
    got, done = run(argv, tmp_path, {"PATH": f"/usr/bin:{here}:/opt/b:{here}/bin"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert got["PATH"] == f"{here}/bin:/opt/b:/usr/bin:{here}"
    assert got["CACHE"] == f"{here}/it's $x"


@pytest.mark.parametrize("name", SHELLS)
def test_for_every_user_where_there_is_no_home(name: str, tmp_path: Path) -> None:
    """A daemon's shell under `set -u` lives: what is below no home is below the root."""
    home = environment.HOME
    profile = Profile("d", (("CACHE", f"{home}/c"),), (f"{home}/bin", "/opt/b"), (), Path("x"))
    env = tmp_path / "env.sh"
    env.write_bytes(environment.posix(profile, "system"))
    line = environment.source_line(env, Path("/nobody")).decode()
    script = f"unset HOME; set -u\n{line}export HERE=1\n/usr/bin/env -0\n"
    (tmp_path / "script").write_text(script)
    done = subprocess.run(
        [*shell(name), tmp_path / "script"], env={"PATH": "/usr/bin"},
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    rows = done.stdout.split(b"\0")
    assert (done.returncode, done.stderr) == (0, b"")
    assert {b"PATH=/bin:/opt/b:/usr/bin", b"CACHE=/c", b"HERE=1"} <= set(rows)


@pytest.mark.parametrize("name", SHELLS)
def test_a_changed_profile_reaches_the_next_shell(name: str, tmp_path: Path) -> None:
    """What a former one put there stays behind ours: nobody can tell it from the user's own."""
    argv = shell(name)
    former = Profile("d", (("A", "1"), ("B", "1")), ("/old", "/both"), (), Path("x"))
    write(tmp_path, former)
    first, _ = run(argv, tmp_path, {"PATH": "/usr/bin"})
    write(tmp_path, Profile("d", (("A", "2"),), ("/new", "/both"), (), Path("x")))
    got, done = run(argv, tmp_path, {name: first[name] for name in ("PATH", "A", "B")})
    assert (done.returncode, done.stderr) == (0, b"")
    assert (got["PATH"], got["A"], got["B"]) == ("/new:/both:/old:/usr/bin", "2", "1")


@pytest.mark.parametrize("name", SHELLS)
def test_no_fork_no_exec_and_one_file_opened(name: str, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    argv = shell(name)
    write(tmp_path, PROFILE)
    line = environment.source_line(tmp_path / "env.sh", tmp_path).decode()
    calls = []
    for text in (":\n", line):
        (tmp_path / "script").write_text(text)
        record = tmp_path / "record"
        trace = ["strace", "-f", "-e", "trace=process,open,openat", "-o", str(record)]
        done = subprocess.run(
            [*trace, *argv, tmp_path / "script"],
            env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
            capture_output=True,
            check=False,
        )
        if b"PTRACE" in done.stderr:
            pytest.skip("strace may not trace here")
        names = [row.split(" ", 1)[1].strip() for row in record.read_text().splitlines()]
        opened = sum("= -1" not in row for row in names if row.startswith("open"))
        started = sum(row.startswith(("exec", "fork", "vfork", "clone")) for row in names)
        calls.append((started, opened))
    assert calls[1] == (calls[0][0], calls[0][1] + 1)
