"""What install says of its plan, line by line."""

from __future__ import annotations

from envkit.cli import install_text
from envkit.needs import Unreached

NONE = "it reads no file of the system's that is for envkit to write; envkit install --user"


def test_many_starts_with_one_reason_stay_within_80_columns() -> None:
    starts = ("login_command", "sh_login", "ksh93 login_command", "mksh login_terminal", "zsh x")
    found = [Unreached("terminal", "it leaves"), *(Unreached(each, NONE) for each in starts)]
    title, first, *rest = install_text.unreached(found).split("\n")
    assert (title, first) == ("Not reached:", "  terminal  it leaves")
    assert rest[0] == "  bash -lc, sh -lc, ksh93 login command, mksh login terminal, zsh x"
    assert " ".join(line.strip() for line in rest[1:]) == NONE
    assert len(rest) == 3
    assert all(len(line) <= 80 for line in rest)
