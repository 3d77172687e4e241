"""A block in each startup file that logs the next really started session, and then goes.

For contexts that can only be imitated here: what sshd, cron, a batch system or a desktop really
gives, which files were really read, and what PATH was before and after each. Written and taken out
as plans, like everything else; what the block's script logs lies in a folder of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from envkit import block, contexts, language, order, platforms, receipts, shells
from envkit.apply import apply, undo_plan
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Platform, Shell, Start
from envkit.plan import FileEdit, Plan, Receipt
from envkit.recording import text
from envkit.rollback import moved_on
from envkit.uninstall import MADE_HERE, read_file

TITLE = "record the next real start"
#: What can be logged, as the script tells it by the process that started the shell.
KINDS = ("ssh_login", "ssh_command", "cron", "at", "slurm", "desktop")

_NAMES = ("record", "record-end")
_ALSO = {"slurm_login": "slurm", "ssh_copy": "ssh_command"}
# What these starts read at first, where there is no file of the user's yet.
_FIRST = {"bash": (".bashrc", ".profile"), "zsh": (".zshenv",), "fish": ()}
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
    """Blocks at the beginning and the end of each file that such starts read; and the script.

    Refused where a file cannot hold one, and on another machine's file system.
    """
    if host.foreign:
        raise Refused("sessions of another machine are not started here", "leave --root out")
    edits = []
    for number, (path, said) in enumerate(_files(host, platform, shell)):
        before = read_file(host, path)
        after = _with_blocks(host, before, number, said)
        if after != before:
            why = "logs the start" if before is not None else "made, since nothing else is read"
            edits.append(FileEdit(path, before, after, None, why))
    wanted_text = text.script(wanted, settle)
    old = read_file(host, script(host))
    if old != wanted_text:
        edits.append(FileEdit(script(host), old, wanted_text, 0o600, "what the blocks run"))
    return Plan(TITLE, tuple(edits))


def _with_blocks(host: Host, before: bytes | None, number: int, said: str) -> bytes:
    content = before or b""
    body = MADE_HERE if before is None else b""
    body += text.block(script(host), host.home, f"{number}-top", said)
    made = block.put(block.drop(content, _NAMES[0]), _NAMES[0], body, 1)
    if before is None:
        return made
    return _with_end(made, text.block(script(host), host.home, f"{number}-end", said), said)


def _with_end(content: bytes, body: bytes, said: str) -> bytes:
    """A block at the end, too, where that is a statement of its own (in no here-document)."""
    bare = block.drop(content, _NAMES[1])
    try:
        made = block.put(bare, _NAMES[1], body)
    except Refused:  # a backslash at the end
        return content
    old, new = (language.parts(one, said) for one in (bare, made))
    fine = len(new) == len(old) + 1 and all(one.kind != "broken" for one in new)
    return made if fine else content


def _files(
    host: Host, platform: Platform, shell: Shell | None = None
) -> Iterator[tuple[Path, str]]:
    """The user's files that starts of these kinds read, each once, with its language."""
    seen: set[Path] = set()
    for one in _starts(host, platform, shell or shells.of(host)):
        said, found = language.of(one), False
        for row in order.order(host, one).files:
            inside = host.home in row.path.parents and not row.logout
            if row.status == "read" and row.scope == "user" and inside:
                found = True
                real = host.locate(row.path).resolve()
                if real not in seen:
                    seen.add(real)
                    yield row.path, said
        name = "" if found else _first(host, one)
        if name and host.home / name not in seen:
            seen.add(host.home / name)
            yield host.home / name, said


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
    read = [path for path, _ in _files(host, platforms.detect(host))]
    paths = dict.fromkeys((*named, *read))
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
    if receipt is not None:
        plan = undo_plan(receipt)
        if not moved_on(host, plan).edits:
            apply(host, plan, undoes=receipt)
            return plan.edits
    plan = plan_off(host)
    if plan.edits:
        apply(host, plan)
        if receipt is not None:
            receipts.save(host, replace(receipt, status="rolled back"))
    return plan.edits
