"""Profiles are found however envkit came: wheel, wheel from sdist, editable, checkout, zipapp, zip.

Each way is really built and installed with the Python that runs the tests; the wheels of the
dependencies come from the package index or pip's own settings.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
EXPECTED = {path.stem for path in (CHECKOUT / "profiles").glob("*.env")}

pytestmark = pytest.mark.packaging


def run(*argv: str | Path, cwd: Path | None = None, **env: str) -> str:
    done = subprocess.run(
        [str(word) for word in argv],
        cwd=cwd,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **env},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, f"{argv}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def profiles_of(*command: str | Path, cwd: Path, **env: str) -> set[str]:
    listing = json.loads(run(*command, "profile", "list", "--json", cwd=cwd, **env))
    return {entry["name"] for entry in listing["profiles"]}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout's tracked and new files alone, as `git archive` or a download has them."""
    copy = tmp_path_factory.mktemp("source") / "envkit"
    if not (CHECKOUT / ".git").exists():  # an unpacked archive: all of it is the source
        ignore = shutil.ignore_patterns(".venv", "__pycache__", ".*_cache", ".hypothesis", "dist")
        return Path(shutil.copytree(CHECKOUT, copy, ignore=ignore))
    listed = run(
        "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=CHECKOUT
    )
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from the sdist."""
    out = tmp_path_factory.mktemp("dist")
    # `build` without a choice makes the sdist, and the wheel from that sdist.
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source)
    return out


def fresh_environment(folder: Path) -> Path:
    """A virtual environment that also sees the packages of the one that runs the tests."""
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    site = next(folder.glob("lib/python*/site-packages"))
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (site / "dependencies.pth").write_text("".join(f"{path}\n" for path in ours))
    return folder / "bin/python"


def install(python: Path, *what: str | Path) -> Path:
    pip = [sys.executable, "-m", "pip", "--python", python]
    run(*pip, "install", "-q", "--no-deps", "--no-build-isolation", *what)
    return python.parent / "envkit"


def test_there_are_profiles() -> None:
    assert {"descent", "numpy", "torch-cpu"} <= EXPECTED


def test_wheel_from_sdist(built: Path, tmp_path: Path) -> None:
    wheel = next(built.glob("*.whl"))
    command = install(fresh_environment(tmp_path / "venv"), "--ignore-installed", wheel)
    assert profiles_of(command, cwd=tmp_path) == EXPECTED
    assert run(command, "--version") == run(command.with_name("envkit-shell"), "--version")


def test_wheel_from_checkout(source: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, source)
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {f"envkit/bundled_profiles/{name}.env" for name in EXPECTED} <= set(names)
    assert "envkit/py.typed" in names
    assert not [name for name in names if name.startswith(("tests", "profiles"))]
    command = install(fresh_environment(tmp_path / "venv"), "--ignore-installed", wheel)
    assert profiles_of(command, cwd=tmp_path) == EXPECTED


def test_editable(source: Path, tmp_path: Path) -> None:
    python = fresh_environment(tmp_path / "venv")
    command = install(python, "--ignore-installed", "-e", source)
    assert profiles_of(command, cwd=tmp_path) == EXPECTED


def test_checkout_without_installing(source: Path, tmp_path: Path) -> None:
    module = [sys.executable, "-m", "envkit"]
    assert profiles_of(*module, cwd=source, PYTHONPATH="") == EXPECTED


def test_git_archive_zip(tmp_path: Path, source: Path) -> None:
    run("git", "init", "-q", source)
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    run("git", "-C", source, "add", "-A")
    run("git", "-C", source, *identity, "commit", "-qm", "all")
    archive = tmp_path / "envkit.zip"
    run(
        "git",
        "-C",
        source,
        "archive",
        "--format=zip",
        "--prefix=envkit-main/",
        "-o",
        archive,
        "HEAD",
    )
    with zipfile.ZipFile(archive) as unpacked:
        unpacked.extractall(tmp_path)
    unpacked_tree = tmp_path / "envkit-main"
    command = install(fresh_environment(tmp_path / "venv"), "--ignore-installed", unpacked_tree)
    assert profiles_of(command, cwd=tmp_path) == EXPECTED


def test_zipapp(built: Path, tmp_path: Path) -> None:
    """The README's zipapp lines: pure Python inside, for every Python from 3.10 on."""
    tree, app = tmp_path / "tree", tmp_path / "envkit.pyz"
    wheel = next(built.glob("*.whl"))
    run(
        *[sys.executable, "-m", "pip", "install", "-q", "--target", tree, "--no-compile"],
        *["--python-version", "3.10", "--only-binary=:all:", "--no-deps", wheel],
        *["typer>=0.26,<0.29", "python-dotenv", "shellingham", "annotated-doc"],
        *["typing-extensions", "tomli"],
    )
    assert not list(tree.rglob("*.so")), "a zipapp cannot load compiled modules"
    run(sys.executable, "-m", "zipapp", tree, "-m", "envkit.__main__:main", "-o", app)
    isolated = [sys.executable, "-I", "-S", app]
    assert profiles_of(*isolated, cwd=tmp_path) == EXPECTED
    home = tmp_path / "home"
    home.mkdir()
    order = json.loads(run(*isolated, "order", "--json", "--home", home, cwd=tmp_path))
    assert order["files"], "order works without a parser, too"
    # The schemas are derived from the text of modules, which here lies in a zip.
    schema = json.loads(run(*isolated, "trace", "--schema", cwd=tmp_path))
    assert "PathEntry" in schema["$defs"]
