"""The doctor's machinery, and the homes on which it must be silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from envkit import doctor, rules
from envkit.errors import UsageError
from envkit.facts import CannotTell, Missing, Request
from envkit.finding import Fact, Finding, Fix, Rule
from envkit.host import Host
from envkit.model import Location

gathered: list[str] = []


@dataclass(frozen=True)
class Plain:
    home: Path
    missing: tuple[Missing, ...] = (Missing("cron", "it was closed"),)


@dataclass(frozen=True)
class NotHere:
    pass


def _gather(request: Request) -> Plain:
    gathered.append("Plain")
    return Plain(request.host.home)


# The doctor looks for FACT in the module of the type; there is one here for both.
def _gather_any(request: Request) -> Plain:
    return _gather(request)


FACT = Fact(Plain, _gather_any)


def _check(plain: Plain) -> Iterator[Finding]:
    where = Location(plain.home / ".bashrc", 3)
    fix = Fix(f"see {plain.home}/x", (f"rm {plain.home}/y",))
    yield Finding("EK990", "warning", f"{where} is odd", where, ("cron",), fix=fix)
    yield Finding("EK990", "error", f"{where} is odd", where, ("terminal",), fix=fix)
    yield Finding("EK990", "error", "/etc is odd", Location(Path("/etc/profile"), 2), ("cron",))
    yield Finding("EK989", "info", "a note", None, ("cron",))


def _broken(broken: NotHere) -> Iterator[Finding]:
    yield Finding("EK991", "error", "never")


def _lenient(broken: NotHere | None) -> Iterator[Finding]:
    yield Finding("EK992", "warning", f"without: {broken}")


class TestMachinery:
    @pytest.fixture
    def asked(self, host: Callable[..., Host]) -> Request:
        return doctor.request(host({}), static=True, shell="bash")

    def test_a_fact_is_gathered_once(self, asked: Request) -> None:
        gathered.clear()
        doctor.examine(asked, [Rule("EK990", "error", _check), Rule("EK990", "error", _check)])
        assert gathered == ["Plain"]

    def test_findings_are_merged_sorted_and_private(self, asked: Request) -> None:
        found = doctor.examine(asked, [Rule("EK990", "error", _check)])
        assert [(one.severity, one.code, str(one.where)) for one in found.findings] == [
            ("error", "EK990", "~/.bashrc:3"),
            ("info", "EK989", "None"),
            ("info", "EK990", "/etc/profile:2"),
        ]
        first = found.findings[0]
        assert first.contexts == ("terminal", "cron")
        assert first.message == "~/.bashrc:3 is odd"
        assert first.fix == Fix("see ~/x", ("rm ~/y",))

    def test_a_gap_in_a_fact_is_said(self, asked: Request) -> None:
        found = doctor.examine(asked, [Rule("EK990", "error", _check)])
        assert [one.code for one in found.skipped] == ["EK990"]
        assert "it was closed" in found.skipped[0].reason

    def test_what_cannot_be_told_is_skipped(
        self, asked: Request, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(request: Request) -> NotHere:
            raise CannotTell("there is none here")

        monkeypatch.setitem(globals(), "FACT", Fact(NotHere, fail))
        chosen = [Rule("EK991", "error", _broken), Rule("EK992", "warning", _lenient)]
        found = doctor.examine(asked, chosen)
        assert found.skipped == (doctor.Skipped("EK991", "there is none here"),)
        assert [one.message for one in found.findings] == ["without: None"]
        assert found.checks == 1


class TestPrivacy:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("export HF_TOKEN=hf_abcdefgh12345", "export HF_TOKEN=***"),
            ("WANDB_API_KEY='a b c'; x", "WANDB_API_KEY=***; x"),
            ("url https://ada:s3cret@host/x", "url https://***@host/x"),
            ("AKIAABCDEFGHIJKLMNOP", "***"),
            ("{home}/bin and {home}2/bin", "~/bin and {home}2/bin"),
            ("keyboard and PATH=/x", "keyboard and PATH=/x"),
        ],
    )
    def test_redaction(self, host: Callable[..., Host], text: str, shown: str) -> None:
        machine = host({})
        redact = doctor._redactions(machine)
        home = str(machine.home)
        assert redact(text.replace("{home}", home)) == shown.replace("{home}", home)


class TestSelection:
    @pytest.mark.parametrize(
        ("select", "ignore", "codes"),
        [
            ([], ["EK1", "EK3"], ["EK201", "EK205", "EK213"]),
            (["EK2"], [], ["EK201", "EK205", "EK213"]),
            (["ek201,pip-python-mismatch"], [], ["EK201", "EK301"]),
            (["EK1"], ["EK10", "profile_shadowed"], ["EK117", "EK118"]),
            (["startup_prints"], [], ["EK104"]),
        ],
    )
    def test_words(self, select: list[str], ignore: list[str], codes: list[str]) -> None:
        assert [rule.code for rule in rules.select(select, ignore)] == codes

    @pytest.mark.parametrize(
        ("word", "hint"),
        [("EK999", "EK"), ("profile-shadow", "EK101"), ("E", "known"), ("xyz", "known")],
    )
    def test_an_unknown_word_is_refused_with_what_was_meant(self, word: str, hint: str) -> None:
        with pytest.raises(UsageError) as refusal:
            rules.select([word], [])
        assert hint in refusal.value.hint


ROOT = {
    ".bashrc": "# ~/.bashrc: executed by bash(1) for non-login shells.\n# umask 022\n",
    ".profile": (
        "# ~/.profile: executed by Bourne-compatible login shells.\n\n"
        'if [ "$BASH" ]; then\n  if [ -f ~/.bashrc ]; then\n    . ~/.bashrc\n  fi\nfi\n\n'
        "mesg n 2> /dev/null || true\n"
    ),
}
PYENV = """\
export PYENV_ROOT="$HOME/.pyenv"
export PATH="$PYENV_ROOT/bin:$PYENV_ROOT/shims:$PATH"
eval "$(pyenv init -)"
eval "$(pyenv virtualenv-init -)"


. "$HOME/.cargo/env"
export PATH="{home}/.cargo/bin:$PATH"
"""
CARGO = """\
#!/bin/sh
case ":${PATH}:" in
    *:"$HOME/.cargo/bin":*) ;;
    *) export PATH="$HOME/.cargo/bin:$PATH" ;;
esac
"""


class TestStockHomes:
    """The homes that Debian makes, and one with the lines that tools add, are not sick."""

    def _examine(self, machine: Host, *, static: bool) -> doctor.Report:
        asked = doctor.request(machine, static=static, shell="bash")
        return doctor.examine(asked, rules.every())

    @pytest.mark.parametrize("static", [False, True], ids=["started", "static"])
    def test_of_an_ordinary_user(self, host: Callable[..., Host], static: bool) -> None:
        skel = Path("/etc/skel")
        if not (skel / ".bashrc").exists():
            pytest.skip("no /etc/skel here")
        files = {path.name: path.read_bytes() for path in skel.iterdir() if path.is_file()}
        found = self._examine(host(files), static=static)
        assert [one for one in found.findings if one.severity != "info"] == []

    @pytest.mark.parametrize("static", [False, True], ids=["started", "static"])
    def test_of_root(self, host: Callable[..., Host], static: bool) -> None:
        files: dict[str, str | bytes] = dict(ROOT)
        for name in ROOT:  # Debian's own, where this is a Debian
            stock = Path("/usr/share/base-files/dot" + name)
            files[name] = stock.read_bytes() if stock.exists() else ROOT[name]
        found = self._examine(host(files), static=static)
        assert [one for one in found.findings if one.severity != "info"] == []

    def test_with_pyenv_and_cargo(self, host: Callable[..., Host], tmp_path: Path) -> None:
        home = tmp_path / "home"
        pyenv = "#!/bin/sh\ncase $1 in\n init) echo 'export PYENV_SHELL=bash' ;;\nesac\n"
        machine = host(
            {
                ".bashrc": ROOT[".bashrc"] + PYENV.replace("{home}", str(home)),
                ".profile": ROOT[".profile"] + '. "$HOME/.cargo/env"\n',
                ".cargo/env": CARGO,
                ".pyenv/bin/pyenv": pyenv,
            }
        )
        (home / ".pyenv/bin/pyenv").chmod(0o755)
        found = self._examine(machine, static=False)
        assert [(one.severity, one.code, str(one.where)) for one in found.findings] == [
            ("info", "EK205", "~/.bashrc:10"),
        ]
        assert "~/.cargo/env:4, which adds nothing" in found.findings[0].message
        assert found.findings[0].fix == Fix("delete ~/.bashrc:10")
