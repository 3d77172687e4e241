"""The text of `envkit order`: one start as a numbered list, with the reason for each file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from envkit import contexts, discover, order
from envkit.cli import output
from envkit.host import Host
from envkit.model import Context, Order, Start, StartupFile

_PATH_WIDTH = 30
_REASON_AT = 16 + _PATH_WIDTH + 2
_BUILDS = {
    "fedora": "Red Hat's",
    "homebrew": "Homebrew's",
    "suse": "openSUSE's",
    "nixos": "NixOS's",
    "upstream": "upstream's",
}
_STYLES = {"read": "good", "hidden": "warning", "unreadable": "error"}


def one(host: Host, start: Start, found: Order, imitated: bool = False) -> str:
    """One start; `imitated`: of a context that can only be imitated here."""
    title = textwrap.wrap(
        _title(start, imitated), 80, break_long_words=False, break_on_hyphens=False
    )
    lines = [*(output.style(line, "strong") for line in title), ""]
    number = 0
    ending = False
    for row in (*found.before, *found.files):
        number += row.status == "read"
        if row.logout and not ending:
            lines.append("  at the end")
            ending = True
        lines += _row(host, row, number)
    if not any(row.status == "read" for row in (*found.before, *found.files)):
        lines.append("     " + _nothing(start))
    return "\n".join(lines)


def imitation(shown: str) -> str:
    """What the star at a context's title means."""
    return f"*: can only be imitated here, see envkit contexts {shown}"


def others(shown: str) -> str:
    """What else can be asked."""
    count = len(discover.names("envkit.contexts"))
    other = "ssh_command" if shown != "ssh_command" else "login_terminal"
    return f"Others: envkit order --all ({count} contexts), --context {other}, --why FILE"


def _row(host: Host, row: StartupFile, number: int) -> Iterator[str]:
    place = str(number) if row.status == "read" else ""
    status = output.style(f"{row.status:11}", _STYLES.get(row.status, "dim"))
    path = host.show(row.path)
    reason = "" if row.reason == "not there" else row.reason
    parts = textwrap.wrap(
        reason, 80 - _REASON_AT, break_long_words=False, break_on_hyphens=False
    ) or [""]
    head = f"{place:>3}  {status}{path:{_PATH_WIDTH}}"
    if len(path) > _PATH_WIDTH:
        yield head.rstrip()
        head, parts = "", parts if reason else []
    for part in parts:
        gap = " " * _REASON_AT if not head else "  "
        yield ((head if head else "") + gap + part).rstrip()
        head = ""


def _title(start: Start, imitated: bool) -> str:
    context = _context(start)
    title = context.title + "*" * imitated if context else _command_line(start.invocation.argv)
    kind = "" if start.shell.name == "none" else f", {_kind(start)}"
    return f"{title}: {named(start)}{kind}"


def _kind(start: Start) -> str:
    how = start.invocation
    kinds = [name for name, on in (("login", how.login), ("interactive", how.interactive)) if on]
    if not kinds:
        return "neither login nor interactive"
    return ("a " if how.login else "an ") + " and ".join(kinds) + " shell"


def named(start: Start) -> str:
    """The shell, what it was compiled with, and behind `sh` what it really is."""
    if start.shell.name == "sh":
        return "sh, " + _behind(start)
    assumed = start.platform.bash_build if start.shell.name == "bash" else ""
    build = start.build or assumed
    title = start.shell.title
    if start.version:
        title += " " + ".".join(start.version.split(".")[:2])
    return f"{title} ({_built(build)})" if build else title


def _behind(start: Start) -> str:
    """What `sh` really is: asked of the binary, or what that platform has."""
    system = start.platform
    build = start.build or (system.sh if system.sh != "bash" else system.bash_build)
    known = ("dash", "ash", "busybox", "ksh93", "mksh", "zsh")
    behind = "dash" if build == "debian" and start.build else build
    behind = behind if behind in known else f"bash ({_built(build)})"
    return f"which is {behind} here" if start.build else f"taken for {behind}"


def _built(build: str) -> str:
    return _BUILDS.get(build, f"{build.capitalize()}'s") + " build"


def _command_line(argv: tuple[str, ...]) -> str:
    import shlex

    return shlex.join(argv)


def _nothing(start: Start) -> str:
    context = _context(start)
    remedy = context.remedy.replace("{path}", "…") if context else ""
    return "no startup file is read here" + (f"; {remedy}" if remedy else "")


def _context(start: Start) -> Context | None:
    return None if start.context == order.COMMAND_LINE else contexts.get(start.context)
