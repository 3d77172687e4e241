"""Prompt hooks: the value is that of a real shell at its first prompt, typed at on a terminal."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.model import Start
from envkit.trace import trace


class Case(NamedTuple):
    name: str
    shell: str
    text: str
    expected: Mapping[str, tuple[str, str]]  # entry -> line, via


HOOK = "prompt hook"
TOOL = """#!/bin/sh
case $1 in
hook)
  if [ "$2" = zsh ]; then cat <<'X'
_direnv_hook() {
  trap -- '' SIGINT
  eval "$(~/tool export)"
  trap - SIGINT
}
typeset -ag precmd_functions
if (( ! ${precmd_functions[(I)_direnv_hook]} )); then
  precmd_functions=(_direnv_hook $precmd_functions)
fi
X
  else cat <<'X'
_direnv_hook() {
  local previous_exit_status=$?
  trap -- '' SIGINT
  eval "$(~/tool export)"
  trap - SIGINT
  return $previous_exit_status
}
if [[ ";${PROMPT_COMMAND[*]:-};" != *";_direnv_hook;"* ]]; then
  PROMPT_COMMAND="_direnv_hook${PROMPT_COMMAND:+;$PROMPT_COMMAND}"
fi
X
  fi ;;
export) echo 'export PATH=/t/direnv:$PATH' ;;
esac
"""
VIRTUALENV = """\
_pyenv_virtualenv_hook() {
  local ret=$?
  export PATH=/t/venv:$PATH
  return $ret
};
if ! [[ "${PROMPT_COMMAND-}" =~ _pyenv_virtualenv_hook ]]; then
  PROMPT_COMMAND="_pyenv_virtualenv_hook;${PROMPT_COMMAND-}"
fi
"""
F = "f() { PATH=/t/f:$PATH; }\n"
G = "g() { PATH=/t/g:$PATH; }\n"
P = "precmd() { PATH=/t/p:$PATH; }\n"
B, Z = ".bashrc:", ".zshrc:"


def bash(name: str, text: str, **expected: tuple[int, str]) -> Case:
    """A ~/.bashrc; the entry /t/a is called `a`, `(1, HOOK)` is line 1 by way of a hook."""
    return _case("bash", B, name, text, expected)


def zsh(name: str, text: str, **expected: tuple[int, str]) -> Case:
    """A ~/.zshrc."""
    return _case("zsh", Z, name, text, expected)


def _case(
    shell: str, top: str, name: str, text: str, expected: Mapping[str, tuple[int, str]]
) -> Case:
    places = {f"/t/{entry}": (f"{top}{line}", via) for entry, (line, via) in expected.items()}
    return Case(f"{shell}, {name}", shell, text, places)


CASES = [
    bash("none", "PATH=/t/a:$PATH\n", a=(1, "")),
    bash("string", "PROMPT_COMMAND='PATH=/t/a:$PATH'\n", a=(1, HOOK)),
    bash("function", f"{F}true\nPROMPT_COMMAND=f\n", f=(3, HOOK)),
    bash("exported", f"{F}export PROMPT_COMMAND=f\n", f=(2, HOOK)),
    bash(
        "two in a string",
        f'{F}{G}PROMPT_COMMAND=f\nPROMPT_COMMAND="g;$PROMPT_COMMAND"\n',
        f=(3, HOOK),
        g=(4, HOOK),
    ),
    bash("array", f"{F}{G}PROMPT_COMMAND=(f)\nPROMPT_COMMAND+=(g)\n", f=(3, HOOK), g=(4, HOOK)),
    bash("status", "s() { PATH=/t/s$1:$PATH; }\nPROMPT_COMMAND='s $?'\n(exit 7)\n", s7=(2, HOOK)),
    bash("status of the files", "PROMPT_COMMAND='PATH=/t/s$?:$PATH'\ntrue\n", s0=(1, HOOK)),
    bash("direnv", 'PATH=/t/a:$PATH\neval "$(~/tool hook bash)"\n', a=(1, ""), direnv=(2, HOOK)),
    bash("pyenv-virtualenv", VIRTUALENV, venv=(7, HOOK)),
    bash("set -e", "set -e\nPROMPT_COMMAND='PATH=/t/a:$PATH'\n", a=(2, HOOK)),
    bash("set -u", "set -u\nPATH=/t/a:$PATH\n", a=(2, "")),
    bash("set -u, and a hook", f"{F}set -u\nPROMPT_COMMAND=f\n", f=(3, HOOK)),
    bash("taken back", "PROMPT_COMMAND=x\nunset PROMPT_COMMAND\nPATH=/t/a\n", a=(3, "")),
    bash("no such command", "PROMPT_COMMAND='no-such; PATH=/t/a:$PATH'\n", a=(1, HOOK)),
    bash("syntax error", "PATH=/t/a:$PATH\nPROMPT_COMMAND='if ;'\n", a=(1, "")),
    bash("a RETURN trap", f"{F}trap 'x=1' RETURN\nPROMPT_COMMAND=f\n", f=(3, HOOK)),
    zsh("none", "path+=/t/a\n", a=(1, "")),
    zsh("precmd", f"true\n{P}", p=(2, HOOK)),
    zsh("precmd_functions", f"{F}precmd_functions+=(f)\n", f=(2, HOOK)),
    zsh(
        "add-zsh-hook",
        f"autoload -Uz add-zsh-hook\n{F}add-zsh-hook precmd f\n",
        f=(3, HOOK),
    ),
    zsh(
        "in order",
        f"{F}{G}precmd_functions=(f no g)\n{P}",
        p=(4, HOOK),
        f=(3, HOOK),
        g=(3, HOOK),
    ),
    zsh(
        "status",
        "precmd() { path+=/t/p$? }\nf() { path+=/t/f$? }\nprecmd_functions=(f)\nfalse\n",
        p1=(1, HOOK),
        f1=(3, HOOK),
    ),
    zsh("chpwd is none", "chpwd() { path+=/t/no }\npath+=/t/a\n", a=(2, "")),
    zsh("direnv", 'path=(/t/a $path)\neval "$(~/tool hook zsh)"\n', a=(1, ""), direnv=(2, HOOK)),
    zsh("emulate sh", f"{P}emulate sh\n", p=(1, HOOK)),
    zsh("ksh arrays", f"precmd_functions=(f g)\n{G}setopt ksh_arrays\n"),
    zsh("set -eu", f"set -eu\n{P}", p=(2, HOOK)),
    zsh("set -e, and a status", f"set -e\n{P}false\n", p=(2, HOOK)),
]


@pytest.mark.parametrize("case", CASES[::2], ids=[case.name for case in CASES[::2]])
def test_the_first_prompt(case: Case, host: Callable[..., Host]) -> None:
    check(case, host)


@pytest.mark.full
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_first_prompt_of_all(case: Case, host: Callable[..., Host]) -> None:
    check(case, host)


def check(case: Case, host: Callable[..., Host]) -> None:
    if shutil.which(case.shell) is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"there is no {case.shell} here")
    machine = host(files={f".{case.shell}rc": case.text, "tool": TOOL})
    (machine.home / "tool").chmod(0o755)
    start = order.start_for(machine, contexts.get("terminal"), shells.get(case.shell))
    found = trace(machine, [start], "PATH")[0]
    assert found.value == at_prompt(machine, start, machine.home / "at-prompt")
    places = {
        entry.directory: (os.path.relpath(str(entry.set_by), machine.home), entry.via)
        for entry in found.entries
        if entry.set_by is not None
    }
    assert {name: places.get(name) for name in case.expected} == dict(case.expected)
    assert found.notes == ()


def test_no_prompt_no_hook(host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": "PROMPT_COMMAND='PATH=/t/a:$PATH'\n"})
    start = order.start_for(machine, contexts.get("ssh_command"), shells.get("bash"))
    assert "/t/a" not in (trace(machine, [start], "PATH")[0].value or "")


def at_prompt(host: Host, start: Start, file: Path) -> str:
    """PATH as a shell has it that was really started on a terminal, and typed at."""
    program = shells.program(host, start.shell)
    assert program is not None
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(host.home)
        environment = {**start.environment, "HISTFILE": "/dev/null"}
        os.execve(program, [start.shell.name, "-i"], environment)
    os.write(terminal, f"printf %s \"$PATH\" > '{file}'; : > '{file}.end'\n".encode())
    os.set_blocking(terminal, False)
    until = time.monotonic() + 20
    while not file.with_name(f"{file.name}.end").exists() and time.monotonic() < until:
        try:
            os.read(terminal, 65536)
        except (BlockingIOError, OSError):
            time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    return file.read_text()
