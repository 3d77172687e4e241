"""What envkit writes is clean: ShellCheck in every dialect, and each shell's own `-n`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from envkit import block, environment
from envkit.environment import fish
from envkit.plan import Profile
from envkit.profile.reading import HOME
from tests.real.test_environment import PROFILE, SHELLS, shell
from tests.real.test_environment_values import HOSTILE

PLAIN = Profile("descent", (("A", "1"),), ("/first",), (), Path("x"))
SYSTEM = Profile("all", (("CACHE", f"{HOME}/x"),), (f"{HOME}/bin", "/opt/b"), (HOME,), Path("x"))
# A carriage return, and what only looks like a quote or a space, is the profile's text, not ours.
TEXTS = tuple(text for text in HOSTILE if "\r" not in text)
ODD = Profile(
    "odd",
    tuple((f"ODD_{number}", text) for number, text in enumerate(TEXTS)),
    tuple(f"/{text}" for text in TEXTS if ":" not in text),
    (),
    Path("x"),
)
PROFILES = {
    "entries and variables": (PLAIN, "user"),
    "every list": (PROFILE, "user"),
    "variables alone": (Profile("v", (("A", "1"), ("B", "x y")), (), (), Path("x")), "user"),
    "entries alone": (Profile("e", (), ("/a", "/b c"), (), Path("x")), "user"),
    "last entries alone": (Profile("e", (), (), ("/a", "/b c"), Path("x")), "user"),
    "nothing": (Profile("n", (), (), (), Path("x")), "user"),
    "for every user": (SYSTEM, "system"),
    "odd text": (ODD, "user"),
}
DIALECTS = ("sh", "bash", "dash", "ksh")


def files(title: str, folder: Path) -> list[Path]:
    """env.sh, and a startup file whose block reads it."""
    profile, scope = PROFILES[title]
    env, startup = folder / "env.sh", folder / "startup"
    env.write_bytes(environment.posix(profile, scope))  # type: ignore[arg-type]
    line = environment.source_line(Path("/home/ada/.config/envkit/env.sh"), Path("/home/ada"))
    startup.write_bytes(block.put(b"", profile.name, line))
    return [env, startup]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("title", PROFILES)
def test_shellcheck_has_nothing_to_say(title: str, dialect: str, tmp_path: Path) -> None:
    program = shutil.which("shellcheck")
    if program is None:
        if os.environ.get("ENVKIT_REQUIRE_SHELLS"):
            pytest.fail("shellcheck is not installed")
        pytest.skip("shellcheck is not installed")
    command = [program, "--norc", f"--shell={dialect}", "--severity=style", "--format=gcc"]
    done = subprocess.run(
        [*command, *files(title, tmp_path)],
        env={"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    # That the file to read is not there to be checked (SC1091) is as it is to be.
    said = [row for row in done.stdout.splitlines() if "[SC1091]" not in row]
    assert (said, done.stderr) == ([], "")


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize("title", PROFILES)
def test_a_shell_reads_it_without_running_it(title: str, name: str, tmp_path: Path) -> None:
    argv = shell(name)
    if "as sh" in name:
        pytest.skip("the starter would need the option, too")
    if name == "yash" and title == "odd text":
        pytest.skip("yash reads text, not bytes")
    for path in files(title, tmp_path):
        done = subprocess.run([*argv, "-n", path], capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("title", PROFILES)
def test_fish_reads_it_without_running_it(title: str, tmp_path: Path) -> None:
    SHELLS.setdefault("fish", ("fish",))
    program = shell("fish")[0]
    profile, scope = PROFILES[title]
    path = tmp_path / "env.fish"
    path.write_bytes(fish.fish(profile, scope))  # type: ignore[arg-type]
    done = subprocess.run(
        [program, "--no-execute", path],
        env={"HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
