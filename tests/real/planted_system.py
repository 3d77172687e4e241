"""Traces planted homes under system files of their own: run in a mount namespace (`unshare -m`).

`python -m tests.real.planted_system ROOT WHO [everywhere] < numbers.json`; WHO is `root`, `ada`
(root asks about the home of an ordinary user) or `self` (that user asks). Each answer has what
envkit says and the value that a program has which such a shell really starts.
"""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from envkit import contexts, order, platforms, shells
from envkit.everywhere import everywhere
from envkit.host import Host
from envkit.model import Given, Start
from envkit.trace import trace
from tests.real import namespace
from tests.real.planted_homes import ETC, FISH, HOMES, ZSH, Home

HOME = Path("/home/ada")


def place(root: Path, home: Home, uid: int) -> None:
    """The files of one home, owned by `uid`, and the system's."""
    namespace.clear(root)
    for name, text in {**ETC, **home.etc}.items():
        path = root / "etc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name, text in home.files.items():
        path = root / "home/ada" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("->"):
            path.symlink_to(text[2:])
            continue
        path.write_text(text)
        path.chmod(0o000 if name in home.unreadable else 0o755 if text[:2] == "#!" else 0o644)
    for folder, _, names in os.walk(root / "home/ada"):
        for name in ("", *names):
            os.lchown(Path(folder, name), uid, uid)


def start_of(host: Host, home: Home) -> Start:
    start = order.start_for(host, contexts.get(home.context), shells.get(home.shell))
    given = {name: value.replace("~", str(HOME)) for name, value in home.environment.items()}
    return start._replace(environment={**start.environment, **given})


def really(start: Start, uid: int) -> str | None:
    """PATH as a program has it that such a shell starts."""
    out = Path("/home/log")
    out.write_bytes(b"")
    text = f"/usr/bin/env -0 >{out}"
    argv = start.shell.argv(start.invocation, text)
    program = shutil.which(start.shell.programs[0])
    assert program is not None
    child, terminal = pty.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
        if start.invocation.stdin != "pty":
            os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.chdir(HOME)
        os.execve(program, argv, dict(start.environment))
    _drain(child, terminal)
    pairs = (pair.partition("=") for pair in os.fsdecode(out.read_bytes()).split("\0"))
    return {name: value for name, equals, value in pairs if equals}.get("PATH")


def _drain(child: int, terminal: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.05)
        try:
            if ready and not os.read(terminal, 65536):
                break
        except OSError:
            break
    os.close(terminal)
    os.waitpid(child, 0)


def answer(home: Home, uid: int) -> dict[str, Any]:
    """What envkit says of PATH, and what the shell has."""
    host = Host.real(home=HOME)
    start = start_of(host, home)
    found = trace(host, (start,), "PATH", 20.0)[0]
    return {
        "value": found.value,
        "entries": [
            [host.show(one.directory), host.show(str(one.set_by)) if one.set_by else ""]
            for one in found.entries
        ],
        "notes": found.notes,
        "truth": really(start, uid),
    }


def lines(home: Home, uid: int) -> list[list[Any]]:
    """The lines that --everywhere finds: place, whether it ran, or what would let it, and why."""
    host = Host.real(home=HOME)
    given = {name: value.replace("~", str(HOME)) for name, value in home.environment.items()}
    where = contexts.get(home.context)
    more = tuple(Given(name, value, "the test") for name, value in given.items())
    where = where._replace(given=lambda *at: (*contexts.get(home.context).given(*at), *more))
    shell = shells.get(home.shell)
    found = everywhere(host, platforms.of(host, None), (where,), "PATH", shell, 20.0)
    return [
        [
            host.show(f"{one.path}:{one.line}"),
            "ran" if one.contexts else one.change.kind if one.change else "",
            one.never or one.unknown or "",
        ]
        for one in found.rows
    ]


def main() -> None:
    root, who = Path(sys.argv[1]), sys.argv[2]
    asked = lines if sys.argv[3:] == ["everywhere"] else answer
    uid = 0 if who == "root" else namespace.UID
    for folder in ("etc", "home"):
        subprocess.run(["mount", "--bind", root / folder, f"/{folder}"], check=True)
    answers = []
    for kind, number in json.load(sys.stdin):
        home = {"bash": HOMES, "zsh": ZSH, "fish": FISH}[kind][number]
        place(root, home, uid)
        answers.append(_as(asked, home, uid) if who == "self" else asked(home, uid))
    json.dump(answers, sys.stdout)


def _as(asked: Callable[[Home, int], Any], home: Home, uid: int) -> Any:
    """The answer of a process of that user's own."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        os.environ["HOME"] = str(HOME)
        here = os.access(__file__, os.R_OK) and os.access(sys.executable, os.X_OK)
        os.write(writable, json.dumps(asked(home, uid) if here else {"closed": True}).encode())
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable, "rb") as stream:
        text = stream.read()
    os.waitpid(child, 0)
    return json.loads(text or "{}")


if __name__ == "__main__":
    main()
