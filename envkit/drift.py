"""What somebody has changed by hand in what is envkit's: a managed block, env.sh.

`install` would overwrite it and `uninstall` delete it; both refuse, with the difference, until
they are told `--overwrite-drift`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from envkit import block, language, preflight, receipts
from envkit.block import Block
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan

#: How every env.sh and env.fish of envkit's begins.
HEADER = b"# Written by envkit "


def refuse_blocks(host: Host, path: Path, found: Sequence[Block], read_as: str) -> None:
    """Refused where a block of this file, in that language, is not as envkit wrote it.

    All such blocks of the file are shown, each line with its number in the file.
    """
    drifted = [each for each in found if each.drifted]
    if not drifted:
        return
    now = ours = host.read(path)
    for each in reversed(drifted):
        body = _last_body(host, path, each.name) or language.source_line(host, read_as)
        # Whole, since a marker's checksum may be what was changed.
        written = block.text(each.name, body, each.joined)
        ours = ours[: each.start] + written + ours[each.end :]
    lines = ", ".join(str(each.line) for each in drifted)
    words = f"the block in line {lines} was" if len(drifted) == 1 else f"the blocks in {lines} were"
    raise Refused(
        f"{words} edited by hand:\n" + _difference(host, path, ours, now),
        "move your lines out of the block, or let them go: --overwrite-drift",
    )


def refuse_environment(host: Host, path: Path, content: bytes) -> None:
    """Refused where `content`, an env.sh or env.fish, is none that envkit wrote.

    Receipts tell; where none does, its first line.
    """
    written = [text for text in _written(host, path) if text is not None]
    if not written and not content.startswith(HEADER):
        raise Refused(
            f"{host.show(path)} is not as envkit writes it:\n"
            + Plan("", (FileEdit(Path(host.show(path)), content, None),)).diff().rstrip("\n"),
            "move it away, or let it go: --overwrite-drift",
        )
    if written and content not in written:
        raise Refused(
            f"{host.show(path)} was edited by hand:\n"
            + _difference(host, path, written[-1], content),
            "put it into a profile of your own, or let it go: --overwrite-drift",
        )


@contextmanager
def all_broken(host: Host, paths: Sequence[Path]) -> Iterator[None]:
    """Where a file's markers cannot be trusted, tell of all of these files that are so."""
    try:
        yield
    except Refused as first:
        problems = preflight.Problems((first,))
        for path in paths:
            with suppress(OSError), problems.kept(), preflight.about(host, path):
                if host.kind(path) == "file":
                    block.find_all(host.read(path))
        problems.tell()


def environments(host: Host) -> tuple[Path, ...]:
    """Every env.sh and env.fish of envkit's: where they go today, and where receipts say they went.

    The two differ where XDG_CONFIG_HOME is not what it was.
    """
    named = [edit.path for receipt in receipts.every(host) for edit in receipt.plan.edits]
    ours = [path for path in named if path.parent.name == "envkit" and path.name in language.FILES]
    return tuple(dict.fromkeys((*(host.config / name for name in language.FILES), *ours)))


def _last_body(host: Host, path: Path, name: str) -> bytes | None:
    """The body of the block as envkit last wrote it into this file, where a receipt tells."""
    for text in reversed(_written(host, path)):
        with suppress(Refused):
            for each in block.find_all(text or b"", name):
                if not each.drifted:
                    return each.body
    return None


def _written(host: Host, path: Path) -> list[bytes | None]:
    return [
        edit.after
        for receipt in receipts.every(host)
        for edit in receipt.plan.edits
        if edit.path == path
    ]


def _difference(host: Host, path: Path, ours: bytes, now: bytes) -> str:
    return Plan("", (FileEdit(Path(host.show(path)), ours, now),)).diff()
