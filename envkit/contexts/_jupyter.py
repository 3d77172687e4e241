"""Which kernel.json a Jupyter server would take for python3, and what it sets."""

from __future__ import annotations

import re
from pathlib import Path

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Given, Location, Platform

# ipykernel sets these in itself, before the first cell (zmqshell, init_environment).
_OWN = {
    "TERM": "xterm-color",
    "CLICOLOR": "1",
    "CLICOLOR_FORCE": "1",
    "FORCE_COLOR": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


def kernel(host: Host, platform: Platform) -> tuple[Given, ...]:
    """A server started from a bare login; `env` of kernel.json over that."""
    server = tuple(
        one._replace(by=f"the server ({one.by})") for one in _base.terminal(host, platform)
    )
    path = spec(host)
    own = tuple(Given(name, value, "ipykernel") for name, value in _OWN.items())
    if path is None:
        return server + own
    import json

    try:
        env = json.loads(host.read(path)).get("env") or {}
    except (OSError, ValueError, AttributeError):
        return server + own
    had = {one.variable: one.value for one in server}
    return (
        *server,
        *(
            Given(name, _expand(str(value), had), "kernel.json", Location(path, 1))
            for name, value in env.items()
        ),
        *own,
    )


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    return "" if spec(host) else _base.not_installed(host, "jupyter")


def spec(host: Host) -> Path | None:
    """The kernel.json of `python3`: the user's, then the system's (jupyter --paths)."""
    folders = [host.home / ".local/share/jupyter", Path("/usr/local/share/jupyter")]
    if own := host.env.get("XDG_DATA_HOME"):
        folders[0] = Path(own) / "jupyter"
    for folder in (*folders, Path("/usr/share/jupyter")):
        path = folder / "kernels/python3/kernel.json"
        if host.kind(path) == "file":
            return path
    return None


def _expand(text: str, had: dict[str, str]) -> str:
    """${NAME} and $NAME of the server; what is not set stays as text (string.Template)."""
    return re.sub(
        r"\$(?:\{(\w+)\}|(\w+))", lambda found: had.get(found[1] or found[2], found[0]), text
    )
