"""dpkg: the system's own database against dpkg-query, and a machine made of text."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import owners
from envkit.host import Host

HAS_DPKG = shutil.which("dpkg-query") is not None and Path("/var/lib/dpkg/status").is_file()


@pytest.mark.skipif(not HAS_DPKG, reason="no dpkg here")
def test_every_program_of_the_system_is_the_package_s_that_dpkg_says(host) -> None:
    """dpkg-query -S is asked for the same names; a link's own name may be nobody's."""
    machine = host()
    names = [*sorted(Path("/usr/bin").iterdir())[::5], Path("/bin/sh"), Path("/sbin/ldconfig")]
    said = _said(names)
    wrong = {}
    for path in names:
        found = owners.of(machine, path)
        package = found.package if found and found.manager == "dpkg" else None
        known = said.get(path, set()) | said.get(Path(str(path).removeprefix("/usr")), set())
        if package not in known if known else package is not None and not path.is_symlink():
            wrong[path] = (package, known)
    assert wrong == {}


def _said(names: list[Path]) -> dict[Path, set[str]]:
    asked = {str(one).removeprefix(top) for one in names for top in ("", "/usr")}
    argv = ["dpkg-query", "-S", *(re.sub(r"([][*?\\])", r"\\\1", one) for one in asked)]
    said: dict[Path, set[str]] = {}
    for line in subprocess.run(argv, capture_output=True, text=True).stdout.splitlines():
        packages, _, name = line.rpartition(": ")
        if not packages.startswith("diversion"):
            plain = {one.partition(":")[0].strip() for one in packages.split(",")}
            said.setdefault(Path(name), set()).update(plain)
    return said


@pytest.mark.skipif(not HAS_DPKG, reason="no dpkg here")
def test_the_version_is_dpkg_s(host) -> None:
    found = owners.of(host(), Path("/bin/bash"))
    argv = ["dpkg-query", "-W", "-f", "${Version}", "bash"]
    said = subprocess.run(argv, capture_output=True, text=True).stdout
    assert found == owners.Owner("dpkg", "bash", said, "")  # Essential: it is not to be removed


STATUS = """Package: vim-tiny
Status: install ok installed
Priority: optional
Architecture: amd64
Version: 2:9.0-1+deb12u1

Package: dash
Essential: yes
Status: install ok installed
Architecture: amd64
Version: 0.5-2

Package: libx
Architecture: i386
Version: 1-1

Package: libx
Architecture: amd64
Version: 2-1

Package: mine
Version: 1.0
"""
ROOT = {
    "var/lib/dpkg/status": STATUS,
    "var/lib/dpkg/info/vim-tiny.list": "/.\n/usr\n/usr/bin\n/usr/bin/vim.tiny\n/usr/bin/vi2\n",
    "var/lib/dpkg/info/dash.list": "/.\n/bin\n/bin/dash\n/bin/sh\n",
    "var/lib/dpkg/info/libx:amd64.list": "/usr/bin/x64\n",
    "var/lib/dpkg/info/libx:i386.list": "/usr/bin/x32\n",
    "var/lib/dpkg/info/mine.list": "/usr/bin/vi2\n",
    "var/lib/dpkg/diversions": "/usr/bin/vi2\n/usr/bin/vi2.distrib\nmine\n"
    "/usr/bin/x64\n/usr/bin/x64.real\n:\n",
    **dict.fromkeys(("usr/bin/vim.tiny", "usr/bin/dash", "usr/bin/x64", "usr/bin/x32"), ""),
    **dict.fromkeys(("usr/bin/vi2", "usr/bin/vi2.distrib", "usr/bin/x64.real"), ""),
}


@pytest.mark.parametrize(
    ("path", "package", "version", "remove"),
    [
        ("/usr/bin/vim.tiny", "vim-tiny", "2:9.0-1+deb12u1", "sudo apt remove vim-tiny"),
        ("/usr/bin/vi", "vim-tiny", "2:9.0-1+deb12u1", "sudo apt remove vim-tiny"),
        ("/bin/vi", "vim-tiny", "2:9.0-1+deb12u1", "sudo apt remove vim-tiny"),
        ("/bin/dash", "dash", "0.5-2", ""),
        ("/usr/bin/dash", "dash", "0.5-2", ""),
        ("/usr/bin/x64.real", "libx", "2-1", "sudo apt remove libx"),
        ("/usr/bin/x32", "libx", "1-1", "sudo apt remove libx"),
        ("/usr/bin/vi2", "mine", "1.0", "sudo apt remove mine"),
        ("/usr/bin/vi2.distrib", "vim-tiny", "2:9.0-1+deb12u1", "sudo apt remove vim-tiny"),
    ],
)
def test_another_machine(
    host: Callable[..., Host], tmp_path: Path, path: str, package: str, version: str, remove: str
) -> None:
    machine = _machine(host, tmp_path)
    assert owners.of(machine, Path(path)) == owners.Owner("dpkg", package, version, remove)


def test_nobody_s(host: Callable[..., Host], tmp_path: Path) -> None:
    machine = _machine(host, tmp_path)
    (machine.root / "usr/bin/dashy").touch()
    assert owners.of(machine, Path("/usr/bin/dashy")) is None
    assert owners.of(machine, Path("/usr/bin/x64")) is None  # diverted by hand: put there by hand
    assert owners.of(machine, Path("/home/ada/bin/dash")) is None


def _machine(host: Callable[..., Host], tmp_path: Path) -> Host:
    """Merged-/usr, and vi through /etc/alternatives."""
    machine = host({}, ROOT)
    os.chown(machine.home_at, 1000 if os.geteuid() == 0 else -1, -1)
    (machine.root / "bin").symlink_to("usr/bin")
    (machine.root / "etc/alternatives").mkdir()
    (machine.root / "usr/bin/vi").symlink_to("/etc/alternatives/vi")
    (machine.root / "etc/alternatives/vi").symlink_to("/usr/bin/vim.tiny")
    return Host.real(home=Path("/home/ada"), root=machine.root)
