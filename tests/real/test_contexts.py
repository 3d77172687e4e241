"""What envkit says of a context, before and after startup files, is what its starter really does.

Each context is really started in a mount namespace with an /etc of its own (contexts_box.py). Three
things must agree: the variables that envkit says are given and those that the shell's process has
(/proc/PID/environ); the environment of a program after the startup files, imitated and real, to the
byte; the startup files that logged their names and those that `order` says are read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.real.context_worlds import FAMILIES, World, worlds

BOX = Path(__file__).with_name("contexts_box.py")
STARTERS = ("sshd", "su", "sudo", "tmux", "screen", "cron", "atd", "script", "unshare", "usermod")
# What differs from start to start, or is the launcher's own: ports, sockets, process numbers.
_VOLATILE = {
    *("SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY", "TMUX", "TMUX_PANE", "STY", "WINDOW", "TERMCAP"),
    *("SCREENDIR", "SUDO_COMMAND", "HISTFILE", "PWD", "OLDPWD", "SHLVL", "TERM_PROGRAM_VERSION"),
    "LS_COLORS",
}


def _needs() -> None:
    if os.geteuid() != 0:
        pytest.skip("a mount namespace and other accounts need root")
    path = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
    missing = [name for name in STARTERS if not shutil.which(name, path=path)]
    if missing and os.environ.get("ENVKIT_REQUIRE_SHELLS"):
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def _run(chosen: list[World]) -> dict[str, Any]:
    """Every world in one namespace."""
    _needs()
    root = Path(tempfile.mkdtemp(prefix="envkit-box-"))
    root.chmod(0o755)
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(root),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(BOX.parents[2]),
    }
    try:
        done = subprocess.run(
            ["unshare", "-m", "-p", "-f", "--mount-proc", sys.executable, str(BOX), str(root)],
            input=json.dumps([one._asdict() for one in chosen]),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        shutil.rmtree(root, ignore_errors=True)
    if "mount" in done.stderr and "denied" in done.stderr:
        pytest.skip("mount --bind is not allowed here")
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


def _differences(world: World, context: str, seen: dict[str, Any]) -> list[str]:
    """Everything in which the prediction and the real start are not the same."""
    name, found = f"{world.name}: {context}", []
    if seen["why"]:
        own = world.asks == "root" or context in ("tmux", "screen")
        return [f"{name} was only imitated: {seen['why']}"] if own else []
    if seen["after"] is None or seen["first"] is None:
        return [f"{name} did not run its text: {seen['said']}"]
    pairs = [("after", seen["imitated"] or {}, seen["after"])]
    if context != "at":  # whose script sets the variables, after sh has begun
        pairs.append(("given", seen["given"], seen["first"]))
    # An ordinary user's sshd has no PAM, which would tell of the message shown and of mail.
    left_out = _VOLATILE if world.asks == "root" else _VOLATILE | {"MOTD_SHOWN", "MAIL"}
    for what, said, real in pairs:
        for variable in sorted((said.keys() | real.keys()) - left_out):
            if said.get(variable) != real.get(variable):
                values = f"{said.get(variable)!r}, really {real.get(variable)!r}"
                found.append(f"{name}, {what} {variable}: {values}")
    order = [path for path in seen["order"] if not path.startswith("/usr/")]
    if world.marks and order != seen["ran"]:
        found.append(f"{name}: order {order}, ran {seen['ran']}")
    if seen["left"] and not any("fish" in one for one in seen["left"]):
        found.append(f"{name} left processes: {seen['left']}")
    return found


def _check(chosen: list[World]) -> None:
    answers = _run(chosen)
    found = [f"left: {one}" for one in answers["left"]]
    cells = 0
    for world, answer in zip(chosen, answers["worlds"], strict=True):
        found += [f"{world.name}: changed {name}" for name in answer["changed"]]
        for context, seen in answer["starts"].items():
            found += _differences(world, context, seen)
            cells += 1
    print(f"{cells} starts in {len(chosen)} worlds, {len(found)} differences")
    assert not found, "\n".join(found)


def test_a_sample_of_machines() -> None:
    _check([one for one in worlds() if one.sample])


@pytest.mark.full
@pytest.mark.parametrize("family", FAMILIES)
def test_all_machines(family: str) -> None:
    _check(FAMILIES[family]())
