"""Text for people: the answer first, 80 columns, what is left out is said."""

from __future__ import annotations

from pathlib import Path

from envkit.doctor import Report, Skipped
from envkit.finding import Finding, Fix
from envkit.model import Location
from envkit.reporters.text import REPORTER

ERROR = Finding(
    "EK101",
    "error",
    "~/.profile is never read: ~/.bash_profile stands before it, and bash reads only one of them.",
    Location(Path("~/.bash_profile"), 1),
    ("login_terminal",),
    observed="Lost in login shells: LANG, EDITOR, ~/.local/bin on PATH",
    fix=Fix("add to ~/.bash_profile:1", ("[ -r ~/.profile ] && . ~/.profile",)),
)
NOTE = Finding("EK205", "info", "/x is in PATH twice.", None, ("cron",), fix=Fix("delete it"))


def test_nothing_wrong() -> None:
    assert REPORTER(Report((), (), 8, 5, 0.72)) == (
        "No problems found · 8 checks in 5 contexts, 0.7 s"
    )


def test_a_finding() -> None:
    shown = REPORTER(Report((ERROR,), (), 8, 5, 0.7)).splitlines()
    assert shown[0] == (
        "Profile-shadowed login file                                         error  EK101"
    )
    assert shown[1:3] == [
        "  ~/.profile is never read: ~/.bash_profile stands before it, and bash reads",
        "  only one of them.",
    ]
    assert shown[3] == "  Lost in login shells:  LANG, EDITOR, ~/.local/bin on PATH"
    assert shown[4].split() == ["Hurts:", "login", "terminal"]
    assert shown[5] == ("  Fix:   add to ~/.bash_profile:1    [ -r ~/.profile ] && . ~/.profile")
    assert shown[-2] == "1 error, 0 warnings, 0 notes · 8 checks in 5 contexts, 0.7 s"
    assert shown[-1] == "What a code means: envkit explain EK101"


def test_notes_are_counted_and_shown_on_request() -> None:
    report = Report((NOTE,), (), 8, 5)
    assert REPORTER(report) == (
        "0 errors, 0 warnings, 1 note (-v shows them) · 8 checks in 5 contexts"
    )
    assert "in PATH twice" in REPORTER(report, verbose=True)


def test_what_was_skipped_is_said_once_per_reason() -> None:
    skipped = (Skipped("EK104", "no shell"), Skipped("EK105", "no shell"), Skipped("EK2", "other"))
    shown = REPORTER(Report((), skipped, 5, 1)).splitlines()
    assert shown[1:] == ["2 skipped (no shell): EK104, EK105", "1 skipped (other): EK2"]


def test_width() -> None:
    long = Finding(
        "EK201", "error", "word " * 60, None, ("cron",), fix=Fix("do " * 50, ("x" * 70,))
    )
    shown = REPORTER(Report((ERROR, long), (), 8, 5, 0.7))
    assert max(map(len, shown.splitlines())) <= 84  # a command is never broken
    assert max(len(line) for line in shown.splitlines() if "xxx" not in line) <= 80
