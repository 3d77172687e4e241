"""What somebody has changed by hand in what is envkit's: a managed block, env.sh.

`install` would overwrite it and `uninstall` delete it; both refuse, with the difference, until
they are told `--overwrite-drift`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from envkit import language, receipts
from envkit.block import Block
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan


def refuse_blocks(host: Host, path: Path, found: Sequence[Block], read_as: str) -> None:
    """Refused where a block of this file, in that language, is not as envkit wrote it."""
    for each in found:
        if each.drifted:
            ours = language.source_line(host, read_as)
            raise Refused(
                f"the block in line {each.line} was edited by hand:\n"
                + _difference(host, path, ours, each.body),
                "move your lines out of the block, or let them go: --overwrite-drift",
            )


def refuse_environment(host: Host, path: Path, content: bytes) -> None:
    """Refused where `content`, an env.sh or env.fish, is none that a receipt says envkit wrote."""
    written = [text for text in _written(host, path) if text is not None]
    if written and content not in written:
        raise Refused(
            f"{host.show(path)} was edited by hand:\n"
            + _difference(host, path, written[-1], content),
            "put it into a profile of your own, or let it go: --overwrite-drift",
        )


def environments(host: Host) -> tuple[Path, ...]:
    """Every env.sh and env.fish of envkit's: where they go today, and where receipts say they went.

    The two differ where XDG_CONFIG_HOME is not what it was.
    """
    named = [edit.path for receipt in receipts.every(host) for edit in receipt.plan.edits]
    ours = [path for path in named if path.parent.name == "envkit" and path.name in language.FILES]
    return tuple(dict.fromkeys((*(host.config / name for name in language.FILES), *ours)))


def _written(host: Host, path: Path) -> list[bytes | None]:
    return [
        edit.after
        for receipt in receipts.every(host)
        for edit in receipt.plan.edits
        if edit.path == path
    ]


def _difference(host: Host, path: Path, ours: bytes, now: bytes) -> str:
    return Plan("", (FileEdit(Path(host.show(path)), ours, now),)).diff()
