"""What a trace says of each entry: real folders, each kind of list, odd names, 80 columns."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

import pytest

from envkit.host import Host
from envkit.provenance import PathEntry
from envkit.tracing import answer, folders
from tests.cli import trace_command

BASH = ("--shell", "bash", "--context", "terminal")


def _rows(home: Path, *words: str) -> dict[str, str]:
    """What is said of each entry, behind its line."""
    done = trace_command.run(home, *words, *BASH)
    assert (done.returncode, done.stderr) == (0, "")
    rows = " ".join(done.stdout.split("\n\n")[1].split()).split(" ~/.bashrc:1")
    names = [row.split()[-1] for row in rows]
    said = [" ".join(row.split()[:-2]) for row in rows]
    said[-1] = rows[-1]
    return dict(zip(names[:-1], (one.strip() for one in said[1:]), strict=True))


def test_what_is_said_of_folders(tmp_path: Path) -> None:
    trace_command.write(
        tmp_path,
        {
            ".bashrc": "PATH=~/full:~/bare:~/none:~/file:~/open:~/link:/usr/bin:/bin:"
            "'~/x':'$H/x':rel:.\n",
            "full/run": "",
            "full/no": "",
            "bare/text": "",
            "file": "",
            "open/run": "",
        },
    )
    for name in ("full/run", "open/run"):
        (tmp_path / name).chmod(0o755)
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to("full")
    assert _rows(tmp_path) == {
        "~/full": "",
        "~/bare": "no program in it",
        "~/none": "does not exist",
        "~/file": "is no folder",
        "~/open": "others may write there",
        "~/link": "the same folder as 1",
        "/usr/bin": "",
        "/bin": "the same folder as 7 (merged /usr)",
        "'~/x'": "a ~ that was not expanded, which bash alone looks for at home",
        "$H/x": "a $ that was not expanded",
        "rel": "below the current folder",
        ".": "the current folder",
    }
    more = _rows(tmp_path, "-v")
    assert more["~/full"] == "1 program"
    found = trace_command.data(tmp_path, *BASH)["entries"]
    counts = [one["executables"] for one in found]
    assert counts[:6] == [1, 0, None, None, 1, 1]
    assert counts[6] == counts[7] == _programs(Path("/usr/bin"))


def _programs(folder: Path) -> int:
    return sum(one.is_file() and os.access(one, os.X_OK) for one in folder.iterdir())


EMPTY = [
    ("PATH", "means: the current folder"),
    ("MANPATH", "means: the system's own folders"),
    ("INFOPATH", "means: the system's own folders"),
    ("TEXINPUTS", "means: TeX's own folders"),
    ("LD_LIBRARY_PATH", "means: the current folder"),
    ("XDG_DATA_DIRS", "an empty entry"),
]


@pytest.mark.parametrize(("variable", "said"), EMPTY, ids=[row[0] for row in EMPTY])
def test_what_an_empty_entry_means(tmp_path: Path, variable: str, said: str) -> None:
    trace_command.write(tmp_path, {".bashrc": f"export {variable}=/t/a:\n"})
    rows = _rows(tmp_path, variable)
    assert rows["(empty)"] == said


WHOLE = [
    ("JAVA_HOME", "/usr/lib/jvm", "= /usr/lib/jvm"),
    ("REPO_PATH", "https://example.org/x", "= https://example.org/x"),
    ("LUA_PATH", "./?.lua;;", "= ./?.lua;;"),
    ("PATH", "", "= (empty)"),
    ("LD_LIBRARY_PATH", "", "= (empty)"),
    ("ODD", "a\nb\x1b[31m", "= a\\nb\\x1b[31m"),
]


@pytest.mark.parametrize(("variable", "value", "said"), WHOLE, ids=[row[0] for row in WHOLE])
def test_what_is_told_whole(tmp_path: Path, variable: str, value: str, said: str) -> None:
    trace_command.write(tmp_path, {".bashrc": f"export {variable}='{value}'\n"})
    done = trace_command.run(tmp_path, variable, *BASH)
    assert done.stdout.split("\n")[0] == f"{variable} in a terminal {said}"
    assert "~/.bashrc:" in done.stdout


LISTS = [
    ("CLASSPATH", "lib/a.jar:lib/*:lib/none.jar", [True, True, False]),
    ("PYTHONPATH", "lib/a.jar", [True]),
    ("TEXINPUTS", ".:!!lib//", [True, True]),
    ("JAVA_PATH", "lib", [True]),
    ("PERL5LIB", "lib:no", [True, False]),
]


@pytest.mark.parametrize(("variable", "value", "there"), LISTS, ids=[row[0] for row in LISTS])
def test_other_lists_hold_other_things(
    tmp_path: Path, variable: str, value: str, there: list[bool]
) -> None:
    value = ":".join(
        one if one == "." else f"!!{tmp_path}/{one[2:]}" if one[0] == "!" else f"{tmp_path}/{one}"
        for one in value.split(":")
    )
    trace_command.write(tmp_path, {".bashrc": f"export {variable}='{value}'\n", "lib/a.jar": ""})
    found = trace_command.data(tmp_path, variable, *BASH)["entries"]
    assert [one["exists"] for one in found] == there
    assert {one["executables"] for one in found} == {None}


def test_odd_names_and_forty_entries_in_80_columns(tmp_path: Path) -> None:
    rows = "".join(f"PATH=$HOME/p/d{number}:$PATH\n" for number in range(40))
    odd = "PATH=$'/t/\\e[31mred\\n\\xff':/t/" + "y" * 90 + ":$PATH\n"
    deep = "a b/" + "deep/" * 12
    call = '. "$HOME/' + deep + 'f.sh"\n'
    trace_command.write(
        tmp_path, {".bashrc": rows + odd + call, f"{deep}f.sh": "PATH=/t/deep:$PATH\n"}
    )
    for words in ((), ("--steps",), ("--follow",), ("--time",), ("-v",)):
        done = trace_command.run(tmp_path, *words, *BASH)
        assert "\x1b" not in done.stdout
        wide = [line for line in done.stdout.splitlines() if len(line) > 80]
        assert all(
            "yyy" in line or "deep/deep" in line or line.startswith("  /t") for line in wide
        ), wide
        if words != ("--time",):
            assert "/t/\\x1b[31mred\\n\\xff" in done.stdout


def test_in_an_ascii_locale(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".bashrc": "PATH=/t/\xfc:$PATH\n"})
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    for words in ((), ("--steps",), ("--follow",)):
        done = trace_command.run(tmp_path, *words, *BASH, **plain)
        assert done.returncode == 0, done.stderr
        assert done.stdout.isascii()
        assert "~/.bashrc:1" in done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="files are given away as root alone")
@pytest.mark.parametrize(
    ("mode", "count"), [(0o755, 1), (0o311, None), (0o644, 0)], ids=["open", "closed", "unentered"]
)
def test_programs_are_counted_as_the_account_may_run_them(
    tmp_path: Path, mode: int, count: int | None
) -> None:
    """As root about somebody's home, permission bits say what the account itself would find."""
    other = pwd.getpwnam("nobody")
    top = Path("/tmp") / f"envkit-test-{os.getpid()}-{mode:o}"
    try:
        (top / "bin").mkdir(parents=True)
        for name, bits in (("run", 0o755), ("text", 0o644), ("roots", 0o700)):
            (top / "bin" / name).touch()
            (top / "bin" / name).chmod(bits)
        (top / "bin").chmod(mode)
        for path in (top, top / "bin", top / "bin/run"):
            os.chown(path, other.pw_uid, other.pw_gid)
        assert folders.count(Host.real(top), top / "bin") == count
        if not (child := os.fork()):
            os.setgroups([])
            os.setgid(other.pw_gid)
            os.setuid(other.pw_uid)
            os._exit(folders.count(Host.real(top), top / "bin") != count)
        assert os.waitpid(child, 0)[1] == 0
    finally:
        shutil.rmtree(top)


def test_who_else_may_write(tmp_path: Path) -> None:
    """Others' folder, others' folder above it, a group's; a sticky folder keeps its entries."""
    host = Host.real(tmp_path)
    for name in ("open/bin", "sticky/bin", "fine/bin", "group/bin"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "sticky").chmod(0o1777)
    (tmp_path / "group/bin").chmod(0o775)
    (tmp_path / "link").symlink_to("open/bin")
    told = {
        name: _told(host, tmp_path / name).writable_by_others
        for name in ("open/bin", "sticky/bin", "fine/bin", "sticky/none", "fine/none", "link")
    }
    assert told == {
        "open/bin": True,
        "sticky/bin": False,
        "fine/bin": False,
        "sticky/none": True,  # anybody can make it
        "fine/none": False,
        "link": True,
    }
    status = (tmp_path / "group/bin").stat()
    expected = status.st_gid != 0 and folders.has_others(host, status.st_gid)
    assert _told(host, tmp_path / "group/bin").writable_by_others == expected


def _told(host: Host, folder: Path) -> PathEntry:
    from envkit import contexts, order, shells
    from envkit.tracing import align

    start = order.start_for(host, contexts.get("script"), shells.get("bash"))
    return answer.entries(host, start, "PATH", str(folder), align.inherited(str(folder)))[0]


SAME = [
    ("PATH", ".::./:rel:rel/:/t:/t", [None, 1, 1, None, 4, None, 6]),
    ("PATH", "$HOME:.", [None, None]),
    ("TEXINPUTS", ".:/t:", [None, None, None]),
    ("MANPATH", "$HOME::/t:", [None, None, None, 2]),
    ("LD_LIBRARY_PATH", ".:", [None, 1]),
]


@pytest.mark.parametrize(("variable", "value", "same"), SAME)
def test_the_current_folder_is_no_folder(
    tmp_path: Path, variable: str, value: str, same: list[int | None]
) -> None:
    """Wherever the shell stands: what is relative is the same as its like alone."""
    trace_command.write(tmp_path, {".bashrc": f"export {variable}={value}\n"})
    found = trace_command.data(tmp_path, variable, *BASH)["entries"]
    assert [one["same_as"] for one in found] == same


def test_wide_characters_keep_their_columns(tmp_path: Path) -> None:
    names = ("漢字", "e\u0301te", "plain", "ﾊﾝ", "전체")
    value = ":".join(f"$HOME/{name}" for name in names)
    trace_command.write(tmp_path, {".bashrc": f"PATH={value}\n"})
    done = trace_command.run(tmp_path, *BASH)
    rows = [line for line in done.stdout.split("\n") if "~/.bashrc:1" in line]
    before = [row.split("~/.bashrc:1")[0] for row in rows]
    wide, none = [2, 0, 0, 0, 2], [0, 1, 0, 0, 0]
    sizes = [len(one) + w - n for one, w, n in zip(before, wide, none, strict=True)]
    assert sizes == [sizes[2]] * len(names)


def test_the_lists_that_are_fishs_own(tmp_path: Path) -> None:
    """Entry by entry, also one with a blank in it, which is what stands between them elsewhere."""
    if shutil.which("fish") is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip("no fish here")
    config = "set -g fish_user_paths ~/u '/with blank'\nset -ga fish_function_path ~/f\n"
    config += "set -p fish_user_paths ~/k\n"
    trace_command.write(tmp_path, {".config/fish/config.fish": config})
    words = ("--shell", "fish", "--context", "terminal")
    found = trace_command.data(tmp_path, "fish_user_paths", *words)["entries"]
    assert [(one["directory"], one["set_by"]["line"]) for one in found] == [
        (f"{tmp_path}/k", 3), (f"{tmp_path}/u", 1), ("/with blank", 1),
    ]  # fmt: skip
    last = trace_command.data(tmp_path, "fish_function_path", *words)["entries"][-1]
    assert (last["directory"], last["set_by"]["line"]) == (f"{tmp_path}/f", 2)
    steps = trace_command.data(tmp_path, "fish_user_paths", "--follow", *words)["assignments"]
    assert [one["position"] for one in steps[1]["added"]] == [1]
    in_path = trace_command.data(tmp_path, *words)["entries"]
    assert [one["set_by"]["line"] for one in in_path[:3]] == [3, 1, 1]
