"""What each build of bash reads, beside Debian's, which is held to the real one in tests/real.

The table is docs/design.md's reference: bash 5.2 compiled with each system's switches, run.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from envkit import order, platforms, shells
from envkit.errors import UsageError
from envkit.host import Host

P, RC, SYS = "/etc/profile", "~/.bashrc", "/etc/bash.bashrc"
BP, BL, SBL = "~/.bash_profile", "~/.bash_logout", "/etc/bash.bash_logout"
FILES = dict.fromkeys((".bash_profile", ".bashrc", ".bash_logout", ".profile"), "x=1\n")
ROOT = dict.fromkeys(("etc/profile", "etc/bash.bashrc", "etc/bash.bash_logout"), "x=1\n")
SSH = {"SSH_CLIENT": "1 2 3"}


def _read(
    host: Host,
    argv: str,
    build: str,
    stdin: str = "null",
    env: dict[str, str] | None = None,
    shell: str = "bash",
    end: str | None = None,
) -> list[str]:
    environment = {"HOME": str(host.home), "PATH": "/usr/bin:/bin", **(env or {})}
    start = order.literal(
        host,
        shell,
        tuple(argv.split()),
        stdin,  # type: ignore[arg-type]
        environment,
        end,  # type: ignore[arg-type]
        build,
        platforms.get("debian"),
    )
    rows = order.order(host, start).files
    return [host.show(row.path) for row in rows if row.status == "read"]


TABLE: list[tuple[str, str, str, dict[str, str], list[str]]] = [
    # Only some builds take argv[0] `-bash` for a login shell where nobody types.
    ("-bash -c :", "debian", "null", {}, [P, BP]),
    ("-bash -c :", "arch", "null", {}, [P, BP]),
    ("-bash -c :", "fedora", "null", {}, [P, BP]),
    ("-bash -c :", "homebrew", "null", {}, []),
    ("-bash -c :", "upstream", "null", {}, []),
    ("-bash", "upstream", "pipe", {}, []),
    ("-bash -i -c :", "upstream", "null", {}, [P, BP]),
    ("bash -l -c :", "upstream", "null", {}, [P, BP]),
    ("-su -c :", "upstream", "null", {}, [P, BP]),
    # /etc/bash.bashrc is read by those that have it compiled in.
    ("bash -i -c :", "debian", "null", {}, [SYS, RC]),
    ("bash -i -c :", "arch", "null", {}, [SYS, RC]),
    ("bash -i -c :", "fedora", "null", {}, [RC]),
    ("bash -i -c :", "homebrew", "null", {}, [RC]),
    ("bash -i -c :", "upstream", "null", {}, [RC]),
    # sshd: SSH_CLIENT counts in some builds, a socket as stdin in all.
    ("bash -c :", "debian", "null", SSH, [SYS, RC]),
    ("bash -c :", "arch", "null", SSH, []),
    ("bash -c :", "arch", "socket", SSH, [SYS, RC]),
    ("bash -c :", "fedora", "null", SSH, [RC]),
    ("bash -c :", "homebrew", "null", SSH, [RC]),
    ("bash -c :", "upstream", "null", SSH, []),
    ("bash -c :", "upstream", "socket", {}, [RC]),
    ("bash -c :", "upstream", "socket", {"SHLVL": "1"}, []),
    # Logout files; the shell was a login shell by name, whatever it read.
    ("-bash -c exit", "debian", "null", {}, [P, BP, BL, SBL]),
    ("-bash -c exit", "fedora", "null", {}, [P, BP, BL, SBL]),
    ("-bash -c exit", "homebrew", "null", {}, [BL]),
    ("-bash", "homebrew", "pty", {}, [P, BP, BL]),
]


@pytest.mark.parametrize(("argv", "build", "stdin", "env", "expected"), TABLE)
def test_bash_as_compiled(
    host: Callable[..., Host],
    argv: str,
    build: str,
    stdin: str,
    env: dict[str, str],
    expected: list[str],
) -> None:
    assert _read(host(FILES, ROOT), argv, build, stdin, env) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("exit", [P, BP, BL, SBL]),
        ("eof", [P, BP, BL, SBL]),
        ("hangup", [P, BP, BL, SBL]),
        ("exec", [P, BP]),
        ("end-of-input", [P, BP]),
    ],
)
def test_logout_files_depend_on_the_end(
    host: Callable[..., Host], end: str, expected: list[str]
) -> None:
    assert _read(host(FILES, ROOT), "-bash", "debian", "pty", end=end) == expected


def test_home_is_the_passwd_entry_where_it_is_not_set(host: Callable[..., Host]) -> None:
    machine = host(FILES, ROOT)
    bare = {"PATH": "/usr/bin"}
    read = {}
    for name in ("bash", "dash"):
        start = order.literal(machine, name, (f"-{name}", "-c", ":"), "null", bare, None, "debian")
        rows = order.order(machine, start).files
        read[name] = [machine.show(row.path) for row in rows if row.status == "read"]
    assert read == {"bash": [P, BP], "dash": [P]}


@pytest.mark.parametrize(
    ("build", "argv", "expected"),
    [
        ("dash", "-sh -c :", [P, "~/.profile"]),
        ("debian", "-sh -c :", [P, "~/.profile"]),
        ("fedora", "-sh -c :", [P, "~/.profile"]),
        ("fedora", "-sh -c exit", [P, "~/.profile", BL, SBL]),
        ("homebrew", "-sh -c :", []),
        ("homebrew", "sh -l -c :", [P, "~/.profile"]),
    ],
)
def test_sh_is_the_shell_behind_the_name(
    host: Callable[..., Host], build: str, argv: str, expected: list[str]
) -> None:
    assert _read(host(FILES, ROOT), argv, build, shell="sh") == expected


@pytest.mark.parametrize("name", ["bash", "dash", "sh"])
def test_an_unknown_build_is_a_usage_error(host: Callable[..., Host], name: str) -> None:
    with pytest.raises(UsageError, match="unknown build"):
        _read(host(FILES, ROOT), f"{name} -c :", "nonsense", shell=name)


@pytest.mark.parametrize(
    ("texts", "build"),
    [
        (b"/etc/bash.bashrc\0/etc/bash.bash_logout\0SSH_CLIENT\0", "debian"),
        (b"/etc/bash.bashrc\0/etc/bash.bash_logout\0", "arch"),
        (b"/etc/bash.bash_logout\0SSH_CLIENT\0", "fedora"),
        (b"/etc/bash.bashrc\0x86_64-suse-linux-gnu\0SSH_CLIENT\0", "suse"),
        (b"/etc/bashrc\0/etc/bash_logout\0SSH_CLIENT\0", "nixos"),
        (b"/etc/bash/bashrc\0/etc/bash/bash_logout\0SSH_CLIENT\0", "gentoo"),
        (b"/etc/bash/bashrc\0", "alpine"),
        (b"SSH_CLIENT\0com.apple.bash\0", "apple"),
        (b"SSH_CLIENT\0", "homebrew"),
        (b"", "upstream"),
    ],
)
def test_a_binary_is_asked_for_its_build(
    host: Callable[..., Host], texts: bytes, build: str
) -> None:
    machine = host({}, {"bin/bash": b"\x7fELF\0BASH_VERSINFO\0" + texts})
    bash = shells.get("bash")
    assert bash.build(machine, shells.program(machine, bash)) == build


def test_without_a_binary_nobody_can_be_asked(host: Callable[..., Host]) -> None:
    machine = host({}, {})
    bash = shells.get("bash")
    assert shells.program(machine, bash) is None
    assert bash.build(machine, None) == ""


def test_a_shell_that_is_not_known_is_named(host: Callable[..., Host]) -> None:
    machine = host({}, {"etc/passwd": "ada:x:1000:1000::/home/ada:/usr/sbin/nologin\n"})
    with pytest.raises(UsageError, match="nologin"):
        shells.of(machine)
