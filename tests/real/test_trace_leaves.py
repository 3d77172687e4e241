"""What a trace leaves: no process, no descriptor, history files as they were; and real values.

The processes that count are those whose environment names the test's home: others work here, too.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import contexts, launch, order, platforms, shells
from envkit.host import Host
from envkit.model import Start
from envkit.trace import trace

DAEMON = """\
import os, time
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
for descriptor in range(256):
    try:
        os.close(descriptor)
    except OSError:
        pass
time.sleep(4732)
"""
STARTERS = {
    "background": "sleep 4731 &\n",
    "nohup": "nohup sleep 4731 >/dev/null 2>&1 &\n",
    "setsid": "setsid sleep 4731 &\n",
    "subshells": "( ( sleep 4731 & ) & )\n",
    "own descriptors": "sleep 4731 7>~/kept 8<~/kept &\n",
    "deaf": "sh -c \"trap '' TERM HUP INT; while :; do sleep 1; done\" &\n",
    "daemon": f"{shlex.quote(sys.executable)} -IS ~/daemon.py\n",
    "disowned": "sleep 4731 & disown\n",
    "stopped": "sleep 4731 & kill -STOP $!\n",
    "agent": "command -v ssh-agent >/dev/null && eval `ssh-agent -s` >/dev/null\n",
}
HISTORY = "".join(f": 17000000{i:02}:0;command {i}\n" for i in range(60))


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("name", STARTERS)
def test_no_process_and_no_descriptor(name: str, shell: str, host: Callable[..., Host]) -> None:
    needed(shell)
    text = STARTERS[name] + "PATH=/t/a:$PATH\n"
    machine = host(files={f".{shell}rc": text, "daemon.py": DAEMON, "kept": ""})
    before = descriptors()
    found = trace(machine, [begin(machine, shell, "terminal")], "PATH")[0]
    assert descriptors() == before
    assert left(machine.home) == []
    assert found.entries[0].directory == "/t/a"
    assert str(found.entries[0].set_by) == f"{machine.home}/.{shell}rc:{text.count(chr(10))}"


@pytest.mark.parametrize(
    ("shell", "text"),
    [
        ("bash", "HISTFILESIZE=5\nHISTSIZE=5\n"),
        ("bash", "HISTFILE=~/.history\nshopt -s histappend\nPROMPT_COMMAND='history -a'\n"),
        ("bash", "HISTFILE=~/.history\nHISTSIZE=5\n"),
        ("bash", "HISTFILE=~/.history\nPROMPT_COMMAND='history -w'\n"),
        ("bash", "HISTFILE=~/.history\nPROMPT_COMMAND='history -n; history -w; history -c'\n"),
        ("bash", "PROMPT_COMMAND='history -a; history -c; history -r; history -w'\n"),
        ("zsh", "HISTFILE=~/.history\nSAVEHIST=5\nprecmd() { fc -W }\n"),
        ("zsh", "HISTFILE=~/.history\nSAVEHIST=5\nprecmd() { fc -A; fc -R }\n"),
        ("zsh", "HISTFILE=~/.history\nHISTSIZE=9\nSAVEHIST=5\n"),
        ("zsh", "HISTFILE=~/.history\nSAVEHIST=5\nsetopt INC_APPEND_HISTORY\n"),
        ("zsh", "HISTFILE=~/.history\nSAVEHIST=5\nsetopt SHARE_HISTORY EXTENDED_HISTORY\n"),
        ("zsh", "HISTFILE=~/.history\nSAVEHIST=5\nsetopt APPEND_HISTORY\nexit\n"),
    ],
)
def test_the_history_files_stay(shell: str, text: str, host: Callable[..., Host]) -> None:
    needed(shell)
    names = (".bash_history", ".zsh_history", ".history")
    files = {**dict.fromkeys(names, HISTORY), f".{shell}rc": text, ".bash_profile": text}
    machine = host(files={**files, ".zprofile": text})
    before = {name: (machine.home / name).stat().st_mtime_ns for name in names}
    starts = [begin(machine, shell, name) for name in ("terminal", "login_terminal")]
    trace(machine, starts, "PATH")
    assert {name: (machine.home / name).read_text() for name in names} == dict.fromkeys(
        names, HISTORY
    )
    assert {name: (machine.home / name).stat().st_mtime_ns for name in names} == before


@pytest.mark.parametrize("context", ["terminal", "login_terminal", "ssh_command"])
def test_a_history_that_bash_cuts_at_once(context: str, host: Callable[..., Host]) -> None:
    """HISTFILESIZE cuts the file that the startup file itself has named just before."""
    needed("bash")
    text = 'HISTFILE="${XDG_STATE_HOME:-$HOME/.local}/history"\nHISTSIZE=5 HISTFILESIZE=5\n'
    names = (".bashrc", ".bash_profile")
    machine = host(files={".local/history": HISTORY, **dict.fromkeys(names, text)})
    (machine.home / ".local/history").chmod(0o600)
    trace(machine, [begin(machine, "bash", context)], "PATH")
    assert (machine.home / ".local/history").read_text() == HISTORY
    assert (machine.home / ".local/history").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_value_is_that_of_the_real_start(
    shell: str, tmp_path: Path, host: Callable[..., Host]
) -> None:
    """In each context that can be really started here, to the byte."""
    needed(shell)
    text = 'PATH="/t/a b:$PATH:/t/θ"\n[ -n "$SHLVL" ] && PATH=$PATH:/t/$SHLVL\nPATH=$PATH:\n'
    names = (".bashrc", ".profile", ".bash_profile", ".zshenv", ".zprofile")
    machine = host(files=dict.fromkeys(names, text))
    system = platforms.detect(machine)
    starts, files = [], []
    for context in contexts.every():
        if context.absent and context.absent(machine, system):
            continue
        one = order.start_for(machine, context, None if context.shell else shells.get(shell))
        if one.shell.tracer and not launch.why_not(machine, one):
            starts.append(one)
            files.append(tmp_path / context.name)
    texts = [f'printf %s "$PATH" > {shlex.quote(str(file))}' for file in files]
    launch.run_each(machine, starts, texts, 20.0)
    real = {one.context: file.read_text() for one, file in zip(starts, files, strict=True)}
    found = {one.context: one.value for one in trace(machine, starts, "PATH")}
    assert found == real


def needed(shell: str) -> None:
    if shutil.which(shell) is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"there is no {shell} here")


def begin(machine: Host, shell: str, context: str) -> Start:
    return order.start_for(machine, contexts.get(context), shells.get(shell))


def descriptors() -> list[str]:
    """What this process holds open."""
    return sorted(each.name for each in Path("/proc/self/fd").iterdir())


def left(home: Path) -> list[str]:
    """The processes that were given this home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes().split(b"\0")
            name = (process / "comm").read_text().strip()
        except OSError:
            continue
        if b"HOME=" + os.fsencode(home) in environment:
            found.append(f"{process.name} {name}")
    return found
