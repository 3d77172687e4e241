"""Who put an entry into this session's list that no startup file puts there, where that is known.

Only what a program itself says in the environment counts: `VIRTUAL_ENV` and its `bin`, direnv's own
record of what it changed. All else was typed by hand, or set by what started this shell.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

#: In the place of who it was.
NOBODY = "by hand, or by what started this shell"

# The variable that names a folder, what it means, and the folders below it that go into PATH.
_PREFIXES = (
    ("VIRTUAL_ENV", "the active virtual environment", ("bin",)),
    ("CONDA_PREFIX", "the active conda environment", ("bin", "condabin", "library/bin")),
    ("GUIX_ENVIRONMENT", "guix shell", ("bin", "sbin")),
    ("SPACK_ENV", "the active spack environment", (".spack-env/view/bin",)),
    ("PYENV_VIRTUAL_ENV", "the active pyenv virtual environment", ("bin",)),
)


def of(variable: str, directory: str, environment: Mapping[str, str]) -> str:
    """Say who set the entry; "" where nobody says so of itself."""
    return next(_found(variable, directory, environment), "")


def _found(variable: str, directory: str, environment: Mapping[str, str]) -> Iterator[str]:
    if directory in by_direnv(variable, environment):
        yield f"direnv ({environment.get('DIRENV_FILE') or 'an .envrc file'})"
    for name, title, below in _PREFIXES:
        prefix = environment.get(name, "").rstrip("/")
        if prefix and directory in {f"{prefix}/{each}" for each in below}:
            by_poetry = name == "VIRTUAL_ENV" and environment.get("POETRY_ACTIVE")
            yield f"{title} ({name}{', by poetry' if by_poetry else ''})"
    if directory.startswith("/nix/store/") and environment.get("IN_NIX_SHELL"):
        yield "nix shell (IN_NIX_SHELL)"
    if environment.get("TERM_PROGRAM") == "vscode" and _is_vscode(directory):
        yield "VS Code's terminal (TERM_PROGRAM)"
    if environment.get("npm_lifecycle_event") and directory.endswith("/node_modules/.bin"):
        yield "npm run (npm_lifecycle_event)"
    if variable == "PATH" and environment.get("SUDO_USER"):
        yield "sudo (secure_path of sudoers, or kept from before)"


def _is_vscode(directory: str) -> bool:
    parts = PurePosixPath(directory).parts
    return "remote-cli" in parts or bool({".vscode", ".vscode-server"} & set(parts))


def by_direnv(variable: str, environment: Mapping[str, str]) -> set[str]:
    """The entries that direnv added: DIRENV_DIFF holds what was before (`p`), and after (`n`).

    It is JSON, compressed and in URL-safe base64 (direnv's gzenv.go).
    """
    text = environment.get("DIRENV_DIFF", "")
    try:
        data = json.loads(zlib.decompress(base64.urlsafe_b64decode(text))) if text else {}
        before, after = (data.get(key, {}).get(variable, "") for key in ("p", "n"))
        return set(after.split(":")) - set(before.split(":")) if after else set()
    except (ValueError, AttributeError, zlib.error, binascii.Error):
        return set()


def without_uv(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment that `uv run` or `uvx`, which started envkit, was itself called in.

    uv puts the environment's `bin` in front of PATH, one of its cache before it with `--with`, and
    sets `VIRTUAL_ENV`: of what it starts, not of the shell that it was typed in.
    """
    found = dict(environment)
    own = f"{environment.get('VIRTUAL_ENV', '')}/bin"
    entries = environment.get("PATH", "").split(":")
    while entries and _is_uvs(entries[0]):
        del entries[0]
    if entries and entries[0] == own:
        del entries[0]
        # What was active before is still there, a second time.
        if own not in entries:
            found.pop("VIRTUAL_ENV", None)
    found["PATH"] = ":".join(entries)
    for name in ("UV", "UV_RUN_RECURSION_DEPTH"):
        found.pop(name, None)
    return found


def _is_uvs(directory: str) -> bool:
    """A folder of uv's: `…/uv/archive-v0/…/bin` of its cache, `…/uv/tools/NAME/bin`."""
    parts = PurePosixPath(directory).parts
    cached = any(part.startswith(("archive-v", "builds-v", "environments-v")) for part in parts)
    return cached or parts[-4:-2] == ("uv", "tools")
