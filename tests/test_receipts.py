"""Receipts: what is written comes back, version 1 loads for ever, nobody else can look."""

from __future__ import annotations

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

V1 = Path(__file__).parent / "data/receipts/v1.json"
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
    "text", ["", "{}", "[]", '{"version": 2}', '{"version": 1, "edits": [{"path": 1}]}']
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
