"""Where the blocks and drop-ins of a system-wide install go: tried out on the order model. Pure.

A drop-in is a file of our own that a file of the system's reads. For each start that it does not
serve, one more place is looked for, the least of a liberty first: a `.local` file that the system
leaves to its administrator, then the files that the shell itself reads, in that order; in each the
end, then above the line that leaves it. A place is right when the model, asked about the machine
as it would be, says that our file is read and nothing of the system's comes in front afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import block, language, order, placement
from envkit.errors import Refused
from envkit.host import Host
from envkit.model import Event, Location, Order, Platform, Start, StartupFile
from envkit.needs import MARK
from envkit.reading import programs
from envkit.system import places
from envkit.system.overlay import Overlay, Places
from envkit.uninstall import MADE_HERE, made_here

#: Where administrators' files lie; what else a shell reads (/usr/share, /nix) is the packages' own.
FOLDERS = tuple(map(Path, ("/etc", "/usr/local/etc", "/opt/homebrew/etc", "/opt/local/etc")))
# What the order model is to see in the file of ours: that it puts something in front.
_STUBS = {
    "env.sh": f"PATH={MARK}:$PATH\n".encode(),
    "env.fish": f"set -gx PATH {MARK} $PATH\n".encode(),
}
_PROFILE = Path("/etc/profile")
_OUTDONE = "puts its entries in front, below the last place for a block"
_NEVER = ("/etc/paths", "/etc/environment")


class Asked(NamedTuple):
    """A start of an account that is to be reached."""

    account: Host
    start: Start


class Search:
    """The texts of a machine's files as they become, place by place.

    `blocks`: files and the lines of their blocks, as they are now; `languages`: who reads them.
    """

    def __init__(
        self,
        host: Host,
        platform: Platform,
        name: str,
        names: Collection[str],
        standing: Sequence[Path],
    ) -> None:
        self.host, self.platform, self.name, self.names = host, platform, name, names
        self.own = tuple(host.config / each for each in language.FILES)
        self.texts: dict[Path, bytes | None] = {path: _STUBS[path.name] for path in self.own}
        self.languages: dict[Path, str] = {}
        self.blocks: dict[Path, tuple[int, ...]] = {}
        self.outdone: dict[int, str] = {}
        self._orders: dict[tuple[int, frozenset[tuple[Path, bytes | None]]], Order] = {}
        self._places: dict[int, Places] = {}
        for path in standing:
            self.texts[path] = bare(host, path)

    def assume(self) -> None:
        """Where there is no /etc/profile, take it for one as the platform has it."""
        if self.host.kind(_PROFILE) == "missing" and not self.platform.edits_profile:
            self.texts[_PROFILE] = _profile_of(self.platform)

    def drop_in(self, folder: Path, suffix: str, asked: Sequence[Asked]) -> None:
        """Put a drop-in into `folder`, called so that most of these starts are served by it.

        One that stands is kept where another name would do no better; none where no start reads it.
        """
        counts: dict[Path, list[Asked]] = {}
        unserved = [each for each in asked if self.lost(each, self.texts)]
        names = sorted(
            places.names(suffix),
            key=lambda name: self.host.kind(folder / f"{name}{suffix}") != "file",
        )
        for name in names:
            path = folder / f"{name}{suffix}"
            texts = {**self.texts, path: self._made(path)}
            reasons = [(each, self.lost(each, texts)) for each in unserved]
            counts[path] = [each for each, reason in reasons if not reason]
            if not any(reason.endswith(_OUTDONE) for _, reason in reasons):
                break
        self.outdone |= {id(each): why for each, why in reasons if why.endswith(_OUTDONE)}
        path = max(counts, key=lambda path: len(counts[path]))  # of equals the first
        if counts[path]:
            self._take(path, self._made(path), "fish" if suffix == ".fish" else "dash")

    def serve(self, asked: Asked) -> str:
        """See to it that a start is reached; why not, where no place is right."""
        reason = self.lost(asked, self.texts)
        if not reason:
            return ""
        outdone = self.outdone.get(id(asked), "")
        found = self._order(asked, self.texts)
        read_as = language.of(asked.start)
        for row in self._candidates(asked, found):
            for line in self._lines(row.path, found):
                text = self._with_block(row.path, line, read_as)
                if text is None:
                    continue
                why = self.lost(asked, {**self.texts, row.path: text})
                if why:
                    outdone = why if why.endswith(_OUTDONE) else outdone
                    continue
                self._take(row.path, text, read_as)
                return ""
        return outdone or reason

    def readers(self, asked: Sequence[Asked]) -> dict[Path, list[Asked]]:
        """By which files each start comes to what is ours, now that all places are found."""
        serves: dict[Path, list[Asked]] = {path: [] for path in self.blocks}
        for each in asked:
            for row in self._order(each, self.texts).files:
                if row.path in self.own and row.status == "read" and row.sourced_at is not None:
                    serves.setdefault(row.sourced_at.path, []).append(each)
        return serves

    def lost(self, asked: Asked, texts: dict[Path, bytes | None]) -> str:
        """Why a start does not have our environment first, with these texts; "" where it has."""
        found = self._order(asked, texts)
        rows = [row for row in found.files if row.path in self.own and row.status == "read"]
        if not any(row.certain for row in rows):
            return self._unread(asked, found)
        read = {row.path for row in found.files if row.status == "read"}
        first, front, value = False, None, asked.start.environment.get("PATH")
        for event in found.events:
            old = value
            if event.kind == "assign" and event.variable == "PATH":
                value = event.value
            if event.where.path in self.own:
                first, front = True, None
            elif asked.account.home in event.where.path.parents or not first:
                continue  # what an account says in files of its own is for it to say
            elif self._comes_in_front(asked, event, old, value, read):
                first, front = False, event.where
        return "" if first else self._outdone(front)

    def _comes_in_front(
        self, asked: Asked, event: Event, old: str | None, new: str | None, read: set[Path]
    ) -> bool:
        if event.kind == "assign" and event.variable == "PATH":
            return not _stays_first(old, new)
        if event.kind == "assign":
            return event.variable in self.names
        if event.kind == "eval":
            return not programs.leave_path_alone(event.value or "")
        if event.kind != "source":
            return False
        if event.value is None:
            return True
        path = Path(event.value)
        return path not in read and path not in self.own and asked.account.kind(path) == "file"

    def _order(self, asked: Asked, texts: dict[Path, bytes | None]) -> Order:
        """Of one start with these texts; a place that was tried is not read again."""
        key = id(asked), frozenset(texts.items())
        if key not in self._orders:
            places = self._places.setdefault(asked.account.uid, {})
            self._orders[key] = order.order(Overlay(asked.account, texts, places), asked.start)
        return self._orders[key]

    def _candidates(self, asked: Asked, found: Order) -> Sequence[StartupFile]:
        """Files in which a block may stand, the least of a liberty first."""
        contexts_own = {row.path for row in (*asked.start.before, *asked.start.after)}
        known = {*self.platform.system_files, *self.platform.other_files}
        rows: dict[Path, StartupFile] = {}
        for row in found.files:
            path = row.path
            if row.scope != "system" or row.logout or row.status not in ("read", "missing"):
                continue
            if path in contexts_own or path in self.own or not self._may_hold(path):
                continue
            is_local = path.name.endswith(".local") and row.sourced_at is not None
            if row.sourced_at is None or is_local or str(path) in known:
                rows.setdefault(path, row)
        return sorted(rows.values(), key=lambda row: not row.path.name.endswith(".local"))

    def _may_hold(self, path: Path) -> bool:
        if "*" in path.name or str(path) in _NEVER or path.parent.name.endswith(".d"):
            return False
        if path == _PROFILE and not self.platform.edits_profile:
            return False
        here = self.host.locate(path)
        return any(path.is_relative_to(folder) for folder in FOLDERS) and (
            here.is_file() or not here.exists()
        )

    def _lines(self, path: Path, found: Order) -> Iterator[int]:
        """Lines before which a block may go: past the last, and above each that leaves the file."""
        text = self._text(path)
        yield text.count(b"\n") + (1 if text.endswith(b"\n") or not text else 2)
        leaves = {
            event.where.line
            for event in found.events
            if event.kind == "leave" and event.where.path == path
        }
        for line in sorted(leaves):
            yield _above_its_comment(text, line)

    def _with_block(self, path: Path, line: int, read_as: str) -> bytes | None:
        text = self._text(path)
        lines = sorted({*placement.lines(text), line})
        body = language.source_line(self.host, read_as)
        if self._made_by_us(path):
            body = MADE_HERE + body
        try:
            return placement.insert(text, self.name, body, lines, (read_as,))
        except Refused:  # within an open quote, below a backslash: another line may do
            return None

    def _made(self, path: Path) -> bytes:
        read_as = "fish" if path.suffix == ".fish" else "dash"
        body = language.source_line(self.host, read_as)
        text = bare(self.host, path)
        if text is None:
            body = MADE_HERE + body
        return block.put(text or b"", self.name, body)

    def _made_by_us(self, path: Path) -> bool:
        return bare(self.host, path) is None

    def _text(self, path: Path) -> bytes:
        if path in self.texts:
            return self.texts[path] or b""
        return bare(self.host, path) or b""

    def _take(self, path: Path, text: bytes, read_as: str) -> None:
        self.texts[path] = text
        self.languages.setdefault(path, read_as)
        self.blocks[path] = tuple(placement.lines(text))

    def _unread(self, asked: Asked, found: Order) -> str:
        if not any(row.status in ("read", "missing") and not row.logout for row in found.files):
            return "it reads no startup file"
        if not list(self._candidates(asked, found)):
            return "it reads no file of the system's that is for envkit to write"
        return "it leaves the system's files above every place where a block could stand"

    def _outdone(self, front: Location | None) -> str:
        return f"{front} {_OUTDONE}"


def _stays_first(old: str | None, value: str | None) -> bool:
    """Whether what stood first in PATH does so after an assignment; see `exits`."""
    if not old or not value:
        return False
    was, now = f"{old}:", f"{value}:"
    return now.startswith(f"{MARK}:") or (not was.startswith(f"{MARK}:") and now.startswith(was))


def bare(host: Host, path: Path) -> bytes | None:
    """A file's text without blocks of ours; None where there is none, or nothing else in it."""
    if not host.locate(path).is_file():
        return None
    content = host.read(path)
    found = block.find_all(content)
    rest = block.drop(content)
    return None if made_here(found) and not rest else rest


def _above_its_comment(text: bytes, line: int) -> int:
    """Not between a statement and the comment right above it; but below a block of ours."""
    rows, at = text.split(b"\n"), line
    while at > 1 and rows[at - 2].startswith(b"#") and b" envkit " not in rows[at - 2]:
        at -= 1
    return at if at > 1 else line  # a comment that begins the file is about the file


def _profile_of(platform: Platform) -> bytes:
    """What a platform's /etc/profile reads, and nothing else."""
    text = ""
    for name in platform.system_files:
        if name.endswith("/*.sh"):
            text += f'for i in {name}; do if [ -r "$i" ]; then . "$i"; fi; done\nunset i\n'
        elif name == "/etc/bashrc":
            text += f'if [ -n "${{BASH-}}" ] && [ -r {name} ]; then . {name}; fi\n'
    return text.encode()
