"""A block in each startup file that logs the next really started session, and then goes.

For contexts that can only be imitated here: what sshd, cron, a batch system or a desktop really
gives, which files were really read, and what PATH was before and after each. Written and taken out
as plans, like everything else; what the block's script logs lies in a folder of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit import block, contexts, language, order, platforms, reach, receipts, shells
from envkit.apply import apply, undo_plan
from envkit.commit import commit
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.install import InstallPlan
from envkit.model import Platform, Shell, Start
from envkit.plan import FileEdit, Plan, Receipt
from envkit.reading.nodes import Node
from envkit.receipts import timeline
from envkit.recording import text
from envkit.rollback import moved_on
from envkit.uninstall import MADE_HERE, read_file

TITLE = "record the next real start"
#: What can be logged, as the script tells it by the process that started the shell.
KINDS = ("ssh_login", "ssh_command", "cron", "at", "slurm", "desktop")

_NAMES = ("record", "record-left", "record-end")
_ALSO = {"slurm_login": "slurm", "ssh_copy": "ssh_command"}
_STATUS = re.compile(rb"\$\{?\?|\$\{?(?:pipe)?status|PIPESTATUS")
_WRITTEN = ("bash", "dash", "zsh", "ksh", "mksh", "fish")
_LOGIN = (".bash_profile", ".bash_login", ".profile")


def folder(host: Host) -> Path:
    """Where the script and the log lie, as the machine names it."""
    return host.state / "record"


def script(host: Host) -> Path:
    """The script that the blocks run."""
    return folder(host) / "log.sh"


def kinds(names: Sequence[str]) -> tuple[str, ...]:
    """The kinds that these contexts mean, all of them without any.

    UsageError for a context that nobody else than its user starts.
    """
    found = tuple(dict.fromkeys(_ALSO.get(name, name) for name in names))
    for name in found:
        if name not in KINDS:
            raise UsageError(
                f"{name} is not recorded: envkit can start it itself", f"known: {', '.join(KINDS)}"
            )
    return found or KINDS


def plan_on(
    host: Host,
    platform: Platform,
    wanted: Sequence[str],
    settle: Sequence[str],
    shell: Shell | None = None,
) -> Plan:
    """Blocks in each file that such starts read, where it begins, ends and is left; the script.

    Refused where a file cannot hold one, and on another machine's file system; UsageError for a
    shell that envkit does not write for.
    """
    if host.foreign:
        raise Refused("sessions of another machine are not started here", "leave --root out")
    edits = []
    reach.writable(host, (shell or shells.of(host)).name)
    files = _files(host, platform, shell)
    for number, (path, (said, left)) in enumerate(files.items()):
        before = read_file(host, path)
        after = _with_blocks(host, before, number, said, left)
        if after != before:
            why = "logs the start" if before is not None else "made, since nothing else is read"
            edits.append(FileEdit(path, before, after, None, why))
    wanted_text = text.script(wanted, settle)
    old = read_file(host, script(host))
    if old != wanted_text:
        edits.append(FileEdit(script(host), old, wanted_text, 0o600, "what the blocks run"))
    return Plan(TITLE, tuple(edits))


def _with_blocks(host: Host, before: bytes | None, number: int, said: str, left: set[int]) -> bytes:
    content = before or b""
    for name in _NAMES:
        content = block.drop(content, name)
    bodies = {
        at: text.block(script(host), host.home, f"{number}-{at}", said)
        for at in ("top", "left", "end")
    }
    if before is None:
        return block.put(content, _NAMES[0], MADE_HERE + bodies["top"])
    parts = language.parts(content, said)
    made = _with(content, "record-end", bodies["end"], None, said)
    lines = _statements(content, parts, left)
    for line in sorted(lines, reverse=True)[: block.MOST]:
        made = _with(made, "record-left", bodies["left"], line, said)
    return block.put(made, "record", bodies["top"], 1)


def _statements(content: bytes, parts: Sequence[Node], left: set[int]) -> set[int]:
    """The first lines of the statements that leave the file, where a block may stand before.

    Not before one that asks for the status of what stands above it.
    """
    rows = content.split(b"\n")
    found = {
        one.line
        for one in parts
        for line in left
        if one.line <= line <= one.last
        and not _STATUS.search(b"\n".join(rows[one.line - 1 : one.last]))
    }
    return {line for line in found if not any(one.line < line <= one.last for one in parts)}


def _with(content: bytes, name: str, body: bytes, line: int | None, said: str) -> bytes:
    """With one more block, where that is a statement of its own: in no here-document."""
    try:
        made = block.put(content, name, body, line)
    except Refused:  # below a backslash, or within another block
        return content
    old, new = (language.parts(one, said) for one in (content, made))
    fine = len(new) == len(old) + 1 and all(one.kind != "broken" for one in new)
    return made if fine else content


def _files(
    host: Host, platform: Platform, shell: Shell | None = None
) -> dict[Path, tuple[str, set[int]]]:
    """The user's files that such starts read by themselves: the language, and lines that leave."""
    found: dict[Path, tuple[str, set[int]]] = {}
    real: dict[Path, Path] = {}
    for one in _starts(host, platform, shell or shells.of(host)):
        said, told, mine = language.of(one), order.order(host, one), False
        if said not in _WRITTEN:
            continue
        for row in told.files:
            inside = host.home in row.path.parents and not row.logout and not row.sourced_at
            if row.status == "read" and row.scope == "user" and inside:
                mine = True
                path = real.setdefault(host.locate(row.path).resolve(), row.path)
                found.setdefault(path, (said, set()))
        for event in told.events:
            if event.kind == "leave" and event.where.path in found:
                found[event.where.path][1].add(event.where.line)
        name = "" if mine else _first(host, one)
        if name:
            found.setdefault(host.home / name, (said, set()))
    return found


def _first(host: Host, one: Start) -> str:
    """The name of a file to be made, which hides no other; "" where none can be."""
    if one.shell.name == "zsh":
        return ".zshenv"
    if one.shell.name == "fish":
        return ".config/fish/config.fish"
    if one.shell.name == "bash" and one.invocation.remote and not one.invocation.login:
        return "" if host.kind(host.home / ".bashrc") != "missing" else ".bashrc"
    missing = all(host.kind(host.home / name) == "missing" for name in _LOGIN)
    return ".profile" if one.invocation.login and missing else ""


def _starts(host: Host, platform: Platform, own: Shell) -> Iterator[Start]:
    for name in ("ssh_login", "ssh_command", "cron", "slurm_login", "desktop"):
        where = contexts.get(name)
        if where.here is not None:
            where = where.here(host, platform)
        shell = shells.get(where.shell) if where.shell else own
        yield order.start_for(host, where._replace(here=None), shell, platform)


def begin(host: Host, plan: Plan, platform: Platform, shell: Shell | None = None) -> Receipt:
    """Write the blocks as an install does: started before and after, no shell may be worse for it.

    Raises Refused, with everything as it was.
    """
    touched = {edit.path for edit in plan.edits}
    starts = tuple(
        one
        for one in _starts(host, platform, shell or shells.of(host))
        if any(row.path in touched for row in order.order(host, one).files)
    )
    return commit(host, InstallPlan(plan, (), starts, (), ()), None, prove=True).receipt


def standing(host: Host) -> Receipt | None:
    """The receipt of a record that is on; None where there is none."""
    for each in reversed(receipts.every(host)):
        if each.plan.title == TITLE and each.status == "applied":
            texts = (read_file(host, one.path) or b"" for one in each.plan.edits)
            return each if any(b">>> envkit record >>>" in one for one in texts) else None
    return None


def plan_off(host: Host) -> Plan:
    """Today's files without the blocks and the script: what they were, where nobody wrote since."""
    receipt = standing(host)
    named = [one.path for each in receipts.every(host) for one in each.plan.edits]
    paths = dict.fromkeys((*named, *_files(host, platforms.detect(host))))
    edits = []
    for path in paths:
        before = read_file(host, path)
        if before is None or path == script(host):
            continue
        ours = [one for one in block.find_all(before) if one.name in _NAMES]
        after: bytes | None = before
        for name in _NAMES[::-1]:
            after = block.drop(after or b"", name)
        if not after and any(one.body.startswith(MADE_HERE) for one in ours):
            after = None
        if ours:
            mode = host.locate(path).stat().st_mode & 0o7777 if after is None else None
            edits.append(FileEdit(path, before, after, mode, "the record's block"))
    old = read_file(host, script(host))
    if old is not None:
        edits.append(FileEdit(script(host), old, None, 0o600, "what the blocks ran"))
    return Plan("the record goes", tuple(edits), receipt.folders[::-1] if receipt else ())


def off(host: Host) -> tuple[FileEdit, ...]:
    """Take the blocks out: the receipt is taken back, or, where files moved on, what is ours goes.

    Refused as `apply` refuses.
    """
    receipt = standing(host)
    plan = None if receipt is None else undo_plan(receipt)
    if plan is None or moved_on(host, plan).edits:
        plan = plan_off(host)
    if plan.edits:
        force = timeline.in_force(receipts.every(host))
        last = receipt is not None and force[-1:] == (receipt.id,)
        apply(host, plan, undoes=force[-1:] if last else ())
    return plan.edits
