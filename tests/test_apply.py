"""The transaction: whole or not at all, nothing lost, nothing left; as root and as a user."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import envkit
from envkit import durable, receipts, recovery
from envkit.apply import apply, undo_plan
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan

ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not ROOT, reason="mounts and other owners need root")
NOBODY = 65534


@dataclass(frozen=True)
class Seen:
    """All that a user could notice of a file."""

    kind: int
    content: bytes
    mode: int
    owner: tuple[int, int]
    mtime: int
    inode: int
    attributes: tuple[tuple[str, bytes], ...]


def everything(home: Path) -> dict[str, Seen]:
    """Every entry below a folder, by name, hidden ones too."""

    def look(path: Path) -> Seen:
        status = path.lstat()
        content = os.fsencode(path.readlink()) if path.is_symlink() else b""
        if not content and path.is_file():
            content = path.read_bytes()
        names = os.listxattr(path, follow_symlinks=False)
        attributes = tuple((n, os.getxattr(path, n, follow_symlinks=False)) for n in sorted(names))
        times = 0 if path.is_dir() and not path.is_symlink() else status.st_mtime_ns
        return Seen(
            status.st_mode >> 12,
            content,
            status.st_mode & 0o7777,
            (status.st_uid, status.st_gid),
            times,
            status.st_ino,
            attributes,
        )

    return {str(path.relative_to(home)): look(path) for path in sorted(home.rglob("*"))}


def users(home: Path) -> dict[str, Seen]:
    """Everything but what envkit keeps for itself: receipts of what failed, too."""
    ours = (".local", ".local/state", ".local/state/envkit")
    return {
        name: seen
        for name, seen in everything(home).items()
        if name not in ours and not name.startswith(ours[-1] + "/receipts")
    }


def edit(home: Path, name: str, after: bytes | None, mode: int | None = None) -> FileEdit:
    """An edit whose `before` is what lies there now."""
    path = home / name
    return FileEdit(path, path.read_bytes() if path.exists() else None, after, mode)


# -- what it does -------------------------------------------------------------------------------


def test_files_are_written_made_and_removed(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "old", ".gone": "x"})
    home = machine.home
    plan = Plan(
        "t",
        (
            edit(home, ".bashrc", b"new"),
            edit(home, ".config/envkit/env.sh", b"env", 0o640),
            edit(home, ".gone", None),
        ),
    )
    receipt = apply(machine, plan)
    assert (home / ".bashrc").read_bytes() == b"new"
    assert (home / ".config/envkit/env.sh").stat().st_mode & 0o777 == 0o640
    assert receipt.status == "applied"
    assert receipt.folders == (home / ".config", home / ".config/envkit")
    assert receipts.load(machine, receipt.id) == receipt
    assert sorted(path.name for path in home.iterdir()) == [".bashrc", ".config", ".local"]


def test_undoing_leaves_only_the_receipt(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "old"})
    home = machine.home
    plan = Plan("t", (edit(home, ".bashrc", b"new"), edit(home, ".config/envkit/env.sh", b"env")))
    receipt = apply(machine, plan)
    undo = Plan("undo", plan.reversed().edits, receipt.folders[::-1])
    done = apply(machine, undo, undoes=receipt)
    assert (done.status, done.undoes) == ("applied", (receipt.id,))
    assert sorted(path.name for path in home.iterdir()) == [".bashrc", ".local"]
    assert (home / ".bashrc").read_bytes() == b"old"
    assert receipts.every(machine) == (receipt, done)
    assert receipts.latest(machine) is None


def test_an_edit_without_effect_touches_nothing(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "same", ".profile": "old"})
    before = everything(machine.home)[".bashrc"]
    home = machine.home
    apply(machine, Plan("t", (edit(home, ".bashrc", b"same"), edit(home, ".profile", b"new"))))
    assert everything(home)[".bashrc"] == before


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o444, 0o755, 0o4755, 0o664])
def test_the_mode_is_kept(host: Callable[..., Host], mode: int) -> None:
    machine = host({".bashrc": "old"})
    (machine.home / ".bashrc").chmod(mode)
    apply(machine, Plan("t", (edit(machine.home, ".bashrc", b"new"),)))
    assert (machine.home / ".bashrc").stat().st_mode & 0o7777 == mode


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_file_is_never_writable_by_others(host: Callable[..., Host], umask: int) -> None:
    machine, before = host(), os.umask(umask)
    try:
        apply(machine, Plan("t", (edit(machine.home, ".bashrc", b"new"),)))
    finally:
        os.umask(before)
    assert (machine.home / ".bashrc").stat().st_mode & 0o777 == 0o644 & ~umask


def acl(owner: int) -> bytes:
    """Version 2; user::OWNER user:NOBODY:r-- group::--- mask::r-- other::--- (acl(5))."""
    rows = [(1, owner, -1), (2, 4, NOBODY), (4, 0, -1), (16, 4, -1), (32, 0, -1)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *row) for row in rows)


ACL = acl(6)


def test_what_a_folder_gives_to_new_files_is_not_taken(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "old"})
    (machine.home / ".bashrc").chmod(0o640)
    try:
        os.setxattr(machine.home, "system.posix_acl_default", acl(7))
    except OSError as error:
        pytest.skip(f"no ACLs on this file system: {error.strerror}")
    before = everything(machine.home)[".bashrc"]
    apply(machine, Plan("t", (edit(machine.home, ".bashrc", b"new"),)))
    after = everything(machine.home)[".bashrc"]
    assert (after.attributes, after.mode) == (before.attributes, before.mode)


def test_extended_attributes_and_acls_are_kept(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "old"})
    path = machine.home / ".bashrc"
    try:
        os.setxattr(path, "user.note", b"\0mine")
        os.setxattr(path, "system.posix_acl_access", ACL)
    except OSError as error:
        pytest.skip(f"no such attributes on this file system: {error.strerror}")
    before = everything(machine.home)[".bashrc"]
    apply(machine, Plan("t", (edit(machine.home, ".bashrc", b"new"),)))
    after = everything(machine.home)[".bashrc"]
    assert (after.attributes, after.mode) == (before.attributes, before.mode)
    assert dict(after.attributes)["user.note"] == b"\0mine"


@pytest.mark.parametrize("aim", ["dotfiles/bashrc", "chain"])
def test_a_link_stays_and_its_target_is_replaced(host: Callable[..., Host], aim: str) -> None:
    machine = host({"dotfiles/bashrc": "old"})
    (machine.home / "chain").symlink_to("dotfiles/bashrc")
    (machine.home / ".bashrc").symlink_to(aim)
    apply(machine, Plan("t", (edit(machine.home, ".bashrc", b"new"),)))
    assert (machine.home / ".bashrc").readlink() == Path(aim)
    assert (machine.home / "dotfiles/bashrc").read_bytes() == b"new"
    assert [path.name for path in (machine.home / "dotfiles").iterdir()] == ["bashrc"]


def test_folders_that_a_plan_names_go_when_empty(host: Callable[..., Host]) -> None:
    machine = host({".config/envkit/env.sh": "x", ".config/other/keep": "x"})
    home = machine.home
    folders = (home / ".config/envkit", home / ".config")
    apply(machine, Plan("t", (edit(home, ".config/envkit/env.sh", None),), folders))
    assert [path.name for path in (home / ".config").iterdir()] == ["other"]


def test_the_receipt_tells_what_the_file_was(host: Callable[..., Host]) -> None:
    machine = host({"dot/bashrc": "old", ".gone": "x", ".profile": "p"})
    home = machine.home
    (home / ".bashrc").symlink_to("dot/bashrc")
    (home / ".gone").chmod(0o600)
    for name in ("dot/bashrc", ".gone", ".profile"):
        os.utime(home / name, ns=(5, 123_456_789_012_345_678))
    edits = (edit(home, ".bashrc", b"new"), edit(home, ".gone", None), edit(home, ".n", b"n"))
    receipt = apply(machine, Plan("t", (*edits, edit(home, ".profile", b"P"))))
    link, gone, made, plain = receipt.plan.edits
    assert link.target == home / "dot/bashrc"
    assert {one.target for one in (gone, made, plain)} == {None}
    assert {one.was_modified for one in (link, gone, plain)} == {123_456_789_012_345_678}
    assert made.was_modified is None
    assert (gone.mode, plain.mode) == (0o600, None)
    # So the way back gives the times back, too.
    undo = undo_plan(receipt)
    apply(machine, undo, undoes=receipt)
    for name in ("dot/bashrc", ".gone", ".profile"):
        assert (home / name).stat().st_mtime_ns == 123_456_789_012_345_678
    assert (home / ".gone").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("size", [100, 200, 250, 255])
def test_a_long_name(host: Callable[..., Host], size: int) -> None:
    name = "." + "n" * (size - 1)
    machine = host({name: "old"})
    before = users(machine.home)
    receipt = apply(machine, Plan("t", (edit(machine.home, name, b"new"),)))
    assert (machine.home / name).read_bytes() == b"new"
    apply(machine, undo_plan(receipt), undoes=receipt)
    assert {name: one.content for name, one in users(machine.home).items()} == {
        name: one.content for name, one in before.items()
    }


def test_a_save_into_the_old_file_after_all_is_kept_and_told(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = host({".bashrc": "old"})
    save = receipts.save
    with (machine.home / ".bashrc").open("ab") as file:

        def saving(*args: object, **more: object) -> tuple[Path, ...]:
            if not file.tell() > 3:
                file.write(b" late")
                file.flush()
            return save(*args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(receipts, "save", saving)
        receipt = apply(machine, Plan("t", (edit(machine.home, ".bashrc", b"new"),)))
    assert (machine.home / ".bashrc").read_bytes() == b"new"
    (kept,) = {path.read_bytes() for path in machine.home.glob(".*.envkit-*")}
    assert kept == b"old late"
    assert "somebody saved meanwhile; the text is in ~/..bashrc.envkit-" in receipt.reason


def test_saves_around_the_second_name_leave_none(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = host({".bashrc": "old"})
    keep = durable.keep_old

    def save(text: str) -> None:
        beside = machine.home / ".swap"
        beside.write_text(text)
        beside.rename(machine.home / ".bashrc")

    def keeping(at: Path, content: bytes, old: Path) -> None:
        save("saved")
        keep(at, content, old)
        save("saved again")

    plan = Plan("t", (edit(machine.home, ".bashrc", b"new"),))
    monkeypatch.setattr(durable, "keep_old", keeping)
    with pytest.raises(Refused, match="is not as it was"):
        apply(machine, plan)
    assert {name: one.content for name, one in users(machine.home).items()} == {
        ".bashrc": b"saved again"
    }


# -- what it refuses, with nothing written ------------------------------------------------------


def _stale(home: Path) -> None:
    (home / ".b").write_text("somebody else")


def _vanished(home: Path) -> None:
    (home / ".b").unlink()


def _folder(home: Path) -> None:
    (home / ".b").unlink()
    (home / ".b").mkdir()


def _dangling(home: Path) -> None:
    (home / ".b").unlink()
    (home / ".b").symlink_to("nowhere")


def _loop(home: Path) -> None:
    (home / ".b").unlink()
    (home / ".b").symlink_to(".b")


def _device(home: Path) -> None:
    (home / ".b").unlink()
    (home / ".b").symlink_to("/dev/null")


def _fifo(home: Path) -> None:
    (home / ".b").unlink()
    os.mkfifo(home / ".b")


def _parent_is_a_file(home: Path) -> None:
    (home / ".config").write_text("a file")


def _parent_dangles(home: Path) -> None:
    (home / ".config").symlink_to("nowhere")


def _appeared(home: Path) -> None:
    (home / ".config/envkit").mkdir(parents=True)
    (home / ".config/envkit/env.sh").write_text("env")


def _twin(home: Path) -> None:
    (home / ".c").unlink()
    (home / ".c").symlink_to(".b")


TROUBLE = [
    (_stale, "~/.b is not as it was"),
    (_vanished, "~/.b is not as it was"),
    (_folder, "~/.b is a folder"),
    (_dangling, "~/.b is a link to a file that does not exist"),
    (_loop, "~/.b is a link that leads to itself"),
    (_device, "~/.b is not an ordinary file"),
    (_fifo, "~/.b is not an ordinary file"),
    (_parent_is_a_file, "~/.config is a file"),
    (_parent_dangles, "~/.config is a link to a folder"),
    (_appeared, r"~/.config/envkit/env.sh is not as it was"),
    (_twin, "~/.c is the same file as ~/.b"),
]


@pytest.mark.parametrize("place", [0, 1, 2, 3])
@pytest.mark.parametrize(("trouble", "words"), TROUBLE, ids=[t.__name__ for t, _ in TROUBLE])
def test_trouble_with_one_file_leaves_all_as_they_were(
    host: Callable[..., Host], trouble: Callable[[Path], None], words: str, place: int
) -> None:
    machine = host({".a": "a", ".b": "b", ".c": "b"})
    home = machine.home
    edits = [edit(home, ".a", b"A"), edit(home, ".config/envkit/env.sh", b"env")]
    edits += [edit(home, ".b", b"B"), edit(home, ".c", b"C")]
    edits = edits[place:] + edits[:place]
    trouble(home)
    before = everything(home)
    # The order of a plan decides which of two twins is named first.
    words = words if trouble is not _twin else "is the same file as"
    with pytest.raises(Refused, match=words):
        apply(machine, Plan("t", tuple(edits)))
    assert everything(home) == before


def test_all_that_is_wrong_is_said_at_once(host: Callable[..., Host]) -> None:
    machine = host({".a": "a", ".b": "b"})
    edits = (edit(machine.home, ".a", b"A"), edit(machine.home, ".b", b"B"))
    _folder(machine.home)
    (machine.home / ".a").write_text("other")
    with pytest.raises(Refused, match=r"(?s)~/\.a is not as it was.*~/\.b is a folder"):
        apply(machine, Plan("t", edits))


# -- failures in the middle: every call that can fail, at every file -----------------------------


@pytest.fixture
def four(host: Callable[..., Host]) -> tuple[Host, Plan]:
    """Four edits: a change, a new file in new folders, a linked file, a removal."""
    machine = host({".a": "a", "dot/b": "b", ".c": "c"})
    home = machine.home
    (home / ".b").symlink_to("dot/b")
    (home / ".a").chmod(0o600)
    edits = (
        edit(home, ".a", b"A"),
        edit(home, ".config/envkit/env.sh", b"env"),
        edit(home, ".b", b"B"),
        edit(home, ".c", None),
    )
    return machine, Plan("t", edits)


CALLS = ["os.open", "os.write", "os.fsync", "os.rename", "os.link", "os.unlink", "os.mkdir"]
CALLS += ["os.chmod", "os.fchmod", "os.setxattr", "os.utime", "os.rmdir"]


@pytest.mark.parametrize("call", CALLS)
def test_a_failing_call_leaves_all_as_they_were(
    four: tuple[Host, Plan], call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, plan = four
    before = users(machine.home)
    real, counter = getattr(os, call[3:]), [0, 0]

    def failing(*args: object, **kwargs: object) -> object:
        counter[0] += 1
        if counter[0] == counter[1]:
            raise OSError(28, "No space left on device", args[0])
        return real(*args, **kwargs)

    failures = 0
    for nth in range(1, 80):
        counter[:] = [0, nth]
        receipt = None
        with monkeypatch.context() as patch:
            patch.setattr(call, failing)
            try:
                receipt = apply(machine, plan)
            except Refused as refusal:
                failures += 1
                assert "No space left" in refusal.message
        done = users(machine.home)
        if receipt is None:
            assert {name: done.get(name) for name in before} == before, f"{call} number {nth}"
        else:  # a call that may fail: a second name that is not allowed, cleaning up
            assert (done[".a"].content, done["dot/b"].content) == (b"A", b"B")
        # Where cleaning up fails, the next command does it.
        recovery.recover(machine)
        done = users(machine.home)
        assert [name for name in done if "envkit-" in name or "journal" in name] == []
        if receipt is None:
            assert done == before, f"{call} number {nth}"
            continue
        assert (done[".a"].content, done["dot/b"].content) == (b"A", b"B")
        undo = Plan("u", plan.reversed().edits, receipt.folders[::-1])
        if counter[0] < nth:
            break
        apply(machine, undo, undoes=receipt)
        subprocess.run(["rm", "-rf", machine.home / ".local"], check=True)
        before = users(machine.home)
    may = {"os.setxattr", "os.fchmod", "os.link", "os.utime", "os.rmdir"}
    assert failures or call in may


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("at", range(1, 9))
def test_a_signal_between_files_puts_everything_back(
    four: tuple[Host, Plan], at: int, sent: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, plan = four
    before = users(machine.home)
    calls = [0]
    real = os.fsync

    def fsync(handle: int) -> None:
        calls[0] += 1
        if calls[0] == 6 + at:  # those before belong to the journal and its folders
            # To this thread: a test runner has others, which would take it first.
            signal.pthread_kill(threading.get_ident(), sent)
        real(handle)

    def terminated(*_: object) -> None:
        raise SystemExit(143)

    monkeypatch.setattr(os, "fsync", fsync)
    old = signal.signal(signal.SIGTERM, terminated)
    try:
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            apply(machine, plan)
    finally:
        signal.signal(signal.SIGTERM, old)
    assert users(machine.home) == before
    (receipt,) = receipts.every(machine)
    assert (receipt.status, receipt.reason) == ("interrupted", "interrupted; all was put back")


def _in_place(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b" saved")


def _by_rename(path: Path) -> None:
    beside = path.with_name("4913")
    beside.write_bytes(path.read_bytes() + b" saved")
    beside.rename(path)


@pytest.mark.parametrize("name", [".a", ".c"])
@pytest.mark.parametrize("save", [_in_place, _by_rename])
def test_a_save_between_the_look_and_the_rename_is_kept(
    four: tuple[Host, Plan],
    monkeypatch: pytest.MonkeyPatch,
    save: Callable[[Path], None],
    name: str,
) -> None:
    machine, plan = four
    path, saved = machine.home / name, []
    text = path.read_bytes() + b" saved"
    exchange, rename = durable.exchange, os.rename

    def last_moment(source: object, target: object) -> None:
        if not saved and path in (source, target):
            saved.append(1)
            save(path)

    def exchanging(new: Path, at: Path) -> None:
        last_moment(new, at)
        exchange(new, at)

    def renaming(source: object, target: object, **more: object) -> None:
        if str(target).endswith(".new"):
            last_moment(source, target)
        rename(source, target, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(durable, "exchange", exchanging)
    monkeypatch.setattr(os, "rename", renaming)
    with pytest.raises(Refused, match=rf"~/\{name} is not as it was"):
        apply(machine, plan)
    assert saved
    assert path.read_bytes() == text
    assert [one for one in users(machine.home) if "envkit-" in one] == []


def test_a_save_into_the_old_file_is_kept_where_nothing_can_be_exchanged(
    four: tuple[Host, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, plan = four

    def replacing(new: Path, at: Path) -> None:
        _in_place(at)
        new.rename(at)

    monkeypatch.setattr(durable, "exchange", replacing)
    with pytest.raises(Refused, match=r"~/\.a is not as it was"):
        apply(machine, plan)
    assert (machine.home / ".a").read_bytes() == b"a saved"


def test_where_putting_back_fails_the_old_text_is_named(
    four: tuple[Host, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, plan = four
    before = users(machine.home)
    exchange, rename = durable.exchange, os.rename
    failed_at: list[str] = []

    def exchanging(new: Path, at: Path) -> None:
        if at.name == "b" or (failed_at and at.name == ".a"):  # .a on its way back
            failed_at.append(at.name)
            raise OSError(5, "Input/output error")
        exchange(new, at)

    def renaming(source: object, target: object, **more: object) -> None:
        if failed_at and str(target).endswith("/.a"):
            raise OSError(5, "Input/output error")
        rename(source, target, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(durable, "exchange", exchanging)
    monkeypatch.setattr(os, "rename", renaming)
    with pytest.raises(Refused, match=r"(?s)not everything could be put back.*~/\.a.*\.old") as got:
        apply(machine, plan)
    monkeypatch.undo()
    (failed,) = receipts.every(machine)
    assert failed.status == "failed"
    assert "the next envkit command that writes tries it again" in got.value.hint
    assert failed.plan.edits[0].before == b"a"
    assert (machine.home / ".a").read_bytes() == b"A"
    assert "it was undone: 4 files are as they were" in str(recovery.recover(machine))
    assert users(machine.home) == before


# -- other owners, read-only and full file systems -----------------------------------------------

SOURCE = {**os.environ, "PYTHONPATH": str(Path(envkit.__file__).parents[1])}
SCRIPT = """
import sys
from pathlib import Path
from envkit.apply import apply
from envkit.errors import EnvkitError
from envkit.host import Host
from envkit.plan import FileEdit, Plan
home = Path(sys.argv[1])
size = int(sys.argv[2])
def edit(name, after):
    path = home / name
    return FileEdit(path, path.read_bytes() if path.exists() else None, after)
edits = (edit(".a", b"A" * size), edit(".config/envkit/env.sh", b"env"), edit(".b", b"B" * size))
try:
    apply(Host.real(home=home), Plan("t", edits))
except EnvkitError as error:
    print(error.message, "|", error.hint)
    sys.exit(3)
"""


def run_apply(home: Path, *before: str, size: int = 1, uid: int | None = None) -> tuple[int, str]:
    """Apply a plan of three files in a process of its own, after some commands of a shell."""
    command = "; ".join((*before, 'exec "$0" -c "$1" "$2" "$3"'))
    python = sys.executable if uid is None else python_for_others()
    argv = ["sh", "-ec", command, python, SCRIPT, str(home), str(size)]
    if before:
        argv = ["unshare", "-m", *argv]
    environment = {**SOURCE, "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home)}
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        user=uid,
        group=uid,
        extra_groups=[] if uid else None,
        env=environment,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    for name in (".a", ".b"):
        (home / name).write_text("old")
    return home


def own(home: Path, uid: int) -> None:
    for path in (home, *home.rglob("*")):
        os.chown(path, uid, uid, follow_symlinks=False)


def python_for_others() -> str:
    """A Python that another user may run, too: this one may lie in a closed folder."""
    for python in (sys.executable, "/usr/bin/python3"):
        argv = ["sh", "-c", 'exec "$0" -c "import envkit.apply"', python]
        other = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        if not subprocess.run(argv, capture_output=True, env=SOURCE, **other).returncode:  # type: ignore[call-overload]
            return python
    pytest.skip("no Python here that another user may run")


@needs_root
def test_root_leaves_nothing_of_its_own_in_somebodys_home(home: Path) -> None:
    own(home, NOBODY)
    before = everything(home)
    status, text = run_apply(home)
    assert status == 3
    assert "~/.a belongs to nobody; it would come to belong to root" in text
    assert "run this command as nobody" in text
    assert everything(home) == before


@needs_root
def test_a_user_is_refused_a_file_of_a_group_that_is_not_the_users(home: Path) -> None:
    own(home, NOBODY)
    os.chown(home / ".a", NOBODY, 0)
    before = everything(home)
    status, text = run_apply(home, uid=NOBODY)
    assert (status, "~/.a belongs to a group that you are not in" in text) == (3, True)
    assert f"chgrp {NOBODY} {home}/.a" in text
    assert everything(home) == before
    os.chown(home, NOBODY, 0)
    home.chmod(0o2755)  # where files have the folder's group by themselves
    assert run_apply(home, uid=NOBODY)[0] == 0
    assert (home / ".a").stat().st_gid == 0


@needs_root
@pytest.mark.parametrize("name", [".a", ".b"])
def test_a_user_is_refused_a_file_of_another_owner(home: Path, name: str) -> None:
    own(home, NOBODY)
    os.chown(home / name, 0, 0)
    before = everything(home)
    status, text = run_apply(home, uid=NOBODY)
    assert (status, f"~/{name} belongs to root" in text) == (3, True)
    assert everything(home) == before


@needs_root
@pytest.mark.parametrize("mode", [0o555, 0o755])
def test_an_ordinary_user(home: Path, mode: int) -> None:
    own(home, NOBODY)
    home.chmod(mode)
    before = everything(home)
    status, text = run_apply(home, uid=NOBODY)
    if mode == 0o755:
        assert status == 0, text
        assert (home / ".b").read_text() == "B"
        assert (home / ".b").stat().st_uid == NOBODY
    else:
        assert (status, "no permission in ~" in text) == (3, True)
        assert everything(home) == before


@needs_root
def test_an_ordinary_users_read_only_file_keeps_its_attributes(home: Path) -> None:
    own(home, NOBODY)
    try:
        os.setxattr(home / ".b", "user.note", b"\0mine")
        os.setxattr(home / ".b", "system.posix_acl_access", ACL)
    except OSError as error:
        pytest.skip(f"no such attributes on this file system: {error.strerror}")
    (home / ".b").chmod(0o444)
    before = everything(home)[".b"]
    status, text = run_apply(home, uid=NOBODY)
    after = everything(home)[".b"]
    assert (status, after.attributes, after.mode) == (0, before.attributes, before.mode), text


@needs_root
@pytest.mark.parametrize("mode", [0o300, 0o1777, 0o2755, 0o3770])
def test_a_folder_that_is_not_like_others(home: Path, mode: int) -> None:
    """It cannot be listed, or is sticky, or gives its group to what is made in it."""
    own(home, NOBODY)
    home.chmod(mode)
    status, text = run_apply(home, uid=NOBODY)
    assert status == 0, text
    assert (home / ".b").read_text() == "B"
    assert [path.name for path in home.iterdir() if "envkit-" in path.name] == []
    assert {path.lstat().st_uid for path in home.rglob("*")} == {NOBODY}


@needs_root
@pytest.mark.parametrize("what", ["home", "home/.b"])
def test_a_read_only_file_system(home: Path, what: str) -> None:
    place = home.parent / what
    before = everything(home)
    status, text = run_apply(
        home, f"mount --bind {place} {place}", f"mount -o remount,bind,ro {place}"
    )
    assert (status, "lies on a read-only file system" in text) == (3, True), text
    assert everything(home) == before


@needs_root
def test_a_file_that_is_mounted_from_elsewhere(home: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("old")
    before = everything(home)
    mount = f"mount --bind {tmp_path}/other {home}/.b"
    status, text = run_apply(home, mount)
    assert (status, "~/.b" in text) == (3, True), text
    assert "mount" in text
    assert everything(home) == before


@needs_root
@pytest.mark.parametrize("size", [60_000, 100_000, 200_000])
def test_a_full_disk(home: Path, tmp_path: Path, size: int) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    report = tmp_path / "report"
    look = f"find {disk}/home -printf '%P %i %m %T@ %s\\n' | sort"
    command = f"""
        mount -t tmpfs -o size=300k tmpfs {disk}; cp -a {home} {disk}/home; {look} > {report}.1
        "$0" -c "$1" {disk}/home {size} || status=$?; {look} > {report}.2
        cat {disk}/home/.a {disk}/home/.b > {report}.3; exit $status"""
    argv = ["unshare", "-m", "sh", "-ec", command, sys.executable, SCRIPT]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert "No space left on device" in done.stdout
    one, two = (Path(f"{report}.{n}").read_text().splitlines() for n in (1, 2))
    drop_time = [line for line in two if line.split()[0].startswith(".")]
    assert drop_time == [line for line in one if line.split()[0].startswith(".")]
    assert Path(f"{report}.3").read_text() == "oldold"


@needs_root
def test_an_immutable_file(home: Path) -> None:
    if subprocess.run(["chattr", "+i", home / ".b"], capture_output=True).returncode:
        pytest.skip("no immutable files on this file system")
    try:
        before = everything(home)
        status, text = run_apply(home)
        assert (status, "~/.b cannot be written" in text) == (3, True)
        assert everything(home) == before
    finally:
        subprocess.run(["chattr", "-i", home / ".b"], check=True)


def test_a_foreign_root_keeps_its_owners(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "old"}, {"etc/profile": ""})
    home = machine.home_at
    if ROOT:
        own(home, 1000)
    plan = Plan(
        "t",
        (
            FileEdit(Path("/home/ada/.bashrc"), b"old", b"new"),
            FileEdit(Path("/home/ada/.config/envkit/env.sh"), None, b"env"),
        ),
    )
    receipt = apply(machine, plan)
    assert receipt.folders[0] == Path("/home/ada/.config")
    owners = {path.stat().st_uid for path in home.rglob("*")}
    assert owners == {1000 if ROOT else os.geteuid()}
    assert (home / ".local/state/envkit/receipts" / f"{receipt.id}.json").is_file()


def test_links_of_a_foreign_root_stay_inside(host: Callable[..., Host]) -> None:
    machine = host({}, {"srv/dot/bashrc": "old"})
    (machine.home_at / ".bashrc").symlink_to("/srv/dot/bashrc")
    (machine.home_at / ".profile").symlink_to("/srv/nowhere")
    apply(machine, Plan("t", (FileEdit(Path("/home/ada/.bashrc"), b"old", b"new"),)))
    assert (machine.root / "srv/dot/bashrc").read_bytes() == b"new"
    with pytest.raises(Refused, match="does not exist"):
        apply(machine, Plan("t", (FileEdit(Path("/home/ada/.profile"), None, b"new"),)))
