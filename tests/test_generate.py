"""The startup files for a profile as texts: which, in which order, and nothing overwritten."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import generate, platforms
from envkit.errors import Refused, UsageError
from envkit.generate import StartupText
from envkit.host import Host
from envkit.model import Scope
from envkit.plan import Profile

PROFILE = Profile("descent", (("A", "it's 1"),), ("/py/bin",), (), Path("x.env"))
BEGIN = b"# >>> envkit descent >>>\n"
DEBIAN = {"etc/debian_version": "12.1\n", "etc/profile": "", "etc/bash.bashrc": ""}


def texts(
    host: Host, platform: str = "debian", scope: Scope = "user", shell: str = "bash"
) -> tuple[StartupText, ...]:
    return generate.texts(host, PROFILE, platforms.get(platform), scope, shell)


def names(found: tuple[StartupText, ...], host: Host) -> list[str]:
    return [host.show(text.path) for text in found]


@pytest.mark.parametrize("platform", ["debian", "redhat", "macos"])
def test_a_bare_home(host: Callable[..., Host], platform: str) -> None:
    """As the founding notes order them, on every platform."""
    machine = host()
    found = texts(machine, platform)
    assert names(found, machine) == ["~/.bash_profile", "~/.bashrc", "~/.config/envkit/env.sh"]
    assert {text.status for text in found} == {"new"}
    assert all(text.content.startswith(BEGIN) for text in found[:2])
    assert b"/py/bin" in found[2].content


def test_a_bare_home_for_sh(host: Callable[..., Host]) -> None:
    machine = host()
    found = texts(machine, shell="sh")
    assert names(found, machine) == ["~/.profile", "~/.config/envkit/env.sh"]


def test_existing_files_keep_their_text(host: Callable[..., Host]) -> None:
    files = {".profile": "export MINE=1\n", ".bashrc": "alias a=b"}
    machine = host(files)
    found = texts(machine)
    assert names(found, machine) == ["~/.profile", "~/.bashrc", "~/.config/envkit/env.sh"]
    for text, own in zip(found, files.values(), strict=False):
        assert text.status == "edit"
        assert own.encode() in text.content
        assert BEGIN in text.content


def test_what_is_installed_already_is_shown(host: Callable[..., Host]) -> None:
    machine = host()
    for text in texts(machine):
        text.path.parent.mkdir(parents=True, exist_ok=True)
        text.path.write_bytes(text.content)
    again = texts(machine)
    assert {text.status for text in again} == {"same"}
    assert names(again, machine) == ["~/.bash_profile", "~/.bashrc", "~/.config/envkit/env.sh"]


@pytest.mark.parametrize(
    ("platform", "paths"),
    [
        ("debian", ["/etc/profile.d/envkit.sh", "/etc/bash.bashrc"]),
        ("redhat", ["/etc/profile.d/envkit.sh"]),  # which /etc/bashrc reads, too
        ("macos", ["/etc/bashrc"]),
        ("arch", ["/etc/profile.d/envkit.sh", "/etc/bash.bashrc"]),
        ("alpine", ["/etc/profile.d/envkit.sh", "/etc/bash/bashrc"]),
        ("suse", ["/etc/profile.d/envkit.sh", "/etc/bash.bashrc"]),
        ("freebsd", ["/etc/profile"]),  # the administrator's there, and no drop-in is read
    ],
)
def test_for_every_user(host: Callable[..., Host], platform: str, paths: list[str]) -> None:
    """System-wide variables belong in /etc/bashrc, and /etc/profile is left alone."""
    found = texts(host(root_files={"etc/passwd": ""}), platform, "system")
    assert [str(text.path) for text in found] == [*paths, "/etc/envkit/env.sh"]
    for text in found[:-1]:
        assert BEGIN in text.content
        assert b"/py/bin" not in text.content
    assert b"/py/bin" in found[-1].content


def test_where_etc_is_generated_it_says_what_to_write(host: Callable[..., Host]) -> None:
    with pytest.raises(Refused, match=r"made from configuration\.nix") as caught:
        texts(host(root_files={"etc/passwd": ""}), "nixos", "system")
    assert 'export PATH="/py/bin":"$PATH"' in caught.value.hint


def test_a_system_files_guard_is_not_passed(host: Callable[..., Host]) -> None:
    bashrc = "# first\n\n# nobody types here\n[ -z \"$PS1\" ] && return\nPS1='$ '\n"
    found = texts(host(root_files={**DEBIAN, "etc/bash.bashrc": bashrc}), scope="system")
    (text,) = [text for text in found if text.path.name == "bash.bashrc"]
    rows = text.content.split(b"\n")
    assert rows.index(BEGIN[:-1]) == 2
    assert b"nobody types" in rows[5]


def test_unknown_shells(host: Callable[..., Host]) -> None:
    with pytest.raises(UsageError):
        texts(host(), shell="nosuchshell")


# -- written into a folder ------------------------------------------------------------------------


def test_written_into_a_folder_they_work(host: Callable[..., Host], tmp_path: Path) -> None:
    machine = host()
    out = tmp_path / "out"
    written = generate.write(machine, texts(machine), out)
    assert sorted(path for path in out.rglob("*") if path.is_file()) == sorted(written)
    for argv in (["-lc"], ["-ic"]):
        done = subprocess.run(
            ["bash", *argv, 'echo "$PATH|$A"'],
            env={"HOME": str(out / "home"), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
            start_new_session=True,
        )
        assert done.stdout.splitlines()[-1].startswith("/py/bin:")
        assert done.stdout.splitlines()[-1].endswith("|it's 1")


def test_written_twice_changes_nothing(host: Callable[..., Host], tmp_path: Path) -> None:
    machine = host()
    written = generate.write(machine, texts(machine), tmp_path / "out")
    before = [path.stat() for path in written]
    generate.write(machine, texts(machine), tmp_path / "out")
    assert [path.stat().st_mtime_ns for path in written] == [one.st_mtime_ns for one in before]


def test_nothing_is_overwritten(host: Callable[..., Host], tmp_path: Path) -> None:
    machine = host()
    out = tmp_path / "out"
    (out / "home").mkdir(parents=True)
    (out / "home/.bashrc").write_text("mine\n")
    with pytest.raises(Refused, match=r"different: .*\.bashrc"):
        generate.write(machine, texts(machine), out)
    assert [path for path in out.rglob("*") if path.is_file()] == [out / "home/.bashrc"]
    assert (out / "home/.bashrc").read_text() == "mine\n"


def test_a_folder_that_cannot_be_written(host: Callable[..., Host], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused):
        generate.write(host(), texts(host()), tmp_path / "file")


@pytest.mark.parametrize("scope", ["user", "system"])
@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_every_file_is_shell_text(
    host: Callable[..., Host], tmp_path: Path, scope: Scope, shell: str
) -> None:
    for text in texts(host(), scope=scope):
        if shell == "dash" and text.path.name.endswith("bashrc") and scope == "system":
            continue  # this machine's own /etc/bash.bashrc is bash's
        (tmp_path / "text").write_bytes(text.content)
        subprocess.run([shell, "-n", tmp_path / "text"], check=True)


FILES = {
    "zsh": ["~/.zshenv", "~/.config/envkit/env.sh"],
    "fish": ["~/.config/fish/conf.d/envkit.fish", "~/.config/envkit/env.fish"],
    "ksh93": ["~/.profile", "~/.kshrc", "~/.config/envkit/env.sh"],
    "mksh": ["~/.profile", "~/.mkshrc", "~/.config/envkit/env.sh"],
}


@pytest.mark.parametrize("shell", FILES)
def test_a_bare_home_for_another_shell(host: Callable[..., Host], shell: str) -> None:
    machine = host({}, DEBIAN)
    found = texts(machine, shell=shell)
    assert names(found, machine) == FILES[shell]
    assert {text.status for text in found} == {"new"}
    assert found[0].content.startswith(BEGIN)
    assert b"/py/bin" in found[-1].content
    assert all("{}" not in text.reader for text in found)


@pytest.mark.parametrize(
    ("shell", "paths"),
    [
        ("zsh", ["/etc/zsh/zshenv", "/etc/envkit/env.sh"]),
        ("fish", ["/etc/fish/conf.d/envkit-system.fish", "/etc/envkit/env.fish"]),
    ],
)
def test_another_shell_for_every_user(
    host: Callable[..., Host], shell: str, paths: list[str]
) -> None:
    found = texts(host({}, DEBIAN), scope="system", shell=shell)
    assert [str(text.path) for text in found] == paths
    assert b"envkit install --system" in found[-1].content


@pytest.mark.parametrize("shell", ["tcsh", "csh"])
def test_shells_that_are_not_written_for(host: Callable[..., Host], shell: str) -> None:
    with pytest.raises(UsageError, match="does not write for"):
        texts(host(), shell=shell)
