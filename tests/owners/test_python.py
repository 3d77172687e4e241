"""Python's installers: real virtual environments and the real pip; what removes really removes."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import owners
from envkit.host import Host
from tests.owners import wheels

BASE = getattr(sys, "_base_executable", sys.executable)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with pip, and a package with a script in it."""
    folder = tmp_path_factory.mktemp("an environment") / "dl"
    subprocess.run([BASE, "-m", "venv", folder], check=True)
    wheel = wheels.build(folder.parent, "Some_Tool", "1.2.3", "some-tool")
    _pip(folder / "bin/python", "install", str(wheel))
    return folder


def _pip(python: Path | str, *words: str, **environment: str) -> None:
    argv = [python, "-m", "pip", words[0], *(("--no-index",) * (words[0] == "install")), *words[1:]]
    given = {**os.environ, **environment, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, env=given)


def test_a_script_is_its_distribution_s(host: Callable[..., Host], environment: Path) -> None:
    found = owners.of(host(), environment / "bin/some-tool")
    assert found is not None
    assert found[:3] == ("pip", "Some_Tool", "1.2.3")
    python = shlex.quote(f"{environment}/bin/python")
    assert found.remove == f"{python} -m pip uninstall Some_Tool"


def test_what_removes_it_removes_it(host: Callable[..., Host], environment: Path) -> None:
    wheel = wheels.build(environment.parent, "other", "4", "other")
    _pip(environment / "bin/python", "install", str(wheel))
    found = owners.of(host(), environment / "bin/other")
    assert found is not None
    subprocess.run(f"yes | {found.remove}", shell=True, check=True, stdout=subprocess.DEVNULL)
    assert not (environment / "bin/other").exists()


def test_pip_itself(host: Callable[..., Host], environment: Path) -> None:
    found = owners.of(host(), environment / "bin/pip3")
    assert found is not None and found[:2] == ("pip", "pip")
    assert owners.version(host(), environment / "bin/pip3") == found.version


def test_the_environment_s_own(host: Callable[..., Host], environment: Path) -> None:
    machine = host()
    version = "{}.{}.{}".format(*sys.version_info)
    for name in ("python", "python3", "activate", "activate.fish", "Activate.ps1"):
        found = owners.of(machine, environment / "bin" / name)
        remove = f"rm -r {shlex.quote(str(environment))}"
        assert found == owners.Owner("venv", str(environment), version, remove)
    (environment / "bin/by-hand").touch(0o755)
    assert owners.of(machine, environment / "bin/by-hand") is None


def test_a_link_to_it_is_of_the_same(host: Callable[..., Host], environment: Path) -> None:
    machine = host()
    (machine.home_at / "bin").mkdir()
    (machine.home_at / "bin/tool").symlink_to(environment / "bin/some-tool")
    (machine.home_at / "bin/py").symlink_to(environment / "bin/python")
    found = [owners.of(machine, machine.home / "bin" / name) for name in ("tool", "py")]
    assert [one.manager for one in found if one] == ["pip", "venv"]
    assert owners.managers(machine, machine.home / "bin/py") == {"venv"}
    assert owners.managers(machine, machine.home / "bin/tool") == {"venv", "pip"}


@pytest.mark.full
def test_below_the_user_s_base(host: Callable[..., Host]) -> None:
    """pip install --user, by the Python that made this one."""
    machine = host()
    if subprocess.run([BASE, "-m", "pip", "--version"], capture_output=True).returncode:
        pytest.skip(f"{BASE} has no pip")
    wheel = wheels.build(machine.home_at, "mine", "0.1", "mine")
    given = {"HOME": str(machine.home), "PIP_BREAK_SYSTEM_PACKAGES": "1", "PYTHONUSERBASE": ""}
    _pip(BASE, "install", "--user", str(wheel), **given)
    script = machine.home / ".local/bin/mine"
    found = owners.of(machine, script)
    assert found is not None and found[:3] == ("pip", "mine", "0.1")
    python, rest = found.remove.split(" ", 1)
    assert python == "python{}.{}".format(*sys.version_info)
    assert rest.startswith("-m pip uninstall") and rest.endswith(" mine")


LIB = "dl/lib/python3.11/site-packages"
VENV = {"dl/pyvenv.cfg": "home = /usr/bin\nversion = 3.11.2\n", "dl/bin/python": ""}


@pytest.mark.parametrize(
    ("files", "owner"),
    [
        (
            {
                f"{LIB}/tool-1.0.dist-info/RECORD": "../../../bin/tool,sha256=x,3\n",
                f"{LIB}/tool-1.0.dist-info/METADATA": "Name: tool\nVersion: 1.0\n",
            },
            ("pip", "tool", "1.0", "uv pip uninstall --python ~/dl tool"),
        ),
        (
            {
                f"{LIB}/tool-1.0.dist-info/RECORD": '"../../../bin/tool",,\n',
                f"{LIB}/tool-1.0.dist-info/METADATA": "Name: tool\nVersion: 1.0\n",
                f"{LIB}/pip/__init__.py": "",
            },
            ("pip", "tool", "1.0", "~/dl/bin/python -m pip uninstall tool"),
        ),
        (
            {
                f"{LIB}/tool-1.1-py3.11.egg-info/installed-files.txt": "../../../../bin/tool\n",
                f"{LIB}/tool-1.1-py3.11.egg-info/PKG-INFO": "Name: tool\nVersion: 1.1\n",
                f"{LIB}/pip/__init__.py": "",
            },
            ("pip", "tool", "1.1", "~/dl/bin/python -m pip uninstall tool"),
        ),
        (
            {
                f"{LIB}/tool-2.egg-info/entry_points.txt": "[console_scripts]\ntool = a:b\n",
                f"{LIB}/tool-2.egg-info/PKG-INFO": "Name: tool\nVersion: 2\n",
                f"{LIB}/pip/__init__.py": "",
            },
            ("pip", "tool", "2", "~/dl/bin/python -m pip uninstall tool"),
        ),
        (
            {
                "dl/bin/python3.11": "",
                f"{LIB}/a-1.dist-info/RECORD": "../../../bin/tool2,,\n",
                f"{LIB}/a-1.dist-info/entry_points.txt": "[other]\ntool = a:b\n",
            },
            None,
        ),
    ],
    ids=["without pip: uv's", "quoted", "an egg", "no record", "a longer name"],
)
def test_records(
    host: Callable[..., Host], files: dict[str, str], owner: tuple[str, ...] | None
) -> None:
    machine = host({**VENV, "dl/bin/tool": "", **files})
    assert owners.of(machine, machine.home / "dl/bin/tool") == owner


@pytest.mark.parametrize(
    ("bin_folder", "library", "python"),
    [
        ("/usr/local/bin", "usr/local/lib/python3.11/dist-packages", "python3.11"),
        ("/usr/local/bin", "usr/local/lib/python3.12/site-packages", "python3.12"),
        ("~/.local/bin", "home/ada/.local/lib/python3.11/site-packages", "python3.11"),
        (
            "~/Library/Python/3.11/bin",
            "home/ada/Library/Python/3.11/lib/python/site-packages",
            "python3.11",
        ),
    ],
)
def test_the_python_of_another_folder(
    host: Callable[..., Host], bin_folder: str, library: str, python: str
) -> None:
    """Who is written there by the system's Python, which may ask for more (PEP 668)."""
    mark = "usr/lib/python3.11/EXTERNALLY-MANAGED"
    files = {
        f"{library}/tool-1.0.dist-info/RECORD": "../../../bin/tool,,\n",
        f"{library}/tool-1.0.dist-info/METADATA": "Name: tool\nVersion: 1.0\n",
        mark: "[externally-managed]\n",
    }
    machine = host({}, files)
    found = owners.of(machine, Path(bin_folder.replace("~", str(machine.home))) / "tool")
    assert found is not None and found[:3] == ("pip", "tool", "1.0")
    marked = python == "python3.11" and "Library" not in library  # there, any Python's may be
    option = " --break-system-packages" if marked else ""
    wanted = f"{python} -m pip uninstall{option} tool"
    assert found.remove.removeprefix("sudo ") == wanted


def test_a_link_where_pip_had_a_script_is_another_s(host: Callable[..., Host]) -> None:
    lib = ".local/lib/python3.11/site-packages/tool-1.0.dist-info"
    receipt = ".local/share/uv/tools/tool"
    machine = host(
        {
            f"{lib}/RECORD": "../../../bin/tool,,\n",
            f"{lib}/METADATA": "Name: tool\nVersion: 1.0\n",
            f"{receipt}/uv-receipt.toml": "[tool]\n",
            f"{receipt}/bin/tool": "",
        }
    )
    (machine.home_at / ".local/bin").mkdir()
    (machine.home_at / ".local/bin/tool").symlink_to(machine.home / receipt / "bin/tool")
    found = owners.of(machine, machine.home / ".local/bin/tool")
    assert found == ("uv", "tool", "", "uv tool uninstall tool")


PIPX = """{"injected_packages": {"jokes": {"apps": ["joke"], "package": "jokes",
"package_version": "0.8"}}, "main_package": {"apps": ["cow"], "package": "cow-say",
"package_version": "6.1", "suffix": "_x"}, "pipx_metadata_version": "0.12"}"""


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("cow", ("pipx", "cow-say", "6.1", "pipx uninstall cow-say-x")),
        ("python", ("pipx", "cow-say", "6.1", "pipx uninstall cow-say-x")),
        ("joke", ("pipx", "jokes", "0.8", "pipx uninject cow-say-x jokes")),
    ],
)
def test_pipx(host: Callable[..., Host], name: str, owner: tuple[str, ...]) -> None:
    venv = ".local/share/pipx/venvs/cow-say-x"
    files = {f"{venv}/pipx_metadata.json": PIPX, f"{venv}/pyvenv.cfg": "home = /usr/bin\n"}
    machine = host({**files, f"{venv}/bin/{name}": ""})
    (machine.home_at / ".local/bin").mkdir()
    (machine.home_at / ".local/bin/link").symlink_to(machine.home / venv / "bin" / name)
    assert owners.of(machine, machine.home / ".local/bin/link") == owner


@pytest.mark.full
def test_pipx_and_uv_themselves(host: Callable[..., Host], tmp_path: Path) -> None:
    """The real tools install into a home of their own, and what is told removes it again."""
    machine = host()
    boot = tmp_path / "boot"
    subprocess.run([BASE, "-m", "venv", boot], check=True)
    argv = [boot / "bin/pip", "install", "-q", "pipx", "uv"]
    if subprocess.run(argv, capture_output=True).returncode:
        pytest.skip("pipx and uv cannot be installed here")
    path = f"{boot}/bin:{machine.home}/.local/bin:/usr/bin:/bin"
    given = {"HOME": str(machine.home), "PATH": path, "UV_PYTHON": f"{boot}/bin/python"}
    wheel = wheels.build(tmp_path, "sometool", "2.0", "some-tool")
    other = wheels.build(tmp_path, "othertool", "3.0", "other-tool")
    for command in (f"uv tool install {wheel}", f"pipx install {other}"):
        subprocess.run(command.split(), env={**os.environ, **given}, check=True)
    for name, manager, version in (("some-tool", "uv", "2.0"), ("other-tool", "pipx", "3.0")):
        script = machine.home / ".local/bin" / name
        found = owners.of(machine, script)
        assert found is not None
        assert found[:3] == (manager, name.replace("-", ""), version)
        assert owners.version(machine, script) == version
        subprocess.run(found.remove.split(), env={**os.environ, **given}, check=True)
        assert not script.exists()
