"""What is written, as data: a profile, the edits of a plan, the receipt of one that was applied."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Profile:
    """A `.env` file of ours. Values are data, already resolved; order as in the file.

    `lists` are colon lists beside PATH that keep their old value: (name, before it, after it).
    """

    name: str
    variables: tuple[tuple[str, str], ...]
    path_prepend: tuple[str, ...]
    path_append: tuple[str, ...]
    source: Path
    directions: tuple[tuple[str, str], ...] = ()
    lists: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file's bytes before and after; None: absent. `reason` says why it is touched.

    `mode`: what the file gets (None: as it has, or an ordinary one). `target`: the file that is
    really written, where `path` is a link to it. `was_modified`: when the bytes `before` were
    written (nanoseconds, as st_mtime_ns), `modified`: the time that the file is given (None: now).
    `kind`: what is there now (file, link, absent), `was_mode`: the permissions that it has.
    """

    path: Path
    before: bytes | None
    after: bytes | None
    mode: int | None = None
    reason: str = ""
    target: Path | None = None
    was_modified: int | None = None
    modified: int | None = None
    kind: str = ""
    was_mode: int | None = None

    def reversed(self) -> FileEdit:
        """The edit that takes this one back, the time of the old text with it."""
        return replace(
            self,
            before=self.after,
            after=self.before,
            was_modified=self.modified,
            modified=self.was_modified,
            kind="",
            was_mode=None,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a command is going to write. An empty plan means: already so.

    `folders` are removed when the edits have left them empty, in this order. `undoes`: the ids of
    the receipts that a rollback takes back.
    """

    title: str
    edits: tuple[FileEdit, ...] = field(default=())
    folders: tuple[Path, ...] = ()
    undoes: tuple[str, ...] = ()

    def diff(self) -> str:
        """The unified diff of all edits; undecodable bytes are shown as they are escaped."""
        import difflib

        def name(edit: FileEdit, content: bytes | None) -> str:
            return "/dev/null" if content is None else str(edit.path)

        return "".join(
            line
            for edit in self.edits
            for line in difflib.unified_diff(
                *(_text_lines(edit.before), _text_lines(edit.after)),
                *(name(edit, edit.before), name(edit, edit.after)),
                n=2,
            )
        )

    def reversed(self) -> Plan:
        """The plan that takes this one back."""
        undo = tuple(edit.reversed() for edit in reversed(self.edits))
        return Plan(f"undo: {self.title}", undo)


def _text_lines(content: bytes | None) -> list[str]:
    import io

    # Only \n ends a line here: the others that str.splitlines knows are text to a shell.
    text = (content or b"").decode("utf-8", "backslashreplace")
    lines = list(io.StringIO(text, newline="\n"))
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n\\ No newline at end of file\n"
    return lines


@dataclass(frozen=True, slots=True)
class Receipt:
    """The record of a plan that was carried out, or tried, enough to reverse it.

    `folders` were made on the way. `reason`: why it failed or was interrupted. `undoes`: the ids of
    the receipts that a rollback took back; the state before the first of them is what it restored.
    `folded`: what receipts did, just before this one, that are not kept any more; `gone` is the
    last of them (where it is still there, it must not be counted twice), `standing` which steps
    were not taken back then.
    """

    id: str
    version: int
    when: str
    status: Literal["applied", "failed", "interrupted", "rolled back"]
    plan: Plan
    folders: tuple[Path, ...] = ()
    reason: str = ""
    undoes: tuple[str, ...] = ()
    folded: tuple[FileEdit, ...] = ()
    gone: str = ""
    standing: tuple[str, ...] = ()
