"""What is refused before the first write: at once, with a remedy each; and what is announced."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from envkit import install, platforms, preflight, stores, volumes
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan, Profile
from envkit.uninstall import uninstall_plan
from tests.test_apply import NOBODY, SOURCE, python_for_others

ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not ROOT, reason="mounts and other owners need root")
PROFILE = Profile("descent", (), ("/opt/py/bin",), (), Path("descent.env"))
HASH = "0123456789abcdfghijklmnpqrsvwxyz"
GIT = shutil.which("git")


def edit(host: Host, name: str, after: bytes | None = b"new") -> FileEdit:
    path = host.home / name
    return FileEdit(path, path.read_bytes() if path.is_file() else None, after)


def refused(host: Host, *edits: FileEdit) -> Refused:
    with pytest.raises(Refused) as got:
        preflight.check(host, Plan("t", edits or (edit(host, ".bashrc"),)))
    return got.value


def plan_for(host: Host) -> Plan:
    return install.plan(host, PROFILE, platforms.of(host, "debian"), shells=("bash",)).plan


# -- quiet: nothing stands in the way ------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("alias a=b\n", id="plain"),
        pytest.param("", id="empty"),
        pytest.param(b"# caf\xe9\nA=\xff\n", id="Latin-1"),
        pytest.param(b"A=1\r\nB=2\r\n", id="CRLF"),
        pytest.param(b"\xef\xbb\xbfA=1\n", id="UTF-8 with a byte order mark"),
        pytest.param(b"# \x1b[1m \x7f\n", id="control characters"),
    ],
)
def test_an_ordinary_file_is_fit(host: Callable[..., Host], content: str | bytes) -> None:
    machine = host({".bashrc": content})
    found = plan_for(machine)
    (mine,) = [one for one in found.edits if one.path.name == ".bashrc"]
    assert (mine.kind, mine.target, mine.was_mode) == ("file", None, 0o644)
    assert mine.was_modified == (machine.home / ".bashrc").stat().st_mtime_ns
    assert mine.reason == "terminals, `ssh host command`"


def test_the_mode_and_time_that_a_file_has_are_told(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "x"})
    os.utime(machine.home / ".bashrc", ns=(1, 1234567891))
    (machine.home / ".bashrc").chmod(0o4600)
    (mine,) = preflight.ready(machine, Plan("t", (edit(machine, ".bashrc"),))).edits
    assert (mine.mode, mine.was_mode, mine.was_modified) == (None, 0o4600, 1234567891)


# -- what stands in the way ----------------------------------------------------------------------


def _folder(home: Path) -> None:
    (home / ".bashrc").mkdir()


def _link_to_folder(home: Path) -> None:
    (home / "d").mkdir()
    (home / ".bashrc").symlink_to("d")


def _fifo(home: Path) -> None:
    os.mkfifo(home / ".bashrc")


def _socket(home: Path) -> None:
    here = Path.cwd()
    os.chdir(home)  # a socket's name has 107 bytes at most
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(".bashrc")
    finally:
        os.chdir(here)


def _device(home: Path) -> None:
    (home / ".bashrc").symlink_to("/dev/zero")


def _dangling(home: Path) -> None:
    (home / ".bashrc").symlink_to("none/of/it")


def _dangling_chain(home: Path) -> None:
    (home / ".bashrc").symlink_to("a")
    (home / "a").symlink_to("b")


def _loop(home: Path) -> None:
    (home / ".bashrc").symlink_to("a")
    (home / "a").symlink_to(".bashrc")


def _long_chain(home: Path) -> None:
    (home / "0").write_text("x")
    for number in range(60):
        (home / f"{number + 1}").symlink_to(str(number))
    (home / ".bashrc").symlink_to("60")


def _utf16(home: Path) -> None:
    (home / ".bashrc").write_bytes("A=1\n".encode("utf-16"))


def _utf32(home: Path) -> None:
    (home / ".bashrc").write_bytes("A=1\n".encode("utf-32"))


def _nul(home: Path) -> None:
    (home / ".bashrc").write_bytes(b"A=1\nB=2\nC=\0\n")


def _store(home: Path) -> None:
    folder = home / f"nix/store/{HASH}-home-manager-files"
    folder.mkdir(parents=True)
    (folder / ".bashrc").write_text("A=1\n")
    (home / ".bashrc").symlink_to(folder / ".bashrc")


def _store_gone(home: Path) -> None:
    (home / ".bashrc").symlink_to(f"/nix/store/{HASH}-home-manager-files/.bashrc")


def _config_is_a_file(home: Path) -> None:
    (home / ".config").write_text("")


def _config_is_a_pipe(home: Path) -> None:
    os.mkfifo(home / ".config")


def _config_dangles(home: Path) -> None:
    (home / ".config").symlink_to("nowhere")


def _config_loops(home: Path) -> None:
    (home / ".config").symlink_to(".config")


def _state_is_a_file(home: Path) -> None:
    (home / ".local").mkdir()
    (home / ".local/state").write_text("")


def _markers(home: Path) -> None:
    (home / ".bashrc").write_text("A=1\n# >>> envkit descent >>>\n")


def _indented(home: Path) -> None:
    (home / ".bashrc").write_text("A=1\n  # >>> envkit descent >>>\n  # <<< envkit descent <<<\n")


def _commented(home: Path) -> None:
    (home / ".bashrc").write_text("A=1\n## >>> envkit descent >>>\n## <<< envkit descent <<<\n")


def _nested(home: Path) -> None:
    begin, end = "# >>> envkit descent >>>\n", "# <<< envkit descent <<<\n"
    (home / ".bashrc").write_text(begin + begin + end + end)


TROUBLE: list[tuple[Callable[[Path], None], str]] = [
    (_folder, "~/.bashrc is a folder, not a file"),
    (_link_to_folder, "~/.bashrc is a link to a folder"),
    (_fifo, "~/.bashrc is not an ordinary file, but a named pipe"),
    (_socket, "~/.bashrc is not an ordinary file, but a socket"),
    (_device, "~/.bashrc is not an ordinary file, but a link to a device"),
    (_dangling, "~/.bashrc is a link to a file that does not exist (~/none/of/it)"),
    (_dangling_chain, "~/.bashrc is a link to a file that does not exist (~/b)"),
    (_loop, "~/.bashrc is a link that leads to itself"),
    (_long_chain, "~/.bashrc is a link that leads to itself"),
    (_utf16, "~/.bashrc is in UTF-16LE"),
    (_utf32, "~/.bashrc is in UTF-32LE"),
    (_nul, "~/.bashrc has a NUL byte in line 3"),
    (_store, "~/.bashrc is a link into a read-only store"),
    (_store_gone, "~/.bashrc is a link into a read-only store"),
    (_config_is_a_file, "~/.config is a file, and a folder is needed there"),
    (_config_is_a_pipe, "~/.config is a named pipe, and a folder is needed there"),
    (_config_dangles, "~/.config is a link to a folder that does not exist"),
    (_config_loops, "~/.config is a link that leads to itself"),
    (_state_is_a_file, "~/.local/state is a file, and a folder is needed there"),
    (_markers, "~/.bashrc: the block that begins in line 2 has no end"),
    (_indented, "~/.bashrc: line 2 is a marker of envkit's that was changed"),
    (_commented, "~/.bashrc: line 2 is a marker of envkit's that was changed"),
    (_nested, "~/.bashrc: the block that begins in line 1 has no end before line 2"),
]


@pytest.fixture
def bare(host: Callable[..., Host]) -> Host:
    return host({".profile": "B=1\n"})


def names(home: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.lstat().st_mtime_ns) for path in home.rglob("*"))


@pytest.mark.parametrize(("trouble", "words"), TROUBLE, ids=[one.__name__ for one, _ in TROUBLE])
def test_an_install_refuses(bare: Host, trouble: Callable[[Path], None], words: str) -> None:
    trouble(bare.home)
    before = names(bare.home)
    with pytest.raises(Refused) as got:
        plan_for(bare)
    assert got.value.message.startswith(words)
    assert got.value.hint, "every refusal names its remedy"
    assert names(bare.home) == before


def test_all_problems_are_told_at_once_each_with_its_remedy(host: Callable[..., Host]) -> None:
    machine = host({".profile": b"\xff\xfeA\0"})
    _folder(machine.home)
    (machine.home / ".config").symlink_to("nowhere")
    with pytest.raises(Refused) as got:
        plan_for(machine)
    lines = got.value.message.split("\n")
    assert lines[0] == "nothing was written:"
    told = [line for line in lines if line.startswith("  ~")]
    remedies = [line for line in lines if line.startswith("    ")]
    assert [line.split()[0] for line in told] == ["~/.bashrc", "~/.config", "~/.profile"]
    assert len(remedies) == 3


def test_broken_markers_in_several_files_are_told_at_once(host: Callable[..., Host]) -> None:
    machine = host({".profile": "# >>> envkit a >>>\n", ".bashrc": "# <<< envkit a <<<\n"})
    with pytest.raises(Refused, match=r"(?s)~/\.profile: .*~/\.bashrc: "):
        plan_for(machine)


def test_blocks_edited_by_hand_are_shown_with_their_lines(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "A=1\nB=2\nC=3\nD=4\n", ".profile": "A=1\n"})
    for each in plan_for(machine).edits:
        each.path.parent.mkdir(parents=True, exist_ok=True)
        each.path.write_bytes(each.after or b"")
    for name in (".bashrc", ".profile"):
        text = (machine.home / name).read_text()
        (machine.home / name).write_text(text.replace("then . ", "then mine; . "))
    with pytest.raises(Refused) as got:
        plan_for(machine)
    assert "~/.profile: the block in line " in got.value.message
    assert "~/.bashrc: the block in line " in got.value.message
    assert "@@ -4,4 +4,4 @@" in got.value.message, "lines of the file itself"
    assert '+if [ -r "$HOME/.config/envkit/env.sh" ]; then mine; ' in got.value.message
    assert got.value.message.count("--overwrite-drift") == 1
    found = install.plan(machine, PROFILE, platforms.of(machine, "debian"), True, ("bash",))
    assert {one.path.name for one in found.plan.edits} == {".bashrc", ".profile"}


def test_what_has_a_block_gets_rid_of_it_even_with_a_nul(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "A=1\n"})
    for each in plan_for(machine).edits:
        each.path.parent.mkdir(parents=True, exist_ok=True)
        each.path.write_bytes(each.after or b"")
    with (machine.home / ".bashrc").open("ab") as stream:
        stream.write(b"C=\0\n")
    (mine,) = [one for one in uninstall_plan(machine).edits if one.path.name == ".bashrc"]
    assert mine.after == b"A=1\nC=\0\n"


# -- flags, mounts, room, owners -----------------------------------------------------------------


@pytest.fixture
def chattr() -> Iterator[Callable[[str, Path], None]]:
    changed: list[Path] = []

    def change(flag: str, path: Path) -> None:
        done = subprocess.run(["chattr", f"+{flag}", path], capture_output=True)
        if done.returncode:
            pytest.skip("this file system, or this account, has no such flags")
        changed.append(path)

    if not shutil.which("chattr"):
        pytest.skip("needs chattr")
    yield change
    for path in changed:
        subprocess.run(["chattr", "-i", "-a", path], check=True)


@pytest.mark.parametrize("flag", ["i", "a"])
@pytest.mark.parametrize("what", [".bashrc", "."])
def test_a_flag_that_holds_a_file(
    host: Callable[..., Host], chattr: Callable[[str, Path], None], flag: str, what: str
) -> None:
    machine = host({".bashrc": "x"})
    assert volumes.flag(machine.home / what) == ""
    chattr(flag, machine.home / what)
    word = {"i": "immutable", "a": "append-only"}[flag]
    problem = refused(machine, edit(machine, ".bashrc"))
    assert f"~/.bashrc cannot be written: ~{what.removeprefix('.') and '/.bashrc'} is {word}" in (
        problem.message
    )
    assert f"sudo chattr -{flag} " in problem.message + problem.hint


def mounted(tmp_path: Path, commands: str, script: str) -> str:
    """What a script says in a mount namespace of its own, after some commands."""
    argv = ["unshare", "-m", "sh", "-ec", f'{commands}\nexec "$0" -c "$1" "$2"']
    argv += [sys.executable, script, str(tmp_path)]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=tmp_path)
    if "mount" in done.stderr and "ermi" in done.stderr:
        pytest.skip("nothing may be mounted here")
    assert done.returncode == 0, done.stderr
    return done.stdout


CHECK = """
import sys
from pathlib import Path
from envkit import preflight
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan
home = Path(sys.argv[1]) / "home"
host = Host.real(home=home)
path = home / ".bashrc"
before = path.read_bytes() if path.exists() else None
size = int((home / "size").read_text()) if (home / "size").exists() else 3
try:
    preflight.check(host, Plan("t", (FileEdit(path, before, b"n" * size),)))
    print("fit")
except Refused as problem:
    print(problem.message, "|", problem.hint)
"""
MOUNTS = {
    "nothing": ("", "fit"),
    "read-only home": ("mount --bind home home; mount -o remount,bind,ro home", "a read-only file"),
    "read-only file": (
        "mount --bind home/.bashrc home/.bashrc; mount -o remount,bind,ro home/.bashrc",
        "a read-only file",
    ),
    "a file of the same disk mounted": ("mount --bind other home/.bashrc", "is mounted from"),
    "a file of another disk mounted": (
        "mkdir t; mount -t tmpfs t t; echo x > t/f; mount --bind t/f home/.bashrc",
        "is mounted from",
    ),
    "a blank in the name of a mount point": (
        "mkdir 'a b'; mv home/.bashrc 'a b/c d'; ln -s '../a b/c d' home/.bashrc;"
        " mount --bind other 'a b/c d'",
        "is mounted from",
    ),
    "an overlay of two disks": (
        "mkdir u; mount -t tmpfs t u; mkdir u/u u/w;"
        " mount -t overlay o -o lowerdir=home,upperdir=u/u,workdir=u/w,xino=off home",
        "fit",
    ),
    "room enough": ("mount -t tmpfs -o size=200k t home; echo 20000 > home/size", "fit"),
    "no room": (
        "mount -t tmpfs -o size=200k t home; echo 90000 > home/size",
        "No space left on device for ~: ",
    ),
    "no room for the receipt alone": (
        "mount -t tmpfs -o size=200k t home; echo 60000 > home/size",
        "No space left on device for ~",
    ),
    "no inodes": ("mount -t tmpfs -o nr_inodes=3 t home", "No space left on device for ~: "),
    "a limit on files": ("ulimit -f 10; echo 90000 > home/size", "ulimit -f allows"),
}


@needs_root
@pytest.mark.parametrize("name", MOUNTS)
def test_mounts_and_room(tmp_path: Path, name: str) -> None:
    commands, words = MOUNTS[name]
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.bashrc").write_text("old\n")
    (tmp_path / "other").write_text("old\n")
    assert words in mounted(tmp_path, commands, CHECK)


@needs_root
@pytest.mark.parametrize("what", ["", ".bashrc", ".config"])
def test_root_writes_nothing_in_somebodys_home(users_home: Path, what: str) -> None:
    """Neither where a file or folder there belongs to root already, as an earlier sudo left it."""
    (users_home / ".bashrc").write_text("x")
    (users_home / ".config").mkdir()
    for name in {".bashrc", ".config"} - {what}:
        shutil.chown(users_home / name, "nobody")
    host = Host.real(home=users_home)
    for name in (".bashrc", ".config/envkit/env.sh"):
        problem = refused(host, edit(host, name))
        assert "belongs to nobody; it would come to belong to root" in problem.message
        assert "run this command as nobody" in problem.message + problem.hint
        if not what:  # and nobody may not run it for the system
            problem = refused(host.for_system(), edit(host, name))
            assert f"chown root {users_home}" in problem.message + problem.hint


def _leads_to_roots(home: Path) -> None:
    (home / ".bashrc").unlink()
    (home / ".bashrc").symlink_to("/etc/passwd")


CLOSED: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "nothing but a folder aside": (lambda home: None, "['file', 'absent']", ""),
    "a closed .config": (
        lambda home: (home / ".config").chmod(0),
        "~/.config/envkit cannot be reached: Permission denied",
        "chmod u+rwX ",
    ),
    "root's .config": (
        lambda home: os.chown(home / ".config", 0, 0),
        "~/.config/envkit/env.sh cannot be written: no permission in ~/.config",
        "it belongs to root: sudo chown -R 65534 ",
    ),
    "root's file": (
        lambda home: os.chown(home / ".bashrc", 0, 0),
        "~/.bashrc belongs to root; it would come to belong to you",
        "sudo chown 65534 ",
    ),
    "a link to root's file": (
        _leads_to_roots,
        "~/.bashrc belongs to root; it would come to belong to you",
        "let it be a file of your own",
    ),
    "a file that cannot be read": (
        lambda home: (home / ".bashrc").chmod(0),
        "~/.bashrc cannot be read: Permission denied",
        "chmod u+rwX ",
    ),
    "a closed home": (
        lambda home: home.chmod(0o555),
        "~/.bashrc cannot be written: no permission in ~",
        "chmod u+rwX ",
    ),
}
AS_USER = """
import sys
from pathlib import Path
from envkit import preflight
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan
home = Path(sys.argv[1])
own = home / ".config/envkit/env.sh"
edits = (FileEdit(home / ".bashrc", b"x", b"n"), FileEdit(own, None, b"n"))
try:
    print([each.kind for each in preflight.ready(Host.real(home=home), Plan("t", edits)).edits])
except Refused as problem:
    print(problem.message, "|", problem.hint)
"""


@needs_root
@pytest.mark.parametrize("name", CLOSED)
def test_what_is_closed_to_an_ordinary_user(users_home: Path, name: str) -> None:
    change, words, remedy = CLOSED[name]
    (users_home / ".bashrc").write_text("x")
    (users_home / ".config").mkdir()
    for path in (users_home, *users_home.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    (users_home / ".closed").mkdir(0o700)
    change(users_home)
    argv = [python_for_others(), "-c", AS_USER, str(users_home)]
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    environment = {**SOURCE, "HOME": str(users_home)}
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, **user)  # type: ignore[call-overload]
    assert words in done.stdout, done.stderr
    assert remedy in done.stdout


# -- what is announced ---------------------------------------------------------------------------


def announced(host: Host, name: str) -> tuple[str, ...]:
    return stores.notes(host, (host.home / name,)).get(host.home / name, ())


def git(folder: Path, *arguments: str) -> None:
    argv = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(folder), *arguments]
    subprocess.run(argv, check=True, capture_output=True)


def _repository(folder: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q")
    git(folder, "add", *names)


def _bare_of_home(home: Path, folder: Path, *names: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "-q", "--bare", folder], check=True)
    argv = ["git", f"--git-dir={folder}", f"--work-tree={home}", "add", *names]
    subprocess.run(argv, cwd=home, check=True)


def test_a_file_that_nobody_else_looks_after(host: Callable[..., Host]) -> None:
    machine = host(
        {".bashrc": "x", ".local/share/chezmoi/dot_zshrc": "", ".other/HEAD": "", ".stowrc": ""}
    )
    assert announced(machine, ".bashrc") == ()
    assert announced(machine, ".config/envkit/env.sh") == ()


def test_a_link_is_announced_with_its_end(host: Callable[..., Host]) -> None:
    machine = host({"dots/bashrc": "x"})
    (machine.home / "chain").symlink_to("dots/bashrc")
    (machine.home / ".bashrc").symlink_to("chain")
    (machine.home / ".config").symlink_to("dots")
    assert announced(machine, ".bashrc") == ("a link, written is ~/dots/bashrc",)
    assert announced(machine, ".config/envkit/env.sh") == (
        "its folder is a link, written is ~/dots/envkit/env.sh",
    )
    paths = (edit(machine, ".bashrc"), edit(machine, ".config/envkit/env.sh"))
    linked, new = preflight.ready(machine, Plan("t", paths)).edits
    assert (linked.kind, linked.target) == ("link", machine.home / "dots/bashrc")
    assert (new.kind, new.target) == ("absent", machine.home / "dots/envkit/env.sh")


def test_a_home_that_is_a_link_itself_is_no_news(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "home").symlink_to("real")
    (tmp_path / "real/.bashrc").write_text("x")
    assert announced(Host.real(home=tmp_path / "home"), ".bashrc") == ()


def test_hard_links_and_stow(host: Callable[..., Host]) -> None:
    machine = host({"stow/.stow": "", "stow/bash/.bashrc": "x", ".profile": "x"})
    (machine.home / ".bashrc").symlink_to("stow/bash/.bashrc")
    (machine.home / "second").hardlink_to(machine.home / ".profile")
    assert announced(machine, ".bashrc")[1:] == ("GNU stow's",)
    assert announced(machine, ".profile") == ("its other hard links keep the old text",)


@pytest.mark.skipif(not GIT, reason="needs git")
@pytest.mark.parametrize("how", ["dots", "home", "bare", "yadm", "submodule"])
def test_what_git_tracks_is_announced(
    host: Callable[..., Host], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = host({".bashrc": "x", ".profile": "x"})
    home, name = machine.home, "~"
    if how in ("dots", "submodule"):
        (home / "dots").mkdir()
        (home / ".bashrc").rename(home / "dots/bashrc")
        (home / ".bashrc").symlink_to("dots/bashrc")
        _repository(home / "dots", "bashrc")
        name = "~/dots"
        if how == "submodule":
            (home / "dots/.git").rename(home / "elsewhere")
            (home / "dots/.git").write_text("gitdir: ../elsewhere\n")
    elif how == "home":
        _repository(home, ".bashrc")
    elif how == "bare":
        _bare_of_home(home, home / ".cfg", ".bashrc")
        name = "~/.cfg"
    else:
        _bare_of_home(home, home / ".local/share/yadm/repo.git", ".bashrc")
    words = "tracked by yadm" if how == "yadm" else f"tracked by git in {name}"
    assert announced(machine, ".bashrc")[-1] == words
    assert announced(machine, ".profile") == (), "which is not tracked"
    nowhere = machine.but(env={**machine.env, "PATH": "/nowhere"})
    assert announced(nowhere, ".bashrc")[-1] == f"perhaps {words}"


@pytest.mark.skipif(not GIT, reason="needs git")
def test_nothing_of_a_repository_is_run(users_home: Path) -> None:
    """Not its monitor; and one of another owner is asked, too."""
    os.chown(users_home, 0, 0)  # git would not let root make one there
    (users_home / ".bashrc").write_text("x")
    _repository(users_home, ".bashrc")
    script = users_home / "monitor"
    script.write_text(f"#!/bin/sh\ntouch {users_home}/canary\n")
    script.chmod(0o755)
    git(users_home, "config", "core.fsmonitor", str(script))
    for path in (users_home, *users_home.rglob("*")):
        shutil.chown(path, "nobody")
    host = Host.real(home=users_home)
    assert announced(host, ".bashrc") == ("tracked by git in ~",)
    assert not (users_home / "canary").exists()


CHEZMOI = {
    "dot_bashrc": "chezmoi apply takes it back, unless told: chezmoi re-add ~/.bashrc",
    "private_dot_bashrc": "chezmoi apply takes it back, unless told: chezmoi re-add ~/.bashrc",
    "dot_bashrc.tmpl": "chezmoi apply takes it back, unless "
    "~/.local/share/chezmoi/dot_bashrc.tmpl has it, too",
    "modify_private_dot_bashrc": "chezmoi apply takes it back, unless "
    "~/.local/share/chezmoi/modify_private_dot_bashrc has it, too",
    "create_dot_bashrc": "",
    "dot_bashrc_other": "",
    "run_once_bashrc": "",
    "dot_bashrc/x": "",
}


@pytest.mark.parametrize("name", CHEZMOI)
def test_what_chezmoi_manages_is_announced(host: Callable[..., Host], name: str) -> None:
    machine = host({".bashrc": "x", f".local/share/chezmoi/{name}": "x"})
    assert "; ".join(announced(machine, ".bashrc")) == CHEZMOI[name]


@pytest.mark.parametrize(
    "more",
    [
        {".config/chezmoi/chezmoi.toml": 'sourceDir = "~/src"\n', "src/dot_bashrc": ""},
        {".config/chezmoi/chezmoi.yaml": "sourceDir: src\n", "src/dot_bashrc": ""},
        {".local/share/chezmoi/.chezmoiroot": "home\n", ".local/share/chezmoi/home/dot_bashrc": ""},
    ],
    ids=["toml", "yaml", "root"],
)
def test_chezmois_source_may_lie_elsewhere(host: Callable[..., Host], more: dict[str, str]) -> None:
    machine = host({".bashrc": "x", **more})
    assert announced(machine, ".bashrc")[0].startswith("chezmoi apply takes it back")


def test_a_folder_that_chezmoi_keeps_exactly(host: Callable[..., Host]) -> None:
    machine = host({".local/share/chezmoi/exact_dot_config/x": ""})
    assert announced(machine, ".config/envkit/env.sh") == (
        "chezmoi apply removes it again: chezmoi add ~/.config/envkit/env.sh",
    )


def test_a_link_into_chezmois_source(host: Callable[..., Host]) -> None:
    machine = host({".local/share/chezmoi/dot_bashrc": "x"})
    (machine.home / ".bashrc").symlink_to(".local/share/chezmoi/dot_bashrc")
    assert announced(machine, ".bashrc")[1:] == ("chezmoi's source",)


def test_a_template_of_yadm(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "x", ".bashrc##template": "x"})
    assert announced(machine, ".bashrc") == (
        "yadm makes it of ~/.bashrc##template: write it there, too",
    )


def test_the_plan_for_people_announces_it_once(host: Callable[..., Host]) -> None:
    machine = host({"dots/bashrc": "x", ".local/share/chezmoi/dot_bashrc": ""})
    (machine.home / ".bashrc").symlink_to("dots/bashrc")
    found = install.plan(machine, PROFILE, platforms.of(machine, "debian"), shells=("bash",))
    (row,) = [one for one in found.rows if one.path.name == ".bashrc"]
    assert row.why.count("a link, written is ~/dots/bashrc") == 1
    assert row.why.endswith("chezmoi re-add ~/.bashrc")


# -- a plan is only a plan -----------------------------------------------------------------------

CHANGING = (
    "openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,"
    "symlink,symlinkat,truncate,ftruncate,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,"
    "utime,utimes,utimensat,futimesat,setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,"
    "fremovexattr,mknod,mknodat,fallocate,bind"
)


def envkit(home: Path, *arguments: str, before: tuple[str, ...] = ()) -> bytes:
    argv = [*before, sys.executable, "-m", "envkit", *arguments, "--home", str(home)]
    done = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.skipif(not GIT, reason="needs git")
def test_a_dry_run_changes_nothing_and_tells_all(tmp_path: Path, python: Path) -> None:
    """install, uninstall and rollback, in a home that git, chezmoi and links are at home in."""
    if not shutil.which("strace"):
        pytest.skip("needs strace")
    home, log = tmp_path / "home", tmp_path / "strace"
    home.mkdir()
    (home / "dots").mkdir()
    (home / "dots/bashrc").write_bytes(b"# caf\xe9\nalias a=b\n")
    (home / ".bashrc").symlink_to("dots/bashrc")
    (home / ".profile").write_text("A=1\n")
    (home / ".profile").chmod(0o600)
    _repository(home / "dots", "bashrc")
    trace = ("strace", "-f", "-qq", "-e", f"trace={CHANGING}", "-o", str(log))
    more = {"install": ("--python", str(python)), "uninstall": (), "rollback": ()}
    plans = {}
    for command, options in more.items():
        if command == "uninstall":
            envkit(home, "install", "--yes", "--no-verify", *more["install"])
        arguments = (command, "--dry-run", "--json", *options)
        envkit(home, *arguments)  # the interpreter writes its .pyc files now, or never
        before = names(home)
        plans[command] = json.loads(envkit(home, *arguments, before=trace))["plan"]["edits"]
        calls = [line.split(None, 1)[1] for line in log.read_text("latin-1").splitlines()]
        wrong = [call for call in calls if "(" in call and _changes(call)]
        assert wrong == [], f"{command} --dry-run"
        assert names(home) == before
    for command, edits in plans.items():
        found = {each["path"]: each for each in edits}
        linked, plain = found[f"{home}/.bashrc"], found[f"{home}/.profile"]
        own = found[f"{home}/.config/envkit/env.sh"]
        assert (linked["kind"], linked["target"]) == ("link", f"{home}/dots/bashrc"), command
        assert "tracked by git in ~/dots" in linked["reason"], command
        assert (plain["kind"], plain["target"], plain["was_mode"]) == ("file", None, 0o600), command
        assert own["kind"] == ("absent" if command == "install" else "file"), command
        texts = [linked["before"], linked["after"]]
        assert all(text.startswith("# caf\udce9\n") for text in texts), "byte for byte"


def _changes(call: str) -> bool:
    if not call.startswith("open"):
        return not call.startswith(("+++", "---", "<..."))
    writes = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC")
    return any(word in call for word in writes) and "/dev/" not in call


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    home = Path(os.fsdecode(os.fsencode(tmp_path) + b"/h\xe9\x1b"))
    try:
        home.mkdir()
    except OSError:
        pytest.skip("this file system takes no such name")
    (home / ".bashrc").write_text("A=1\n")
    data = json.loads(envkit(home, "install", "--dry-run", "--json", "--shell", "bash"))
    assert data["plan"]["edits"][0]["path"].endswith("/h\udce9\x1b/.config/envkit/env.sh")


CLOSED_SINCE = """
import sys
from pathlib import Path
from envkit.apply import apply
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan
from envkit.uninstall import uninstall_plan
home = Path(sys.argv[1])
host = Host.real(home=home)
written = b"# >>> envkit p >>>\\n:\\n# <<< envkit p <<<\\n"
if sys.argv[2] == "known":
    apply(host, Plan("t", (FileEdit(home / ".zshrc", None, written),)))
try:
    print([each.path.name for each in uninstall_plan(host, overwrite_drift=True).edits])
    (home / ".zshrc").chmod(0)
    print(uninstall_plan(host).edits)
except Refused as problem:
    print(problem.message)
"""


@needs_root
@pytest.mark.parametrize(
    ("receipts", "words"),
    [
        ("known", ["['.zshrc']", "~/.zshrc cannot be read: Permission denied"]),
        ("lost", ["~/.aliases cannot be read: Permission denied"]),
    ],
)
def test_uninstall_passes_over_what_was_closed_and_never_written_to(
    users_home: Path, receipts: str, words: list[str]
) -> None:
    (users_home / ".bashrc").write_text("[ -r ~/.aliases ] && . ~/.aliases\n")
    for name in (".profile", ".aliases") if receipts == "known" else (".aliases",):
        (users_home / name).write_text("")
        (users_home / name).chmod(0)
    for path in users_home.iterdir():
        os.chown(path, NOBODY, NOBODY)
    argv = [python_for_others(), "-c", CLOSED_SINCE, str(users_home), receipts]
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    environment = {**SOURCE, "HOME": str(users_home)}
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, **user)  # type: ignore[call-overload]
    assert done.stdout.splitlines() == words, done.stderr
