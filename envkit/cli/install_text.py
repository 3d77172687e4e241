"""What `envkit install` says: the plan, the proof, how to go on."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from envkit.cli import output

_LONG = 26  # columns of a path in the plan, and of starts that one reason is for
_TITLES = {"login_command": "bash -lc", "sh_login": "sh -lc", "ssh_command": "ssh host command"}
_READS_NONE = "reads no startup file; "
# What comes after the first entry of a PATH that is to be copied.
_PATH_TAIL = re.compile(r"(/[^:\s\"]*):[^\s\"]+")

if TYPE_CHECKING:
    from envkit.commit import Committed
    from envkit.host import Host
    from envkit.install import InstallPlan
    from envkit.needs import Unreached
    from envkit.plan import Plan, Profile
    from envkit.profile import PythonChoice
    from envkit.verify import Row


def head(host: Host, profile: Profile, python: PythonChoice | None) -> str:
    """The profile, and the choice of the Python with its reason."""
    from envkit.profile import DEFAULT

    lines = [f"Profile {profile.name}" + (" (the default)" if profile.name == DEFAULT else "")]
    if python is not None:
        version = f" {python.version}" if python.version else ""
        line = f"Python  {host.show(python.executable)}{version}, {python.reason}"
        lines += textwrap.wrap(line, 80, subsequent_indent=" " * 8, break_long_words=False)
    return "\n".join(lines)


def plan(host: Host, found: InstallPlan, python: PythonChoice | None) -> str:
    """The files and lines that are written, and why; then what no file can reach."""
    rows: list[tuple[str, ...]] = []
    if python is not None and python.create:
        folder = host.show(python.bin.parent)
        rows.append(("new", folder, "", f"a virtual environment: {_command(host, python)}"))
    last = None
    for row in found.rows:
        again = row.path == last
        last = row.path
        place = f"line {row.line}" if row.line else ""
        head = ("", "") if again else (row.action, host.show(row.path))
        if output.cells(head[1]) > _LONG:  # it would leave no room for the reasons of all
            rows.append(head)
            head = ("", "")
        rows.append((*head, place, row.why))
    return output.columns(rows, gap=2)


def unreached(found: Sequence[Unreached]) -> str:
    """What no startup file can reach, said and not hidden; starts with one reason together.

    Of the contexts that are not everybody's, one short line each.
    """
    everyday = [each for each in found if not _is_rare(each)]
    reasons: dict[str, list[str]] = {}
    for each in everyday:
        reasons.setdefault(each.reason, []).append(_title(each.start))
    rows: list[tuple[str, ...]] = []
    for reason, titles in reasons.items():
        head = ", ".join(titles)
        if output.cells(head) > _LONG:  # it would leave no room for the reasons of all
            rows.append((head,))
            head = ""
        rows.append((head, reason))
    lines = ["Not reached:", *([output.columns(rows, gap=2)] if rows else [])]
    if len(everyday) < len(found):
        lines.append(rare(found))
    return "\n".join(lines)


def rare(found: Sequence[Unreached]) -> str:
    """Of the contexts that are not everybody's: what to write instead, of a PATH its beginning."""
    rows = [(_title(each.start), _short(each.reason)) for each in found if _is_rare(each)]
    if not rows:
        return ""
    whole = "  the lines whole, to be copied: envkit verify, or install --dry-run --json"
    return f"{output.columns(rows, gap=2)}\n{whole}"


def elsewhere(found: Sequence[Unreached]) -> str:
    """What stands below the table, which has the everyday contexts alone; "" where nothing does."""
    told = rare(found)
    return f"No startup file is read in these; what to write instead:\n{told}" if told else ""


def _is_rare(each: Unreached) -> bool:
    """Whether it is a context that no startup file reaches, and not an everyday one."""
    from envkit import contexts, discover

    if not each.reason.startswith(_READS_NONE):
        return False
    everyday = {one.name for one in contexts.common()}
    return each.start in set(discover.names("envkit.contexts")) - everyday


def _short(reason: str) -> str:
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    told = reason.removeprefix(_READS_NONE)
    return _PATH_TAIL.sub(rf"\g<1>:{'…' if utf8 else '...'}", told)


def _title(name: str) -> str:
    return _TITLES.get(name, name.replace("_", " "))


def ask(yes: bool, question: str, plan: Plan) -> None:
    """Ask, with the number of files in the place of {}; leaves with status 1 when it is no.

    An interrupt comes through, once it is said what it left: the cursor stands behind the question.
    """
    count = len(plan.edits)
    files = f"{count} file{'s' if count != 1 else ''}"
    try:
        agreed = yes or output.confirm(question.format(files))
    except KeyboardInterrupt:
        output.warn("\nInterrupted: nothing was written.")
        raise
    if not agreed:
        output.warn("Nothing was written.")
        raise typer.Exit(1)


def diff(host: Host, plan: Plan) -> str:
    """The unified diff, `~` for the home directory, no token, in colour where there is any."""
    from envkit import secrets

    lines = []
    for line in (secrets.line(_visible(each)) for each in plan.diff().split("\n")[:-1]):
        if line.startswith(("--- ", "+++ ")):
            lines.append(output.style(line[:4] + host.show(line[4:]), "strong"))
        elif line.startswith(("+", "-")):
            lines.append(output.style(line, "good" if line[0] == "+" else "error"))
        else:
            lines.append(line)
    return "\n".join(lines)


def edits(host: Host, plan: Plan) -> str:
    """The diff of what is the user's; a whole file of ours that comes or goes is named, not shown.

    `--json` has those, too.
    """
    from envkit.language import FILES

    whole = [
        one
        for one in plan.edits
        if one.path.name in FILES and (one.before is None or one.after is None)
    ]
    shown = replace(plan, edits=tuple(one for one in plan.edits if one not in whole))
    names = ", ".join(host.show(one.path) for one in whole)
    said = f"--- and {names}, whole: --json" if names else ""
    return "\n".join(filter(None, (diff(host, shown), said)))


def _visible(line: str) -> str:
    """A line of somebody's file for a terminal, which must not obey what is written there."""
    signs = (c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" for c in line.rstrip("\r"))
    return "".join(signs)


def _command(host: Host, python: PythonChoice) -> str:
    return " ".join(host.show(word) for word in python.command[:-1])


def table(rows: Sequence[Row], ours: Sequence[bool], host: Host) -> str:
    """The everyday contexts one by one; of the others those that find another Python, and a line.

    What no startup file reaches is not this install's doing: `verify` has the rest of these.
    """
    from envkit import contexts
    from envkit.cli import verify

    everyday = {*(one.name for one in contexts.common()), *_TITLES}
    shown = [
        row
        for row, mine in zip(rows, ours, strict=True)
        if row.name in everyday or (row.reached and not mine)
    ]
    rest = sum(row.reached for row in rows) - sum(row.reached for row in shown)
    lines = [verify.table(shown, host)]
    if rest:
        lines.append(f"  and {rest} more, all ok: envkit verify shows them")
    if any(row.imitated for row in shown):
        lines.append("  * imitated: envkit contexts says how")
    return "\n".join(lines)


def verdict(rows: Sequence[Row], ours: Sequence[bool], others: Sequence[Unreached]) -> str:
    """Whether it is found everywhere; else where it is not. `others` were not reached."""
    reached = [(row, mine) for row, mine in zip(rows, ours, strict=True) if row.reached]
    missing = [row.title for row, mine in reached if not mine]
    known = {row.name for row in rows} | set(_TITLES)
    shells = [each.start for each in others if each.start not in known]
    if not missing and shells:
        text = f"Every other shell that reads a startup file now finds it; not {', '.join(shells)}."
        return textwrap.fill(text, 80)
    if not missing:
        return "Every shell that reads a startup file now finds it."
    bad = [row for row, mine in reached if not mine]
    names = {row.name for row in bad} | {f"{row.shell} {row.name}" for row in bad}
    told = [each for each in others if each.start in names]
    words = textwrap.fill(
        f"Not found first in: {', '.join(missing)}."
        + ("" if told else " envkit trace says which line is."),
        80,
    )
    return words + ("\n" + unreached(told) if told else "")


def _source(host: Host) -> str:
    """What to type to have it in the shell that one is in."""
    shell = Path(host.env.get("SHELL") or host.login_shell).name
    if shell == "fish" and host.kind(host.config / "env.fish") == "file":
        return f"source {host.show(host.config / 'env.fish')}"
    return f". {host.show(host.config / 'env.sh')}"


def rollback(host: Host) -> str:
    """The command that takes back what was written last."""
    return "envkit rollback --system" if host.scope == "system" else "envkit rollback"


def go_on(host: Host, python: PythonChoice | None, done: Committed) -> str:
    """How to have it in this shell, how to undo it, and where envkit itself is."""
    lines = [f"This shell:  {_source(host)}      Undo:  {rollback(host)}"]
    if python is not None and python.create and host.foreign:
        lines.append(f"There is no Python there yet; make it with:  {' '.join(python.command)}")
    own = Path(sys.argv[0]).absolute()
    terminal = done.environments.get("terminal")
    path = terminal.variables.get("PATH", "") if terminal and terminal.variables else None
    if path is None or host.foreign or own.name not in ("envkit", "envkit-shell"):
        return "\n".join(lines)
    if shutil.which(own.name, path=path):
        lines.append(f"A new terminal finds {own.name} itself, too.")
    else:
        lines.append(f"A new terminal does not find {own.name}; it is {host.show(own)}")
    return "\n".join(lines)
