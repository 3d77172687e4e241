"""The steps and lines of a real bash's start, its time, and what it is asked at the end.

Each home is written with its answer: which stretches ran, how often each line, which lines slept.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.model import Location
from envkit.provenance import Trace, Wanted
from envkit.trace import trace
from envkit.tracing import command, record

HISTORY = Wanted(history=True)
TIMED = Wanted(history=True, clock=True)


class Walk(NamedTuple):
    """A home; its stretches as `depth file:first-last`, `+` where a file goes on; lines, times."""

    name: str
    files: dict[str, str]
    steps: tuple[str, ...]
    lines: dict[str, int]
    context: str = "terminal"


WALKS = [
    Walk("one file", {".bashrc": "true\n\nfalse\n"}, ("0 .bashrc:1-3",), {".bashrc:1": 1}),
    Walk("nothing but a comment", {".bashrc": "# x\n"}, (), {}),
    Walk("an empty file sourced", {".bashrc": ". ~/a\n", "a": ""}, ("0 .bashrc:1-1",), {}),
    Walk(
        "sourced, and on",
        {".bashrc": "true\n. ~/a\ntrue\n", "a": "true\n:\n"},
        ("0 .bashrc:1-2", "1 a:1-2", "0 +.bashrc:3-3"),
        {"a:1": 1, ".bashrc:2": 1, ".bashrc:3": 1},
    ),
    Walk(
        "the last thing is to source",
        {".bashrc": ". ~/a\n", "a": ". ~/b\n", "b": "true\n"},
        ("0 .bashrc:1-1", "1 a:1-1", "2 b:1-1"),
        {},
    ),
    Walk(
        "a folder",
        {".bashrc": "for i in ~/d/*; do\n  . $i\ndone\n", "d/1": "true\n", "d/2": "true\n"},
        ("0 .bashrc:1-2", "1 d/1:1-1", "0 +.bashrc:1-2", "1 d/2:1-1"),
        {".bashrc:1": 2, ".bashrc:2": 2},
    ),
    Walk(
        "twice the same file",
        {".bashrc": ". ~/a\n. ~/a\n", "a": "true\n"},
        ("0 .bashrc:1-1", "1 a:1-1", "0 +.bashrc:2-2", "1 a:1-1"),
        {"a:1": 2},
    ),
    Walk(
        "a function of another file's",
        {".bashrc": ". ~/a\nf\nf\n", "a": "f() {\n  :\n}\n"},
        ("0 .bashrc:1-3",),
        {".bashrc:1": 1, ".bashrc:2": 1, ".bashrc:3": 1, "a:2": 2},
    ),
    Walk(
        "a function that sources",
        {".bashrc": "f() {\n  . ~/a\n}\nf\ntrue\n", "a": ":\n"},
        ("0 .bashrc:4-4", "1 a:1-1", "0 +.bashrc:5-5"),
        {"a:1": 1, ".bashrc:2": 1},
    ),
    Walk(
        "an eval that sources",
        {".bashrc": "true\neval 'true; . ~/a'\n", "a": ":\n"},
        ("0 .bashrc:1-2", "1 a:1-1"),
        {"a:1": 1, ".bashrc:2": 1},
    ),
    Walk(
        "what a subshell sources is no step",
        {".bashrc": "true\nx=$(. ~/a)\n(. ~/a)\n", "a": "echo 1\n"},
        ("0 .bashrc:1-3",),
        {".bashrc:2": 1},
    ),
    Walk(
        "a pipe is no file",
        {".bashrc": "source <(echo true; echo true)\n"},
        ("0 .bashrc:1-1",),
        {".bashrc:1": 1},
    ),
    Walk(
        "what a subshell says once more",
        {".bashrc": "case x in\n  x) source <(echo true; echo true) ;;\nesac\n"},
        ("0 .bashrc:1-2",),
        {".bashrc:1": 1, ".bashrc:2": 1},
    ),
    Walk(
        "continued lines",
        {".bashrc": "export \\\n  A=1 \\\n  B=2\n"},
        ("0 .bashrc:1-1",),
        {".bashrc:1": 1},
    ),
    Walk(
        "left by return",
        {".bashrc": ". ~/a\ntrue\n", "a": "true\nreturn\ntrue\n"},
        ("0 .bashrc:1-1", "1 a:1-2", "0 +.bashrc:2-2"),
        {"a:3": 0},
    ),
    Walk(
        "a prompt's hooks",
        {".bashrc": "true\nPROMPT_COMMAND='. ~/a'\n", "a": ":\n"},
        ("0 .bashrc:1-2", "0 hooks", "1 a:1-1"),
        {"a:1": 1},
    ),
    Walk(
        "a short name",
        {".bashrc": "f() { . ~/a; }\nPROMPT_COMMAND=f\nPROMPT_COMMAND='true;true'\n", "a": ":\n"},
        ("0 .bashrc:2-3", "0 hooks"),
        {"a:1": 0},
    ),
    Walk(
        "no hooks where nobody types",
        {".bashrc": "PROMPT_COMMAND=true\n"},
        ("0 .bashrc:1-1",),
        {},
        "ssh_command",
    ),
    Walk(
        "a login's files",
        {".bash_profile": "true\n. ~/.bashrc\n", ".bashrc": ":\n", ".profile": "true\n"},
        ("0 .bash_profile:1-2", "1 .bashrc:1-1"),
        {},
        "login_terminal",
    ),
]


def walked(machine: Host, context: str = "terminal", wanted: Wanted = HISTORY) -> Trace:
    start = order.start_for(machine, contexts.get(context), shells.get("bash"))
    return trace(machine, [start], "PATH", wanted=wanted)[0]


def stretches(machine: Host, found: Trace) -> tuple[str, ...]:
    """The steps in the home's own files, and the hooks."""
    told = []
    for step in found.steps:
        if step.path is None:
            told.append(f"{step.depth} hooks")
        elif machine.home in step.path.parents:
            name = step.path.relative_to(machine.home)
            on = "+" if step.resumed else ""
            told.append(f"{step.depth} {on}{name}:{step.first}-{step.last}")
    return tuple(told)


def at(machine: Host, name: str) -> Location:
    path, _, line = name.rpartition(":")
    return Location(machine.home / path, int(line))


@pytest.mark.parametrize("walk", WALKS, ids=[walk.name for walk in WALKS])
def test_steps_and_lines(walk: Walk, host: Callable[..., Host]) -> None:
    machine = host(files=walk.files)
    found = walked(machine, walk.context)
    assert stretches(machine, found) == walk.steps
    times = {one.where: one.times for one in found.lines}
    assert {name: times.get(at(machine, name), 0) for name in walk.lines} == walk.lines
    assert found.notes == ()


def test_not_told_where_not_wanted(host: Callable[..., Host]) -> None:
    found = walked(host(files={".bashrc": "true\n"}), wanted=Wanted())
    assert (found.steps, found.lines, found.seconds, found.answer) == ((), (), None, "")


SLEEPS = {
    ".bashrc": (
        "f() {\n  sleep 0.2\n}\ntrue\n. ~/a\nf\nx=$(sleep 0.4)\n(sleep 0.1)\n"
        "eval 'true; sleep 0.3'\ntrue\nPROMPT_COMMAND='sleep 0.25'\n"
    ),
    "a": "true\nsleep 0.5\ntrue\n",
}


def test_time_is_spent_at_the_files_lines(host: Callable[..., Host]) -> None:
    machine = host(files=SLEEPS)
    found = walked(machine, wanted=TIMED)
    spent = {one.where: one.seconds for one in found.lines if one.seconds is not None}
    slow = sorted(spent, key=lambda where: -spent[where])[:6]
    expected = ("a:2", ".bashrc:7", ".bashrc:9", ".bashrc:11", ".bashrc:6", ".bashrc:8")
    assert slow == [at(machine, name) for name in expected]
    assert found.seconds is not None
    assert 0.5 < sum(spent.values()) / found.seconds < 1.5
    assert sum(one.seconds or 0 for one in found.steps) == pytest.approx(sum(spent.values()), 0.05)
    assert next(one for one in found.lines if one.where == at(machine, ".bashrc:2")).seconds is None


def test_a_clock_that_a_file_takes_away(host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": "true\nunset EPOCHREALTIME\nsleep 0.01\nPATH=/t/a:$PATH\n"})
    found = walked(machine, wanted=TIMED)
    assert found.notes == (
        "EPOCHREALTIME is gone after ~/.bashrc:2: no time is known of the lines that follow",
    )
    assert found.entries[0].set_by == at(machine, ".bashrc:4")


@pytest.mark.parametrize("text", ["1700000000.250000", "1700000000,250000"])
def test_a_locales_decimal(text: str) -> None:
    assert command.seconds(text) == 1700000000.25


ASKED = 'g; alias greet; echo "$PATH"; declare -F g'
ASKING = {".bashrc": "PATH=/t/a:$PATH\ng() { echo hello; }\nalias greet='echo hi'\n"}


@pytest.mark.parametrize("once", [False, True])
def test_a_question(once: bool, host: Callable[..., Host]) -> None:
    machine = host(files=ASKING)
    found = walked(machine, wanted=Wanted(question=ASKED, once=once))
    path = found.value
    assert found.answer == f"hello\nalias greet='echo hi'\n{path}\ng\n"
    assert found.entries[0].directory == "/t/a"
    assert found.notes == ()


ODD = {
    "set -e": "set -e\n",
    "noclobber": "set -C\n",
    "nounset": "set -u\n",
    "errors elsewhere": "exec 2>/dev/null\n",
    "output elsewhere": "exec >/dev/null\n",
    "own printf": "printf() { echo no; }\ntrap 'true' DEBUG\n",
    "trace off": "set +x\n",
    "own PS4": "PS4='> '\n",
}


@pytest.mark.parametrize("once", [False, True], ids=["both", "once"])
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_a_question_in_an_odd_shell(text: str, once: bool, host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": f"{text}PATH=/t/a:$PATH\n"})
    found = walked(machine, wanted=Wanted(question='echo "1:$PATH"', once=once))
    assert found.answer == f"1:{found.value}\n"
    assert found.entries[0].set_by == at(machine, ".bashrc:" + str(text.count("\n") + 1))


@pytest.mark.parametrize("name", ["sh", "dash"])
def test_the_own_shell_is_asked(name: str, host: Callable[..., Host]) -> None:
    """They are traced by a bash, which could answer otherwise."""
    machine = host(files={".profile": "PATH=/t/a:$PATH\n"})
    start = order.start_for(machine, contexts.get("login_terminal"), shells.get(name))
    wanted = Wanted(question='echo "${BASH_VERSION+bash}"', once=True)
    found = trace(machine, [start], "PATH", wanted=wanted)[0]
    is_bash = shells.program(machine, start.shell)
    assert is_bash is not None
    assert found.answer == ("bash\n" if is_bash.resolve().name == "bash" else "\n")
    assert found.value is not None and found.value.startswith("/t/a:")


def test_a_question_where_the_files_leave(host: Callable[..., Host]) -> None:
    found = walked(host(files={".bashrc": "exit 3\n"}), wanted=Wanted(question="echo 1"))
    assert found.answer == ""


LOOP = """\
PATH=/t/a:$PATH
step() { local one=$1; i=$((one+1)); }
i=0
while [ $i -lt 5000 ]; do
  step $i
  case $i in 4000) PATH=$PATH:/t/$i;; esac
done
PATH=$PATH:/t/b
"""


def test_a_long_start_is_thinned(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    """20,000 commands, of which a handful matter; the answer is as if all had been kept."""
    seen: list[int] = []
    real = record.parse

    def parse(content: io.BufferedReader, *rest: object) -> record.Recorded:
        found = real(content, *rest)  # type: ignore[arg-type]
        seen.append(len(found.records))
        return found

    monkeypatch.setattr(record, "parse", parse)
    machine = host(files={".bashrc": LOOP})
    found = walked(machine)
    places = {one.directory: one.set_by for one in found.entries if one.set_by}
    assert places == {
        "/t/a": at(machine, ".bashrc:1"),
        "/t/4000": at(machine, ".bashrc:6"),
        "/t/b": at(machine, ".bashrc:8"),
    }
    times = {one.where: one.times for one in found.lines}
    assert times[at(machine, ".bashrc:4")] == 5001
    assert seen and max(seen) < 200


@pytest.mark.parametrize(
    "text",
    [
        "PATH=/t/a:$PATH\nset +x\nPATH=/t/b:$PATH\n",
        "f() { set +o xtrace; PATH=/t/a:$PATH; }\nf\nPATH=/t/b:$PATH\n",
        "PATH=/t/a:$PATH\nPS4='+ '\nPATH=/t/b:$PATH\nunset PS4\n",
    ],
)
def test_switched_off_is_seen_all_the_same(text: str, host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": text})
    for wanted in (HISTORY, Wanted(once=True), Wanted()):
        found = walked(machine, wanted=wanted)
        assert [one.directory for one in found.entries[:2]] == ["/t/b", "/t/a"]
        assert found.entries[0].set_by == at(machine, ".bashrc:3")
        assert found.notes == ()


QUIET = [
    "echo 'set +x' >/dev/null\n",
    "echo set +x PS4 >/dev/null\n",
    "[[ $SHELLOPTS == *set\\ +x* ]]\n",
    "f() { set +x; }\n",
    "if false; then set +x; fi\n",
    "(set +x)\n",
    "set -x\n",
    "set -e +f -u; set +eu\n",
    "set -- a b\n",
]


@pytest.mark.parametrize("text", QUIET)
def test_no_third_start_where_the_trace_is_whole(
    text: str, host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    armed: list[bool] = []
    from envkit.tracing.run import Run

    real = Run.traced

    def traced(run: Run, arm: bool) -> object:
        armed.append(arm)
        return real(run, arm)

    monkeypatch.setattr(Run, "traced", traced)
    walked(host(files={".bashrc": text}))
    assert armed == [False]


def test_as_an_ordinary_user(users_home: Path) -> None:
    (users_home / ".bashrc").write_text(". ~/a\nid -u >~/who\ntrue\n")
    (users_home / "a").write_text("PATH=/t/a:$PATH\n")
    machine = Host.real(users_home)
    asked = Wanted(history=True, clock=True, question="id -un", once=True)
    found = walked(machine, "ssh_command", asked)
    assert stretches(machine, found) == ("0 .bashrc:1-1", "1 a:1-1", "0 +.bashrc:2-3")
    assert found.answer == "nobody\n"
    assert all(one.seconds is not None for one in found.lines)


def long_file() -> tuple[str, dict[str, int]]:
    """A version manager's 1,500 lines, and the lines that put folders into PATH."""
    rows: list[str] = ["{ # all or nothing"]
    places: dict[str, int] = {}

    def put(directory: str, text: str, up: int = 0) -> None:
        rows.append(text)
        places[directory] = len(rows) - up

    for number in range(100):
        rows += [f"fn_{number}() {{", '  local one="${1-}" # it\'s'] + ["  : a", "  : b"] * 3
        rows += ["  cat <<X >/dev/null", "}", "fn_0() {", "X"]
        put(f"/t/in{number}", f"  PATH=/t/in{number}:$PATH")
        rows += ["}", ""]
        if number % 10 == 0:
            rows += ["if true; then", f"later_{number}() {{", "  true", "}"]
            put(f"/t/between{number}", f"  PATH=/t/between{number}:$PATH")
            rows += ["fi"]
            rows.append("export A=1 \\")
            put(f"/t/two{number}", f"  PATH=/t/two{number}:$PATH", 1)
            rows.append(f"fn_{number}")
        else:
            del places[f"/t/in{number}"]
    return "\n".join([*rows, "}"]) + "\n", places


def test_a_long_file(host: Callable[..., Host]) -> None:
    """Only what is around a line is read of it: the answer is that of the whole."""
    text, places = long_file()
    machine = host(files={".bashrc": ". ~/long\n", "long": text})
    found = walked(machine)
    told = {one.directory: one.set_by for one in found.entries if one.set_by}
    assert told == {name: at(machine, f"long:{line}") for name, line in places.items()}
    assert stretches(machine, found)[1].startswith("1 long:")
