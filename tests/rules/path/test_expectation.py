"""EK213: what runs is not what the configuration expects. Real bash, in every context named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import doctor, rules
from envkit.errors import UsageError

PROGRAM = "#!/bin/sh\necho 1.0\n"
CONFIG = ".config/envkit/config.toml"
EXPECT = '[[expect]]\ncommand = "trainer"\n'
FRONT = 'export PATH="$HOME/good/bin:$PATH"\n'


def home(expected: str, bashrc: str, **more: str) -> dict[str, str]:
    """A home with two trainers, and an expectation for terminals and `ssh host command`."""
    contexts = "" if "contexts" in expected else 'contexts = ["terminal", "ssh_command"]\n'
    return {
        CONFIG: EXPECT + expected + contexts,
        ".bashrc": bashrc,
        "good/bin/trainer": PROGRAM,
        "old/bin/trainer": PROGRAM,
        **more,
    }


HEALTHY = {
    "no configuration": {".bashrc": FRONT},
    "an empty one": {CONFIG: "# nothing yet\n", ".bashrc": FRONT},
    "as preferred": home('prefer = "~/good/bin"\n', FRONT),
    "not what is avoided": home('avoid = ["~/old", "/usr/bin"]\n', FRONT),
    "only to be found": home("", FRONT),
}
LOOKS_SICK = {
    "the other one is behind": home(
        'prefer = "~/good/bin"\n', f'PATH="$HOME/old/bin:$PATH"\n{FRONT}'
    ),
    "a pattern": home('prefer = ["/nowhere", "~/g*/bin"]\n', FRONT),
    "any depth": home('prefer = "~/**/bin"\n', FRONT),
    "a folder further up": home('prefer = "$HOME/good"\n', FRONT),
    "in a context that is not named": home('prefer = "~/good/bin"\ncontexts = "terminal"\n', FRONT),
    "an alias with options": home(
        'prefer = "~/good/bin"\n', f"{FRONT}alias trainer='trainer -v'\n"
    ),
    "an alias to the right one": home(
        'prefer = "~/good/bin"\ncontexts = "terminal"\n',
        f'PATH="$HOME/old/bin:$PATH"\n{FRONT}alias trainer=trainer2\n',
        **{"good/bin/trainer2": PROGRAM},
    ),
    "a longer name is another folder": home('avoid = "~/goo"\n', FRONT),
}
SICK = {
    "the other one is in front": (
        home('prefer = "~/good/bin"\n', f':\n{FRONT}PATH="$HOME/old/bin:$PATH"\n'),
        "~/.bashrc:3",
        {"terminal", "ssh_command"},
    ),
    "one that is to be avoided": (
        home('avoid = "~/good"\n', FRONT),
        "~/.bashrc:1",
        {"terminal", "ssh_command"},
    ),
    "not found": (
        home('prefer = "~/good/bin"\ncontexts = ["terminal", "login_terminal"]\n', FRONT),
        "~/.config/envkit/config.toml:1",
        {"login_terminal"},
    ),
    "below the guard": (
        home('prefer = "~/good/bin"\n', f"case $- in *i*) ;; *) return;; esac\n{FRONT}"),
        "~/.config/envkit/config.toml:1",
        {"ssh_command"},
    ),
    "an alias to another": (
        home(
            'prefer = "~/good/bin"\ncontexts = "terminal"\n',
            f'{FRONT}alias trainer="$HOME/old/bin/trainer"\n',
        ),
        "~/.bashrc:2",
        {"terminal"},
    ),
    "a context that the doctor does not look at": (
        home('prefer = "~/good/bin"\ncontexts = "jupyter"\n', ""),
        "~/.config/envkit/config.toml:1",
        {"jupyter"},
    ),
    "the everyday contexts": (
        {CONFIG: EXPECT, ".bashrc": FRONT, "good/bin/trainer": PROGRAM},
        "~/.config/envkit/config.toml:1",
        {"login_terminal", "script", "cron"},
    ),
}


@pytest.mark.parametrize(
    "files", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(examine: Callable[..., object], files: dict[str, str]) -> None:
    report = examine.report(files, "EK213")  # type: ignore[attr-defined]
    assert (report.findings, report.skipped, report.checks) == ((), (), 1)


@pytest.mark.parametrize(("files", "where", "contexts"), SICK.values(), ids=SICK)
def test_speaks(examine, files: dict[str, str], where: str, contexts: set[str]) -> None:
    found = examine.report(files, "EK213").findings
    assert {(one.severity, str(one.where)) for one in found} == {("error", where)}
    assert {name for one in found for name in one.contexts} == contexts


def test_tells_expected_observed_and_the_line(examine) -> None:
    (finding,) = examine.report(SICK["the other one is in front"][0], "EK213").findings
    assert finding.message == (
        "trainer runs ~/old/bin/trainer, put first by ~/.bashrc:3; expected from ~/good/bin."
    )
    assert finding.expected == "from ~/good/bin"
    assert "Expected by: ~/.config/envkit/config.toml:1" in finding.observed
    assert "Behind it: ~/good/bin/trainer, put on PATH by ~/.bashrc:2" in finding.observed
    assert finding.fix.text == "let ~/.bashrc:2 run after ~/.bashrc:3"


def test_tells_why_it_is_not_found(examine) -> None:
    (finding,) = examine.report(SICK["below the guard"][0], "EK213").findings
    assert "~/.bashrc:2 would put it on PATH: " in finding.observed
    assert "below the guard in line 1" in finding.observed


def test_where_no_startup_file_is_read_the_cure_is_the_context_s_own(examine) -> None:
    files = home('prefer = "~/good/bin"\ncontexts = ["script", "cron"]\n', FRONT)
    found = examine.report(files, "EK213").findings
    cures = {name: one.fix.text for one in found for name in one.contexts}
    assert cures["cron"].startswith("in the crontab: PATH=~/good/bin:")
    assert cures["script"].startswith("in the script: PATH=~/good/bin:")


def test_what_a_function_runs_is_not_known(examine) -> None:
    files = home('prefer = "~/good/bin"\n', FRONT + 'trainer() { "$HOME/old/bin/trainer"; }\n')
    report = examine.report(files, "EK213")
    assert report.findings == ()
    assert {one.reason for one in report.skipped} == {
        f"{title}: trainer is a function (~/.bashrc:2), and what it runs is not known"
        for title in ("terminal", "ssh host command")
    }


def test_a_shim_is_its_manager_s_and_runs_the_real_program(examine) -> None:
    shim = '#!/usr/bin/env bash\nexec "$HOME/.pyenv/bin/pyenv" exec trainer "$@"\n'
    root = ".pyenv"
    version = f"{root}/versions/3.12.1"
    manager = f'#!/bin/sh\necho "$HOME/{version}/bin/$2"\n'
    shimmed = {
        ".pyenv/shims/trainer": shim.replace("$HOME/.pyenv/bin/", ""),
        ".pyenv/bin/pyenv": manager,
        f"{version}/bin/trainer": PROGRAM,
    }
    bashrc = 'PATH="$HOME/.pyenv/shims:$HOME/.pyenv/bin:$HOME/good/bin:$PATH"\n'
    held = examine.report(home(f'prefer = "~/{version}"\n', bashrc, **shimmed), "EK213")
    assert held.findings == ()
    (finding,) = examine.report(home('avoid = "pyenv"\n', bashrc, **shimmed), "EK213").findings
    assert f"~/.pyenv/shims/trainer (~/{version}/bin/trainer)" in finding.message


@pytest.mark.parametrize("bashrc", ["exit 3\n", "sleep 60\n"], ids=["left", "hung"])
def test_a_shell_that_never_comes_to_a_command_is_no_pass(examine, bashrc: str) -> None:
    files = home('prefer = "~/good/bin"\ncontexts = "terminal"\n', f"{FRONT}{bashrc}")
    (finding,) = examine.report(files, "EK213", limit=1.0).findings
    assert (finding.severity, finding.contexts) == ("warning", ("terminal",))
    assert finding.message.startswith("trainer could not be asked about: ")
    assert "~/.bashrc:2" in finding.message


def test_one_that_may_not_be_run(examine) -> None:
    files = home("contexts = 'terminal'\n", FRONT, **{"good/bin/trainer": "no program\n"})
    (finding,) = examine.report(files, "EK213").findings
    assert finding.message == "trainer is ~/good/bin/trainer, which may not be run."


def test_a_folder_that_is_not_there(examine) -> None:
    files = home('prefer = ["~/gone", "~/good", "~/x*"]\ncontexts = "cron"\n', FRONT)
    (finding,) = examine.report(files, "EK213").findings
    assert "Missing: there is no ~/gone" in finding.observed.splitlines()


def test_an_installer_s_name(examine) -> None:
    def found(expected: str) -> int:
        files = {CONFIG: f'[[expect]]\ncommand = "sh"\n{expected}contexts = "terminal"\n'}
        return len(examine.report(files, "EK213").findings)

    assert found('avoid = ["conda", "venv"]\n') == 0
    assert found('prefer = "conda"\n') == 1
    assert found('avoid = "/usr/bin"\n') == 1
    assert found('prefer = ["/bin", "brew"]\n') == 0
    if Path("/var/lib/dpkg/status").exists():
        assert found('avoid = ["conda", "system"]\n') == 1
        assert found('prefer = "apt"\n') == 0


def test_only_the_contexts_that_are_asked_about(host) -> None:
    machine = host(SICK["the everyday contexts"][0])
    (machine.home_at / "good/bin/trainer").chmod(0o755)
    asked = doctor.request(machine, ["cron", "ssh_command"], shell="bash")
    found = doctor.examine(asked, rules.select(["EK213"], ())).findings
    assert {name for one in found for name in one.contexts} == {"cron"}


def test_without_an_expectation_no_shell_is_started(examine, tmp_path) -> None:
    mark = tmp_path / "started"
    files = {".bashrc": f": > {mark}\n", ".bash_profile": f": > {mark}\n"}
    assert examine(files, "EK213") == []
    assert not mark.exists()


def test_without_starting_a_shell_it_is_skipped(examine) -> None:
    report = examine.report(SICK["not found"][0], "EK213", static=True)
    assert [one.reason for one in report.skipped] == ["needs to start a shell"]
    assert examine.report({CONFIG: ""}, "EK213", static=True).skipped == ()


def test_a_mistake_in_the_file_is_told_with_its_line(examine) -> None:
    with pytest.raises(UsageError, match=r"~/\.config/envkit/config\.toml:3: unknown key: prefers"):
        examine({CONFIG: EXPECT + 'prefers = "x"\n'}, "EK213")


def test_a_configuration_outside_the_home_counts_as_much(host, tmp_path, monkeypatch) -> None:
    machine = host({".bashrc": FRONT})
    (tmp_path / "xdg/envkit").mkdir(parents=True)
    (tmp_path / "xdg/envkit/config.toml").write_text(EXPECT + 'contexts = "cron"\n')
    monkeypatch.setenv("HOME", str(machine.home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    asked = doctor.request(type(machine).real(), shell="bash")
    (finding,) = doctor.examine(asked, rules.select(["EK213"], ())).findings
    assert finding.severity == "error"
