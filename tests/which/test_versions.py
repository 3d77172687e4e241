"""Versions: the real programs of this machine, and what must never be run."""

from __future__ import annotations

import os
import platform
import shutil
import struct
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import child
from envkit.host import Host
from envkit.which import versions

PATH = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


def test_this_python(host: Callable[..., Host]) -> None:
    path = Path(sys.executable)
    told = versions.of(host(), [path], PATH)
    assert told == {path: "{}.{}.{}".format(*sys.version_info)}


def test_of_a_virtual_environment(host: Callable[..., Host]) -> None:
    machine = host()
    venv.create(machine.home_at / "dl", symlinks=True)
    paths = [machine.home / "dl/bin" / name for name in ("python", "python3")]
    told = versions.of(machine, paths, PATH)
    assert set(told) == set(paths) and len(set(told.values())) == 1


# Each with another way of its own to ask, as an oracle.
ORACLES = {
    "bash": ("bash", "--norc", "-c", 'echo "${BASH_VERSION%%(*}"'),
    "zsh": ("zsh", "-fc", "echo $ZSH_VERSION"),
    "fish": ("fish", "-Nc", "echo $version"),
    "perl": ("perl", "-e", 'printf "%vd", $^V'),
    "tcsh": ("tcsh", "-fc", "echo $tcsh"),
    "gcc": ("gcc", "-dumpfullversion"),
    "node": ("node", "-p", "process.versions.node"),
}


@pytest.mark.parametrize("name", ORACLES)
def test_tools(host: Callable[..., Host], name: str) -> None:
    found = shutil.which(name, path=PATH["PATH"])
    if found is None:
        if os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1" and name in ("bash", "zsh", "fish"):
            pytest.fail(f"no {name} here, and CI installs it")
        pytest.skip(f"no {name} here")
    said = subprocess.run(ORACLES[name], capture_output=True, text=True).stdout.strip()
    assert versions.of(host(), [Path(found)], PATH) == {Path(found): said}


@pytest.mark.parametrize(
    ("stdout", "stderr", "version"),
    [
        ("Python 3.13.0rc1\n", "", "3.13.0rc1"),
        ("", "Python 2.7.18\n", "2.7.18"),
        ("Python 3.10.14 (75b3de9d, Apr 21 2024)\n[PyPy 7.3.16 with GCC]\n", "", "3.10.14"),
        ("", 'openjdk version "17.0.9" 2023-10-17\nOpenJDK Runtime Environment\n', "17.0.9"),
        ("go version go1.21.3 linux/amd64\n", "", "1.21.3"),
        ("", "OpenSSH_9.2p1 Debian-2+deb12u2, OpenSSL 3.0.11\n", "9.2p1"),
        ("tmux 3.3a\n", "", "3.3a"),
        ("gcc (Debian 12.2.0-14) 12.2.0\nCopyright (C) 2022\n", "", "12.2.0"),
        ("Apple clang version 15.0.0 (clang-1500.3.9.4)\n", "", "15.0.0"),
        ("git version 2.39.3 (Apple Git-146)\n", "", "2.39.3"),
        ("GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n", "", "5.2.15"),
        ("\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x\n", "", "5.36.0"),
        (
            "nvcc: NVIDIA (R) Cuda compiler driver\nBuilt on Tue_Feb_27_16:19:38_PST_2024\n"
            "Cuda compilation tools, release 12.4, V12.4.99\n",
            "",
            "12.4",
        ),
        ("v20.11.1\n", "", "20.11.1"),
        ("uv 0.4.30 (61ed2a236 2024-11-04)\n", "", "0.4.30"),
        ("R version 4.3.1 (2023-06-16) -- Beagle\n", "", "4.3.1"),
        ("rustc 1.80.0-nightly (ab5bda1aa 2024-06-08)\n", "", "1.80.0"),
        ("BusyBox v1.35.0 (Debian 1:1.35.0-4+b1) multi-call binary.\n", "", "1.35.0"),
        ("cmake version 3.28.0-rc5\n", "", "3.28.0-rc5"),
        ("mpirun (Open MPI) 4.1.4\n", "", "4.1.4"),
        ("usage: x [-h]\n", "", ""),
        ("", "", ""),
    ],
)
def test_what_tools_say(stdout: str, stderr: str, version: str) -> None:
    outcome = child.Outcome(0, stdout.encode(), stderr.encode(), False, 0.1)
    assert versions.read(outcome) == version


def test_an_answer_that_is_none(host: Callable[..., Host]) -> None:
    assert versions.read(child.Outcome(127, b"x 1.2.3\n", b"", False, 0.1)) == ""
    assert versions.read(child.Outcome(0, b"x 1.2.3\n", b"", True, 0.1)) == ""


class TestNothingIsRun:
    """What a program could do: each of these leaves a mark if it is run."""

    def _script(self, host: Callable[..., Host], name: str) -> tuple[Host, Path, Path]:
        machine = host()
        mark = machine.home_at / "mark"
        path = machine.home_at / "bin" / name
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\n: > {mark}\necho 9.9\n")
        path.chmod(0o755)
        return machine, path, mark

    @pytest.mark.parametrize("name", ["python", "pip", "deploy", "git", "java", "gcc"])
    def test_a_script(self, host: Callable[..., Host], name: str) -> None:
        machine, path, mark = self._script(host, name)
        assert versions.of(machine, [path], PATH) == {}
        assert not mark.exists()

    @pytest.mark.parametrize("name", ["deploy", "rm", "shutdown", "pythonic", "python-config"])
    def test_a_binary_of_another_name(self, host: Callable[..., Host], name: str) -> None:
        """touch under such a name would leave a file."""
        machine = host()
        path = machine.home_at / name
        path.symlink_to("/usr/bin/touch")
        assert versions._question(machine, path) == ()

    def test_another_machine_s(self, host: Callable[..., Host]) -> None:
        machine = host({}, {"usr/bin/python3": "\x7fELF"})
        assert versions.of(machine, [Path("/usr/bin/python3")], PATH) == {}

    @pytest.mark.parametrize("launcher", ["snap", "mise", "volta-shim", "julialauncher"])
    def test_what_would_fetch_something(self, host: Callable[..., Host], launcher: str) -> None:
        machine = host({launcher: "\x7fELF"})
        for name in ("node", "python", "julia"):
            (machine.home_at / name).symlink_to(launcher)
            assert versions._question(machine, machine.home_at / name) == ()

    def test_what_asks_is_calm(self, host: Callable[..., Host], tmp_path: Path) -> None:
        """bash reads no file, whatever BASH_ENV says; nothing is written into the home."""
        rc = tmp_path / "rc"
        rc.write_text(f": > {tmp_path}/mark\n")
        machine = host()
        given = {**PATH, "BASH_ENV": str(rc), "ENV": str(rc), "HOME": str(machine.home)}
        versions.of(machine, [Path("/bin/bash"), Path("/usr/bin/git")], given)
        assert not (tmp_path / "mark").exists()
        assert list(machine.home_at.iterdir()) == []


def test_what_records_say(host: Callable[..., Host]) -> None:
    """A script's version is its distribution's; pipx's, uv's and conda's records count, too."""
    library = "dl/lib/python3.11/site-packages/tool-1.2.dist-info"
    conda = '{"name": "x", "version": "3.4", "files": ["bin/x"]}'
    machine = host(
        {
            "dl/bin/tool": "#!/bin/sh\nexit 1\n",
            f"{library}/RECORD": "../../../bin/tool,,\n",
            f"{library}/METADATA": "Name: tool\nVersion: 1.2\n",
            "conda/bin/x": "#!/bin/sh\nexit 1\n",
            "conda/conda-meta/x-3.4.json": conda,
        }
    )
    tool, x = machine.home / "dl/bin/tool", machine.home / "conda/bin/x"
    assert versions.of(machine, [tool, x, machine.home / "gone"], PATH) == {tool: "1.2", x: "3.4"}


# An ELF header, one segment, and: mov eax, 34 (pause); syscall; jmp back (elf(5), pause(2)).
_SLEEPER = struct.pack(
    *("<4sBBBB8xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 0, 2, 62, 1, 0x400078, 64, 0),
    *(0, 64, 56, 1, 0, 0, 0),
) + struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, 129, 129, 4096)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the program is one for x86-64")
def test_one_that_hangs_is_left(host: Callable[..., Host]) -> None:
    machine = host()
    slow = machine.home_at / "sqlite3"
    slow.write_bytes(_SLEEPER + b"\xb8\x22\0\0\0\x0f\x05\xeb\xf7")
    slow.chmod(0o755)
    (outcome,) = child.run_all([child.Command(("sqlite3",), slow, {}, limit=0.5)])
    assert outcome.timed_out  # it does hang
    assert set(versions.of(machine, [slow, Path(sys.executable)], PATH, 0.5)) <= {
        Path(sys.executable)
    }


def test_one_file_is_asked_once(host: Callable[..., Host], monkeypatch) -> None:
    asked: list[child.Command] = []
    real = child.run_all
    monkeypatch.setattr(child, "run_all", lambda commands: asked.extend(commands) or real(commands))
    machine = host()
    base = Path(os.path.realpath(sys.executable))
    for name in ("python", "python3"):
        (machine.home_at / name).symlink_to(base)
    paths = [machine.home / "python", machine.home / "python3"]
    assert len(versions.of(machine, paths, PATH)) == 2
    assert len(asked) == 1
