"""What counts as worse, and what does not; the measures are made by hand here."""

from __future__ import annotations

from pathlib import Path

import pytest

from envkit import platforms, proof, shells
from envkit.child import Outcome
from envkit.model import Invocation, Start
from envkit.start import Environment

START = Start(
    "ssh_command", shells.get("bash"), Invocation(command=True), {}, platforms.get("debian")
)
TERMINAL = START._replace(invocation=Invocation(interactive=True, stdin="pty"))
FINE = Environment(Outcome(0, b"", b"", False, 0.1), {"PATH": "/a:/b", "A": "1"}, True)


def changed(base: Environment = FINE, **outcome: object) -> Environment:
    return base._replace(outcome=base.outcome._replace(**outcome))  # type: ignore[arg-type]


def given(**variables: str) -> Environment:
    return FINE._replace(variables={"PATH": "/a:/b", "A": "1", **variables})


def without(name: str) -> Environment:
    assert FINE.variables
    return FINE._replace(variables={k: v for k, v in FINE.variables.items() if k != name})


LOST = FINE._replace(variables=None, reached=False)

SAME = {
    "nothing changed": (FINE, FINE, FINE),
    "slower": (FINE, FINE, changed(seconds=9.0)),
    "another order": (FINE, FINE, given(PATH="/b:/a")),
    "an entry more": (FINE, FINE, given(PATH="/new:/a:/b")),
    "an entry once instead of twice": (given(PATH="/a:/a:/b"),) * 2 + (FINE,),
    "a variable more": (FINE, FINE, given(B="2")),
    "another value": (FINE, FINE, given(A="2")),
    "less on stderr": (changed(stderr=b"oops\n"),) * 2 + (FINE,),
    "the same complaint some lines below": (
        changed(stderr=b"bash: line 7: x: command not found\n"),
    )
    * 2
    + (changed(stderr=b"bash: line 10: x: command not found\n"),),
    "ksh93's complaint of what was the first line": (
        changed(stderr=b"/h/.kshrc: syntax error: `then' unmatched\n"),
    )
    * 2
    + (changed(stderr=b"/h/.kshrc: line 4: syntax error: `then' unmatched\n"),),
    "a complaint that comes and goes": (FINE, changed(stderr=b"busy\n"), changed(stderr=b"busy\n")),
    "a variable that comes and goes": (FINE, without("A"), without("A")),
    "an entry with a session's number": (
        given(PATH="/run/fnm/123_9:/a:/b"),
        given(PATH="/run/fnm/124_9:/a:/b"),
        given(PATH="/run/fnm/999_9:/a:/b"),
    ),
    "a random name in a complaint": (changed(stderr=b"cannot read /tmp/x-12-e4d7240ffe36/y\n"),) * 2
    + (changed(stderr=b"cannot read /tmp/x-13-77aa240ff000/y\n"),),
    "a status that comes and goes": (FINE, changed(status=1), changed(status=1)),
    "more on stdout": (FINE, FINE, changed(stdout=b"welcome\n")),
    "it never started": (changed(LOST, timed_out=True),) * 2 + (changed(LOST, timed_out=True),),
    "it never got there": (LOST, LOST, LOST),
    "broken before, better now": (changed(LOST, status=2, stderr=b"no\n"),) * 2 + (FINE,),
}


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("start", [START, TERMINAL], ids=["command", "terminal"])
def test_not_worse(start: Start, name: str) -> None:
    one, two, now = SAME[name]
    assert list(proof.compare(start, (one, two), now)) == []


WORSE = {
    "a time out": (changed(LOST, timed_out=True), "no longer starts within its limit"),
    "it leaves": (LOST, "no longer gets as far as its command"),
    "another status": (changed(status=2), "ends with status 2, not 0"),
    "a signal": (changed(LOST, status=-11), "no longer gets as far"),
    "a complaint": (changed(stderr=b"bash: x: oops\n"), "says what it did not: bash: x: oops"),
    "a variable is gone": (without("A"), "lacks the variable A"),
    "PATH is gone": (without("PATH"), "lacks the variable PATH"),
    "an entry is gone": (given(PATH="/new:/a"), "lacks the entry /b of PATH"),
}


@pytest.mark.parametrize("name", WORSE)
def test_worse(name: str) -> None:
    now, words = WORSE[name]
    assert any(words in reason for reason in proof.compare(START, (FINE, FINE), now))
    (sentence,) = proof.worse([START], [(FINE, FINE)], [now])
    assert sentence.startswith("`bash -c …` ")


def test_on_a_terminal_only_a_shells_own_words_count() -> None:
    greeting = changed(stdout=b"Welcome back, it is Tuesday\r\n")
    assert list(proof.compare(TERMINAL, (FINE, FINE), greeting)) == []
    error = changed(stdout=b"hello\r\nbash: /home/ada/env.sh: line 3: syntax error\r\n")
    (reason,) = proof.compare(TERMINAL, (FINE, FINE), error)
    assert reason.endswith("bash: /home/ada/env.sh: line 3: syntax error")


def test_on_a_terminal_ksh93_counts_from_the_second_line_on() -> None:
    before = changed(stdout=b"/h/.kshrc: syntax error: `then' unmatched\r\n")
    now = changed(stdout=b"/h/.kshrc: line 4: syntax error: `then' unmatched\r\n")
    assert list(proof.compare(TERMINAL, (before, before), now)) == []


def test_the_entry_that_is_gone_is_named_as_it_was() -> None:
    before = given(PATH="/opt/python3.11/bin:/a:/b")
    assert list(proof.compare(START, (before, before), FINE)) == [
        "lacks the entry /opt/python3.11/bin of PATH"
    ]


@pytest.mark.parametrize(
    ("now", "notes"),
    [
        (FINE, []),
        (changed(seconds=0.3), []),
        (given(PATH="/new:/a:/b:/z"), []),
        (given(PATH="/b:/a"), ["`bash -c …` has /b before /a in PATH now"]),
        (changed(seconds=2.0), ["`bash -c …` took 2.0 s, before 0.1 s"]),
        (LOST, []),
    ],
)
def test_what_is_shown_and_not_taken_back(now: Environment, notes: list[str]) -> None:
    assert list(proof.changed([START], [(FINE, FINE)], [now])) == notes


def test_nothing_to_start_is_nothing_worse(tmp_path: Path) -> None:
    assert proof.worse([], [], []) == ()
