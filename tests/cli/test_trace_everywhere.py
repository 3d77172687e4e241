"""`trace --everywhere` as people and programs see it; that it is right is tested in tests/real."""

from __future__ import annotations

from pathlib import Path

from tests.cli import trace_command

ONE = ("--everywhere", "--shell", "bash", "--context", "terminal")
TWO = (*ONE, "--context", "login-terminal")


def _own(text: str, name: str = "~/.bashrc") -> list[str]:
    """What is said of one file."""
    rows = text.split("\n")
    first = rows.index(f"  {name}") + 1
    return rows[first : rows.index("", first)]


def test_no_line(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".bashrc": "# EK_X=1\nEK_X=1 true\n"})
    done = trace_command.run(tmp_path, "EK_X", *ONE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "No line of any known file sets EK_X\n"
    found = trace_command.data(tmp_path, "EK_X", *ONE)
    assert (found["variable"], found["lines"], found["traced"]) == ("EK_X", [], ["terminal"])


def test_one_line(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".bashrc": "\nexport EK_X=1\n"})
    done = trace_command.run(tmp_path, "EK_X", *ONE)
    assert done.stdout.split("\n")[0] == "1 line sets EK_X"
    assert _own(done.stdout) == ["    2   export EK_X=1", "          in a terminal"]


def test_lines_and_reasons(tmp_path: Path) -> None:
    text = 'EK_X=1\nif [ -n "$NOPE" ]; then\n  EK_X=\\\n3\nfi\nreturn\nEK_X=7\nEK_X=8\n'
    trace_command.write(tmp_path, {".bashrc": text})
    done = trace_command.run(tmp_path, "EK_X", *ONE)
    assert done.stdout.split("\n")[0] == "4 lines set EK_X, 3 of them not in a terminal"
    assert _own(done.stdout) == [
        "    1   EK_X=1",
        "          in a terminal",
        "    3   EK_X=\\ 3",
        '          never: `[ -n "$NOPE" ]` is false at ~/.bashrc:2',
        "    7   EK_X=7",
        "    8   EK_X=8",
        "          never: after `return` at ~/.bashrc:6",
    ]
    rows = trace_command.data(tmp_path, "EK_X", *ONE)["lines"]
    rc = str(tmp_path / ".bashrc")
    assert [(row["path"], row["line"], row["last"], row["contexts"]) for row in rows] == [
        (rc, 1, 1, ["terminal"]),
        (rc, 3, 4, []),
        (rc, 7, 7, []),
        (rc, 8, 8, []),
    ]
    assert [row["change"] for row in rows] == [
        None,
        {"kind": "true", "subject": f"{rc}:2"},
        {"kind": "earlier", "subject": f"{rc}:6"},
        {"kind": "earlier", "subject": f"{rc}:6"},
    ]
    assert rows[2]["never"] == "after `return` at ~/.bashrc:6"
    assert rows[1]["text"] == "EK_X=\\\n3"


def test_contexts(tmp_path: Path) -> None:
    files = {
        ".bashrc": "EK_X=1\n",
        ".bash_profile": ". ~/.bashrc\nEK_X=2\n",
        ".profile": "EK_X=3\n",
    }
    trace_command.write(tmp_path, files)
    done = trace_command.run(tmp_path, "EK_X", *TWO)
    assert _own(done.stdout)[1].strip() == "in every context (2)"
    assert _own(done.stdout, "~/.bash_profile")[1].strip() == "in a login terminal"
    hidden = " ".join(" ".join(_own(done.stdout, "~/.profile")[1:]).split())
    assert hidden.startswith("never: ~/.bash_profile comes first")


def test_many_contexts(tmp_path: Path) -> None:
    files = {".bashrc": "EK_X=1\n", ".bash_profile": "EK_X=2\n"}
    trace_command.write(tmp_path, files)
    done = trace_command.run(tmp_path, "EK_X", "--everywhere", "--shell", "bash")
    assert done.returncode == 0, done.stderr
    assert _own(done.stdout)[1].strip().startswith("in terminal, ssh host command and ")
    more = trace_command.run(tmp_path, "EK_X", "--everywhere", "--shell", "bash", "-v")
    assert ", tmux" in " ".join(_own(more.stdout, "~/.bash_profile"))
    for text in (done.stdout, more.stdout):
        assert max(map(len, text.split("\n"))) <= 80


def test_what_an_eval_does(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".bashrc": 'eval "$(echo EK_X=1)"\n'})
    done = trace_command.run(tmp_path, "EK_X", *ONE)
    assert _own(done.stdout)[1].strip() == "by what it does, in a terminal"
    assert [one["kind"] for one in trace_command.data(tmp_path, "EK_X", *ONE)["lines"]] == ["eval"]


def test_what_no_shell_reads(tmp_path: Path) -> None:
    files = {".config/environment.d/1.conf": "A=1\nEK_X=1\n", ".bashrc": "EK_X=2\n"}
    trace_command.write(tmp_path, files)
    found = trace_command.data(
        tmp_path, "EK_X", *ONE[:3], "--context", "systemd-user", "--context", "terminal"
    )
    assert [(row["kind"], row["line"], row["contexts"]) for row in found["lines"]] == [
        ("given", 2, ["systemd_user"]),
        ("line", 1, ["terminal"]),
    ]


def test_no_secret_is_told(tmp_path: Path) -> None:
    text = (
        'API_TOKEN=hunter2\nexport EK_X=1 DB_PASSWORD=hunter2\n[ "$NO" = x ] && API_TOKEN=hunter2\n'
    )
    trace_command.write(tmp_path, {".bashrc": text})
    for name in ("API_TOKEN", "EK_X"):
        for more in ((), ("-v",), ("--json",)):
            done = trace_command.run(tmp_path, name, *ONE, *more)
            assert done.returncode == 0, done.stderr
            assert "hunter2" not in done.stdout, (name, more)
            assert "(not shown)" in done.stdout


def test_control_characters_are_escaped(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".bashrc": "EK_X='\x1b[31m'\n"})
    done = trace_command.run(tmp_path, "EK_X", *ONE)
    assert "\x1b" not in done.stdout
    assert "\\x1b[31m" in done.stdout


def test_a_shell_without_a_tracer(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".xonshrc": "$EK_X = 1\n"})
    done = trace_command.run(tmp_path, "EK_X", "--everywhere", "--shell", "tcsh", *ONE[3:])
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr


def test_no_name_of_a_variable(tmp_path: Path) -> None:
    done = trace_command.run(tmp_path, "1X", *ONE)
    assert (done.returncode, done.stdout) == (2, "")
