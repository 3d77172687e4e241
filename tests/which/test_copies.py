"""Copies off PATH: every kind of place, each file once, nothing else."""

from __future__ import annotations

import os
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit.host import Host
from envkit.which import copies
from envkit.which.copies import Copy

PROGRAM = "#!/bin/sh\n"


def _home(host: Callable[..., Host], *names: str, **more: str) -> Host:
    """A home with executables of these names."""
    machine = host({**dict.fromkeys(names, PROGRAM), **more})
    for name in names:
        (machine.home_at / name).chmod(0o755)
    return machine


PLACES = {
    ".venv/bin": ("virtual environment", "~/.venv"),
    "venv/bin": ("virtual environment", "~/venv"),
    ".venvs/dl/bin": ("virtual environment", "dl"),
    ".virtualenvs/dl/bin": ("virtual environment", "dl"),
    ".local/share/virtualenvs/proj-AbC/bin": ("virtual environment", "proj-AbC"),
    ".cache/pypoetry/virtualenvs/proj-py3.11/bin": ("virtual environment", "proj-py3.11"),
    ".local/share/pdm/venvs/proj-x-3.11/bin": ("virtual environment", "proj-x-3.11"),
    ".local/share/hatch/env/virtual/proj/h4sh/test/bin": (
        "virtual environment",
        "proj h4sh test",
    ),
    "miniconda3/envs/dl/bin": ("conda environment", "dl"),
    ".conda/envs/dl/bin": ("conda environment", "dl"),
    ".local/share/mamba/envs/dl/bin": ("conda environment", "dl"),
    ".local/share/pipx/venvs/black/bin": ("pipx", "black"),
    ".local/share/uv/tools/ruff/bin": ("uv tool", "ruff"),
    ".local/share/uv/python/cpython-3.12.3-linux-x86_64-gnu/bin": (
        "uv Python",
        "cpython-3.12.3-linux-x86_64-gnu",
    ),
    ".pyenv/versions/3.12.1/bin": ("pyenv version", "3.12.1"),
    ".rbenv/versions/3.2.2/bin": ("rbenv version", "3.2.2"),
    ".local/share/mise/installs/node/20.1.0/bin": ("mise", "node 20.1.0"),
    ".asdf/installs/python/3.11.4/bin": ("asdf", "python 3.11.4"),
    ".nvm/versions/node/v20.1.0/bin": ("nvm version", "v20.1.0"),
    ".rustup/toolchains/stable-x/bin": ("rustup toolchain", "stable-x"),
    ".npm-global/bin": ("npm", "~/.npm-global"),
    ".linuxbrew/bin": ("Homebrew", "~/.linuxbrew"),
    ".local/bin": ("folder", "~/.local/bin"),
    "bin": ("folder", "~/bin"),
    ".cargo/bin": ("folder", "~/.cargo/bin"),
    "go/bin": ("folder", "~/go/bin"),
}


@pytest.mark.parametrize("folder", PLACES)
def test_places_of_the_home(host: Callable[..., Host], folder: str) -> None:
    machine = _home(host, f"{folder}/no-such-tool", f"{folder}/other")
    path = machine.home / folder / "no-such-tool"
    assert copies.find(machine, "no-such-tool") == (Copy(path, *PLACES[folder]),)


SYSTEM = {
    "opt/conda/envs/dl/bin": ("conda environment", "dl"),
    "usr/local/cuda-12.4/bin": ("CUDA", "12.4"),
    "usr/local/go/bin": ("folder", "/usr/local/go/bin"),
    "usr/local/bin": ("folder", "/usr/local/bin"),
    "opt/julia/bin": ("folder", "/opt/julia/bin"),
    "opt/homebrew/bin": ("Homebrew", "/opt/homebrew"),
    "home/linuxbrew/.linuxbrew/bin": ("Homebrew", "/home/linuxbrew/.linuxbrew"),
    "snap/bin": ("snap", "/snap"),
    "usr/sbin": ("folder", "/usr/sbin"),
    "sbin": ("folder", "/sbin"),
}


@pytest.mark.parametrize("folder", SYSTEM)
def test_places_of_the_system(host: Callable[..., Host], folder: str) -> None:
    machine = host({}, {f"{folder}/nvcc": PROGRAM})
    (machine.root / folder / "nvcc").chmod(0o755)
    (one,) = copies.find(machine, "nvcc")
    assert one.path == Path("/", folder, "nvcc")
    assert one.kind == SYSTEM[folder][0]
    assert SYSTEM[folder][1] in one.name


def test_quiet(host: Callable[..., Host]) -> None:
    machine = _home(host, "bin/tool", "deep/er/bin/tool", ".venvs/.hidden/bin/tool2")
    assert copies.find(machine, "no-such-tool") == ()
    assert copies.find(machine, "tool2") == ()
    for name in ("", ".", "..", "bin/tool", "/bin/sh"):
        assert copies.find(machine, name) == ()


def test_only_what_can_be_run(host: Callable[..., Host]) -> None:
    machine = host({"bin/a-text": "x", ".venvs/a-text/bin/x": ""})
    (machine.home_at / "go/bin/a-text").mkdir(parents=True)
    (machine.home_at / ".cargo/bin").mkdir(parents=True)
    (machine.home_at / ".cargo/bin/a-text").symlink_to("gone")
    assert copies.find(machine, "a-text") == ()


def test_one_file_is_told_once(host: Callable[..., Host]) -> None:
    """By the name that it is meant to be called by: the link that pipx or uv made."""
    machine = _home(host, ".local/share/pipx/venvs/black/bin/black-tool")
    (machine.home_at / ".local/bin").mkdir()
    real = machine.home / ".local/share/pipx/venvs/black/bin/black-tool"
    (machine.home_at / ".local/bin/black-tool").symlink_to(real)
    (machine.home_at / "bin").symlink_to(".local/bin")
    found = copies.find(machine, "black-tool")
    assert [one.path for one in found] == [machine.home / ".local/bin/black-tool"]


def test_environments_of_one_python_are_not_one(host: Callable[..., Host]) -> None:
    machine = host()
    for name in ("one", "two"):
        venv.create(machine.home_at / ".venvs" / name, symlinks=True)
    name = "python{}.{}".format(*sys.version_info)
    found = {one.path for one in copies.find(machine, name)}
    assert {machine.home / ".venvs" / each / "bin" / name for each in ("one", "two")} <= found


def test_what_conda_knows_of(host: Callable[..., Host], tmp_path: Path) -> None:
    far = tmp_path / "far/env"
    (far / "bin").mkdir(parents=True)
    (far / "bin/a-tool").write_text(PROGRAM)
    (far / "bin/a-tool").chmod(0o755)
    machine = host({".conda/environments.txt": f"{tmp_path}/gone\n{far}\nrelative\n"})
    assert copies.find(machine, "a-tool") == (Copy(far / "bin/a-tool", "conda environment", "env"),)


def test_the_base_of_conda(host: Callable[..., Host]) -> None:
    machine = _home(host, "miniforge3/bin/a-tool", **{"miniforge3/conda-meta/history": ""})
    path = machine.home / "miniforge3/bin/a-tool"
    assert copies.find(machine, "a-tool") == (Copy(path, "conda environment", "base"),)


def test_the_project_that_one_is_in(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = _home(host, "code/p/.venv/bin/a-tool", **{"code/p/src/x.py": ""})
    monkeypatch.chdir(machine.home_at / "code/p/src")
    (one,) = copies.find(machine, "a-tool")
    assert (one.kind, one.name) == ("virtual environment", "~/code/p/.venv")
    monkeypatch.chdir(machine.home_at)
    assert copies.find(machine, "a-tool") == ()


def test_folders_that_variables_name(
    host: Callable[..., Host], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("work/dl/bin", "gopath/bin", "root/versions/3.9.1/bin"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a-tool").write_text(PROGRAM)
        (tmp_path / name / "a-tool").chmod(0o755)
    monkeypatch.setenv("WORKON_HOME", str(tmp_path / "work"))
    monkeypatch.setenv("GOPATH", f"{tmp_path}/gopath:/other")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "root"))
    monkeypatch.setenv("PIPX_HOME", "relative")
    kinds = {one.kind: one.name for one in copies.find(host(), "a-tool")}
    assert kinds.pop("folder").endswith("gopath/bin")
    assert kinds == {"virtual environment": "dl", "pyenv version": "3.9.1"}


def test_an_environment_in_a_folder_of_all_kinds(host: Callable[..., Host]) -> None:
    machine = host({}, {"opt/ml/bin/a-tool": PROGRAM, "opt/ml/pyvenv.cfg": ""})
    (machine.root / "opt/ml/bin/a-tool").chmod(0o755)
    assert copies.find(machine, "a-tool") == (
        Copy(Path("/opt/ml/bin/a-tool"), "virtual environment", "/opt/ml"),
    )


def test_the_work_is_bounded(host: Callable[..., Host]) -> None:
    """Of ten thousand environments some hundreds are looked into."""
    machine = host()
    folder = machine.home_at / ".venvs"
    folder.mkdir()
    for number in range(2000):
        (folder / f"{number:05}").mkdir()
    (folder / "00010/bin").mkdir()
    (folder / "00010/bin/a-tool").touch(0o755)
    assert len(copies.find(machine, "a-tool")) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root sees what others may not run")
def test_what_the_account_itself_may_run(host: Callable[..., Host]) -> None:
    machine = _home(host, "bin/a-tool")
    for path in (machine.home_at, machine.home_at / "bin/a-tool"):
        os.chown(path, 12345, 12345)
    (machine.home_at / "bin/a-tool").chmod(0o655)  # group and others may, its owner may not
    assert copies.find(Host.real(home=machine.home), "a-tool") == ()
