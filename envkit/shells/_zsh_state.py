"""What zsh knows before it reads the first file (zshparam(1))."""

from __future__ import annotations

import re
from collections.abc import Mapping

from envkit.host import Host
from envkit.model import Start
from envkit.reading.zsh.state import ZshState
from envkit.shells._zsh_argv import Call

_DEFAULT_PATH = "/bin:/usr/bin:/usr/ucb:/usr/local/bin"


def _level(environment: Mapping[str, str]) -> str:
    given = re.match(r"\s*([-+]?\d+)", environment.get("SHLVL", ""))
    return str(int(given[1]) + 1) if given else "1"


def make(host: Host, start: Start, call: Call) -> ZshState:
    """The state before the first file."""
    env = start.environment
    variables: dict[str, str | None] = dict(env)
    if call.emulation == "zsh":
        variables.setdefault("HOME", str(host.home))
    variables.setdefault("PATH", _DEFAULT_PATH)
    variables.setdefault("LOGNAME", host.user)
    folder = env.get("PWD") or str(host.home)
    prompt = env.get("PS1", "%m%# ") if call.interactive else env.get("PS1", "")
    variables |= {
        "ZSH_VERSION": "5.9",
        "ZSH_NAME": call.argv0.rpartition("/")[2].removeprefix("-"),
        "ZSH_ARGZERO": call.argv0,
        "ZSH_SUBSHELL": "0",
        "UID": str(host.uid),
        "EUID": str(host.uid),
        "USERNAME": host.user,
        "SHLVL": _level(env),
        "PWD": folder,
        "IFS": " \t\n\0",
        "OPTIND": "1",
        "PS1": prompt,
        "PROMPT": prompt,
        "OSTYPE": "darwin" if start.platform.name == "macos" else "linux-gnu",
    }
    unknown = "HOST CPUTYPE MACHTYPE VENDOR TTY PPID RANDOM SECONDS _ LINES COLUMNS EGID GID"
    variables |= dict.fromkeys((*unknown.split(), "ZSH_EVAL_CONTEXT"))
    state = ZshState(
        host,
        variables,
        call.parameters,
        call.name,
        "/usr/bin/zsh",
        set(call.options),
        folder,
        terminal=start.invocation.stdin == "pty",
        macos=start.platform.name == "macos",
        dialect="zsh",
    )
    state.prepare(call.emulation)
    return state
