"""trace: values that are no lists, what is said of an entry, what stops a trace."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import contexts, order, shells
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.provenance import Trace
from envkit.trace import is_list, trace


def traced(
    machine: Host,
    context: str = "terminal",
    variable: str = "PATH",
    shell: str = "bash",
    limit: float = 10.0,
) -> Trace:
    start = order.start_for(machine, contexts.get(context), shells.get(shell))
    return trace(machine, [start], variable, limit)[0]


def line(machine: Host, found: Trace) -> str | None:
    """The place of the last assignment."""
    where = found.assignments[-1].where if found.assignments else None
    return f"{where.path.relative_to(machine.home)}:{where.line}" if where else None


SCALARS = [
    ("plain", "A=1\nA=2\n", "2", ".bashrc:2"),
    ("not exported", "A=hidden\n", "hidden", ".bashrc:1"),
    ("exported", "export A=1\n", "1", ".bashrc:1"),
    ("empty", "A=\n", "", ".bashrc:1"),
    ("unset again", "A=1\ntrue\nunset A\n", None, ".bashrc:3"),
    ("never set", "B=1\n", None, None),
    ("default, by expansion", "true\n: ${A:=x}\n", "x", ".bashrc:2"),
    ("default, quoted", 'true\n: "${A=x y}"\ntrue\n', "x y", ".bashrc:2"),
    ("default not taken", "A=1\n: ${A:=x}\n", "1", ".bashrc:1"),
    ("arithmetic", "((A = 5))\n", "5", ".bashrc:1"),
    ("arithmetic expansion", "true\n: $((A=5))\n", "5", ".bashrc:2"),
    ("let", "let A=7\n", "7", ".bashrc:1"),
    ("set to the same", "A=1\ntrue\nA=1\n", "1", ".bashrc:3"),
    ("exported to the same", "A=1\nexport A=1\n", "1", ".bashrc:2"),
    ("export alone sets nothing", "A=1\nexport A\n", "1", ".bashrc:1"),
    ("kept by a guard", "A=1\nexport A=${A:-2}\n", "1", ".bashrc:1"),
    ("for", "for A in 1 2; do :; done\n", "2", ".bashrc:1"),
    ("read", "read A <<<'x y'\n", "x y", ".bashrc:1"),
    ("prefix", "A=1\nA=2 true\n", "1", ".bashrc:1"),
    ("prefix of the same", "A=1\nA=1 true\n", "1", ".bashrc:1"),
    ("local of the same", "A=1\nf() { local A=1; true; }\nf\n", "1", ".bashrc:1"),
    ("newlines and dollars", "A='x\n$y `z`'\n", "x\n$y `z`", ".bashrc:1"),
    ("separator in it", "A=$'\\x1f\\x02+'\ntrue\n", "\x1f\x02+", ".bashrc:1"),
    ("undecodable", "A=$'\\xff'\n", "\udcff", ".bashrc:1"),
    ("appended", "A=1\nA+=2\n", "12", ".bashrc:2"),
    ("eval", "eval 'true; A=1'\n", "1", ".bashrc:1"),
    ("readonly", "readonly A=1\nA=2\n", "1", ".bashrc:1"),
]


@pytest.mark.parametrize(
    ("text", "value", "where"), [r[1:] for r in SCALARS], ids=[r[0] for r in SCALARS]
)
def test_a_value_and_the_line_that_decided(
    host: Callable[..., Host], text: str, value: str | None, where: str | None
) -> None:
    machine = host(files={".bashrc": text})
    found = traced(machine, variable="A")
    assert found.value == value
    assert line(machine, found) == where
    assert found.entries == ()
    assert found.notes == ()


LISTS = [
    ("PATH", True), ("MANPATH", True), ("LD_LIBRARY_PATH", True), ("PYTHONPATH", True),
    ("INFOPATH", True), ("XDG_DATA_DIRS", True), ("CUDA_HOME", False), ("LANG", False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), LISTS, ids=[row[0] for row in LISTS])
def test_which_variables_are_lists(name: str, expected: bool) -> None:
    assert is_list(name) == expected


def test_another_list_is_told_entry_by_entry(host: Callable[..., Host]) -> None:
    text = "export LD_LIBRARY_PATH=/t/a\nLD_LIBRARY_PATH=/t/b:$LD_LIBRARY_PATH:\n"
    machine = host(files={".bashrc": text})
    found = traced(machine, variable="LD_LIBRARY_PATH")
    assert [(e.directory, e.set_by and e.set_by.line) for e in found.entries] == [
        ("/t/b", 2), ("/t/a", 1), ("", 2),
    ]  # fmt: skip


def test_what_is_said_of_an_entry(host: Callable[..., Host]) -> None:
    machine = host(
        files={"bin/x": "", ".bashrc": "PATH=~/bin:~/link:/no/such::~/bin:~/open:/tmp\n"}
    )
    (machine.home / "link").symlink_to("bin")
    (machine.home / "open").mkdir()
    (machine.home / "open").chmod(0o777)
    entries = traced(machine).entries
    assert [e.exists for e in entries] == [True, True, False, True, True, True, True]
    assert [e.same_as for e in entries] == [None, 1, None, None, 1, None, None]
    assert [e.writable_by_others for e in entries] == [False] * 5 + [True, True]


def test_what_was_there_before_any_file_is_inherited(host: Callable[..., Host]) -> None:
    machine = host(files={})
    found = traced(machine)
    assert {entry.set_by for entry in found.entries} == {None}
    assert found.assignments == ()


@pytest.mark.parametrize("context", ["script", "cron"])
def test_a_context_without_files(host: Callable[..., Host], context: str) -> None:
    machine = host(files={".bashrc": "PATH=/t/no\n", ".profile": "PATH=/t/no\n"})
    found = traced(machine, context)
    assert "/t/no" not in (found.value or "")
    assert found.notes == ()


def test_bash_env_counts_where_it_is_set(host: Callable[..., Host]) -> None:
    machine = host(files={"env": "true\nPATH=/t/a:$PATH\n"})
    start = order.literal(
        machine, "bash", ("bash", "-c", "true"), "null",
        {"PATH": "/usr/bin:/bin", "HOME": str(machine.home), "BASH_ENV": f"{machine.home}/env"},
    )  # fmt: skip
    found = trace(machine, [start], "PATH")[0]
    assert str(found.entries[0].set_by) == f"{machine.home}/env:2"


def test_contexts_at_once(host: Callable[..., Host]) -> None:
    files = {".bashrc": "PATH=/t/a:$PATH\n", ".profile": "\nPATH=/t/b:$PATH\n"}
    machine = host(files=files)
    starts = [
        order.start_for(machine, contexts.get(name), shells.get("bash"))
        for name in ("terminal", "ssh_command", "login_terminal", "script")
    ]
    first = [trace.entries[0] for trace in trace(machine, starts, "PATH")]
    assert [entry.directory for entry in first[:3]] == ["/t/a", "/t/a", "/t/b"]
    assert [entry.set_by and entry.set_by.line for entry in first] == [1, 1, 2, None]


SH = "add() {\n  PATH=$PATH:$1\n}\nadd /t/a\n. ~/env\neval 'PATH=/t/c:$PATH'\nexport PATH\n"


@pytest.mark.parametrize("shell", ["sh", "dash"])
def test_sh(host: Callable[..., Host], shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    machine = host(files={".profile": SH, "env": "#\nPATH=/t/b:$PATH\n"})
    found = traced(machine, "login_terminal", shell=shell)
    where = {
        e.directory: e.set_by and f"{e.set_by.path.name}:{e.set_by.line}" for e in found.entries
    }
    assert where["/t/a"] == ".profile:2"
    assert where["/t/b"] == "env:2"
    assert where["/t/c"] == ".profile:6"
    assert found.notes == ()
    assert found.shell == shell


@pytest.mark.parametrize("context", ["login_terminal", "script", "cron"])
def test_dash_is_not_taken_for_bash(host: Callable[..., Host], context: str) -> None:
    text = 'if [ -n "$BASH_VERSION$BASH" ]; then PATH=/t/no; fi\n[ "$PS1" ] && PATH=/t/a:$PATH\n'
    machine = host(files={".profile": text})
    found = traced(machine, context, shell="dash")
    assert found.notes == ()
    assert "/t/no" not in (found.value or "")


def test_the_time_limit_names_the_line(host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": "PATH=/t/a:$PATH\n\nsleep 1000\nPATH=/t/no\n"})
    found = traced(machine, limit=1.5)
    assert "still at ~/.bashrc:3 (sleep 1000)" in found.notes[0]
    assert found.entries[0].directory == "/t/a"
    assert found.entries[0].set_by is not None


def test_an_endless_loop_is_named(host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": "PATH=/t/a:$PATH\nwhile :; do\n :\ndone\n"})
    note = traced(machine, limit=1.0).notes[0]
    assert "still at ~/.bashrc:2" in note or "still at ~/.bashrc:3" in note


def test_a_question_is_asked_of_nobody(host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": "read -p 'really? ' x\n"})
    assert "still at ~/.bashrc:1" in traced(machine, limit=1.0).notes[0]


@pytest.mark.parametrize("text", ["exit 7", "exec true", "kill -9 $$"])
def test_a_file_that_ends_the_shell_is_named(host: Callable[..., Host], text: str) -> None:
    machine = host(files={".bashrc": f"PATH=/t/a:$PATH\nif true; then\n  {text}\nfi\n"})
    found = traced(machine)
    assert found.notes[0].startswith(
        f"bash left its startup files at ~/.bashrc:3 ({text.split()[0]}"
    )
    assert found.entries[0].directory == "/t/a"


def test_another_value_at_each_start_is_said(host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": "PATH=/t/$$/bin:$PATH\nPATH=/t/a:$PATH\n"})
    found = traced(machine)
    assert [entry.set_by and entry.set_by.line for entry in found.entries[:3]] == [2, 1, None]
    assert "another value" in found.notes[0]
    assert "~/.bashrc:2" in found.notes[0]


def test_daemons_of_the_files_are_ended(host: Callable[..., Host]) -> None:
    agent = shutil.which("ssh-agent")
    text = 'eval "$(ssh-agent -s)" >/dev/null\n' if agent else "(setsid sleep 4730 &)\n"
    machine = host(files={".bashrc": text + "PATH=/t/a:$PATH\n"})
    sockets = set(Path("/tmp").glob("ssh-*"))
    found = traced(machine)
    assert found.entries[0].directory == "/t/a"
    assert any("ended: ssh-agent" in note or "ended: sleep" in note for note in found.notes)
    assert set(Path("/tmp").glob("ssh-*")) <= sockets
    mine = [e for e in Path("/proc").glob("[0-9]*/comm") if _text(e) in ("ssh-agent",)]
    assert not [entry for entry in mine if os.fsencode(machine.home) in _environment(entry.parent)]


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def test_the_history_stays_as_it_was(host: Callable[..., Host]) -> None:
    history = "".join(f"command {i}\n" for i in range(3000))
    text = "HISTSIZE=1000\nHISTFILESIZE=2000\nshopt -s histappend\n"
    machine = host(
        files={".bash_history": history, ".bashrc": text, ".bash_profile": ". ~/.bashrc\n"}
    )
    file = machine.home / ".bash_history"
    before = file.stat()
    starts = [order.start_for(machine, each, shells.get("bash")) for each in contexts.common()]
    trace(machine, starts, "PATH")
    after = file.stat()
    assert file.read_text() == history
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_no_secret_is_left_behind(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    text = (
        "export TOKEN=s3cret\nfor f in $TMPDIR_/envkit-*/*; do stat -c '%a %n' $f; done > ~/modes\n"
    )
    machine = host(files={".bashrc": text.replace("$TMPDIR_", str(folder))})
    found = traced(machine)
    assert "s3cret" not in repr(found)
    modes = [row for row in (machine.home / "modes").read_text().splitlines() if "record" in row]
    assert modes
    assert {row.split()[0] for row in modes} == {"600"}
    assert list(folder.iterdir()) == []


def test_the_files_are_left_alone(host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": "PATH=/t/a:$PATH\nset +x\n"})
    before = {path: path.stat() for path in machine.home.iterdir()}
    traced(machine)
    after = {path: path.stat() for path in machine.home.iterdir()}
    assert before.keys() == after.keys()
    assert all(before[p].st_mtime_ns == after[p].st_mtime_ns for p in before)
    assert all(stat.S_ISREG(status.st_mode) for status in after.values())


STARTS = [
    ("terminal", "bash", ("bash", "off")),
    ("login_terminal", "bash", ("-bash", "on")),
    ("ssh_command", "bash", ("bash", "off")),
]


@pytest.mark.parametrize(("context", "shell", "expected"), STARTS, ids=[r[0] for r in STARTS])
def test_the_files_see_the_real_start(
    host: Callable[..., Host], context: str, shell: str, expected: tuple[str, str]
) -> None:
    """Both starts, untouched and traced, write down what they are: they must agree."""
    seen = (
        '{ echo "$0 $(shopt login_shell) $# ${#BASH_SOURCE[@]} $PWD ${-//[xTm]}"; '
        "[ -t 0 ] && tty -s && echo terminal; set -o; shopt; env | grep -v ^_=; } >> ~/seen.$$\n"
    )
    machine = host(files={".bashrc": seen, ".bash_profile": ". ~/.bashrc\n"})
    traced(machine, context)
    first, second = sorted(machine.home.glob("seen.*"))
    texts = [
        [row for row in file.read_text().splitlines() if not row.startswith(("xtrace", "monitor"))]
        for file in (first, second)
    ]
    assert texts[0] == texts[1]
    assert (texts[0][0].split()[0], texts[0][0].split()[2]) == expected


WRONG = [("A B", "no name"), ("", "no name"), ("1A", "no name"), ("$(id)", "no name")]


@pytest.mark.parametrize("name", [row[0] for row in WRONG])
def test_what_is_no_variable(host: Callable[..., Host], name: str) -> None:
    with pytest.raises(UsageError, match="no name of a variable"):
        traced(host(files={}), variable=name)


def test_another_machine_is_not_started(host: Callable[..., Host]) -> None:
    with pytest.raises(Refused, match="another machine"):
        traced(host(files={}, root_files={"bin/bash": "#!/bin/sh\ntouch /tmp/executed\n"}))
