"""What is told of the files beyond their place: found out once for all contexts, in parallel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from envkit.host import Host
from envkit.which import programs
from envkit.which.asked import Seen
from envkit.which.found import File, Found, Shim

#: A version is worth less than an answer: a program that is slow to tell it goes without.
_LIMIT = 3.0
_Key = tuple[Path, str]


def add(
    host: Host, rows: list[list[Found]], seen: Sequence[Seen], limit: float, owned: bool
) -> list[list[Found]]:
    """Links, interpreters, real programs behind shims, versions; owners where they are wanted."""
    rows = _each(rows, seen, lambda one, file: programs.behind(host, file, one.environment))
    shims = _shims(host, rows, seen, limit)
    rows = _each(rows, seen, lambda one, file: _through(host, one, file, shims))
    told = _versions(host, rows, seen)
    rows = _each(rows, seen, lambda _, file: _versioned(file, told))
    if not owned:
        return rows
    from envkit import owners

    paths = {_program(file) for row in rows for found in row for file in found.files}
    known = {path: owners.of(host, path) for path in paths}
    return _each(rows, seen, lambda _, file: file._replace(owner=known[_program(file)]))


def _each(
    rows: list[list[Found]], seen: Sequence[Seen], change: Callable[[Seen, File], File]
) -> list[list[Found]]:
    return [
        [
            found._replace(
                file=change(one, found.file) if found.file else None,
                shadows=tuple(change(one, file) for file in found.shadows),
                runs=change(one, found.runs) if found.runs else None,
            )
            for found in row
        ]
        for row, one in zip(rows, seen, strict=True)
    ]


def _key(one: Seen, file: File) -> _Key:
    return file.path, repr(sorted(one.environment.items()))


def _shims(
    host: Host, rows: list[list[Found]], seen: Sequence[Seen], limit: float
) -> dict[_Key, Shim]:
    """What runs behind the shims, each asked once for each environment."""
    found: dict[_Key, Shim] = {}
    asked: dict[_Key, programs.Question] = {}
    for row, one in zip(rows, seen, strict=True):
        for file in (each for found_ in row for each in (found_.file, found_.runs) if each):
            told = programs.question(host, file, one.environment)
            if isinstance(told, Shim):
                found[_key(one, file)] = told
            elif told is not None:
                asked[_key(one, file)] = told
    answers = programs.follow(host, list(asked.values()), limit)
    return found | dict(zip(asked, answers, strict=True))


def _through(host: Host, one: Seen, file: File, shims: Mapping[_Key, Shim]) -> File:
    """A file with its shim; what the real program is decides the prefix."""
    shim = shims.get(_key(one, file))
    if shim is None:
        return file
    if shim.program is None:
        return file._replace(shim=shim, interpreter="", prefix=None)
    real = programs.behind(host, File(shim.program), one.environment)
    return file._replace(
        shim=shim, interpreter=real.interpreter, prefix=real.prefix, problem=real.problem
    )


def _program(file: File) -> Path:
    """What is asked: behind a shim the real program; of /bin and /usr/bin one."""
    if file.shim and file.shim.program:
        return file.shim.program
    return file.path.parent.resolve() / file.path.name if file.same_as else file.path


def _versions(host: Host, rows: list[list[Found]], seen: Sequence[Seen]) -> dict[Path, str]:
    """Each program is asked once, in the environment of the first context that has it."""
    from envkit.which import versions

    told: dict[Path, str] = {}
    known: set[Path] = set()
    for row, one in zip(rows, seen, strict=True):
        files = [file for found in row for file in found.files if file.runnable]
        paths = dict.fromkeys(path for file in files for path in _telling(file))
        if wanted := [path for path in paths if path not in known]:
            known.update(wanted)
            told |= versions.of(host, wanted, one.environment, _LIMIT)
    return told


def _telling(file: File) -> tuple[Path, ...]:
    """The programs whose versions are told: a file's own, its Python's."""
    own = (_program(file),) if _tells(file) else ()
    runs_python = file.interpreter and file.prefix and not file.problem
    return (*own, Path(file.interpreter)) if runs_python else own


def _tells(file: File) -> bool:
    return file.shim is None or file.shim.program is not None


def _versioned(file: File, told: Mapping[Path, str]) -> File:
    version = told.get(_program(file), "") if _tells(file) else ""
    if file.interpreter and file.prefix:
        file = file._replace(interpreter_version=told.get(Path(file.interpreter), ""))
    if file.shim and file.shim.program:
        return file._replace(version=version, shim=file.shim._replace(version=version))
    return file._replace(version=version)
