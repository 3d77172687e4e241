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

from tests.real import platform_texts, system_box, system_worlds

REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
PYTHON = Path("/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable).resolve()
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
    if PYTHON.parts[1] in ("root", "home"):
        pytest.skip(f"{PYTHON} is not everybody's: --system refuses it")
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


# Debian with its own proof in the ordinary run; the others, without, in the full one.
@pytest.mark.parametrize(
    "platform",
    [pytest.param(name, marks=[] if name == "debian" else [pytest.mark.full]) for name in RELEASES],
)
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


# -- random machines ------------------------------------------------------------------------------

_LABELS = {
    "bash -lc": "login_command",
    "bash -l -i -c": "login_terminal",
    "bash -i -c": "terminal",
    "bash -c": "ssh_command",
    "dash -l -c": "sh_login",
}
_KINDS = {
    "-c": "ssh_command",
    "-lc": "login_command",
    "-l -c": "login_command",
    "-l -i -c": "login_terminal",
    "-i -c": "terminal",
}


def label(one: dict[str, Any]) -> tuple[str, str]:
    """What install calls a start, and whose it is."""
    shell, *rest = one["argv"]
    name = _LABELS.get(" ".join(one["argv"])) or f"{shell} {_KINDS[' '.join(rest)]}"
    return name, "root" if one["root"] else "ada"


def told(unreached: list[dict[str, str]]) -> set[tuple[str, str]]:
    """The starts that install says it cannot reach."""
    found = set()
    for one in unreached:
        whose = {"ada", "root"}
        if one["reason"].endswith("(root)"):
            whose = {"root"}
        elif one["reason"].endswith("(an ordinary account)"):
            whose = {"ada"}
        found |= {(one["start"], who) for who in whose}
    return found


@pytest.mark.parametrize(
    "seed",
    [pytest.param(n, marks=[] if n == 24 else [pytest.mark.full]) for n in range(60)],
)
def test_reached_or_told_so(machine: Machine, seed: int) -> None:
    """Exactly the starts that install names are not reached, whatever stands in /etc."""
    asked = starts()
    steps: Steps = [
        {"tree": ["/etc"]},
        {"envkit": [*INSTALL, "--no-verify", "--json"]},
        {"starts": asked},
        {"envkit": UNINSTALL},
        {"tree": ["/etc"]},
    ]
    before, install, found, _, end = machine(system_worlds.files(seed), steps)
    assert install[0] == 0, install
    lost = {
        label(one) for one, answer in zip(asked, found, strict=True) if unserved([one], [answer])
    }
    known = {label(one) for one in asked}
    assert lost == told(json.loads(install[1])["unreached"]) & known
    assert end == before


# -- what happens later ---------------------------------------------------------------------------


def test_an_update_that_resets_files_is_noticed_and_repaired(machine: Machine) -> None:
    files = files_of("debian")
    paths = ("/etc/bash.bashrc", "/etc/zsh/zshenv", "/etc/profile.d/envkit.sh")
    vendors = {path: f"# of the new version\n{files.get(path, '')}" for path in paths}
    quick = [*INSTALL, "--no-verify"]
    steps: Steps = [
        {"envkit": quick},
        {"put": vendors},
        {"envkit": [*INSTALL, "--check"]},
        {"envkit": ["doctor", "--select", "EK118", "--format", "json"]},
        {"envkit": quick},
        *({"read": path} for path in paths),
        {"envkit": UNINSTALL},
        *({"read": path} for path in paths),
    ]
    first, _, noticed, doctor, again, *rest = machine(files, steps)
    assert (first[0], noticed[0], doctor[0], again[0]) == (0, 1, 1, 0), doctor
    for path in paths:
        assert path in noticed[1]
        assert path in doctor[1]
    assert all("envkit mine" in text for text in rest[:3])
    assert rest[3][0] == 0
    assert rest[4:] == list(vendors.values())


def test_a_start_that_gets_worse_takes_all_of_it_back(machine: Machine) -> None:
    """And nothing is left: no file, no home of the accounts that were made for the proof."""
    complaint = "[ -e /etc/envkit/env.sh ] && echo no, thanks >&2\n"
    files = files_of("debian")
    files["/etc/zsh/zshenv"] = complaint + files["/etc/zsh/zshenv"]
    before, install, end = machine(
        files, [{"tree": FOLDERS}, {"envkit": INSTALL}, {"tree": FOLDERS}]
    )
    if shutil.which("zsh") is None:
        pytest.skip("no zsh")
    assert install[0] == 3, install
    assert "rolled back" in install[2]
    assert "no, thanks" in install[2]
    left = {path: one for path, one in end.items() if not path.startswith("/var/lib/envkit")}
    assert left == before


def test_rolled_back_and_had_again(machine: Machine) -> None:
    steps: Steps = [
        {"tree": ["/etc"]},
        {"envkit": [*INSTALL, "--no-verify", "--environment-file"]},
        {"tree": ["/etc", "/var/lib/envkit"]},
        {"envkit": ["rollback", "--system", "--yes", "--json"]},
        {"tree": ["/etc"]},
        {"envkit": ["history", "--system"]},
    ]
    before, install, between, rollback, end, history = machine(files_of("debian"), steps)
    assert (install[0], rollback[0], history[0]) == (0, 0, 0), (install, rollback)
    assert {"/etc/environment", "/etc/profile.d/envkit.sh"} <= set(between) - set(before)
    private = [path for path in between if path.startswith("/var/lib/envkit/receipts/")]
    assert private
    assert {between[path][0] for path in private} == {"0o100600"}
    assert end == before
    assert "install --system mine" in history[1]


def test_what_is_refused_leaves_no_trace(machine: Machine) -> None:
    lines = {
        "a Python below a home": ["--python", "/home/ada/env"],
        "a home": ["--python", "/srv/env", "--home", "/home/ada"],
        "another system": ["--python", "/srv/env", "--platform", "nixos"],
    }
    files = {**files_of("debian"), "~/env/pyvenv.cfg": "home = /usr/bin\n"}
    steps: Steps = [{"tree": FOLDERS}]
    base = ["install", "/srv/mine.env", "--system", "--yes"]
    steps += [{"envkit": [*base, *more]} for more in lines.values()]
    steps += [{"tree": FOLDERS}]
    before, *answers, end = machine(files, steps)
    assert [answer[0] for answer in answers] in ([3, 3, 3], [2, 3, 3]), answers
    assert end == before
