"""Receipts: what is written comes back, version 1 loads for ever, nobody else can look."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from envkit import receipts
from envkit.errors import Refused, Unreadable, UsageError
from envkit.host import Host
from envkit.plan import FileEdit, Plan, Receipt
from envkit.receipts import form, pruning, timeline

DATA = Path(__file__).parent / "data/receipts"
V1 = DATA / "v1.json"
PLAN = Plan(
    "install descent",
    (
        FileEdit(Path("/home/ada/.config/envkit/env.sh"), None, b"env\n", 0o644, "the environment"),
        FileEdit(Path("/home/ada/.bashrc"), b"\xe9\r\n", b"\xe9\r\nblock\n"),
    ),
)


def test_what_is_saved_comes_back(host: Callable[..., Host]) -> None:
    machine = host()
    receipt = replace(receipts.fresh(machine, PLAN), status="applied", folders=(Path("/a"),))
    receipts.save(machine, receipt)
    assert receipts.load(machine, receipt.id) == receipt
    assert receipts.latest(machine) == receipt
    assert receipts.every(machine) == (receipt,)


def test_a_name_that_is_not_text_comes_back(host: Callable[..., Host]) -> None:
    machine = host()
    plan = Plan("odd", (FileEdit(Path("/home/\udce9/.bashrc"), b"", b"\0\xff"),))
    receipt = receipts.fresh(machine, plan)
    receipts.save(machine, receipt)
    assert receipts.load(machine, receipt.id).plan == plan


def test_version_1_is_readable_for_ever(host: Callable[..., Host]) -> None:
    machine = host()
    place = machine.state / "receipts"
    place.mkdir(parents=True)
    shutil.copy(V1, place / "20261124-101502.json")
    assert receipts.load(machine, "20261124-101502") == Receipt(
        "20261124-101502",
        1,
        "2026-11-24T10:15:02+0000",
        "applied",
        Plan(
            "install descent",
            (
                FileEdit(
                    Path("/home/ada/.config/envkit/env.sh"),
                    None,
                    b"env\n",
                    0o644,
                    "the environment itself",
                ),
                FileEdit(Path("/home/ada/.bashrc"), b"\xe9\r\n", b"\xe9\r\nblock\n"),
                FileEdit(Path("/home/ada/.old"), b"", None),
            ),
            (Path("/home/ada/.config/gone"),),
        ),
        (Path("/home/ada/.config"), Path("/home/ada/.config/envkit")),
    )


def test_only_the_owner_may_look(host: Callable[..., Host]) -> None:
    machine = host()
    receipt = receipts.fresh(machine, PLAN)
    receipts.save(machine, receipt)
    place = machine.state / "receipts"
    assert place.stat().st_mode & 0o777 == 0o700
    assert (place / f"{receipt.id}.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in place.iterdir()] == [f"{receipt.id}.json"]


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another account")
@pytest.mark.parametrize("closed", ["envkit", "envkit/receipts"])
def test_another_account_is_told_who_may_look_at_the_systems(users_home: Path, closed: str) -> None:
    (users_home / "var/lib/envkit/receipts").mkdir(parents=True)
    (users_home / "root").mkdir()
    (users_home / "var/lib" / closed).chmod(0o700)
    host = Host.real(root=users_home).for_system()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setuid(65534)
            receipts.stored(host)
        except Unreadable as error:
            status = 0 if error.hint == "sudo envkit history --system" else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_ids_grow_within_a_second_and_over_a_clock_set_back(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = host()
    clock = time.strptime("2026-11-24 10:15:02", "%Y-%m-%d %H:%M:%S")
    monkeypatch.setattr("envkit.receipts.time.localtime", lambda: clock)
    seen = []
    for _ in range(12):
        receipt = receipts.fresh(machine, PLAN)
        receipts.save(machine, replace(receipt, status="applied"))
        seen.append(receipt.id)
        assert receipts.latest(machine) == replace(receipt, status="applied")
    back = time.strptime("2001-01-01", "%Y-%m-%d")
    monkeypatch.setattr("envkit.receipts.time.localtime", lambda: back)
    assert receipts.fresh(machine, PLAN).id == "20261124-101502-13"
    assert seen[:2] == ["20261124-101502", "20261124-101502-2"]
    assert [receipt.id for receipt in receipts.every(machine)] == seen


def test_no_two_that_begin_at_once_share_a_receipt(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = host()
    first, _ = receipts.begin(machine, PLAN)
    real, calls = receipts.fresh, [0]

    def late(machine: Host, plan: Plan) -> Receipt:
        calls[0] += 1  # the first look came before the other's receipt was there
        return replace(real(machine, plan), id=first.id) if calls[0] == 1 else real(machine, plan)

    monkeypatch.setattr(receipts, "fresh", late)
    second, made = receipts.begin(machine, PLAN)
    assert second.id != first.id
    assert made == ()
    assert receipts.load(machine, first.id) == first


def test_latest_is_the_last_one_in_force(host: Callable[..., Host]) -> None:
    machine = host()
    assert receipts.latest(machine) is None
    first = replace(receipts.fresh(machine, PLAN), status="applied")
    receipts.save(machine, first)
    for status in ("rolled back", "failed", "interrupted"):
        receipts.save(machine, replace(receipts.fresh(machine, PLAN), status=status))  # type: ignore[arg-type]
    assert receipts.latest(machine) == first


def test_an_unknown_receipt_is_a_usage_error(host: Callable[..., Host]) -> None:
    with pytest.raises(UsageError, match="no receipt 20200101-000000"):
        receipts.load(host(), "20200101-000000")
    with pytest.raises(UsageError):
        receipts.load(host(), "../../secret")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "\0",
        "[" * 100_000,
        '{"version": 2}',
        '{"version": "2"}',
        '{"version": 1, "edits": [{"path": 1}]}',
        V1.read_text().replace("applied", "done"),
        V1.read_text().replace("ZW52Cg==", "no base64"),
        V1.read_text().replace("20261124-101502", "20261124-101503"),
    ],
    ids=lambda text: text[:30],
)
def test_a_damaged_receipt_says_so(host: Callable[..., Host], text: str) -> None:
    machine = host()
    place = machine.state / "receipts"
    place.mkdir(parents=True)
    (place / "20261124-101502.json").write_text(text)
    with pytest.raises(Unreadable, match=r"~/\.local/state/envkit/receipts/20261124-101502\.json"):
        receipts.load(machine, "20261124-101502")


def test_a_state_folder_that_is_a_file_is_refused(host: Callable[..., Host]) -> None:
    machine = host({".local": "a file"})
    with pytest.raises(Refused, match="no receipt can be written"):
        receipts.save(machine, receipts.fresh(machine, PLAN))


# -- version 2 ------------------------------------------------------------------------------------

HOME = Path("/home/ada")
INSTALL = Plan(
    "install descent",
    (
        FileEdit(
            HOME / ".config/envkit/env.sh",
            None,
            b"env\n",
            0o644,
            "the environment itself",
            kind="absent",
        ),
        FileEdit(
            HOME / ".bashrc",
            b"\xe9\r\n",
            b"\xe9\r\nblock\n",
            None,
            "bash: terminals",
            HOME / "dotfiles/bashrc",
            1795515302123456789,
            None,
            "link",
            0o600,
        ),
    ),
)
WHEN = "2026-11-24T10:15:02+0000"
VERSION_2 = {
    "v2": Receipt(
        "20261124-101502",
        2,
        WHEN,
        "applied",
        INSTALL,
        (HOME / ".config", HOME / ".config/envkit"),
        folded=(
            FileEdit(
                HOME / ".profile",
                b"A=1\n",
                b"A=1\nblock\n",
                was_modified=1795515300000000000,
                kind="file",
                was_mode=0o644,
            ),
        ),
        gone="20261124-101501",
        standing=("20261124-101500",),
    ),
    "v2-failed": Receipt(
        "20261124-101503",
        2,
        WHEN,
        "failed",
        INSTALL,
        reason="`bash -lic` no longer started (bash: ~/.bash_profile: line 1: …)",
    ),
    "v2-interrupted": Receipt(
        "20261124-101504", 2, WHEN, "interrupted", INSTALL, reason="interrupted; all was put back"
    ),
    "v2-rollback": Receipt(
        "20261124-101502-2",
        2,
        WHEN,
        "applied",
        Plan(
            "rollback of 20261124-101502",
            (
                FileEdit(
                    HOME / ".bashrc",
                    b"\xe9\r\nblock\n",
                    b"\xe9\r\n",
                    None,
                    "as before 20261124-101502",
                    HOME / "dotfiles/bashrc",
                    1795515303000000000,
                    1795515302123456789,
                    "link",
                    0o600,
                ),
                FileEdit(
                    HOME / ".config/envkit/env.sh",
                    b"env\n",
                    None,
                    0o644,
                    "as before 20261124-101502",
                    None,
                    1795515303000000000,
                    None,
                    "file",
                    0o644,
                ),
            ),
            (HOME / ".config/envkit", HOME / ".config"),
        ),
        undoes=("20261124-101502",),
    ),
}


@pytest.mark.parametrize("name", VERSION_2)
def test_version_2_is_readable_for_ever(host: Callable[..., Host], name: str) -> None:
    machine, wanted = host(), VERSION_2[name]
    place = machine.state / "receipts"
    place.mkdir(parents=True)
    shutil.copy(DATA / f"{name}.json", place / f"{wanted.id}.json")
    assert receipts.load(machine, wanted.id) == wanted
    receipts.save(machine, wanted)
    assert receipts.load(machine, wanted.id) == wanted


def test_every_fixture_is_held_to_what_it_means() -> None:
    assert {path.stem for path in DATA.glob("*.json")} == {"v1", *VERSION_2}


def test_a_newer_version_is_told_as_such(host: Callable[..., Host]) -> None:
    machine = host()
    place = machine.state / "receipts"
    place.mkdir(parents=True)
    (place / "20261124-101502.json").write_text('{"version": 3, "what": "is not known"}')
    with pytest.raises(Unreadable, match="written by a newer envkit"):
        receipts.load(machine, "20261124-101502")
    with pytest.raises(Unreadable):
        receipts.latest(machine)
    (one,) = receipts.stored(machine)
    assert (one.newer, one.receipt) == (True, None)


# -- which are in force ---------------------------------------------------------------------------


def _steps(*rows: str) -> list[Receipt]:
    """Receipts from words: a number, a mark for its status, and what it undoes (`4 <2`)."""
    found = []
    statuses = {"!": "failed", "~": "interrupted", "-": "rolled back"}
    for row in rows:
        word, _, undone = row.partition(" <")
        status = statuses.get(word[-1], "applied")
        ids = tuple(map(_id, undone.split(","))) if undone else ()
        plan = Plan(f"step {word}")
        name = _id(word.rstrip("!~-"))
        found.append(Receipt(name, 2, "", status, plan, undoes=ids))  # type: ignore[arg-type]
    return found


def _id(number: str) -> str:
    return f"20261124-{int(number):06}"


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ((), ""),
        (("1", "2"), "1 2"),
        (("1", "2!", "3~"), "1"),
        (("1", "2", "3 <2"), "1"),
        (("1", "2", "3", "4 <2,3"), "1"),
        (("1", "2", "3 <2", "4"), "1 4"),
        (("1", "2", "3 <2", "4 <3"), "1 2"),
        (("1", "2", "3 <2", "4", "5 <3,4"), "1 2"),
        (("1", "2", "3 <2", "4", "5 <2,4"), "1"),
        (("1", "2", "3 <2", "4 <3", "5 <4"), "1"),
        (("1", "2", "3! <2"), "1 2"),
        (("1", "2-"), "1"),
        (("1", "2-", "3 <2"), "1"),
        (("1", "4 <2,3"), "1"),
        (("5", "7 <3"), ""),
    ],
    ids=str,
)
def test_in_force(rows: tuple[str, ...], wanted: str) -> None:
    assert timeline.in_force(_steps(*rows)) == tuple(map(_id, wanted.split()))


# -- at most 50 -----------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six are many."""
    monkeypatch.setattr(pruning, "MOST", 6)


def _write(machine: Host, name: str, before: bytes | None, after: bytes, status: str) -> str:
    plan = Plan("install descent", (FileEdit(machine.home / name, before, after),))
    receipt, _ = receipts.begin(machine, plan)
    return receipts.finish(machine, receipt, status).id  # type: ignore[arg-type]


def test_at_most_50_are_kept_and_the_first(host: Callable[..., Host]) -> None:
    machine = host()
    failed = _write(machine, ".bashrc", None, b"never", "failed")
    first = _write(machine, ".bashrc", None, b"0", "applied")
    alone = _write(machine, ".zshrc", None, b"z", "applied")
    ids = [_write(machine, ".bashrc", b"%d" % n, b"%d" % (n + 1), "applied") for n in range(60)]
    kept = [each.id for each in receipts.every(machine)]
    assert kept == [failed, first, alone, *ids[-47:]]
    assert len(kept) == pruning.MOST


def test_those_that_wrote_nothing_go_first(few: None, host: Callable[..., Host]) -> None:
    machine = host()
    ids = [_write(machine, ".bashrc", b"%d" % n, b"%d" % (n + 1), "applied") for n in range(4)]
    for _ in range(5):
        _write(machine, ".bashrc", b"4", b"no", "failed")
    assert len(receipts.every(machine)) == 9  # nothing goes when nothing was written
    last = _write(machine, ".bashrc", b"4", b"5", "applied")
    kept = [each for each in receipts.every(machine) if each.status == "applied"]
    assert [each.id for each in kept] == [*ids, last]
    assert len(receipts.every(machine)) == pruning.MOST


def test_one_that_is_needed_stays(few: None, host: Callable[..., Host]) -> None:
    machine = host()
    ids = [_write(machine, ".bashrc", b"%d" % n, b"%d" % (n + 1), "applied") for n in range(6)]
    receipt, _ = receipts.begin(machine, PLAN)
    receipts.finish(machine, receipt, "applied", needed=[ids[1]])
    kept = [each.id for each in receipts.every(machine)]
    assert kept == [*ids[:2], *ids[3:], receipt.id]


def test_nothing_goes_while_one_is_of_a_newer_version(few: None, host: Callable[..., Host]) -> None:
    machine = host()
    (machine.state / "receipts").mkdir(parents=True)
    (machine.state / "receipts/20200101-000000.json").write_text('{"version": 99}')
    for n in range(9):
        _write(machine, ".bashrc", b"%d" % n, b"%d" % (n + 1), "applied")
    assert len(receipts.every(machine)) == 9


def test_a_damaged_one_is_left_alone_and_others_go(few: None, host: Callable[..., Host]) -> None:
    machine = host()
    (machine.state / "receipts").mkdir(parents=True)
    damaged = machine.state / "receipts/20200101-000000.json"
    damaged.write_text("{")
    for n in range(9):
        _write(machine, ".bashrc", b"%d" % n, b"%d" % (n + 1), "applied")
    assert len(receipts.every(machine)) == pruning.MOST
    assert damaged.read_text() == "{"


def test_that_old_ones_cannot_go_is_no_failure(
    few: None, host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = host()
    for n in range(6):
        _write(machine, ".bashrc", b"%d" % n, b"%d" % (n + 1), "applied")

    real = Path.unlink

    def refuse(self: Path, missing_ok: bool = False) -> None:
        if self.suffix == ".json":
            raise PermissionError(1, "not permitted", str(self))
        real(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    _write(machine, ".bashrc", b"6", b"7", "applied")
    assert len(receipts.every(machine)) == 7


def test_the_first_still_leads_back_after_others_went(few: None, host: Callable[..., Host]) -> None:
    from envkit import rollback
    from envkit.apply import apply

    machine = host({".bashrc": "mine\n"})
    rc, before = machine.home / ".bashrc", b"mine\n"
    for n in range(10):
        after = b"mine\n%d\n" % n
        last = apply(machine, Plan("install descent", (FileEdit(rc, before, after),)))
        before = after
    kept = receipts.every(machine)
    assert (len(kept), kept[-1].id) == (pruning.MOST, last.id)
    way = rollback.way(machine, kept[0].id)
    assert way.gaps == ()
    apply(machine, way.plan, undoes=way.plan.undoes)
    assert rc.read_bytes() == b"mine\n"


def test_one_that_was_folded_and_not_removed_is_not_counted_twice(
    few: None, host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    from envkit import rollback

    machine = host({".bashrc": "0"})
    ids = [_write(machine, ".bashrc", b"%d" % n, b"%d" % (n + 1), "applied") for n in range(6)]
    kept = (machine.state / f"receipts/{ids[1]}.json").read_bytes()
    _write(machine, ".bashrc", b"6", b"7", "applied")
    (machine.state / f"receipts/{ids[1]}.json").write_bytes(kept)  # killed before it went
    (machine.home / ".bashrc").write_bytes(b"7")
    way = rollback.way(machine, ids[0])
    assert (way.gaps, way.plan.edits[0].after) == ((), b"0")
    _write(machine, ".bashrc", b"7", b"8", "applied")
    assert ids[1] not in {each.id for each in receipts.every(machine)}


def test_what_was_taken_back_is_not_in_force_again_when_its_rollback_went(
    few: None, host: Callable[..., Host]
) -> None:
    from envkit import rollback
    from envkit.apply import apply

    machine = host({".bashrc": "0"})
    rc = machine.home / ".bashrc"
    apply(machine, Plan("install descent", (FileEdit(rc, b"0", b"1"),)))
    way = rollback.way(machine)
    back = apply(machine, way.plan, undoes=way.plan.undoes).id
    for n in range(8):
        before = b"0" if n == 0 else b"%d!" % (n - 1)
        apply(machine, Plan("install descent", (FileEdit(rc, before, b"%d!" % n),)))
    known = receipts.every(machine)
    assert back not in {each.id for each in known}
    assert timeline.in_force(known) == tuple(each.id for each in known[1:])


def test_what_somebody_wrote_in_between_is_still_told_after_others_went(
    few: None,
    host: Callable[..., Host],
) -> None:
    from envkit import rollback
    from envkit.apply import apply

    machine = host({".bashrc": "mine\n"})
    rc, before = machine.home / ".bashrc", b"mine\n"
    for n in range(10):
        after = b"%d\n" % n
        apply(machine, Plan("install descent", (FileEdit(rc, before, after),)))
        before = after
        if n == 3:
            before = b"edited\n"
            rc.write_bytes(before)
    kept = receipts.every(machine)
    assert rollback.way(machine, kept[0].id).gaps
    assert rollback.way(machine, kept[1].id).gaps == ()
    assert form.VERSION == 2
