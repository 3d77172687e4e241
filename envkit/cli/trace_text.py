"""A trace as text: the entries of a list, or a value, each with the line that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit.cli import output

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.provenance import Assignment, PathEntry, Trace


def text(host: Host, one: Trace, title: str) -> str:
    if one.value is None:
        lines = [f"{one.variable} is not set in {_a(title)}"]
        if one.assignments:
            lines += ["", _decided(host, one.assignments[-1], "unset by")]
    elif one.entries:
        count = len(one.entries)
        noun = "entry" if count == 1 else "entries"
        lines = [f"{one.variable} in {_a(title)}, {count} {noun}", "", _entries(host, one)]
    else:
        lines = [f"{one.variable} in {_a(title)} = {one.value}", ""]
        last = one.assignments[-1] if one.assignments else None
        lines.append(_decided(host, last, "set by") if last else "  inherited: no file sets it")
    if not any(file.status == "read" for file in one.files):
        lines += ["", f"{title[:1].upper()}{title[1:]}: no startup file is read here"]
    for note in one.notes:
        lines += ["", output.columns([("!", note)], indent="", gap=1)]
    return "\n".join(lines)


def _a(title: str) -> str:
    """`a login terminal`, but `cron` and `ssh host command` as they are."""
    return f"a {title}" if title.split()[-1] in ("terminal", "script") else title


def _decided(host: Host, last: Assignment, words: str) -> str:
    place = f"{host.show(last.where.path)}:{last.where.line}" if last.where else "the shell itself"
    return output.columns([(words, place, last.via)])


def _entries(host: Host, one: Trace) -> str:
    from envkit.tracing.align import UNSEEN

    rows = []
    for number, entry in enumerate(one.entries, start=1):
        where = entry.set_by
        nobody = "unknown" if entry.via == UNSEEN else "inherited"
        place = f"{host.show(where.path)}:{where.line}" if where else nobody
        shown = _printable(host.show(entry.directory)) or "(empty)"
        rows.append((f"{number:>2}", shown, place, "; ".join(_remarks(host, one, entry))))
    table = output.columns(rows, indent=" ")
    return table if _fits(table) else "\n".join(_narrow(row) for row in rows)


def _narrow(row: tuple[str, str, str, str]) -> str:
    """An entry too long for a row of a table: its line is told below it."""
    below = output.columns([row[2:]], indent=" " * 6)
    if not _fits(below):
        below = output.columns([(row[2],), (row[3],)], indent=" " * 6)
    return f" {row[0]}   {row[1]}\n{below}"


def _fits(text: str) -> bool:
    return all(len(line) <= 80 for line in text.split("\n"))


def _remarks(host: Host, one: Trace, entry: PathEntry) -> list[str]:
    remarks = [_via(entry.via).replace(f"{host.home}/", "~/")] if entry.via else []
    if entry.moved_by:
        remarks.append(f"moved by {host.show(entry.moved_by.path)}:{entry.moved_by.line}")
    if entry.directory == "" and one.variable not in ("MANPATH", "INFOPATH", "TEXINPUTS"):
        remarks.append("means: the current folder")
    elif not entry.exists:
        remarks.append("does not exist")
    if entry.same_as:
        again = one.entries[entry.same_as - 1].directory == entry.directory
        remarks.append(
            f"again: {entry.same_as}" if again else f"the same folder as {entry.same_as}"
        )
    if entry.writable_by_others:
        remarks.append("others may write there")
    return [remark for remark in remarks if remark]


def _via(via: str) -> str:
    """`eval "$(conda shell.bash hook)"` reads better as: eval of `conda shell.bash hook`."""
    text = via.removeprefix("eval ").strip('"')
    if via.startswith("eval ") and text.startswith("$(") and text.endswith(")"):
        return f"eval of `{text[2:-1]}`"
    return via


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
