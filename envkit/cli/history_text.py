"""What `envkit history` says, in 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from envkit.cli import output

if TYPE_CHECKING:
    from envkit.history import Entry
    from envkit.host import Host
    from envkit.plan import Plan

_SHOWN = 8


def table(host: Host, found: Sequence[Entry]) -> str:
    """Two or more lines for each receipt: what and when, what came of it; then its files."""
    width = min(max(len(each.id) for each in found), 20)
    lines = []
    for each in found:
        mark = ">" if each.next else " "
        head = f"{mark} {each.id:<{width}}  {when(each)}  "
        what = visible(each.title) or "?"
        lines.append(output.style(head + what, "strong" if each.next else ""))
        lines += [_line(text) for text in (state(each), files(host, each)) if text]
    lines.append("")
    lines.append(_last(host, found))
    return "\n".join(lines)


def one(host: Host, entry: Entry, plan: Plan) -> str:
    """One receipt: its head, its files with the reasons, and what it changed in them."""
    from envkit.cli import install_text

    rows = [("Receipt", entry.id), ("What", visible(entry.title)), ("When", _exact(entry))]
    rows.append(("State", state(entry)))
    lines = [output.columns(rows, indent="", gap=2), ""]
    if not entry.files:
        return "\n".join([*lines, "It changed no file."])
    named = [
        (each.action, host.show(each.path), _why(host, each.reason, each.target))
        for each in entry.files
    ]
    lines += [output.columns(named, gap=2), "", install_text.edits(host, plan)]
    if entry.state in ("in force", "rollback") and not entry.undone_by:
        undo = install_text.rollback(host) + ("" if entry.next else f" {entry.id}")
        lines += ["", f"To take it back:  {undo}"]
    return "\n".join(lines)


def state(entry: Entry) -> str:
    """What came of it, in words."""
    if entry.state == "rollback":
        back = f"; taken back by {entry.undone_by}" if entry.undone_by else ""
        return f"took back {_names(entry.undoes)}{back}"
    if entry.state == "rolled back":
        return "taken back" + (f" by {entry.undone_by}" if entry.undone_by else "")
    if entry.state == "unreadable":
        return f"cannot be read: {visible(entry.problem)}"
    why = f": {visible(entry.problem)}" if entry.problem else ""
    nothing = "" if entry.state == "in force" else ", nothing of it stands"
    return f"{entry.state}{nothing}{why}"


def files(host: Host, entry: Entry) -> str:
    """The files that it touched, by name."""
    names = [host.show(each.path) for each in entry.files[:_SHOWN]]
    more = len(entry.files) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def when(entry: Entry) -> str:
    """The minute in which it was written, as its clock said."""
    return visible(entry.when[:16].replace("T", " ")) or " " * 16


def visible(text: str) -> str:
    """A text of a file for a terminal, which must not obey what is written there."""
    return "".join(c if c.isprintable() else " " if c == "\n" else "?" for c in text)


def _exact(entry: Entry) -> str:
    return visible(entry.when.replace("T", " "))


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(visible, names))


def _why(host: Host, reason: str, target: object) -> str:
    link = f"a link to {host.show(str(target))}" if target is not None else ""
    return "; ".join(filter(None, (visible(reason), link)))


def _line(text: str) -> str:
    return textwrap.fill(
        text, 80, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
    )


def _last(host: Host, found: Sequence[Entry]) -> str:
    from envkit.cli import install_text

    one = "envkit history ID" + (" --system" if host.scope == "system" else "")
    if any(each.next for each in found):
        undo = install_text.rollback(host)
        return f"> is what `{undo}` takes back.\nOne with its diff:  {one}"
    stands = any(each.state == "in force" for each in found)
    closed = [each.id for each in found if each.state == "unreadable"]
    if stands and closed:
        undo = install_text.rollback(host)
        return f"`{undo}` stops at {closed[0]}, which cannot be read.\nOne with its diff:  {one}"
    return f"Nothing of it is in force.\nOne with its diff:  {one}"
