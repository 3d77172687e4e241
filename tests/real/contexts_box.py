"""Contexts really started in a mount namespace with an /etc and a /home of its own.

Runs as a program (`unshare -m -p -f --mount-proc python contexts_box.py FOLDER < worlds.json`), so
that one namespace serves all, and every process that is left shows. A world is a set of files, an
account's shell and the contexts to start. The answer tells for each what envkit predicted and what
there really was: the variables that the shell's process was given (/proc/PID/environ), those of a
program after its startup files, and which startup files logged that they ran.
"""

from __future__ import annotations

# Those that a supervisor imports when it is needed: an ordinary user may not reach root's Python.
import ctypes  # noqa: F401
import fcntl  # noqa: F401
import json
import os
import re
import resource  # noqa: F401
import shutil
import socket  # noqa: F401
import struct  # noqa: F401
import subprocess
import sys
import termios  # noqa: F401
import traceback
from pathlib import Path
from typing import Any

from envkit import contexts, launch, order, platforms, shells, start
from envkit.host import Host
from envkit.launch import _typed

USER, UID = "ada", 1815
LOG = "/home/log"
GENERATOR = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator"
TABS = "/var/spool/cron/crontabs"
HOMES = {"root": "/home/root", USER: f"/home/{USER}"}


def mark(name: str) -> str:
    """A line, in any shell, that says that the file ran."""
    return f"echo '{name}' >> {LOG}\n"


def enter(folder: Path) -> None:
    """The private /etc, /home and /run; root's home is there, too: Python may lie in /root."""
    for name in ("etc", "home", "tabs"):
        (folder / name).mkdir(parents=True)
    subprocess.run(["cp", "-a", "/etc/.", str(folder / "etc")], check=True)
    shutil.copytree(folder / "etc", folder / "pristine", symlinks=True)
    for name in ("etc", "home"):
        subprocess.run(["mount", "--bind", str(folder / name), f"/{name}"], check=True)
    subprocess.run(["mount", "--bind", str(folder / "tabs"), TABS], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "box", "/run"], check=True)
    for path in ("passwd", "group", "shadow"):
        line = {
            "passwd": f"{USER}:x:{UID}:{UID}::/home/{USER}:/bin/bash",
            "group": f"{USER}:x:{UID}:",
            "shadow": f"{USER}:*:19000:0:99999:7:::",
        }[path]
        with Path("/etc", path).open("a") as file:
            file.write(line + "\n")
    passwd = Path("/etc/passwd")
    passwd.write_text(
        re.sub(r"(?m)^(root:[^\n]*):[^:\n]*:", rf"\1:{HOMES['root']}:", passwd.read_text())
    )
    Path("/home/out").mkdir()
    Path("/home/out").chmod(0o777)
    Path(LOG).touch()
    Path(LOG).chmod(0o666)


def plant(world: dict[str, Any]) -> None:
    """The world's files, owned by the account below its home; the account's shell."""
    home = Path(HOMES[world["user"]])
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o755)
    for name, content in world["files"].items():
        path = Path(name.replace("~", str(home)).replace("USER", world["user"]))
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(content)
    if world["user"] != "root":
        subprocess.run(["chown", "-R", f"{UID}:{UID}", str(home)], check=True)
    passwd = Path("/etc/passwd")
    line = rf"(?m)^({world['user']}:.*):[^:\n]*$"
    passwd.write_text(re.sub(line, rf"\1:{world['shell']}", passwd.read_text()))


def restore(world: dict[str, Any], pristine: Path) -> None:
    """What the world put into /etc goes again."""
    for name in world["files"]:
        if name.startswith(TABS):
            Path(TABS, world["user"]).unlink()
        if not name.startswith("/etc/"):
            continue
        path, first = Path(name), pristine / name[5:]
        if first.exists():
            shutil.copy2(first, path)
        else:
            path.unlink(missing_ok=True)


def text(start_: Any, file: Path) -> str:
    """What the context's shell runs: its own first environment, then that of a program."""
    pid = "$fish_pid" if start_.shell.name == "fish" else "$$"
    return f"/bin/cat /proc/{pid}/environ > {file}.first; {start.dump(file)}"


def variables(path: Path) -> dict[str, str] | None:
    """NAME=value pairs separated by NUL."""
    if not path.exists():
        return None
    pairs = (one.partition("=") for one in os.fsdecode(path.read_bytes()).split("\0"))
    return {name: value for name, equals, value in pairs if name and equals}


def run(world: dict[str, Any], folder: Path) -> dict[str, Any]:
    """One world; `asks` is the account that envkit runs as."""
    plant(world)
    answers = _starts(world) if world["asks"] == "root" else _as_user(world)
    home = Path(HOMES[world["user"]])
    changed = [
        name
        for name, content in world["files"].items()
        if name.startswith("~") and Path(name.replace("~", str(home))).read_text() != content
    ]
    restore(world, folder / "pristine")
    return {"starts": answers, "changed": changed}


def _as_user(world: dict[str, Any]) -> dict[str, Any]:
    """The same by the account itself: what Python needs has been imported by then."""
    end, other = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(UID)
            os.setuid(UID)
            os.environ.update(HOME=HOMES[USER], USER=USER, LOGNAME=USER)
            with os.fdopen(other, "wb") as pipe:
                pipe.write(json.dumps(_starts(world)).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(other)
    with os.fdopen(end, "rb") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return dict(json.loads(text))


def _starts(world: dict[str, Any]) -> dict[str, Any]:
    host = Host.real(Path(HOMES[world["user"]]))
    answers = {}
    for name in world["contexts"]:
        one = order.start_for(host, contexts.get(name), None, platforms.get("debian"))
        seen = _generated if name == "systemd_user" else _context
        answers[name] = seen(host, one)
    return answers


def _generated(host: Host, one: Any) -> dict[str, Any]:
    """The user manager's environment as its own generator makes it (systemd.environment-generator).

    What a file of environment.d sets is left out of what the generator starts from.
    """
    before = {given.variable: given.value for given in one.given if given.by != "environment.d"}
    said = subprocess.run([GENERATOR], env=before, capture_output=True, check=False).stdout
    text = f"set -a\n{os.fsdecode(said)}\nexec /usr/bin/env -0"
    shown = subprocess.run(["/bin/bash", "-c", text], env=before, capture_output=True, check=False)
    pairs = (each.partition("=") for each in os.fsdecode(shown.stdout).split("\0"))
    real = {name: value for name, equals, value in pairs if equals and name != "_"}
    order_ = [str(row.path) for row in one.before if row.status == "read"]
    rest = {"why": "", "ran": order_, "order": order_, "said": "", "left": []}
    same = {name: value for name, value in one.environment.items() if name in real}
    return {**rest, "given": one.environment, "first": real, "after": same, "imitated": same}


def _context(host: Host, one: Any) -> dict[str, Any]:
    out = Path("/home/out")
    for path in out.iterdir():
        path.unlink()
    os.truncate(LOG, 0)
    launched = launch.run_all(host, [one], text(one, out / "real"), 15)[0]
    ran = Path(LOG).read_text().split("\n")[:-1]
    imitated = start.run_all(host, [one], text(one, out / "imitated"), 15)[0]
    return {
        "why": launched.imitated,
        "given": dict(one.environment),
        "first": variables(out / "real.first"),
        "after": start.read_dump(out / "real"),
        "imitated": start.read_dump(out / "imitated"),
        "ran": ran,
        "order": [
            str(row.path)
            for row in order.order(host, one).files
            if row.status == "read" and not row.logout
        ],
        "said": (launched.outcome.stdout + launched.outcome.stderr).decode(errors="replace")[-600:],
        "left": [*launched.outcome.leftovers, *imitated.leftovers],
        "shell": one.shell.name,
        "program": str(shells.program(host, one.shell)),
    }


def left(descriptors: int) -> list[str]:
    """What is there that was not: processes, descriptors, files in the temporary folder, /run."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and path.name != str(os.getpid()):
            words = (path / "cmdline").read_bytes().split(b"\0")
            found += [b" ".join(words).decode(errors="replace")] if words != [b""] else []
    now = len(list(Path("/proc/self/fd").iterdir()))
    found += [f"{now - descriptors} descriptors"] if now != descriptors else []
    own = f"envkit-{os.getpid()}-"
    found += [str(path) for path in Path("/tmp").iterdir() if path.name.startswith(own)]
    return found + [str(path) for path in Path("/run").iterdir() if path.name == "sshd"]


def main() -> None:
    """All worlds in turn."""
    folder = Path(sys.argv[1])
    worlds = json.load(sys.stdin)
    enter(folder)
    # These homes have no history to be kept: every shell may be typed into.
    _typed.why_not = lambda one: ""
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    answers = [run(world, folder) for world in worlds]
    json.dump({"worlds": answers, "left": left(descriptors)}, sys.stdout)


if __name__ == "__main__":
    main()
