"""A machine whose /etc, /home and /var/lib are a test's own; envkit and real shells run in it.

Runs as a program (`python system_box.py ROOT < steps.json > answers.json`) in a mount namespace of
its own, so that `install --system` is the real command on a real /etc, and nothing of this machine
is touched. A step is a command line of envkit's, a set of starts, a text for a file, or `tree`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

USER, UID, HOME, LOG = "ada", 1815, "/home/ada", "/home/log"
PASSWD = (
    "root:x:0:0::/home/root:/bin/bash\n"
    f"{USER}:x:{UID}:{UID}::{HOME}:/bin/bash\n"
    "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"
)
_KEPT = ("ld.so.cache", "alternatives", "nsswitch.conf", "ld.so.conf")
_BOUND = {"etc": "/etc", "home": "/home", "lib": "/var/lib", "srv": "/srv"}
_TELLS = f'printf "%s|%s\\n" "$PATH" "$EK_A" >> {LOG}'
_FISH = f'printf "%s|%s\\n" (string join : $PATH) "$EK_A" >> {LOG}'


def make(root: Path, files: dict[str, str]) -> None:
    """The skeleton of the machine, with these files; `~` is the skeleton's home."""
    for name in ("etc/skel", "home/ada", "home/root", "lib", "srv"):
        (root / name).mkdir(parents=True)
    (root / "etc/passwd").write_text(PASSWD)
    (root / "etc/group").write_text(f"root:x:0:\n{USER}:x:{UID}:\nnogroup:x:65534:\n")
    (root / "etc/shells").write_text("/bin/sh\n/bin/bash\n")
    (root / "home/log").touch()
    os.chown(root / "home/log", UID, UID)
    (root / "home/log").chmod(0o666)
    for name in _KEPT:
        here = Path("/etc", name)
        if here.is_dir():
            shutil.copytree(here, root / "etc" / name, symlinks=True)
        elif here.exists():
            shutil.copy(here, root / "etc" / name)
    for name, text in files.items():
        put(root, name, text)
    for folder in (root / "home/ada", *(root / "home/ada").rglob("*")):
        os.lchown(folder, UID, UID)
    for folder in (root, root / "etc", root / "home"):
        folder.chmod(0o755)


def put(root: Path, name: str, text: str) -> None:
    """One file; one of the skeleton's goes into the homes, too."""
    if name.startswith("~/"):
        put(root, f"/home/ada/{name[2:]}", text)
        put(root, f"/home/root/{name[2:]}", text)
        name = f"/etc/skel/{name[2:]}"
    here = root / name.lstrip("/")
    here.parent.mkdir(parents=True, exist_ok=True)
    here.write_text(text)
    here.chmod(0o644)


def starts(wanted: list[dict[str, Any]]) -> list[str]:
    """What each start's own program finds: `PATH|EK_A`, and what was said on stderr."""
    found = []
    for one in wanted:
        os.truncate(LOG, 0)
        argv = [*one["argv"], _FISH if "fish" in one["argv"][0] else _TELLS]
        done = subprocess.run(
            argv,
            executable=one["program"],
            env=one["env"],
            cwd=one["env"]["HOME"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            user=None if one["root"] else UID,
            group=None if one["root"] else UID,
            extra_groups=[],
            check=False,
            timeout=20,
        )
        said = done.stderr.decode(errors="replace")
        found.append(f"{Path(LOG).read_text().strip()}|{done.returncode}|{said}")
    return found


def tree(folders: list[str]) -> dict[str, list[str]]:
    """Every file below these folders: its mode, its owner and what is in it."""
    found = {}
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            status = path.lstat()
            content = "" if not path.is_file() else hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path)] = [oct(status.st_mode), f"{status.st_uid}:{status.st_gid}", content]
    return found


def step(one: dict[str, Any]) -> Any:
    """Do one step; its answer."""
    if "envkit" in one:
        os.umask(one.get("umask", 0o022))
        done = subprocess.run(
            [sys.executable, "-m", "envkit", *one["envkit"]],
            env={"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": "/home/root", **one.get("env", {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        os.umask(0o022)
        return [done.returncode, done.stdout, done.stderr]
    if "starts" in one:
        return starts(one["starts"])
    if "put" in one:
        for name, text in one["put"].items():
            put(Path("/"), name, text)
        return None
    if "read" in one:
        with contextlib.suppress(OSError):
            return Path(one["read"]).read_text()
        return None
    return tree(one["tree"])


def main() -> None:
    """Every step in turn."""
    root = Path(sys.argv[1])
    for name, place in _BOUND.items():
        if os.system(f"mount --bind {root}/{name} {place}") != 0:
            raise SystemExit("mount --bind is not allowed here")
    json.dump([step(one) for one in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
