"""A Jupyter kernel, started as a server starts it: by jupyter_client, from its kernel.json."""

from __future__ import annotations

import json
from pathlib import Path

from envkit import start
from envkit.child import Command
from envkit.contexts import _jupyter
from envkit.host import Host
from envkit.launch import Launcher, _script
from envkit.model import Start

# Run by the Python of the kernel: it starts one, lets it run a text with sh, and ends it.
_CLIENT = """
import sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3")
try:
    code = "import subprocess; subprocess.run(['sh', '-c', %r], stdin=subprocess.DEVNULL)"
    client.execute_interactive(code % sys.argv[1], timeout=float(sys.argv[2]), store_history=False)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
"""


def why_not(host: Host, one: Start) -> str:
    """Whether there is a kernel.json whose Python has jupyter_client."""
    python = _python(host)
    if python is None:
        return "no kernel.json of python3 here"
    found = host.ask([python, "-c", "import jupyter_client, ipykernel"])
    return "" if found is not None else f"{host.show(python)} has no jupyter_client"


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """The client, with a server's environment: what the context gives less kernel.json's."""
    theirs = ("kernel.json", "ipykernel")
    server = {given.variable: given.value for given in one.given if given.by not in theirs}
    path = _jupyter.spec(host)
    assert path is not None
    python = str(_python(host))
    own = {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(folder / "runtime")}
    # Else the kernel.json that lies in its Python's own environment would come first.
    own["JUPYTER_PATH"] = str(host.locate(path).parents[2])
    return Command(
        (python, "-c", _CLIENT, text, str(limit)),
        python,
        {**server, **own},
        "null",
        limit,
        host.home_at,
        start.account(host),
    )


def _python(host: Host) -> str | None:
    path = _jupyter.spec(host)
    if path is None:
        return None
    try:
        argv = json.loads(host.read(path)).get("argv") or [""]
    except (OSError, ValueError, AttributeError):
        return None
    name = str(argv[0])
    return name if name.startswith("/") else _script.program(name) or None


LAUNCHER = Launcher(why_not, prepare)
