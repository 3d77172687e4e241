"""--everywhere on random startup files: exactly the lines that are there, and each reason true.

The writer knows which lines run and what alone keeps the others from it; the real shell is asked,
too: as the file is, and with nothing but what is said to stand in a line's way changed.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from envkit import contexts, order, platforms, shells
from envkit.everywhere import Setting, everywhere
from envkit.host import Host
from envkit.model import Start
from tests.real import everywhere_homes

CONTEXTS = {"dash": "login_terminal", "ksh93": "login_terminal", "mksh": "login_terminal"}
NAMES = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}
SAMPLE, ALL = 3, 300


class Home(NamedTuple):
    """A home in which a shell is started."""

    path: Path
    shell: str

    @property
    def context(self) -> str:
        return CONTEXTS.get(self.shell, "terminal")

    def host(self) -> Host:
        return Host.real(home=self.path)

    def path_now(self) -> list[str]:
        """PATH as a program has it that the real shell starts."""
        host = self.host()
        start = order.start_for(host, contexts.get(self.context), shells.get(self.shell))
        return real_path(host, start)


def real_path(host: Host, start: Start) -> list[str]:
    """PATH as a program has it that such a shell really starts."""
    done = subprocess.run(
        start.shell.argv(start.invocation, "/usr/bin/env"),
        executable=shells.program(host, start.shell),
        env=dict(start.environment),
        cwd=host.home_at,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    rows = [row for row in done.stdout.split("\n") if row.startswith("PATH=")]
    return rows[-1].removeprefix("PATH=").split(":") if rows else [done.stderr]


def skip_without(shell: str) -> None:
    """Skip where it is not installed; fail where it must be."""
    if shells.program(Host.real(home=Path("/tmp")), shells.get(shell)) is None:
        if shell in ("bash", "zsh", "fish", "dash"):
            assert os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1", f"no {shell}"
        pytest.skip(f"no {shell}")


def _rows(home: Home) -> dict[tuple[str, int], Setting]:
    host = home.host()
    where = (contexts.get(home.context),)
    found = everywhere(host, platforms.of(host, None), where, "PATH", shells.get(home.shell))
    return {
        (str(one.path.relative_to(home.path)), one.line): one
        for one in found.rows
        if home.path in one.path.parents
    }


def changed(text: str, row: Setting, fish: bool) -> str:
    """The text without what is said to stand in the way."""
    assert row.change is not None, row.never
    kind, subject = row.change
    lines = text.split("\n")
    if kind == "call":
        ends = "end" if fish else "}"
        at = next(n for n in range(row.line, len(lines)) if lines[n] == ends)
        lines.insert(at + 1, subject)
        return "\n".join(lines)
    at = int(subject.rpartition(":")[2]) - 1
    if kind == "earlier":
        lines[at] = lines[at].replace("return", "true")
    elif kind == "case":
        lines[at] = re.sub(r"\bno\b", "x", lines[at])
        indent = len(lines[at]) - len(lines[at].lstrip())
        for other in range(at):
            lines[other] = re.sub(rf"(^ {{{indent}}}(case )?)x(\)|$)", r"\1other\3", lines[other])
    elif kind == "loop":
        lines[at] = lines[at].replace("$NOPE", "x")
    else:
        condition = r"\[\[? .*? \]\]?|test [^;&|]*[^;&| ]|\btrue\b|\bfalse\b"
        lines[at] = re.sub(condition, kind, lines[at], count=1)
    return "\n".join(lines)


def _write(home: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def problems(folder: Path, shell: str, number: int) -> list[str]:
    """All that is wrong with one random home."""
    folder.mkdir()
    home = Home(folder, shell)
    written = everywhere_homes.random_home(number, shell, NAMES.get(shell, ".profile"))
    _write(folder, written.files)
    rows, before = _rows(home), home.path_now()
    wrong = []
    if rows.keys() != written.lines.keys():
        wrong.append(f"lines {sorted(rows.keys() ^ written.lines.keys())}")
    for key in sorted(rows.keys() & written.lines.keys()):
        row, truth = rows[key], written.lines[key]
        assert (truth.folder in before) == (not truth.kind), (key, truth, before)
        told = row.change.kind if row.change else "" if row.contexts else row.never
        at = row.change.subject.rpartition(":")[2] if row.change else ""
        if row.never and ", or " in row.never:
            continue  # which of the two it was nothing tells: there the inner one leaves no line
        if told != truth.kind or (truth.at and at != str(truth.at)):
            wrong.append(f"{key}: {row.contexts or row.never}, not {truth}")
        elif not row.contexts and row.change is not None:
            wrong += _confirm(home, row, truth.folder)
    return [f"{shell} {number}: {one}" for one in wrong]


def _confirm(home: Home, row: Setting, folder: str) -> list[str]:
    assert row.change is not None
    name = row.change.subject.rpartition(":")[0]
    path = Path(name) if name else row.path
    text = path.read_text()
    path.write_text(changed(text, row, home.shell == "fish"))
    after = home.path_now()
    path.write_text(text)
    return [] if folder in after else [f"{row.line}: {row.never}: changed, it does not run"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "dash", "ksh93", "mksh"])
@pytest.mark.parametrize(
    "numbers", [range(SAMPLE), pytest.param(range(SAMPLE, ALL), marks=pytest.mark.full)]
)
def test_lines_and_reasons(shell: str, numbers: range, tmp_path: Path) -> None:
    skip_without(shell)
    wrong = [one for n in numbers for one in problems(tmp_path / str(n), shell, n)]
    assert wrong == [], "\n".join(wrong)
