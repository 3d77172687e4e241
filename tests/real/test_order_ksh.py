"""Order against the real ksh93, mksh, busybox ash and dash, in a mount namespace, as two accounts.

Every startup file appends its own name to a log; what the log says is the truth.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from envkit import order, platforms, shells, syntax
from envkit.errors import UsageError
from envkit.host import Host
from tests.real import ksh_programs, ksh_starts, namespace
from tests.real.ksh_starts import Case

SHELLS = tuple(ksh_starts.SHELLS)


def _why_not() -> str:
    if os.geteuid() != 0:
        return "a mount namespace of one's own needs root"
    missing = [name for name in ("unshare", "ksh93", "mksh", "busybox") if not shutil.which(name)]
    if missing:
        return f"not here: {', '.join(missing)}"
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "mount namespaces are not allowed here"


_REASON = _why_not()
_REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
real_shells = pytest.mark.skipif(bool(_REASON) and not _REQUIRED, reason=_REASON)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A fake root, reachable for an ordinary user."""
    folder = tmp_path / "root"
    namespace.make_root(folder)
    here = folder.parent
    while here != Path("/") and here.stat().st_uid == os.geteuid():
        here.chmod(here.stat().st_mode | 0o011)
        here = here.parent
    return folder


def _differences(root: Path, cases: list[Case], count: int | None) -> str:
    if count is not None:
        cases = Random(1).sample(cases, min(count, len(cases)))
    return "\n".join(ksh_starts.differences(root, cases))


@real_shells
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("count", [25, pytest.param(3000, marks=pytest.mark.full)])
def test_command_lines(root: Path, shell: str, count: int) -> None:
    assert _differences(root, ksh_starts.command_lines(shell, count, 1), None) == ""


@real_shells
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("count", [15, pytest.param(None, marks=pytest.mark.full)])
def test_states_of_the_files(root: Path, shell: str, count: int | None) -> None:
    assert _differences(root, ksh_starts.states(shell), count) == ""


@real_shells
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("count", [15, pytest.param(None, marks=pytest.mark.full)])
def test_errors_in_a_file(root: Path, shell: str, count: int | None) -> None:
    assert _differences(root, ksh_programs.errors(shell), count) == ""


@real_shells
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("count", "seed"), [(12, 1), pytest.param(1000, 2, marks=pytest.mark.full)]
)
def test_random_startup_files(root: Path, shell: str, count: int, seed: int) -> None:
    """Static reading of text that holds all that is needed to decide it.

    Two in a hundred may differ: a file that reads itself again and again is given up.
    """
    found = ksh_starts.differences(root, ksh_programs.cases(shell, count, seed))
    assert len(found) <= count // 40, "\n".join(found)


# Grammar: what `SHELL -n` says of each text.

_TEXTS = (
    "[[ a = b && c = d ]]|((1+1))|function f { :; }|function f() { :; }|f() echo|f() { }|a=(1 2)"
    "|cat <<<x|cat <(echo)|echo x &>/dev/null|case a in a) : ;& b) : ;; esac"
    "|case a in a) : ;| b) : ;; esac|for ((;;)); do break; done|for x in a; { :; }"
    "|while false; { :; }|case a { a) : ;; }|! ! true|if :; then fi|{ }|( )|for i in a; do done"
    "|select x in a; do :; done|echo |& cat|x=$(case a in a) echo;; esac)|echo ${x/a/b}"
    "|f-x() { :; }"
    "|for a-b in a; do :; done|if a; then b; elif c; then d; fi x|a;;|}|echo $'a\\'b'|time true"
    "|echo @(a|b)|case a in (a) : ;; esac|true &&|echo 'x|echo \"x|echo `x|echo $(x|a(b)|echo (a)"
)
_DASH_N = {
    "ksh93": ("ksh", ("ksh93", "-n")),
    "mksh": ("mksh", ("mksh", "-n")),
    "ash": ("ash", ("busybox", "ash", "-n")),
    "dash": ("dash", ("dash", "-n")),
}
# ksh93 takes `f() echo` with -n alone, and ends the file at it.
_KNOWN = {("ksh93", "f() echo")}


@real_shells
@pytest.mark.parametrize("shell", _DASH_N)
def test_grammar(shell: str, tmp_path: Path) -> None:
    dialect, argv = _DASH_N[shell]
    found = []
    for text in _split(_TEXTS):
        (tmp_path / "text").write_text(text + "\n")
        real = subprocess.run([*argv, tmp_path / "text"], capture_output=True, check=False)
        ours = syntax.syntax_error(f"{text}\n".encode(), dialect) is None
        if (real.returncode == 0) != ours and (shell, text) not in _KNOWN:
            found.append((text, real.stderr))
    assert found == []


def _split(texts: str) -> list[str]:
    """`|` between the texts; those in which a `|` stands are put together again."""
    whole: list[str] = []
    for part in texts.split("|"):
        joined = whole and whole[-1].endswith(("echo @(a", "in a) : ;", "echo "))
        if joined and not (whole[-1].endswith("echo ") and part[:1] != "&"):
            whole[-1] += "|" + part
        else:
            whole.append(part)
    return whole


# What a name means, and what is said where nothing can be known.


def _machine(host: Callable[..., Host], files: dict[str, bytes], shell: str = "/bin/sh") -> Host:
    passwd = f"ada:x:1000:1000::/home/ada:{shell}\n".encode()
    return host({}, {"etc/passwd": passwd, **files})


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"\x7fELF .sh.version\0KSH_VERSION\0", "ksh93"), (b"\x7fELF @(#)MIRBSD KSH R59", "mksh")],
)
def test_ksh_is_what_the_machine_has(
    host: Callable[..., Host], content: bytes, expected: str
) -> None:
    machine = _machine(host, {"bin/ksh": content}, "/bin/ksh")
    assert shells.of(machine).name == expected
    assert shells.named(machine, "ksh").name == expected
    assert shells.program(machine, shells.get(expected)) == Path("/bin/ksh")
    other = {"ksh93": "mksh", "mksh": "ksh93"}[expected]
    assert shells.program(machine, shells.get(other)) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("rbash", "bash"), ("busybox", "ash"), ("lksh", "mksh"), ("rksh93", "ksh93"), ("ash", "ash")],
)
def test_other_names(host: Callable[..., Host], name: str, expected: str) -> None:
    assert shells.named(_machine(host, {}), name).name == expected


@pytest.mark.parametrize(
    ("shell", "text"),
    [("/usr/sbin/nologin", "lets nobody in"), ("/bin/rc", "not one that envkit knows")],
)
def test_an_account_without_a_known_shell(host: Callable[..., Host], shell: str, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        shells.of(_machine(host, {}, shell))


@pytest.mark.parametrize(
    ("content", "build", "read"),
    [
        (b".sh.version\0/etc/ksh.kshrc\0", "debian", ["/etc/ksh.kshrc"]),
        (b".sh.version\0", "plain", []),
    ],
)
def test_ksh93_as_compiled(
    host: Callable[..., Host], content: bytes, build: str, read: list[str]
) -> None:
    machine = _machine(host, {"bin/ksh93": content, "etc/ksh.kshrc": b":\n"})
    ksh = shells.get("ksh93")
    assert ksh.build(machine, shells.program(machine, ksh)) == build
    start = order.literal(machine, "ksh93", ("ksh", "-i"), "pty", {"HOME": "/home/ada"})
    rows = order.order(machine, start).files
    assert [str(row.path) for row in rows if row.status == "read"] == read


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"MIRBSD KSH R59", ["/etc/profile", "/home/ada/.mkshrc"]),
        (b".sh.version\0KSH_VERSION\0", ["/etc/profile", "/home/ada/.kshrc"]),
        (b"BusyBox v1.36", ["/etc/profile"]),
        (b"", ["/etc/profile"]),
    ],
    ids=["mksh", "ksh93", "busybox", "dash"],
)
def test_sh_is_the_shell_behind_the_name(
    host: Callable[..., Host], content: bytes, expected: list[str]
) -> None:
    rc = {f"home/ada/{name}": b":\n" for name in (".mkshrc", ".kshrc")}
    machine = _machine(host, {"bin/sh": content, "etc/profile": b":\n", **rc})
    system = platforms.get("debian")
    start = order.literal(machine, "sh", ("-sh",), "pty", {"HOME": "/home/ada"}, platform=system)
    rows = order.order(machine, start).files
    assert [str(row.path) for row in rows if row.status == "read"] == expected


def test_an_unknown_sh_is_said_to_be_unknown(host: Callable[..., Host]) -> None:
    machine = _machine(host, {"bin/yash": b"yash"})
    (machine.root / "bin/sh").symlink_to("yash")
    with pytest.raises(UsageError, match="yash"):
        order.literal(machine, "sh", ("sh", "-c", ":"), "null", {})


# Files that are not read, and what would have to change.


@pytest.mark.parametrize(
    ("shell", "argv", "env", "file", "change"),
    [
        ("ksh93", "ksh -c :", {}, ".kshrc", ("interactive", "")),
        ("ksh93", "ksh -i -c :", {}, ".profile", ("login", "")),
        ("ksh93", "ksh +E -i -c :", {}, ".kshrc", ("drop", "+E")),
        ("ksh93", "ksh -p -l -i -c :", {}, ".profile", ("drop", "-p")),
        ("ksh93", "ksh -i -c :", {"ENV": "/x"}, ".kshrc", ("unset", "ENV")),
        ("mksh", "mksh -c :", {}, ".mkshrc", ("interactive", "")),
        ("mksh", "mksh -i -c :", {"ENV": "/x"}, ".mkshrc", ("unset", "ENV")),
        ("ash", "ash -c :", {"ENV": "/home/ada/.env"}, ".env", ("interactive", "")),
        ("dash", "dash -c :", {}, ".profile", ("login", "")),
    ],
)
def test_what_would_have_to_change(
    host: Callable[..., Host],
    shell: str,
    argv: str,
    env: dict[str, str],
    file: str,
    change: tuple[str, str],
) -> None:
    names = (".profile", ".kshrc", ".mkshrc", ".env")
    machine = _machine(host, {f"home/ada/{name}": b":\n" for name in names})
    given = {"HOME": "/home/ada", **env}
    start = order.literal(machine, shell, tuple(argv.split()), "null", given)
    rows = {row.path.name: row for row in order.order(machine, start).files}
    assert rows[file].status == "skipped"
    assert rows[file].change == change
