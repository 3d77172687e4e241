"""Which Python a profile puts first, and why (docs/design.md, section 5).

`--python`; else the active environment; else the one that envkit runs in; else one of the
profile's own. Always the `bin` of an environment: that of a system interpreter would put a whole
system folder in front, that of a pyenv version switch pyenv's shims off. Never an environment that
a tool manager owns: it is replaced when the tool is.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Scope

#: Where an environment for every user goes: hier(7), software that the administrator installed.
SYSTEM_ENVIRONMENTS = Path("/usr/local/lib/envkit/envs")

# What the managers of command line tools leave in the environments that are theirs.
_OWNED = {
    "uv-receipt.toml": "uv",
    "pipx_metadata.json": "pipx",
    "pipx_expired": "pipx",
}
# Without site (-S), whose .pth files would run, and could print, what is installed there.
_ASK = ("-I", "-S", "-B", "-c")
_QUESTION = (
    "import sys; print('%d.%d.%d' % sys.version_info[:3], sys.prefix, "
    "getattr(sys, '_base_executable', None) or sys.executable, sep='\\n')"
)


@dataclass(frozen=True, slots=True)
class PythonChoice:
    """The folder that a profile puts first, the Python in it, and why it is this one.

    `create`: it is not there yet; `command` makes it (else `command` is empty).
    """

    bin: Path
    executable: Path
    version: str
    reason: str
    create: bool = False
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answer:
    version: str
    prefix: str
    base: Path


def choose_python(
    host: Host, given: Path | None, profile_name: str, scope: Scope = "user"
) -> PythonChoice:
    """The Python for a profile. `given` (`--python`) is an executable or an environment's folder.

    UsageError where `given` is not there or does not run; Refused where no Python is left that
    could make an environment.
    """
    if host.foreign:
        return _foreign(host, given, profile_name, scope)
    if given is not None:
        return _given(host, given, profile_name, scope)
    passed: list[str] = []
    for folder, reason in _active(host):
        if scope == "system" and not all(map(_for_everyone, (folder, folder / "bin/python"))):
            passed.append(f"{host.show(folder)} is in a home directory")
            continue
        owner = _owner(host, folder)
        choice = None if owner else _environment(host, folder, reason)
        if choice is not None:
            return choice
        passed.append(
            f"{host.show(folder)} belongs to {owner}"
            if owner
            else f"{host.show(folder)} does not run"
        )
    return _own(host, profile_name, scope, None, passed)


def _given(host: Host, given: Path, profile_name: str, scope: Scope) -> PythonChoice:
    place = Path(os.path.abspath(given))
    if "/" not in str(given) and not place.exists():
        place = Path(shutil.which(str(given), path=host.env.get("PATH", os.defpath)) or place)
    program = place / "bin/python3" if place.is_dir() else place
    answer = _ask(host, program)
    if answer is None:
        what = "is not there" if not program.exists() else "is not a Python 3 that runs"
        raise UsageError(
            f"--python {given}: {host.show(program)} {what}",
            "name an executable, or the folder of a virtual or conda environment",
        )
    folder = program.parent.parent
    if not _is_environment(folder):
        return _own(host, profile_name, scope, answer.base, [])
    owner = _owner(host, folder)
    if owner:
        raise UsageError(
            f"--python {given} belongs to {owner}, which replaces it at will",
            "name an environment of your own: python3 -m venv DIR",
        )
    choice = _environment(host, folder, "because --python names it")
    if choice is None:
        raise UsageError(
            f"--python {given}: python and python3 there are not the same",
            "name another environment: python3 -m venv DIR",
        )
    return choice


def _active(host: Host) -> Iterator[tuple[Path, str]]:
    """The environments that may come first, the nearest one first."""
    if host.env.get("VIRTUAL_ENV"):
        yield Path(host.env["VIRTUAL_ENV"]), "because its virtual environment is active"
    conda = Path(host.env.get("CONDA_PREFIX") or "/")
    if (conda / "conda-meta").is_dir() and not _is_conda_base(host, conda):
        yield conda, "because its conda environment is active"
    if sys.prefix != sys.base_prefix:
        yield Path(sys.prefix), "because envkit itself runs in its virtual environment"


def _is_conda_base(host: Host, prefix: Path) -> bool:
    return host.env.get("CONDA_DEFAULT_ENV") == "base" or (prefix / "condabin").is_dir()


def _owner(host: Host, folder: Path) -> str:
    """The tool manager that an environment belongs to, or nothing."""
    for above in (folder, *folder.parents):
        for name, owner in _OWNED.items():
            if (above / name).exists():
                return owner
    # uv also tags the environments of `uv venv` themselves, which are the user's own.
    if any((above / "CACHEDIR.TAG").exists() for above in folder.parents):
        return "a cache"
    home_cache = host.env.get("XDG_CACHE_HOME") or str(host.home / ".cache")
    for cache in (host.env.get("UV_CACHE_DIR"), f"{home_cache}/uv"):
        if cache and Path(cache).resolve() in (folder, *folder.resolve().parents):
            return "uv's cache"
    return ""


def _for_everyone(path: Path) -> bool:
    """Whether what a path leads to is outside the homes of accounts."""
    return path.resolve().parts[1:2] not in (("home",), ("root",), ("Users",))


def _is_environment(folder: Path) -> bool:
    """Whether this is a virtual environment (PEP 405) or conda's: its `bin` is Python's own."""
    return (folder / "pyvenv.cfg").is_file() or (folder / "conda-meta").is_dir()


def _environment(host: Host, folder: Path, reason: str) -> PythonChoice | None:
    """The choice of an environment, where `python` and `python3` both lead to it."""
    first, other = (_ask(host, folder / f"bin/{name}") for name in ("python", "python3"))
    if not _is_environment(folder) or first is None or first != other:
        return None
    bin_folder = folder / "bin"
    return PythonChoice(bin_folder, bin_folder / "python", first.version, reason)


def _own(host: Host, name: str, scope: Scope, base: Path | None, passed: list[str]) -> PythonChoice:
    """The profile's own environment, there already or to be made."""
    folder = _folder(host, name, scope)
    because = f" ({'; '.join(passed)})" if passed else ""
    if os.path.lexists(folder):
        found = _environment(host, folder, f"the profile's own{because}")
        if found is None:
            raise Refused(
                f"the profile's own Python in {host.show(folder)} does not run",
                f"delete it, and it is made anew: rm -r {host.show(folder)}",
            )
        return found
    maker, version = _maker(host, base, scope)
    return PythonChoice(
        folder / "bin",
        folder / "bin/python",
        version,
        f"the profile's own, to be made with {host.show(maker)}{because}",
        True,
        (str(maker), "-m", "venv", str(folder)),
    )


def _folder(host: Host, name: str, scope: Scope) -> Path:
    return (SYSTEM_ENVIRONMENTS if scope == "system" else host.data / "envs") / name


def _maker(host: Host, base: Path | None, scope: Scope) -> tuple[Path, str]:
    """A Python that can make a virtual environment, and its version; none of a home for all."""
    mine = Path(getattr(sys, "_base_executable", None) or sys.executable)
    for program in (
        (base,) if base else (mine, Path("/usr/bin/python3"), Path("/usr/local/bin/python3"))
    ):
        if scope == "system" and not _for_everyone(program):
            if base:
                raise Refused(
                    f"{base} is below a home directory: other accounts depend on its owner",
                    "name a Python that is everybody's: --python /usr/bin/python3",
                )
            continue
        answer = _ask(host, program)
        can = host.ask((program, *_ASK, "import ensurepip, venv")) is not None
        if answer is not None and can:
            return program, answer.version
    raise Refused(
        f"{host.show(base)} cannot make a virtual environment"
        if base
        else "there is no Python here that can make a virtual environment",
        "on Debian and Ubuntu: sudo apt install python3-venv; or name an environment: --python DIR",
    )


def _ask(host: Host, program: Path) -> _Answer | None:
    if not program.is_absolute() or not os.access(program, os.X_OK) or program.is_dir():
        return None
    lines = (host.ask((program, *_ASK, _QUESTION)) or "").splitlines()
    return _Answer(lines[0], lines[1], Path(lines[2])) if len(lines) == 3 else None


def _foreign(host: Host, given: Path | None, name: str, scope: Scope) -> PythonChoice:
    """Nothing of another machine is executed: what it has is believed."""
    if given is None:
        folder = _folder(host, name, scope)
        create = host.kind(folder / "bin/python") != "file"
        command = ("python3", "-m", "venv", str(folder)) if create else ()
        return PythonChoice(
            folder / "bin", folder / "bin/python", "", "the profile's own", create, command
        )
    program = given / "bin/python" if host.kind(given) == "directory" else given
    if host.kind(program) != "file":
        raise UsageError(f"--python {given} is not there, in {host.root}")
    return PythonChoice(program.parent, program, "", "because --python names it")
