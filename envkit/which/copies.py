"""Copies of a program off PATH: environments, version managers, the folders where programs lie.

Known places alone are looked into, each for the one name: no tree is walked. A `*` stands for the
entries of one folder, of which at most some hundreds are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from envkit.host import Host

_MOST = 500  # entries of one folder

# Kind of place, then patterns of folders. What stands for a `*` is the name of the copy.
_PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "virtual environment",
        (
            *("~/.venv/bin", "~/venv/bin", "~/env/bin", "~/.venvs/*/bin", "~/venvs/*/bin"),
            *("~/.virtualenvs/*/bin", "~/virtualenvs/*/bin", "$WORKON_HOME/*/bin"),
            *("~/.local/share/virtualenvs/*/bin", "~/.cache/pypoetry/virtualenvs/*/bin"),
            *("~/Library/Caches/pypoetry/virtualenvs/*/bin", "~/.local/share/pdm/venvs/*/bin"),
            *(
                "~/.local/share/hatch/env/virtual/*/*/*/bin",
                "~/.local/share/hatch/env/virtual/*/*/bin",
            ),
            *("~/.local/share/envkit/envs/*/bin", "/opt/venv/bin", "/opt/venvs/*/bin", "/venv/bin"),
        ),
    ),
    ("pipx", ("$PIPX_HOME/venvs/*/bin", "~/.local/pipx/venvs/*/bin", "/opt/pipx/venvs/*/bin")),
    ("uv tool", ("$UV_TOOL_DIR/*/bin",)),
    ("uv Python", ("$UV_PYTHON_INSTALL_DIR/cpython-*/bin", "$UV_PYTHON_INSTALL_DIR/pypy-*/bin")),
    ("pyenv version", ("$PYENV_ROOT/versions/*/bin",)),
    ("rbenv version", ("$RBENV_ROOT/versions/*/bin",)),
    ("mise", ("$MISE_DATA_DIR/installs/*/*/bin", "$MISE_DATA_DIR/installs/*/*")),
    ("asdf", ("$ASDF_DATA_DIR/installs/*/*/bin",)),
    ("nvm version", ("$NVM_DIR/versions/node/*/bin",)),
    ("npm", ("~/.npm-global/bin", "~/.npm-packages/bin", "$PNPM_HOME")),
    ("fnm version", ("~/.local/share/fnm/node-versions/*/installation/bin",)),
    ("rustup toolchain", ("$RUSTUP_HOME/toolchains/*/bin",)),
    (
        "Homebrew",
        (
            *("$HOMEBREW_PREFIX/bin", "/opt/homebrew/bin", "/opt/homebrew/sbin"),
            *("/home/linuxbrew/.linuxbrew/bin", "~/.linuxbrew/bin"),
            *("/opt/homebrew/opt/*/bin", "/usr/local/opt/*/bin"),
            "/home/linuxbrew/.linuxbrew/opt/*/bin",
        ),
    ),
    ("MacPorts", ("/opt/local/bin", "/opt/local/sbin")),
    ("Nix", ("~/.nix-profile/bin", "/nix/var/nix/profiles/default/bin")),
    ("Nix", ("/run/current-system/sw/bin",)),
    ("snap", ("/snap/bin", "/var/lib/snapd/snap/bin")),
    ("flatpak", ("~/.local/share/flatpak/exports/bin", "/var/lib/flatpak/exports/bin")),
    ("CUDA", ("/usr/local/cuda/bin", "/usr/local/cuda-*/bin", "$CUDA_HOME/bin", "/opt/cuda/bin")),
)
# Folders that hold programs of all kinds: the home's come before the environments, since what
# lies there is how a tool in an environment of its own is meant to be called.
_HOME_FOLDERS = (
    *("~/.local/bin", "~/bin", "~/.bin", "$CARGO_HOME/bin", "$GOBIN"),
    *("$GOPATH/bin", "~/.deno/bin", "~/.bun/bin", "~/.volta/bin", "~/.pixi/bin"),
    *("~/.poetry/bin", "~/Library/Python/*/bin", "~/.gem/ruby/*/bin", "~/.juliaup/bin"),
)
_FOLDERS = (
    *("/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"),
    *("/usr/games", "/usr/lib/wsl/lib", "/usr/local/go/bin", "/usr/local/*/bin", "/opt/*/bin"),
    *("/opt/*/*/bin", "/usr/lib/jvm/*/bin", "/usr/lib/llvm-*/bin", "/opt"),
)
_CONDA_ROOTS = (
    *("~/miniconda3", "~/anaconda3", "~/miniforge3", "~/mambaforge", "~/conda", "~/micromamba"),
    *("~/.local/share/mamba", "/opt/conda", "/opt/miniconda3", "/opt/anaconda3"),
    *(
        "/opt/miniforge3",
        "/opt/mambaforge",
        "/usr/local/miniconda3",
        "/opt/homebrew/Caskroom/*/base",
    ),
)
# Below the home, where the variable does not say otherwise.
_USUAL = {
    "PIPX_HOME": ".local/share/pipx",
    "UV_TOOL_DIR": ".local/share/uv/tools",
    "UV_PYTHON_INSTALL_DIR": ".local/share/uv/python",
    "PYENV_ROOT": ".pyenv",
    "RBENV_ROOT": ".rbenv",
    "MISE_DATA_DIR": ".local/share/mise",
    "ASDF_DATA_DIR": ".asdf",
    "NVM_DIR": ".nvm",
    "PNPM_HOME": ".local/share/pnpm",
    "RUSTUP_HOME": ".rustup",
    "CARGO_HOME": ".cargo",
    "GOPATH": "go",
}
_LOCAL_ENVIRONMENTS = (".venv", "venv", "env", ".pixi/envs/default")


class Copy(NamedTuple):
    """A program off PATH. `kind` says what sort of place it is in, `name` which of that sort.

    virtual environment `dl`, conda environment `base`, pyenv version `3.12.1`, folder `/opt/x/bin`.
    """

    path: Path
    kind: str
    name: str


def find(host: Host, name: str) -> tuple[Copy, ...]:
    """Find the copies of a program in known places; one file is told once, by its first name.

    Whether its folder is on some PATH is not looked at. Nothing is executed.
    """
    if not name or "/" in name or name in (".", ".."):
        return ()
    found: dict[Path, Copy] = {}
    for folder, kind, label in _folders(host):
        path = folder / name
        if host.may_run(path):
            where = _environment(host, folder.parent) if kind == "folder" else None
            found.setdefault(_identity(host, path), Copy(path, *(where or (kind, label))))
    return tuple(found.values())


def _folders(host: Host) -> Iterator[tuple[Path, str, str]]:
    for pattern in _HOME_FOLDERS:
        for folder, _ in _expand(host, pattern):
            yield folder, "folder", host.show(folder)
    for folder in _local(host):
        yield folder / "bin", "virtual environment", host.show(folder)
    for prefix, label in _conda(host):
        yield prefix / "bin", "conda environment", label
    for kind, patterns in _PLACES:
        for pattern in patterns:
            for folder, stars in _expand(host, pattern):
                yield folder, kind, " ".join(stars) or host.show(folder.parent)
    for pattern in _FOLDERS:
        for folder, _ in _expand(host, pattern):
            yield folder, "folder", host.show(folder)


def _local(host: Host) -> Iterator[Path]:
    """Environments of the project that the current folder belongs to."""
    if host.foreign:
        return
    try:
        here = Path.cwd()
    except OSError:  # it has been removed
        return
    for folder in (here, *here.parents):
        yield from (folder / name for name in _LOCAL_ENVIRONMENTS)


def _conda(host: Host) -> Iterator[tuple[Path, str]]:
    """Environments that conda knows of, and those below the usual roots."""
    roots = [folder for pattern in _CONDA_ROOTS for folder, _ in _expand(host, pattern)]
    roots += [
        Path(given)
        for variable in ("MAMBA_ROOT_PREFIX", "CONDA_ROOT")
        if (given := host.env.get(variable, "")).startswith("/")
    ]
    for root in roots:
        if host.kind(root / "conda-meta") == "directory":
            yield root, "base"
        for name in _some(host, root / "envs"):
            yield root / "envs" / name, name
    for name in _some(host, host.home / ".conda/envs"):
        yield host.home / ".conda/envs" / name, name
    try:
        text = host.read(host.home / ".conda/environments.txt").decode("utf-8", "replace")
    except OSError:
        return
    for line in text.splitlines()[:_MOST]:
        if line.startswith("/"):
            yield Path(line.strip()), Path(line.strip()).name


def _expand(host: Host, pattern: str) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The folders that a pattern means, each with what stands for its stars."""
    first, _, rest = pattern.partition("/")
    for top in _tops(host, first):
        found: list[tuple[Path, tuple[str, ...]]] = [(top, ())]
        for part in rest.split("/") if rest else ():
            if "*" not in part:
                found = [(folder / part, stars) for folder, stars in found]
                continue
            found = [
                (folder / name, (*stars, name))
                for folder, stars in found
                for name in _some(host, folder)
                if fnmatchcase(name, part) and not name.startswith(".")
            ]
        yield from found[:_MOST]


def _tops(host: Host, first: str) -> Iterator[Path]:
    """Where a pattern begins: of a variable's folder, the one that it names, then the usual one."""
    if not first.startswith("$"):
        yield host.home if first == "~" else Path("/")
        return
    given = host.env.get(first[1:], "").partition(":")[0]  # GOPATH is a list
    if given.startswith("/") and not host.foreign:
        yield Path(given)
    if first[1:] in _USUAL:
        yield host.home / _USUAL[first[1:]]


def _some(host: Host, folder: Path) -> list[str]:
    return list(host.entries(folder))[:_MOST]


def _environment(host: Host, prefix: Path) -> tuple[str, str] | None:
    """What sort of environment a folder is, where it is one: in /opt anything may lie."""
    if host.kind(prefix / "pyvenv.cfg") == "file":
        return "virtual environment", host.show(prefix)
    if host.kind(prefix / "conda-meta") == "directory":
        return "conda environment", host.show(prefix)
    return None


def _identity(host: Host, path: Path) -> Path:
    """The file itself; a virtual environment's Python is not the one that it is a link to."""
    from envkit import owners

    *_, last = owners.steps(host, path)
    return last
