"""Installers that are known by where they put things: homes and systems made of their layouts.

The layouts are those of the tools' own documentation; npm's, pipx's and uv's were also compared
with real installations.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from envkit import owners
from envkit.host import Host


class Case(NamedTuple):
    """Files of the home, of the system (another machine's), links; what is asked about, whose."""

    path: str
    owner: tuple[str, str, str, str] | None
    files: Mapping[str, str] = {}
    root: Mapping[str, str] | None = None
    links: Mapping[str, str] = {}


def go_program(module: str, version: str) -> str:
    """What the linker leaves in a program (as in esbuild's, which npm has), and no program."""
    info = f"path\t{module}/cmd/x\nmod\t{module}\t{version}\th1:abc=\ndep\ty\tv9\n".encode()
    begin = bytes.fromhex("3077af0c9274080241e1c107e6d618e6")
    end = bytes.fromhex("f932433186182072008242104116d8f2")
    return (b"\x7fELF" + b"\0" * 100 + begin + info + end + b"\0").decode("latin-1")


PYENV = ".pyenv"
CONDA = '{"name": "numpy", "version": "1.26.4", "files": ["bin/f2py", "lib/x.so"]}'
CRATES2 = '{"installs": {"ripgrep 14.1.0 (registry+https://x)": {"bins": ["rg"], "features": []}}}'
CRATES = '[v1]\n"fd-find 9.0.0 (registry+https://x)" = ["fd"]\n'
SPEC = 'Gem::Specification.new do |s|\n  s.executables = ["rake".freeze, "raker".freeze]\nend\n'
NVM = ".nvm/versions/node/v20.1.0"
STORE = "nix/store/0123456789abcdfghijklmnpqrsvwxyz"
APK = """C:Q1abc
P:busybox
V:1.36.1-r5
A:x86_64
F:bin
R:busybox
a:0:0:755
F:etc
R:securetty

P:python3
V:3.11.6-r1
F:usr
F:usr/bin
R:python3.11
a:0:0:755
R:pydoc
F:usr/lib

"""

CASES = {
    "conda": Case(
        "~/miniconda3/envs/dl/bin/f2py",
        ("conda", "numpy", "1.26.4", "conda remove -p ~/miniconda3/envs/dl numpy"),
        {
            "miniconda3/envs/dl/conda-meta/numpy-1.26.4-py311.json": CONDA,
            "miniconda3/envs/dl/conda-meta/a-1.json": '{"name": "a", "files": ["bin/f2py3"]}',
            "miniconda3/envs/dl/conda-meta/history": "",
        },
    ),
    "nobody's in conda": Case(
        "~/miniconda3/bin/mine", None, {"miniconda3/conda-meta/numpy-1.json": CONDA}
    ),
    "pixi": Case(
        "~/code/p/.pixi/envs/default/bin/f2py",
        ("conda", "numpy", "1.26.4", "pixi remove numpy"),
        {"code/p/.pixi/envs/default/conda-meta/numpy-1.26.4.json": CONDA},
    ),
    "npm": Case(
        "~/.npm-global/bin/eslint",
        ("npm", "eslint", "9.1.0", "npm uninstall -g --prefix ~/.npm-global eslint"),
        {
            ".npm-global/lib/node_modules/eslint/package.json": '{"version": "9.1.0"}',
            ".npm-global/lib/node_modules/eslint/bin/e.js": "",
        },
        links={"~/.npm-global/bin/eslint": "../lib/node_modules/eslint/bin/e.js"},
    ),
    "npm, with a scope, below nvm": Case(
        f"~/{NVM}/bin/claude",
        ("npm", "@a/code", "1.2.0", f"~/{NVM}/bin/npm uninstall -g @a/code"),
        {
            f"{NVM}/lib/node_modules/@a/code/package.json": '{"version": "1.2.0"}',
            f"{NVM}/lib/node_modules/@a/code/cli.js": "",
            f"{NVM}/bin/npm": "",
            f"{NVM}/include/node/node.h": "",
        },
        links={f"~/{NVM}/bin/claude": "../lib/node_modules/@a/code/cli.js"},
    ),
    "npm itself is node's": Case(
        f"~/{NVM}/bin/npm",
        ("nvm", "node", "20.1.0", "nvm uninstall v20.1.0"),
        {f"{NVM}/lib/node_modules/npm/bin/npm-cli.js": "", f"{NVM}/include/node/node.h": ""},
        links={f"~/{NVM}/bin/npm": "../lib/node_modules/npm/bin/npm-cli.js"},
    ),
    "node": Case(
        f"~/{NVM}/bin/node", ("nvm", "node", "20.1.0", "nvm uninstall v20.1.0"), {}, None, {}
    ),
    "a project's own node module": Case("~/code/node_modules/.bin/eslint", None),
    "fnm": Case(
        "~/.local/share/fnm/node-versions/v18.2.0/installation/bin/node",
        ("fnm", "node", "18.2.0", "fnm uninstall v18.2.0"),
    ),
    "cargo": Case(
        "~/.cargo/bin/rg",
        ("cargo", "ripgrep", "14.1.0", "cargo uninstall ripgrep"),
        {".cargo/.crates2.json": CRATES2},
    ),
    "cargo, an older record, another root": Case(
        "~/tools/bin/fd",
        ("cargo", "fd-find", "9.0.0", "cargo uninstall --root ~/tools fd-find"),
        {"tools/.crates.toml": CRATES},
    ),
    "rustup": Case(
        "~/.cargo/bin/rustc",
        ("rustup", "rustup", "", "rustup self uninstall"),
        {".cargo/.crates2.json": CRATES2, ".cargo/bin/rustup": ""},
        links={"~/.cargo/bin/rustc": "rustup"},
    ),
    "a toolchain": Case(
        "~/.rustup/toolchains/stable-x86_64-unknown-linux-gnu/bin/rustc",
        (
            *("rustup", "stable-x86_64-unknown-linux-gnu", ""),
            "rustup toolchain uninstall stable-x86_64-unknown-linux-gnu",
        ),
    ),
    "go": Case(
        "~/go/bin/gopls",
        ("go", "golang.org/x/tools/gopls", "0.14.2", "rm ~/go/bin/gopls"),
        {"go/bin/gopls": go_program("golang.org/x/tools/gopls", "v0.14.2")},
    ),
    "in go's folder, but not go's": Case("~/go/bin/x", None, {"go/bin/x": "#!/bin/sh\n"}),
    "a gem": Case(
        "~/.rbenv/versions/3.2.2/bin/rake",
        ("gem", "rake", "13.0.6", "gem uninstall rake"),
        {".rbenv/versions/3.2.2/lib/ruby/gems/3.2.0/specifications/rake-13.0.6.gemspec": SPEC},
    ),
    "a gem of the user's": Case(
        "~/.gem/ruby/3.1.0/bin/raker",
        ("gem", "rake", "13.0.6", "gem uninstall rake"),
        {".gem/ruby/3.1.0/specifications/rake-13.0.6.gemspec": SPEC},
    ),
    "rbenv": Case(
        "~/.rbenv/versions/3.2.2/bin/ruby", ("rbenv", "3.2.2", "3.2.2", "rbenv uninstall 3.2.2")
    ),
    "pyenv": Case(
        f"~/{PYENV}/versions/3.12.1/bin/python",
        ("pyenv", "3.12.1", "3.12.1", "pyenv uninstall 3.12.1"),
        {f"{PYENV}/versions/3.12.1/bin/python3.12": ""},
        links={f"~/{PYENV}/versions/3.12.1/bin/python": "python3.12"},
    ),
    "pyenv-virtualenv": Case(
        f"~/{PYENV}/versions/dl/bin/python",
        ("pyenv", "dl", "3.12.1", "pyenv virtualenv-delete dl"),
        {
            f"{PYENV}/versions/3.12.1/envs/dl/pyvenv.cfg": "version = 3.12.1\n",
            f"{PYENV}/versions/3.12.1/bin/python": "",
        },
        links={
            f"~/{PYENV}/versions/dl": "3.12.1/envs/dl",
            f"~/{PYENV}/versions/3.12.1/envs/dl/bin/python": "../../../bin/python",
        },
    ),
    "a shim": Case("~/.pyenv/shims/python", ("pyenv", "shims", "", "")),
    "mise": Case(
        "~/.local/share/mise/installs/node/20/bin/node",
        ("mise", "node", "20.1.0", "mise uninstall node@20.1.0"),
        {".local/share/mise/installs/node/20.1.0/bin/node": ""},
        links={"~/.local/share/mise/installs/node/20": "20.1.0"},
    ),
    "asdf": Case(
        "~/.asdf/installs/python/3.11.4/bin/python3",
        ("asdf", "python", "3.11.4", "asdf uninstall python 3.11.4"),
    ),
    "uv's Python": Case(
        "~/.local/bin/python3.12",
        (
            *("uv", "cpython-3.12.3-linux-x86_64-gnu", "3.12.3"),
            "uv python uninstall cpython-3.12.3-linux-x86_64-gnu",
        ),
        {".local/share/uv/python/cpython-3.12.3-linux-x86_64-gnu/bin/python3.12": ""},
        links={
            "~/.local/bin/python3.12": "~/.local/share/uv/python/"
            "cpython-3.12.3-linux-x86_64-gnu/bin/python3.12"
        },
    ),
    "CUDA's runfile": Case(
        "~/cuda/bin/nvcc",
        ("runfile", "cuda", "12.4.1", "~/cuda-12.4/bin/cuda-uninstaller"),
        {
            "cuda-12.4/bin/nvcc": "",
            "cuda-12.4/bin/cuda-uninstaller": "",
            "cuda-12.4/version.json": '{"cuda": {"version": "12.4.1"}}',
        },
        links={"~/cuda": "cuda-12.4"},
    ),
    "Spack": Case(
        "~/spack/opt/spack/linux/gcc-12/openmpi-5.0-abc/bin/mpirun",
        ("spack", "openmpi", "5.0.1", "spack uninstall openmpi/abcdefg"),
        {
            "spack/opt/spack/linux/gcc-12/openmpi-5.0-abc/.spack/spec.json": '{"spec": {"nodes": '
            '[{"name": "openmpi", "version": "5.0.1", "hash": "abcdefghij"}]}}'
        },
    ),
    "nobody's": Case("~/bin/mine", None),
    "not there": Case("~/bin/nothing/at/all", None),
    "Homebrew": Case(
        "/opt/homebrew/bin/python3",
        ("brew", "python@3.12", "3.12.1_1", "brew uninstall python@3.12"),
        root={"opt/homebrew/Cellar/python@3.12/3.12.1_1/bin/python3": ""},
        links={"/opt/homebrew/bin/python3": "../Cellar/python@3.12/3.12.1_1/bin/python3"},
    ),
    "a cask": Case(
        "/opt/homebrew/bin/code2",
        ("brew", "code2", "1.85", "brew uninstall --cask code2"),
        root={"opt/homebrew/Caskroom/code2/1.85/bin/code2": ""},
        links={"/opt/homebrew/bin/code2": "/opt/homebrew/Caskroom/code2/1.85/bin/code2"},
    ),
    "a snap": Case(
        "/snap/bin/code.url",
        ("snap", "code", "abc123", "sudo snap remove code"),
        root={
            "snap/code/12/meta/snap.yaml": "name: code\nversion: 'abc123'\n",
            "usr/bin/snap": "",
        },
        links={"/snap/bin/code.url": "/usr/bin/snap", "/snap/code/current": "12"},
    ),
    "an alias of a snap": Case(
        "/snap/bin/lxc",
        ("snap", "lxd", "5.0", "sudo snap remove lxd"),
        root={"snap/lxd/1/meta/snap.yaml": "version: 5.0\n", "usr/bin/snap": ""},
        links={
            "/snap/bin/lxc": "lxd.lxc",
            "/snap/bin/lxd.lxc": "/usr/bin/snap",
            "/snap/lxd/current": "1",
        },
    ),
    "flatpak": Case(
        "/var/lib/flatpak/exports/bin/org.gimp.GIMP",
        (*("flatpak", "org.gimp.GIMP", ""), "flatpak uninstall --system org.gimp.GIMP"),
        root={"var/lib/flatpak/exports/bin/org.gimp.GIMP": ""},
    ),
    "nix": Case(
        "~/.nix-profile/bin/rg",
        ("nix", "ripgrep-all", "0.9.6", "nix profile remove ripgrep-all"),
        root={f"{STORE}-ripgrep-all-0.9.6/bin/rg": ""},
        links={
            f"/{STORE}-user-environment/bin/rg": f"/{STORE}-ripgrep-all-0.9.6/bin/rg",
            "~/.nix-profile": f"/{STORE}-user-environment",
        },
    ),
    "apk": Case(
        "/usr/bin/python3",
        ("apk", "python3", "3.11.6-r1", "sudo apk del python3"),
        root={"lib/apk/db/installed": APK, "usr/bin/python3.11": ""},
        links={"/usr/bin/python3": "python3.11"},
    ),
    "apk: an applet is busybox's": Case(
        "/bin/ls",
        ("apk", "busybox", "1.36.1-r5", "sudo apk del busybox"),
        root={"lib/apk/db/installed": APK, "bin/busybox": ""},
        links={"/bin/ls": "/bin/busybox"},
    ),
    "apk: a file of that name elsewhere": Case(
        "/usr/bin/busybox",
        ("apk", "busybox", "1.36.1-r5", "sudo apk del busybox"),  # /bin may be /usr/bin
        root={"lib/apk/db/installed": APK, "usr/bin/busybox": ""},
    ),
    "apk: another folder": Case("/opt/x/pydoc", None, root={"lib/apk/db/installed": APK}),
    "pacman": Case(
        "/bin/python",
        ("pacman", "python", "3.11.6-1", "sudo pacman -R python"),
        root={
            "var/lib/pacman/local/ALPM_DB_VERSION": "9\n",
            "var/lib/pacman/local/python-3.11.6-1/desc": "%NAME%\npython\n\n"
            "%VERSION%\n3.11.6-1\n\n",
            "var/lib/pacman/local/python-3.11.6-1/files": "%FILES%\nusr/\nusr/bin/\n"
            "usr/bin/python\nusr/bin/python3.11\n\n%BACKUP%\netc/x\tabc\n",
            "usr/bin/python3.11": "",
        },
        links={"/bin": "usr/bin", "/usr/bin/python": "python3.11"},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_layout(host: Callable[..., Host], case: Case) -> None:
    files = {name: text.encode("latin-1") for name, text in case.files.items()}
    machine = host(files, case.root)
    if case.root is not None and os.geteuid() == 0:
        os.chown(machine.home_at, 1000, -1)
        machine = Host.real(home=machine.home, root=machine.root)

    def place(name: str) -> Path:
        below = name.startswith("~/")
        return machine.home_at / name[2:] if below else machine.root / name.lstrip("/")

    for name, target in case.links.items():
        place(name).parent.mkdir(parents=True, exist_ok=True)
        place(name).symlink_to(target.replace("~", str(machine.home)))
    if case.root is None and "not" not in case.path:
        place(case.path).parent.mkdir(parents=True, exist_ok=True)
        place(case.path).touch()
    asked = Path(case.path.replace("~", str(machine.home)))
    assert owners.of(machine, asked) == case.owner


def test_every_installer_has_a_case() -> None:
    """Those that are not in the table have tests of their own."""
    told = {case.owner[0] for case in CASES.values() if case.owner}
    own = {"dpkg", "rpm", "macports", "pip", "pipx", "venv"}
    assert told | own == set(owners.known())


def test_whose_trees_it_lies_in(host: Callable[..., Host]) -> None:
    """What pip put into a conda environment, or into one of pyenv's Pythons, is of both."""
    record = {"RECORD": "../../../bin/torchrun,,\n", "METADATA": "Name: torch\nVersion: 2.1\n"}
    library = "lib/python3.11/site-packages/torch-2.1.dist-info"
    homes = ("miniforge3/envs/dl", f"{PYENV}/versions/3.11.7")
    files = {f"{top}/{library}/{name}": text for top in homes for name, text in record.items()}
    machine = host(files | {f"{homes[0]}/conda-meta/history": ""})
    for top in homes:
        (machine.home_at / top / "bin").mkdir()
        (machine.home_at / top / "bin/torchrun").touch()
    found = [owners.managers(machine, machine.home / top / "bin/torchrun") for top in homes]
    assert found == [{"pip", "conda"}, {"pip", "pyenv"}]


def test_records_that_cannot_be_read_are_nobody_s_word(host: Callable[..., Host]) -> None:
    machine = host(
        {
            "a/bin/x": "",
            "a/pipx_metadata.json": "{",
            "a/.crates2.json": "[",
            "a/conda-meta/x-1.json": '"bin/x" {',
            "a/.spack/spec.json": '{"spec": []}',
        }
    )
    assert owners.of(machine, machine.home / "a/bin/x") is None


def test_links_that_lead_nowhere(host: Callable[..., Host]) -> None:
    machine = host({"dark/bin/x": "", "bin/y": ""})
    for name, target in (("loop", "loop"), ("one", "two"), ("two", "one"), ("gone", "/no/such")):
        (machine.home_at / "bin" / name).symlink_to(target)
        assert owners.of(machine, machine.home / "bin" / name) is None
        assert owners.managers(machine, machine.home / "bin" / name) == frozenset()
    (machine.home_at / "dark").chmod(0)
    try:
        assert owners.of(machine, machine.home / "dark/bin/x") is None
        assert owners.version(machine, machine.home / "dark/bin/x") == ""
    finally:
        (machine.home_at / "dark").chmod(0o755)


@pytest.mark.parametrize(
    ("version", "upstream"),
    [
        ("2:9.0.1378-2+deb12u2", "9.0.1378"),
        ("23.0.1+dfsg-1", "23.0.1"),
        ("1.35.0-4+deb12u1+b1", "1.35.0"),
        ("20.20.2-1nodesource1+repack1", "20.20.2"),
        ("1:1.2-3.fc40", "1.2"),
        ("3.11.6-r1", "3.11.6"),
        ("14.1.0_1", "14.1.0"),
        ("5.36.0", "5.36.0"),
        ("9.2.0~ds1-1", "9.2.0"),
    ],
)
def test_the_packager_s_part_of_a_version(version: str, upstream: str) -> None:
    assert owners._upstream(version) == upstream


def test_npm_itself(host: Callable[..., Host], tmp_path: Path) -> None:
    """The real npm puts a package of our own into a prefix, and takes it away as it is told."""
    if not any(Path(top, "npm").exists() for top in ("/usr/bin", "/usr/local/bin")):
        pytest.skip("no npm here")
    machine = host()
    package = tmp_path / "package"
    package.mkdir()
    (package / "package.json").write_text(
        '{"name": "@me/tool", "version": "1.0.3", "bin": {"tool": "t.js"}}'
    )
    (package / "t.js").write_text("#!/usr/bin/env node\n")
    tarball = tmp_path / "tool.tgz"
    subprocess.run(["tar", "-C", tmp_path, "-czf", tarball, "package"], check=True)
    given = {**os.environ, "HOME": str(machine.home), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    prefix = machine.home / ".npm-global"
    argv = ["npm", "install", "-g", "--offline", "--prefix", str(prefix), str(tarball)]
    subprocess.run(argv, env=given, check=True, stdout=subprocess.DEVNULL)
    found = owners.of(machine, prefix / "bin/tool")
    assert found is not None and found[:3] == ("npm", "@me/tool", "1.0.3")
    assert owners.version(machine, prefix / "bin/tool") == "1.0.3"
    subprocess.run(found.remove, shell=True, env=given, check=True, stdout=subprocess.DEVNULL)
    assert not (prefix / "bin/tool").exists()
