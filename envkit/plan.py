"""What is written, as data: a profile, the edits of a plan, the receipt of one that was applied."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    """A file's bytes before and after; None: absent. `reason` says why it is touched."""

    path: Path
    before: bytes | None
    after: bytes | None
    mode: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a command is going to write. An empty plan means: already so.

    `folders` are removed when the edits have left them empty, in this order.
    """

    title: str
    edits: tuple[FileEdit, ...] = field(default=())
    folders: tuple[Path, ...] = ()

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
        undo = tuple(
            FileEdit(edit.path, edit.after, edit.before, edit.mode, edit.reason)
            for edit in reversed(self.edits)
        )
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
    """The record of an applied plan, enough to reverse it; `folders` were made on the way."""

    id: str
    version: int
    when: str
    status: Literal["applied", "failed", "interrupted", "rolled back"]
    plan: Plan
    folders: tuple[Path, ...] = ()
