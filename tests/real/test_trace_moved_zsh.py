"""zsh: who set, and who moved, each entry of a list, by zsh's own ways to edit one.

A row: what stands in ~/.zshrc, and the whole list then, each entry with the line that set it ("":
it was there before) and, where one moved it, which and whither.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import order
from envkit.host import Host
from envkit.provenance import Trace
from envkit.trace import trace

pytestmark = pytest.mark.skipif(
    shutil.which("zsh") is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1",
    reason="there is no zsh here",
)
GIVEN = "/usr/bin:/bin"
Row = tuple[str, ...]
BIN, LOW = ("/usr/bin", ""), ("/bin", "")
A1, B2 = ("/t/a", "1"), ("/t/b", "2")

CASES: dict[str, tuple[str, tuple[Row, ...]]] = {
    "typeset -U, in front": (
        "typeset -U path\npath=(/bin /t/b $path)\n",
        (("/bin", "", "in front of /usr/bin", "2"), B2, BIN),
    ),
    "-U, appended": ("typeset -U path\npath+=(/usr/bin /t/b)\n", (BIN, LOW, B2)),
    "-U afterwards": ("path=(/t/a $path /t/a)\ntypeset -U path\n", (A1, BIN, LOW)),
    "-U, export": ("typeset -U PATH\nexport PATH=/t/b:$PATH:/bin\n", (B2, BIN, LOW)),
    "taken out": ('path=(/t/a $path)\npath=("${(@)path:#/usr/bin}" )\n', (A1, LOW)),
    "taken out and put back": (
        "path=(/t/a $path)\npath=(${path:#/t/a} /t/a)\n",
        (BIN, LOW, (*A1, "behind /usr/bin", "2")),
    ),
    "to the front": (
        "path+=/t/a\npath=(/t/a ${path:#/t/a})\n",
        ((*A1, "in front of /usr/bin", "2"), BIN, LOW),
    ),
    "an element": ("path[1]=/t/a\n", (A1, LOW)),
    "elements before": ("path[1,0]=(/t/a)\n", (A1, BIN, LOW)),
    "an element gone": ("path[1]=()\n", (LOW,)),
    "by its value": ("path[(r)/usr/bin]=/t/a\n", (A1, LOW)),
    "swapped": ("path=($path[2] $path[1])\n", (("/bin", "", "in front of /usr/bin", "1"), BIN)),
    "joined": ("PATH=${(j.:.)path}:/t/a\n", (BIN, LOW, A1)),
    "joined, another order": (
        "path=(/t/a $path)\nPATH=${(j.:.)path[2,-1]}:/t/a\n",
        (BIN, LOW, (*A1, "behind /usr/bin", "2")),
    ),
    "split": ("path=(${(s.:.)PATH} /t/a)\n", (BIN, LOW, A1)),
    "reversed": ("path=(${(Oa)path})\n", (("/bin", "", "in front of /usr/bin", "1"), BIN)),
    "sorted": ("path=(${(o)path} /t/a)\n", (("/bin", "", "in front of /usr/bin", "1"), BIN, A1)),
    "unique": ("path=(/t/a $path /t/a)\npath=(${(u)path})\n", (A1, BIN, LOW)),
    "existing only": ("path=(/t/a $path)\npath=($^path(N-/))\n", (BIN, LOW)),
    "anew": ("path=(/t/a /bin)\n", (A1, ("/bin", "1"))),
    "a function": (
        "front() {\n path=($1 ${path:#$1})\n}\nfront /bin\n",
        (("/bin", "", "in front of /usr/bin", "2"), BIN),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_movers(host: Callable[..., Host], name: str) -> None:
    text, expected = CASES[name]
    machine = host(files={".zshrc": text})
    found = traced(machine)
    shown = [
        tuple(filter(None, (e.directory, line(machine, e.set_by)))) if not e.moved_by
        else (e.directory, line(machine, e.set_by), e.moved, line(machine, e.moved_by))
        for e in found.entries
    ]  # fmt: skip
    wanted = [tuple(filter(None, row)) if len(row) == 2 else row for row in expected]
    assert shown == wanted
    assert found.notes == ()


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("fpath", "fpath=(/t/a)\nfpath=(/t/b $fpath)\n", {"/t/b": 2, "/t/a": 1}),
        ("FPATH", "fpath=(/t/a)\nFPATH=/t/b:$FPATH\n", {"/t/b": 2, "/t/a": 1}),
        ("CDPATH", "cdpath=(/t/a)\ncdpath+=/t/b\n", {"/t/a": 1, "/t/b": 2}),
        ("cdpath", "CDPATH=/t/a\n\ncdpath=(/t/b $cdpath)\n", {"/t/b": 3, "/t/a": 1}),
        ("MANPATH", "MANPATH=/t/a:\nmanpath=(/t/b $manpath '')\n", {"/t/b": 2, "/t/a": 1, "": 1}),
        ("manpath", "typeset -U manpath=(/t/a)\nmanpath+=(/t/a /t/b)\n", {"/t/a": 1, "/t/b": 2}),
        ("LD_LIBRARY_PATH", "LD_LIBRARY_PATH=/t/a\nLD_LIBRARY_PATH+=:/t/b\n",
         {"/t/a": 1, "/t/b": 2}),
        ("XDG_DATA_DIRS", "true\nexport XDG_DATA_DIRS=/t/b:${XDG_DATA_DIRS:-/t/a}\n",
         {"/t/b": 2, "/t/a": 2}),
    ],
)  # fmt: skip
def test_other_lists(
    host: Callable[..., Host], variable: str, text: str, expected: dict[str, int]
) -> None:
    """Tied arrays go by either name; what is no array is a colon list all the same."""
    machine = host(files={".zshrc": text})
    found = traced(machine, variable)
    assert found.variable == variable
    assert {e.directory: e.set_by and e.set_by.line for e in found.entries} == expected


HELPER = r"""#!/bin/sh
l=
for d in /usr/local/bin /usr/bin /bin /usr/sbin /sbin; do l=$l${l:+:}$d; done
IFS=:
for d in $PATH; do case ":$l:" in *":$d:"*) ;; *) l=$l:$d;; esac; done
echo "PATH=\"$l\"; export PATH"
"""
PROFILE = "# x\n\n\nif [ -x HELPER ]; then\n\teval `HELPER -s`\nfi\n"


def test_a_path_helper(host: Callable[..., Host]) -> None:
    """The issue's example: `set by ~/.zshenv:2, moved behind /usr/bin by /etc/zprofile:5`."""
    machine = host(files={".zshenv": "\nexport PATH=~/mine:$PATH\n", "helper": HELPER})
    (machine.home / "helper").chmod(0o755)
    profile = PROFILE.replace("HELPER", f"{machine.home}/helper")
    (machine.home / ".zprofile").write_text(profile)
    check_helper(traced(machine, login=True), str(machine.home / ".zprofile"), machine.home)


def check_helper(found: Trace, profile: str, home: Path) -> None:
    mine = found.entries[-1]
    assert [e.directory for e in found.entries[:-1]] == [
        *("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")
    ]
    assert (mine.directory, str(mine.set_by)) == (f"{home}/mine", f"{home}/.zshenv:2")
    assert (mine.moved, str(mine.moved_by)) == ("behind /usr/bin", f"{profile}:5")
    assert [str(e.set_by) if e.set_by else "" for e in found.entries[:-1]] == [
        *(f"{profile}:5", "", "", f"{profile}:5", f"{profile}:5")
    ]


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("unshare") is None, reason="needs root")
@pytest.mark.skipif(not Path("/etc/zsh").is_dir(), reason="zsh is not built for /etc/zsh")
def test_a_path_helper_of_the_system(tmp_path: Path) -> None:
    """The same in /etc/zsh/zprofile."""
    home, etc = tmp_path / "home", tmp_path / "etc"
    home.mkdir()
    etc.mkdir()
    (home / ".zshenv").write_text("\nexport PATH=~/mine:$PATH\n")
    (home / "helper").write_text(HELPER)
    (home / "helper").chmod(0o755)
    (etc / "zprofile").write_text(PROFILE.replace("HELPER", f"{home}/helper"))
    program = (
        "import sys, json\nfrom pathlib import Path\n"
        "from tests.real.test_trace_moved_zsh import traced\nfrom envkit.host import Host\n"
        "mine = traced(Host.real(Path(sys.argv[1])), login=True).entries[-1]\n"
        "print(json.dumps([str(mine.set_by), mine.moved, str(mine.moved_by)]))\n"
    )
    run = f'mount --bind {etc} /etc/zsh && exec {sys.executable} -c "$1" {home}'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", run, "sh", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    if "mount" in done.stderr:
        pytest.skip("no mount namespace here")
    assert json.loads(done.stdout) == [
        *(f"{home}/.zshenv:2", "behind /usr/bin", "/etc/zsh/zprofile:5")
    ], done.stderr


def line(machine: Host, where: object) -> str:
    """The line, for what is in the home's files."""
    path, _, number = str(where).rpartition(":")
    return number if str(machine.home) in path else ""


def traced(machine: Host, variable: str = "PATH", login: bool = False) -> Trace:
    name = "-zsh" if login else "zsh"
    given = {"HOME": str(machine.home), "PATH": GIVEN}
    start = order.literal(machine, "zsh", (name, "-i", "-c", ":"), "null", given)
    return trace(machine, [start], variable)[0]
