"""A trace as text: the entries of a list, or a value, each with the line that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit.cli import output

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from envkit.host import Host
    from envkit.model import Location
    from envkit.provenance import Assignment, PathEntry, Trace

# What an empty entry means to those that read the list.
_EMPTY = {
    **dict.fromkeys(
        ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "CDPATH", "LIBRARY_PATH", "CPATH", "CLASSPATH"),
        "means: the current folder",
    ),
    "MANPATH": "means: the system's own folders",
    "INFOPATH": "means: the system's own folders",
    "TEXINPUTS": "means: TeX's own folders",
    "BIBINPUTS": "means: TeX's own folders",
    "BSTINPUTS": "means: TeX's own folders",
    "TERMINFO_DIRS": "means: the folders compiled in",
}
# Names of one folder, where /bin is a link to usr/bin: the system is made so, nothing is wrong.
_MERGED = frozenset(("/bin", "/sbin", "/usr/bin", "/usr/sbin"))

_PLACE, _SAID = 34, 26  # columns for a line, and for what is said of it


def text(host: Host, one: Trace, title: str, verbose: bool = False) -> str:
    lines = [*_answer(host, one, a(title), verbose)]
    if not any(file.status == "read" for file in one.files):
        lines += ["", f"{title[:1].upper()}{title[1:]}: no startup file is read here"]
    lines += notes(one)
    if verbose:
        lines += _more(host, one)
    return "\n".join(lines)


def a(title: str) -> str:
    """`a login terminal`, but `cron` and `ssh host command` as they are."""
    return f"a {title}" if title.split()[-1] in ("terminal", "script") else title


def _answer(host: Host, one: Trace, where: str, verbose: bool) -> Iterator[str]:
    last = one.assignments[-1] if one.assignments else None
    if one.value is None:
        yield output.style(f"{one.variable} is not set in {where}", "strong")
        if last:
            yield from ("", _decided(host, one, last, "unset by"))
    elif one.entries and one.value:
        yield output.style(f"{one.variable} in {where}, {count(one)}", "strong")
        yield from ("", _entries(host, one, verbose))
    else:
        told = value(one.variable, one.value)
        yield output.style(f"{one.variable} in {where} = {told or '(empty)'}", "strong")
        yield ""
        if last:
            yield _decided(host, one, last, "set by")
        else:
            yield "  inherited: no file sets it"
        if one.entries and one.variable == "PATH":
            yield "  means: programs of the current folder, and no others"


def count(one: Trace) -> str:
    """How many entries a list has."""
    number = len(one.entries)
    return f"{number} {'entry' if number == 1 else 'entries'}"


def notes(one: Trace) -> Iterator[str]:
    """What could not be seen, each with a blank line before it."""
    for note in one.notes:
        yield from ("", output.columns([("!", said(one, note))], indent="", gap=1))


def said(one: Trace, note: str) -> str:
    """A note as it may be printed."""
    from envkit.cli import trace_secret

    return printable(trace_secret.note(one.variable, note))


def place(host: Host, where: Location | None) -> str:
    """`~/.bashrc:4`."""
    return f"{shown(host, where.path)}:{where.line}" if where else "the shell itself"


def shown(host: Host, path: Path | str) -> str:
    """A path for people: the home folder as `~`, and nothing that a terminal would obey."""
    whole, home = str(path), str(host.home)
    if home != "/" and (whole == home or whole.startswith(f"{home}/")):
        whole = "~" + whole[len(home) :]
    return printable(whole)


def folder(host: Host, directory: str) -> str:
    """An entry for people; one that begins with `~` itself stands in quotes."""
    if directory.startswith("~"):
        return f"'{printable(directory)}'"
    return shown(host, directory) or "(empty)"


def printable(whole: str) -> str:
    """Control characters and what is no text (a byte that is not UTF-8) as escapes."""
    return whole if whole.isprintable() else "".join(map(_escaped, whole))


def _escaped(one: str) -> str:
    if one.isprintable():
        return one
    number = ord(one)
    if 0xDC80 <= number <= 0xDCFF:  # how Python keeps such a byte (PEP 383)
        return f"\\x{number - 0xDC00:02x}"
    return one.encode("unicode_escape").decode()


def value(variable: str, given: str | None) -> str:
    """A value for people: `unset`, or as it is; a secret's is not shown.

    One that begins or ends with a blank stands in quotes.
    """
    if given is None:
        return "unset"
    from envkit import secrets

    told = printable(secrets.shown(variable, given))
    return told if told == told.strip() else f"'{told}'"


def _decided(host: Host, one: Trace, last: Assignment, words: str) -> str:
    return output.columns([(words, place(host, last.where), via(host, one, last.via))])


def _entries(host: Host, one: Trace, verbose: bool) -> str:
    from envkit.tracing import answer

    listed = answer.programs(host, one.variable, one.entries, 0 if verbose else 1)
    rows = []
    for number, entry in enumerate(listed, start=1):
        remarks = _remarks(host, one, entry, verbose)
        rows.append((f"{number:>2}", folder(host, entry.directory), origin(host, entry), remarks))
    return "\n".join(_rows(rows))


def _rows(rows: list[tuple[str, str, str, list[str]]]) -> Iterator[str]:
    """Entries as a table; one that is too long for it stands above its line."""
    second = max((len(row[2]) for row in rows if len(row[2]) <= _PLACE), default=0)
    room = 80 - 10 - second  # for an entry and what is said of it
    needed = max(min(len("; ".join(filter(None, row[3]))), _SAID) for row in rows)
    sizes = [output.cells(row[1]) for row in rows]
    first = max((size for size in sizes if size <= room - needed), default=0)
    for number, directory, where, remarks in rows:
        said = "; ".join(filter(None, remarks))
        name = output.fill(directory, first)
        row = output.columns([(number, name, where.ljust(second), said)], " ")
        if output.cells(directory) > first:
            below = output.columns([("  ", "".ljust(first), where.ljust(second), said)], " ")
            row = f" {number}   {directory}\n{below}"
        yield row if _fits(row, directory) else _narrow((number, directory, where, said))


def origin(host: Host, entry: PathEntry) -> str:
    """The line that put an entry there, or that nobody knows it, or no line did."""
    from envkit.tracing.align import UNSEEN

    if entry.set_by:
        return place(host, entry.set_by)
    return "unknown" if entry.via == UNSEEN else "inherited"


def _narrow(row: tuple[str, str, str, str]) -> str:
    """An entry whose line is as long: that is told below it."""
    number, directory, where, said = row
    below = output.columns([(where, said)], indent=" " * 6)
    if not _fits(below):
        below = output.columns([(said,)], indent=" " * 6) if said else ""
        below = f"      {where}\n{below}".rstrip()
    return f" {number}   {directory}\n{below}"


def _fits(lines: str, but: str = "") -> bool:
    return all(
        output.cells(line) <= 80 or (but and line.endswith(but)) for line in lines.split("\n")
    )


def _remarks(host: Host, one: Trace, entry: PathEntry, verbose: bool) -> list[str]:
    remarks = [via(host, one, entry.via), moved(host, entry), _kind(host, one.variable, entry)]
    if entry.same_as:
        other = one.entries[entry.same_as - 1].directory
        if other == entry.directory:
            remarks.append(f"again: {entry.same_as}")
        else:
            merged = " (merged /usr)" * ({other, entry.directory} <= _MERGED)
            remarks.append(f"the same folder as {entry.same_as}{merged}")
    if entry.writable_by_others:
        remarks.append("others may write there" if entry.exists else "others may make it")
    if entry.exists and entry.executables is None and one.variable in ("PATH", "path"):
        remarks.append("cannot be read")
    own = not entry.directory.startswith("/usr/")  # of /usr/local, that is nothing to remark
    if entry.executables == 0 and entry.directory.startswith("/") and not entry.same_as and own:
        remarks.append("no program in it")
    elif verbose and entry.executables and not entry.same_as:
        remarks.append(f"{entry.executables} program{'s' * (entry.executables > 1)}")
    return remarks


def moved(host: Host, entry: PathEntry) -> str:
    """`moved behind /usr/bin by /etc/zprofile:5`."""
    if entry.moved_by is None:
        return ""
    where = f"moved {printable(entry.moved)}".rstrip().replace(f"{host.home}/", "~/")
    return f"{where} by {place(host, entry.moved_by)}"


def _kind(host: Host, variable: str, entry: PathEntry) -> str:
    """What is to be said of a directory as it is spelled, or that it is not there."""
    name = entry.directory
    if name == "":
        return _EMPTY.get(variable.upper(), "an empty entry")
    if name.startswith("~"):
        only = ", which bash alone looks for at home" if variable == "PATH" else ""
        return f"a ~ that was not expanded{only}"
    if name in (".", "./"):
        return "the current folder"
    if not name.startswith("/"):
        return "a $ that was not expanded" if "$" in name else "below the current folder"
    if entry.exists:
        return ""
    from envkit.tracing import answer, folders

    return folders.missing(answer.location(host, variable, name))


def via(host: Host, one: Trace, words: str) -> str:
    """`eval "$(conda shell.bash hook)"` reads better as: eval of `conda shell.bash hook`."""
    inner = words.removeprefix("eval ").strip('"')
    if words.startswith("eval ") and inner.startswith("$(") and inner.endswith(")"):
        words = f"eval of `{inner[2:-1]}`"
    elif words.startswith("eval `") and inner.endswith("`"):
        words = f"eval of {inner}"
    if " " in words and not words.startswith("from ") and words != "prompt hook":
        # Else it is nothing but a place, as in most traces, and what tells secrets is not loaded.
        from envkit.cli import trace_secret

        words = trace_secret.call(one.variable, words)
    return printable(words).replace(f"{host.home}/", "~/")


def _more(host: Host, one: Trace) -> Iterator[str]:
    """With -v: the value in one piece, and the files."""
    if one.value and one.entries:
        yield from ("", "  as one value", f"  {value(one.variable, one.value)}")
    rows = [(f"{file.status:8}", shown(host, file.path), file.reason) for file in one.files]
    wide = max((len(row[1]) for row in rows if len(row[1]) <= _PLACE), default=0)
    for at, (status, path, reason) in enumerate(rows):
        yield from ("",) * (at == 0)
        if len(path) > wide:
            yield f"  {status}   {path}"
            status, path = " " * 8, ""
        yield output.columns([(status, path.ljust(wide), reason)])
    if len(one.assignments) > 1:
        yield from ("", f"  assigned {len(one.assignments)} times: --follow tells each")
