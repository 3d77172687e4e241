"""Profiles: which there are, what one says, and the Python that it puts first.

A profile is an ordinary `.env` file, one of those that envkit brings along, one of the user's own
in `~/.config/envkit/profiles/`, or any path. `profile.reading` says how its text is meant,
`profile.interpreter` how the Python is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from envkit import block
from envkit.errors import Unreadable, UsageError
from envkit.finding import Finding
from envkit.host import Host
from envkit.model import Scope
from envkit.plan import Profile
from envkit.profile.interpreter import PythonChoice, choose_python
from envkit.profile.reading import HOME, read

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

DEFAULT = "descent"

# What is only looked at needs no choice.
_SOME_PYTHON = Path("/chosen/at/install/bin")

__all__ = [
    "DEFAULT",
    "HOME",
    "PythonChoice",
    "bundled",
    "check",
    "choose_python",
    "find",
    "load",
    "names",
    "title",
    "wants_python",
]


def names(host: Host) -> tuple[str, ...]:
    """The profiles that can be asked for by name: the default, then the others, sorted."""
    known = {*_own(host), *bundled()}
    return tuple(sorted(known, key=lambda name: (name != DEFAULT, name)))


def find(host: Host, name: str) -> Path | Traversable:
    """The file of a profile given by name or by path; UsageError with what is known otherwise.

    A profile of the user's own comes before one of the same name that envkit brings along.
    """
    if "/" in name or name.endswith(".env"):
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"unknown profile: {name}", "there is no such file")
        if not block.is_name(find_name(name)):
            raise UsageError(f"{name}: a profile's file cannot be called so", block.NAMES)
        return path
    found = _own(host).get(name) or bundled().get(name)
    if found is not None:
        return found
    import difflib

    known = names(host)
    near = difflib.get_close_matches(name, known, 1)
    hint = f"known: {', '.join(known)}"
    raise UsageError(
        f"unknown profile: {host.show(name)}", f"did you mean {near[0]}? {hint}" if near else hint
    )


def load(
    host: Host, name: str = DEFAULT, python: Path | None = None, scope: Scope = "user"
) -> Profile:
    """The profile called `name`, values filled in; `python` is the folder of the chosen Python.

    Without `python` it is chosen here, where the profile asks for one. UsageError on an unknown
    name, Unreadable on a file that cannot be used: its first error, with file and line.
    """
    if python is None and wants_python(host, name):
        python = choose_python(host, None, find_name(name), scope).bin
    profile, findings = _read(host, name, python, scope)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        first = errors[0]
        more = f" (and {len(errors) - 1} more: envkit profile check {name})" if errors[1:] else ""
        raise Unreadable(f"{first.where}: {first.message}{more}", first.expected)
    return profile


def check(host: Host, name: str, scope: Scope = "user") -> tuple[Finding, ...]:
    """What is wrong with a profile, line by line; UsageError on an unknown name."""
    return _read(host, name, _SOME_PYTHON, scope)[1]


def wants_python(host: Host, name: str) -> bool:
    """Whether a profile uses the Python that envkit chooses."""
    statements = re.sub(rb"(?m)^\s*#.*", b"", _content(find(host, name), name))
    return b"${ENVKIT_PYTHON_BIN" in statements


def title(host: Host, name: str) -> str:
    """What a profile is for, in its own words; nothing where it does not say."""
    profile, _ = _read(host, name, _SOME_PYTHON, "user")
    return dict(profile.directions).get("ENVKIT_TITLE", "")


def find_name(name: str) -> str:
    """The name of a profile that is given by name or by path."""
    return Path(name).name.removesuffix(".env")


def bundled() -> Mapping[str, Path | Traversable]:
    """The profiles that envkit brings along: in the package, or in a checkout's top folder."""
    from importlib.resources import files

    package = files("envkit")
    folder = package / "bundled_profiles"
    if not folder.is_dir():
        assert hasattr(package, "parent")  # a Path, or one into a zip file
        folder = package.parent / "profiles"
    return _in(folder)


def _own(host: Host) -> Mapping[str, Path | Traversable]:
    return _in(host.locate(host.config / "profiles"))


def _in(folder: Path | Traversable) -> dict[str, Path | Traversable]:
    if not folder.is_dir():
        return {}
    # A zip's folder has no order of its own.
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return {
        entry.name[:-4]: entry
        for entry in entries
        if entry.name.endswith(".env") and block.is_name(entry.name[:-4])
    }


def _read(
    host: Host, name: str, python: Path | None, scope: Scope
) -> tuple[Profile, tuple[Finding, ...]]:
    source = find(host, name)
    values = {key: value for key, value in host.env.items() if not key.startswith("ENVKIT_")}
    if python is not None:
        values["ENVKIT_PYTHON_BIN"] = str(python)
    return read(_content(source, name), Path(str(source)), find_name(name), values, scope)


def _content(source: Path | Traversable, name: str) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        raise Unreadable(f"the profile {name} cannot be read: {error.strerror}") from error
