"""Fixtures that every room shares: a fake home, and the tripwire on the real one."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from envkit.host import Host

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # A suite that was started in the background (`… &`) ignores ^C, and so would all it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)

REAL_HOME = Path(pwd.getpwuid(os.geteuid()).pw_dir)


class YouForgotToGiveAFakeHome(AssertionError):
    """A test reached for the real home directory."""


@pytest.fixture(autouse=True)
def tripwire(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """HOME is a fake one for every test, and Host.real() refuses the real one."""
    fake = tmp_path / "tripwire-home"
    fake.mkdir()
    monkeypatch.setenv("HOME", str(fake))
    for name in (
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "XDG_DATA_HOME",
        "VIRTUAL_ENV",
        "CONDA_PREFIX",
    ):
        monkeypatch.delenv(name, raising=False)
    real = Host.real.__func__  # type: ignore[attr-defined]

    def guarded(cls: type[Host], home: Path | None = None, root: Path | None = None) -> Host:
        host = real(cls, home, root)
        if host.home_at == REAL_HOME:
            raise YouForgotToGiveAFakeHome("give the test a home of its own")
        return host

    monkeypatch.setattr(Host, "real", classmethod(guarded))


@pytest.fixture(autouse=True)
def others_may_pass(tmp_path: Path) -> None:
    """pytest makes its folders for one account alone; here others run shells below them, too."""
    top = Path(tempfile.gettempdir())
    for folder in (tmp_path, *tmp_path.parents):
        if top in folder.parents:
            folder.chmod(folder.stat().st_mode | 0o011)


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment to be put first."""
    folder = tmp_path_factory.mktemp("python") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


@pytest.fixture
def write() -> Callable[[Path, Mapping[str, str | bytes]], Path]:
    """Write {relative name: content} below a folder; returns the folder."""

    def build(folder: Path, files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return build


@pytest.fixture
def host(tmp_path: Path, write: Callable[..., Path]) -> Callable[..., Host]:
    """host(files={".bashrc": "…"}, root_files={"etc/profile": "…"}): a machine made of text.

    With `root_files` it has a root of its own (nothing is executed there); without, it is this
    machine with a fake home.
    """

    def build(
        files: Mapping[str, str | bytes] | None = None,
        root_files: Mapping[str, str | bytes] | None = None,
    ) -> Host:
        if root_files is None:
            home = tmp_path / "home"
            home.mkdir(exist_ok=True)
            write(home, files or {})
            return Host.real(home=home)
        root = tmp_path / "root"
        write(root / "home/ada", files or {})
        (root / "home/ada").mkdir(parents=True, exist_ok=True)
        write(root, {"etc/passwd": "ada:x:1000:1000::/home/ada:/bin/bash\n", **root_files})
        return Host.real(home=Path("/home/ada"), root=root)

    return build


@pytest.fixture
def users_home() -> Iterator[Path]:
    """A home that an ordinary user owns, reachable by that user."""
    if os.geteuid() != 0:
        pytest.skip("only root can ask about another account's home")
    home = Path(tempfile.mkdtemp(prefix="envkit-home-", dir="/var/tmp"))
    os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    home.chmod(0o755)
    yield home
    shutil.rmtree(home)
