"""install --system on real shells: a fake /etc in a mount namespace, every platform's own texts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real import platform_texts, system_box

REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
PYTHON = Path("/usr/bin/python3")
PROFILE = "PATH=${ENVKIT_PYTHON_BIN}:${PATH}:/srv/last\nEK_A='a b'\n"
RELEASES = {
    "debian": "debian",
    "redhat": "fedora",
    "arch": "arch",
    "alpine": "alpine",
    "suse": "opensuse",
}
INSTALL = ["install", "/srv/mine.env", "--system", "--yes", "--python", "/srv/env"]
UNINSTALL = ["uninstall", "--system", "--yes"]
FOLDERS = ["/etc", "/home/ada", "/home/root", "/var/lib"]

Steps = list[dict[str, Any]]
Machine = Callable[..., list[Any]]


def _namespaces() -> bool:
    return (
        os.geteuid() == 0
        and shutil.which("unshare") is not None
        and subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0
    )


pytestmark = pytest.mark.skipif(not _namespaces(), reason="needs root and mount namespaces")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("srv") / "env"
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", folder], check=True)
    return folder


@pytest.fixture
def machine(tmp_path: Path, environment: Path) -> Iterator[Machine]:
    """machine(files, steps): the answers to the steps, on a machine with these files."""
    boxes = []

    def run(files: dict[str, str], steps: Steps) -> list[Any]:
        root = tmp_path / f"box{len(boxes)}"
        boxes.append(root)
        system_box.make(root, files)
        shutil.copytree(environment, root / "srv/env", symlinks=True)
        (root / "srv/env").chmod(0o755)
        (root / "srv/mine.env").write_text(PROFILE)
        done = subprocess.run(
            ["unshare", "-m", sys.executable, system_box.__file__, str(root)],
            input=json.dumps(steps),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answers: list[Any] = json.loads(done.stdout)
        return answers

    yield run
    for box in boxes:
        shutil.rmtree(box, ignore_errors=True)


def files_of(platform: str) -> dict[str, str]:
    """A platform's own texts, its shells' among them, as its binaries here would read them."""
    release = f"ID={RELEASES[platform]}\n"
    texts = {**platform_texts.TEXTS[platform], **platform_texts.ZSH[platform]}
    return {**texts, "/etc/os-release": release}


# shell: (program, its starts)
STARTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "bash": (("bash", "-lc"), ("bash", "-l", "-i", "-c"), ("bash", "-i", "-c"), ("bash", "-c")),
    "dash": (("dash", "-l", "-c"),),
    "zsh": (("zsh", "-c"), ("zsh", "-lc"), ("zsh", "-l", "-i", "-c"), ("zsh", "-i", "-c")),
    "fish": (("fish", "-c"), ("fish", "-l", "-c"), ("fish", "-i", "-c")),
    "mksh": (("mksh", "-l", "-c"), ("mksh", "-l", "-i", "-c")),
    "ksh93": (("ksh93", "-l", "-c"), ("ksh93", "-i", "-c"), ("ksh93", "-l", "-i", "-c")),
}


def starts() -> list[dict[str, Any]]:
    """Every start of every shell that is here, as an ordinary account and as root."""
    found = []
    for shell, lines in STARTS.items():
        program = shutil.which(shell)
        if program is None:
            assert not (REQUIRED and shell in ("bash", "dash", "zsh", "fish")), f"no {shell}"
            continue
        for argv in lines:
            ssh = {"SSH_CLIENT": "1 2 3"} if argv == ("bash", "-c") else {}
            for root in (False, True):
                user, home = ("root", "/home/root") if root else ("ada", "/home/ada")
                env = {"HOME": home, "USER": user, "PATH": "/usr/bin:/bin", "TERM": "dumb", **ssh}
                found.append({"program": program, "argv": argv, "env": env, "root": root})
    return found


def unserved(asked: list[dict[str, Any]], answers: list[str]) -> list[str]:
    """The starts that do not have the profile first, each entry once, with status 0.

    What an account's own files (the skeleton's) put in front is for them to say.
    """
    found = []
    for one, answer in zip(asked, answers, strict=True):
        path, _, rest = answer.partition("|")
        mine = (one["env"]["HOME"] + "/",)
        entries = [each for each in path.split(":") if not each.startswith(mine)]
        # Debian's own snippet for login fish appends its folders after every conf.d of /etc.
        late = one["argv"][0] == "fish"
        fine = entries[0] == "/srv/env/bin" and (late or entries[-1] == "/srv/last")
        fine = fine and len([each for each in entries if each.startswith("/srv/")]) == 2
        if not (fine and rest.startswith("a b|0|")):
            found.append(f"{'root' if one['root'] else 'ada'}: {' '.join(one['argv'])}: {answer}")
    return found


@pytest.mark.parametrize("platform", RELEASES)
def test_every_start_of_every_account(machine: Machine, platform: str) -> None:
    """Reached as predicted, taken back to the byte; a second install writes nothing."""
    asked = starts()
    install = INSTALL if platform == "debian" else [*INSTALL, "--no-verify"]
    steps: Steps = [
        {"tree": FOLDERS},
        {"envkit": install, "umask": 0o077},
        {"tree": FOLDERS},
        {"starts": asked},
        {"envkit": [*INSTALL, "--check"]},
        {"envkit": UNINSTALL},
        {"tree": ["/etc", "/var/lib"]},
    ]
    before, install, between, found, check, uninstall, end = machine(files_of(platform), steps)
    assert install[0] == 0, install
    assert unserved(asked, found) == []
    assert check[0] == 0, check
    assert [path for path in between if "/home/" in path and between[path] != before[path]] == []
    ours = [path for path in between if path not in before and path.startswith("/etc")]
    assert {between[path][0] for path in ours} <= {"0o100644", "0o40755"}, between
    assert uninstall[0] == 0, uninstall
    left = {path: one for path, one in end.items() if not path.startswith("/var/lib/envkit")}
    assert left == {path: one for path, one in before.items() if "/home/" not in path}
