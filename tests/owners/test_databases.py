"""rpm's and pacman's databases as their own programs write them; MacPorts' after its schema."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import owners
from envkit.host import Host

SPEC = """Name: hello
Version: 1.2
Release: 3
Epoch: 1
Summary: x
License: MIT
BuildArch: noarch
%description
x
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/opt/hello
touch %{buildroot}/usr/bin/hello %{buildroot}/opt/hello/hello2
%files
/usr/bin/hello
/opt/hello/hello2
"""


def _machine(host: Callable[..., Host], files: dict[str, str | bytes]) -> Host:
    machine = host({}, files)
    if os.geteuid() == 0:
        os.chown(machine.home_at, 1000, -1)
    return Host.real(home=machine.home, root=machine.root)


@pytest.mark.full
def test_rpm_itself(host: Callable[..., Host], tmp_path: Path) -> None:
    if not shutil.which("rpmbuild") or os.geteuid() != 0:
        pytest.skip("no rpmbuild here, or not root")
    machine = _machine(host, {"usr/bin/dnf": ""})
    (tmp_path / "x.spec").write_text(SPEC)
    define = f"_topdir {tmp_path}/top"
    quiet = {"check": True, "capture_output": True}
    subprocess.run(["rpmbuild", "-bb", "--define", define, tmp_path / "x.spec"], **quiet)
    (package,) = tmp_path.glob("top/RPMS/noarch/*.rpm")
    rpm = ["rpm", "--root", machine.root, "--dbpath", "/var/lib/rpm"]
    subprocess.run([*rpm, "--nodeps", "-i", package], **quiet)
    owner = ("rpm", "hello", "1:1.2-3", "sudo dnf remove hello")
    before = sorted(path.stat().st_mtime_ns for path in (machine.root / "var/lib/rpm").iterdir())
    assert owners.of(machine, Path("/usr/bin/hello")) == owner
    assert owners.of(machine, Path("/bin/hello")) == owner  # as a list from before the merge
    assert owners.of(machine, Path("/opt/hello/hello2")) == owner
    assert owners.of(machine, Path("/opt/hello")) is None
    assert owners.of(machine, Path("/usr/local/bin/hello")) is None
    after = sorted(path.stat().st_mtime_ns for path in (machine.root / "var/lib/rpm").iterdir())
    assert before == after  # nothing was written beside the database


def _header(texts: dict[int, list[str]], numbers: dict[int, list[int]]) -> bytes:
    """A header as the database has it: counts, index, data (RPM's documentation, hregions)."""
    index, data = b"", b""
    for tag, values in texts.items():
        index += struct.pack(">IIiI", tag, 8 if len(values) > 1 else 6, len(data), len(values))
        data += b"".join(value.encode() + b"\0" for value in values)
    for tag, given in numbers.items():
        data += b"\0" * (-len(data) % 4)
        index += struct.pack(">IIiI", tag, 4, len(data), len(given))
        data += struct.pack(f">{len(given)}I", *given)
    return struct.pack(">II", len(index) // 16, len(data)) + index + data


def test_rpm_s_database(host: Callable[..., Host]) -> None:
    machine = _machine(host, {"usr/lib/sysimage/rpm/x": "", "usr/bin/zypper": ""})
    with sqlite3.connect(machine.root / "usr/lib/sysimage/rpm/rpmdb.sqlite") as database:
        database.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)")
        database.execute("CREATE TABLE Basenames (key TEXT, hnum INTEGER, idx INTEGER)")
        for number, (name, folder) in enumerate((("other", "/opt/"), ("vim", "/usr/bin/")), 1):
            texts = {1000: [name], 1001: ["9.1"], 1002: ["2.fc40"]}
            texts |= {1117: ["a", "vim"], 1118: ["/etc/", folder]}
            blob = _header(texts, {1116: [0, 1]})
            database.execute("INSERT INTO Packages VALUES (?, ?)", (number, blob))
            database.execute("INSERT INTO Basenames VALUES ('vim', ?, 1)", (number,))
    owner = ("rpm", "vim", "9.1-2.fc40", "sudo zypper remove vim")
    assert owners.of(machine, Path("/usr/bin/vim")) == owner
    assert owners.of(machine, Path("/etc/vim")) is None


@pytest.mark.full
def test_pacman_itself(host: Callable[..., Host], tmp_path: Path) -> None:
    if not shutil.which("pacman") or os.geteuid() != 0:
        pytest.skip("no pacman here, or not root")
    machine = _machine(host, {"etc/pacman.conf": "[options]\nSigLevel = Never\n"})
    package = tmp_path / "package"
    (package / "usr/bin").mkdir(parents=True)
    (package / "usr/bin/hi").touch(0o755)
    info = "pkgname = hi\npkgver = 1:2.0-3\npkgdesc = x\narch = any\nsize = 1\n"
    (package / ".PKGINFO").write_text(info)
    archive = tmp_path / "hi-2.0-3-any.pkg.tar.gz"
    subprocess.run(["tar", "-C", package, "-czf", archive, ".PKGINFO", "usr"], check=True)
    database = machine.root / "var/lib/pacman"
    database.mkdir(parents=True)
    argv = ["pacman", "-U", "--noconfirm", "--root", machine.root, "--dbpath", database]
    argv += ["--config", machine.root / "etc/pacman.conf", archive]
    subprocess.run(argv, check=True, capture_output=True)
    owner = ("pacman", "hi", "1:2.0-3", "sudo pacman -R hi")
    assert owners.of(machine, Path("/usr/bin/hi")) == owner
    assert owners.of(machine, Path("/usr/bin/h")) is None


def test_macports(host: Callable[..., Host]) -> None:
    machine = _machine(host, {"opt/local/var/macports/registry/x": "", "opt/local/bin/rg": ""})
    with sqlite3.connect(machine.root / "opt/local/var/macports/registry/registry.db") as database:
        database.execute("CREATE TABLE ports (id INTEGER, name, version, revision)")
        database.execute("CREATE TABLE files (id INTEGER, path, actual_path, active INTEGER)")
        database.execute("INSERT INTO ports VALUES (1, 'ripgrep', '14.1.0', 1)")
        place = "/opt/local/bin/rg"
        database.execute("INSERT INTO files VALUES (1, ?, ?, 1)", (place, place))
    owner = ("macports", "ripgrep", "14.1.0_1", "sudo port uninstall ripgrep")
    assert owners.of(machine, Path(place)) == owner
    assert owners.of(machine, Path("/opt/local/bin/rg2")) is None


def test_alpine_s_own_way_to_become_root(host: Callable[..., Host]) -> None:
    text = "P:jq\nV:1.7-r0\nF:usr/bin\nR:jq\n\n"
    machine = _machine(host, {"lib/apk/db/installed": text, "usr/bin/doas": "", "usr/bin/jq": ""})
    assert owners.of(machine, Path("/usr/bin/jq")) == ("apk", "jq", "1.7-r0", "doas apk del jq")
