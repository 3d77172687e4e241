"""--probe: the model is proved on real shells, and the user's own files are never run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import probe, shells
from envkit.cli import order_probe
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Order, Start
from envkit.probe import machine


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of our own, to see that nothing stays in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.mark.parametrize("name", ["dash", "mksh", "tcsh"])
def test_the_model_agrees(host: Callable[..., Host], temporary: Path, name: str) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"no {name}")
    proof = probe.probe(host({".profile": "x=1\n"}), shells.get(name))
    assert proof.differences == ()
    assert proof.starts > 30
    assert proof.untold == 0
    assert list(temporary.iterdir()) == []


@pytest.mark.full
@pytest.mark.parametrize("name", ["bash", "zsh", "fish", "ksh93", "sh", "mksh", "dash", "tcsh"])
@pytest.mark.parametrize("with_etc", [True, False])
def test_the_model_agrees_everywhere(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch, name: str, with_etc: bool
) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"no {name}")
    if not with_etc:
        monkeypatch.setattr(machine, "_why_not", lambda host, room: "not tried")
    proof = probe.probe(host({}), shells.get(name))
    assert proof.differences == ()
    assert proof.untold == 0
    assert bool(proof.stand_ins) is not with_etc


def test_kinds_of_files_and_no_file_is_run(host: Callable[..., Host], temporary: Path) -> None:
    """The home's own kinds come first; what its files would do is not done."""
    here = host({".profile": "touch ~/ran\n", ".shrc": "touch ~/ran\n"})
    (here.home / ".bashrc").mkdir()
    (here.home / ".bash_login").symlink_to("nowhere")
    (here.home / ".bash_profile").symlink_to(".bash_profile")
    before = sorted(here.home.iterdir())
    proof = probe.probe(here, shells.get("dash"))
    assert proof.differences == ()
    assert sorted(here.home.iterdir()) == before
    assert list(temporary.iterdir()) == []


def test_without_a_namespace_only_the_own_files_are_proved(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_why_not", lambda host, room: "not allowed here")
    proof = probe.probe(host({}), shells.get("dash"))
    assert (proof.stand_ins, proof.differences) == ("not allowed here", ())


def test_a_difference_is_told(host: Callable[..., Host]) -> None:
    """A model that is wrong: it says that dash reads nothing."""
    dash = shells.get("dash")
    wrong = dash._replace(startup_files=lambda host, start: Order(start.context, "dash", ()))
    proof = probe.probe(host({}), wrong)
    assert proof.differences
    one = proof.differences[0]
    assert one.predicted != one.seen
    told = str(one.case) + str(one.predicted) + str(one.seen)
    assert "envkit-" not in told.replace("ENVKIT", "")
    assert "PATH" not in one.case.environment


def test_what_cannot_be_probed(host: Callable[..., Host]) -> None:
    with pytest.raises(Refused, match="another machine"):
        probe.probe(host({}, {"etc/profile": ""}))
    with pytest.raises(UsageError, match="cannot probe"):
        probe.cases.family("nushell")


def test_the_command(host: Callable[..., Host], temporary: Path) -> None:
    home = host({".profile": "x=1\n"}).home
    command = [sys.executable, "-m", "envkit", "order", "--probe", "--shell", "dash"]
    done = subprocess.run(
        [*command, "--home", str(home)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.endswith("starts of dash, 0 differences")
    assert second.startswith("  markers stood in for your files ")
    done = subprocess.run(
        [*command, "--home", str(home), "--json"], capture_output=True, text=True, check=False
    )
    data = json.loads(done.stdout)
    assert (data["version"], data["differences"], data["shell"]) == (1, [], "dash")
    assert data["starts"] > 30
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("more", [["--all"], ["--why", "x"], ["--context", "cron"], ["--", "sh"]])
def test_probe_stands_alone(more: list[str]) -> None:
    command = [sys.executable, "-m", "envkit", "order", "--probe", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--probe" in done.stderr


def test_the_report_fits_into_80_columns_and_holds_no_secret(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong model is found out, and the report says nothing of the one who sends it."""
    monkeypatch.setenv("API_TOKEN", "hunter2")
    there = host({".profile": "export TOKEN=hunter2\n"})
    dash = shells.get("dash")

    def wrong(here: Host, start: Start) -> Order:
        found = dash.startup_files(here, start)
        return found._replace(files=tuple(r for r in found.files if r.path.name != ".profile"))

    proof = probe.probe(there, dash._replace(startup_files=wrong))
    assert proof.differences
    text = order_probe.text(proof)
    assert max(map(len, text.splitlines())) <= 80
    for secret in ("hunter2", "TOKEN", str(there.home)):
        assert secret not in text
        assert secret not in str(order_probe.data(proof))
