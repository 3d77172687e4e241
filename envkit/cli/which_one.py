"""One name in full: what runs, the line that put it first, what it leads to, what it shadows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from envkit.cli import output
from envkit.cli.which_words import origin, place, printable, program, table, titles, what

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.which.found import File, Found, Told


def blocks(host: Host, told: Told, verbose: bool) -> Iterator[str]:
    """A block for each different answer, in the order of the contexts; not the missing ones."""
    groups: dict[object, list[Found]] = {}
    for one in told.contexts:
        if one.found or one.kind == "unknown":
            groups.setdefault(_same(one), []).append(one)
    for alike in groups.values():
        yield _block(host, told.name, alike, len(told.contexts), verbose)


def _same(one: Found) -> object:
    """What makes two contexts alike: who gave them PATH does not."""
    file = one.file
    seen = (file.path, file.version, file.interpreter, file.shim) if file else None
    shadows = tuple(each.path for each in one.shadows if not each.same_as)
    shell = one.shell if one.kind != "file" else ""
    runs = (one.runs.path, one.runs.version) if one.runs else None
    return one.kind, seen, one.where, one.text, runs, one.overrides, shadows, shell, one.note


def _block(host: Host, name: str, alike: list[Found], count: int, verbose: bool) -> str:
    one = alike[0]
    where = f"all {len(alike)} contexts" if count > 6 and len(alike) == count else titles(alike)
    head = f"{printable(name)} in {where}:"
    answer = what(host, one, name)
    lines = [f"{head} {answer}"]
    if "/" in name:  # it is the answer itself
        lines = [output.columns([(f"{answer} in {where}",)], indent="")]
    elif len(lines[0]) > 79:
        lines = [output.columns([(head,)], indent=""), f"  {answer}"]
    rows = list(_rows(host, alike, verbose))
    return "\n".join([*lines, table(rows)]) if rows else "\n".join(lines)


def _rows(host: Host, alike: list[Found], verbose: bool) -> Iterator[tuple[str, ...]]:
    one = alike[0]
    if one.kind in ("alias", "function", "abbreviation"):
        yield "defined by", definition(host, one)
        if one.runs is not None:
            runs = [(each.runs, each) for each in alike]
            yield from _givers(host, "runs", program(host, one.runs), runs)
    if one.kind == "file" and one.file:
        yield from _origins(host, alike)
        yield from _behind(host, one.file, verbose)
        yield from _shadows(host, [(each.shadows, each) for each in alike], "shadows", verbose)
    elif one.overrides:
        yield from _overridden(host, alike, verbose)
    if one.note:
        yield "!", one.note


def definition(host: Host, one: Found) -> str:
    if one.where is not None:
        return place(host, one.where)
    if one.source.startswith(("/dev/fd/", "/proc/self/fd/")):
        return "what a program printed; which line read it is not known"
    if one.source:
        known = one.source.startswith("/")
        return f"{host.show(one.source)}, by an eval" if known else f"the {one.source}"
    return f"an eval, or {one.shell} itself: no file's text has it"


def _origins(host: Host, alike: list[Found]) -> Iterator[tuple[str, ...]]:
    by_line: dict[str, list[Found]] = {}
    for one in alike:
        if one.file and (said := origin(host, one.file)):
            by_line.setdefault(said, []).append(one)
    word = "put first by" if alike[0].shadows else "on PATH by"
    for number, (said, contexts) in enumerate(by_line.items()):
        more = titles(contexts) if len(by_line) > 1 else ""
        yield (word if not number else "", said, more) if more else (word, said)


def _behind(host: Host, file: File, verbose: bool) -> Iterator[tuple[str, ...]]:
    """Links, the real program behind a shim, the interpreter, the owner."""
    if file.shim is not None and file.shim.program is not None:
        real = " ".join(filter(None, (host.show(file.shim.program), file.shim.version)))
        yield f"shim of {file.shim.manager}", f"runs {real}"
    elif file.shim is not None:
        yield f"shim of {file.shim.manager}", f"what it runs is unknown: {file.shim.problem}"
    elif file.links:
        yield "leads to", " -> ".join(host.show(link) for link in file.links)
    if file.interpreter and (file.problem or not _is_sh(file.interpreter)):
        shown = printable(host.show(file.interpreter))
        yield "run by", f"{shown} {file.interpreter_version}".strip()
    if file.problem:
        yield "!", file.problem
    if verbose:
        yield "installed by", owner(file)
        if file.owner and file.owner.remove:
            yield "removed by", file.owner.remove


def _is_sh(path: str) -> bool:
    return path.rpartition("/")[2] in ("sh", "bash", "dash")


def owner(file: File) -> str:
    """Who installed it."""
    if file.owner is None:
        return "unknown"
    return " ".join(dict.fromkeys(filter(None, file.owner[:3])))  # pyenv's packages are versions


def _givers(
    host: Host, word: str, shown: str, files: Sequence[tuple[File | None, Found]], more: str = ""
) -> Iterator[tuple[str, ...]]:
    """A file, and who put its folder on PATH: each in its contexts, where these differ."""
    by_line: dict[str, list[Found]] = {}
    for file, found in files:
        by_line.setdefault(origin(host, file) if file else "", []).append(found)
    if len(by_line) == 1:
        yield word, shown, next(iter(by_line)), more
        return
    yield word, shown, more
    for said, contexts in by_line.items():
        yield "", f"  {said}", f"in {titles(contexts)}"


def _shadows(
    host: Host, alike: Sequence[tuple[tuple[File, ...], Found]], word: str, verbose: bool
) -> Iterator[tuple[str, ...]]:
    """The later files of that name; the same one by another name of its folder is not told."""
    own = [([one for one in files if not one.same_as], found) for files, found in alike]
    for number, file in enumerate(own[0][0]):
        rows = [(files[number], found) for files, found in own]
        more = owner(file) if verbose else ""
        yield from _givers(host, word, program(host, file), rows, more)
        word = ""


def _overridden(host: Host, alike: Sequence[Found], verbose: bool) -> Iterator[tuple[str, ...]]:
    """What a function, alias or builtin stands before."""
    one = alike[0]
    word = "overrides" if one.kind not in ("builtin", "keyword") else "not run"
    for kind in one.overrides:
        if kind != "file":
            yield word, f"a {kind} of {one.shell}"
            word = ""
    if "file" in one.overrides and one.file:
        files = [(each.files[: len(each.shadows) + 1], each) for each in alike]
        yield from _shadows(host, files, word, verbose)
