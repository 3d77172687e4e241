"""What tcsh knows before it reads the first file (tcsh(1), Special shell variables)."""

from __future__ import annotations

from envkit.host import Host
from envkit.model import Start
from envkit.reading.csh.state import State, Value
from envkit.shells._tcsh_argv import Call

_DEFAULT_PATH = "/usr/bin:/bin"


def make(host: Host, start: Start, call: Call) -> State:
    """What tcsh knows before it reads the first file (tcsh(1), Special shell variables)."""
    env = start.environment
    path = env.get("PATH")
    cwd = env.get("PWD") or str(host.home)
    variables: dict[str, Value] = {
        "argv": tuple(call.parameters),
        "path": tuple(one or "." for one in (_DEFAULT_PATH if path is None else path).split(":")),
        "cwd": (cwd,),
        "owd": (),
        "dirstack": (cwd,),
        "shell": ("/bin/tcsh",),
        "tcsh": ("6.24.07",),
        "uid": (str(host.uid),),
        "euid": (str(host.uid),),
        "user": (env.get("USER", env.get("LOGNAME", host.user)),),
        "term": (env.get("TERM", "network"),),
        "shlvl": (_level(env.get("SHLVL", "")),),
        "echo_style": ("both",),
        "history": ("100",),
        "killring": ("30",),
    }
    unknown = "addsuffix anyerror cdtohome csubstnonl euser gid egid group tty version _"
    variables |= dict.fromkeys(unknown.split())
    if "HOME" in env:
        variables["home"] = (env["HOME"],)
    if call.script is not None:
        variables["0"] = (call.script,)
    if call.command is not None:
        variables["command"] = (call.command,)
    if call.login:
        variables["loginsh"] = ("",)
    if call.prompts:
        variables |= {"prompt": None, "prompt2": None, "prompt3": None}
        if call.interactive and env.get("TERM") not in ("dumb", "emacs"):
            variables["edit"] = ("",)
    environment = dict(env)
    state = State(host, variables, environment, cwd, start.invocation.stdin == "pty")
    for name in ("HOST", "HOSTTYPE", "VENDOR", "OSTYPE", "MACHTYPE", "GROUP"):
        state.environment.setdefault(name, None)
    user = (variables["user"] or ("",))[0]
    state.environment["USER"] = user
    state.environment.setdefault("LOGNAME", user)
    state.environment |= {"SHLVL": (variables["shlvl"] or ("1",))[0], "PWD": cwd}
    state.environment["PATH"] = path or ":".join(map(str, variables["path"] or ()))
    return state


def _level(given: str) -> str:
    return str(int(given) + 1) if given.isdigit() else "1"
