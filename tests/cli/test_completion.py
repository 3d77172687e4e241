"""What bash, zsh and fish really complete, with the lines that `envkit --completion` prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

CASES = (
    ("order --context cro", "cron"),
    ("order --context ssh_co", "ssh_command ssh_copy"),
    ("order --shell k", "ksh93"),
    ("trace ENVKIT_TEST_VARI", "ENVKIT_TEST_VARIABLE"),
    ("doctor --select EK10", "EK101 EK103 EK104 EK105 EK108"),
    ("doctor --select EK101,EK20", "EK101,EK201 EK101,EK205"),
    ("explain EK10", "EK101 EK103 EK104 EK105 EK108"),
    ("contexts su_", "su_login"),
    ("profile show torch-cp", "torch-cpu"),
    ("install torch-cp", "torch-cpu"),
    ("order --platform mac", "macos"),
    ("unin", "uninstall"),
    ("which envkit-te", "envkit-test-1"),
    ("trace --record o", "off on"),
    ("order --context no_such", ""),
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("bin")
    envkit = folder / "envkit"
    envkit.write_text(f'#!/bin/sh\nexec {sys.executable} -m envkit "$@"\n')
    envkit.chmod(0o755)
    for name in ("envkit-test-1", "envkit-test$(touch made)", "envkit-test`id`", "envkit-test'2"):
        (folder / name).touch()
    path = f"{folder}:{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(folder), "ENVKIT_TEST_VARIABLE": "x", "LC_ALL": "C.UTF-8"}


def _answer(environment: dict[str, str], shell: str, *words: str) -> str:
    if shutil.which(shell) is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"no {shell} here")
    done = subprocess.run(
        [shell, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return " ".join(sorted(done.stdout.split()))


@pytest.mark.parametrize(("typed", "offered"), CASES, ids=[typed for typed, _ in CASES])
def test_bash(typed: str, offered: str, environment: dict[str, str]) -> None:
    text = (
        'eval "$(envkit --completion bash)"; COMP_WORDS=(envkit '
        f"{typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _envkit_completion envkit; "
        'echo "${COMPREPLY[@]}"'
    )
    assert _answer(environment, "bash", "--norc", "-c", text) == offered


@pytest.mark.parametrize(("typed", "offered"), CASES[::4], ids=[typed for typed, _ in CASES[::4]])
def test_fish(typed: str, offered: str, environment: dict[str, str]) -> None:
    text = f'envkit --completion fish | source; complete -C "envkit {typed}"'
    assert _answer(environment, "fish", "-N", "-c", text) == offered


def test_zsh(environment: dict[str, str]) -> None:
    # Only a zsh at a terminal completes: one within the other's zpty.
    text = """
        zmodload zsh/zpty; zpty z zsh -f -i
        zpty -w z 'PS1=; autoload -Uz compinit; compinit -u -D; eval "$(envkit --completion zsh)"'
        zpty -w z 'echo re''ady'; zpty -r -m z seen '*ready*'
        zpty -w -n z $'envkit order --context cro\\t'
        zpty -r -m z seen '*cron*'; zpty -d z; print completed
    """
    assert _answer(environment, "zsh", "-f", "-c", text) == "completed"


def test_another_shell_is_refused(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "envkit", "--completion", "tcsh"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "known: bash, zsh, fish" in done.stderr
