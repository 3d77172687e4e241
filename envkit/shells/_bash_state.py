"""What bash knows before it reads the first file (bash(1), Shell Variables)."""

from __future__ import annotations

from envkit.host import Host
from envkit.model import Start
from envkit.reading.programs import DEFAULT_PATH
from envkit.reading.state import State
from envkit.shells._bash_argv import Call
from envkit.shells._bash_builds import level


def make(host: Host, start: Start, call: Call, version: str) -> State:
    """What bash knows before it reads the first file (bash(1), Shell Variables)."""
    env = start.environment
    variables: dict[str, str | None] = dict(env)
    variables.setdefault("HOME", str(host.home))
    variables.setdefault("PATH", DEFAULT_PATH + ":.")
    variables.setdefault("SHELL", str(host.login_shell))
    variables.setdefault("TERM", "dumb")
    variables |= {
        "BASH_VERSION": f"{version}(1)-release",
        "BASH_VERSINFO": version.partition(".")[0],
        "UID": str(host.uid),
        "EUID": str(host.uid),
        "SHLVL": str(level(env, call.old)),
        "PS4": env.get("PS4", "+ "),
        "IFS": " \t\n",
        "OPTIND": "1",
        "PWD": env.get("PWD", str(host.home)),
        "OSTYPE": "darwin" if start.platform.name == "macos" else "linux-gnu",
    }
    unknown = "BASHOPTS BASHPID BASH_SOURCE HOSTNAME HOSTTYPE MACHTYPE PPID RANDOM SECONDS _"
    variables |= dict.fromkeys(unknown.split())
    if call.interactive:
        variables |= {"PS1": env.get("PS1", r"\s-\v\$ "), "PS2": env.get("PS2", "> ")}
    else:
        variables.pop("PS1", None)
        variables.pop("PS2", None)
    options = (call.options - {"errexit"}) | {"hashall", "braceexpand"}
    options |= {"interactive"} if call.interactive else set()
    if call.script is None:
        options.add("command" if call.command is not None else "stdin")
    state = State(
        host,
        variables,
        call.parameters,
        call.name,
        "/usr/bin/bash",
        options,
        env.get("PWD") or str(host.home),
        terminal=start.invocation.stdin == "pty",
        macos=start.platform.name == "macos",
        shopts={"login_shell": call.login, "expand_aliases": call.interactive},
    )
    variables["BASH"] = _own_path(host, state, call)
    return state


def _own_path(host: Host, state: State, call: Call) -> str:
    """$BASH, which /etc/profile asks: a login shell takes the account's, another one PATH's."""
    if call.dashed:
        return str(host.login_shell)
    if "/" in call.argv0:
        return str(state.path(call.argv0))
    return state.find(call.argv0) or str(host.login_shell)
