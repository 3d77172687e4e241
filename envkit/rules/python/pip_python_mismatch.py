"""pip belongs to another Python.

## What it finds

A `pip` that installs for another Python than the one that `python` runs (and `pip3` for
`python3`), in any way of starting a process. pyenv's shims are followed to the real files; two
names of one installation are one.

## Why it matters

`pip install torch` succeeds, `python -c 'import torch'` fails: the package is in the other Python.

## Example

    # ~/.bashrc
    export PATH="$HOME/old/bin:$PATH"

    # ~/old/bin/pip3
    #!/bin/sh
    echo "pip 9.0.1 from $HOME/old/lib/pip (python 2.7)"

## Fix

Let the Python that is to have the package do it:

    python3 -m pip install PACKAGE

Evidence: https://github.com/open-mmlab/mmpretrain/issues/782
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from envkit.facts.python import PythonTools, Tool
from envkit.facts.startup import Startup
from envkit.facts.traces import Traces
from envkit.finding import Finding, Fix, Rule
from envkit.model import Location


def check(tools: PythonTools, startup: Startup, traces: Traces | None) -> Iterator[Finding]:
    """Yield one finding for each pip whose Python is not the one of the same name."""
    for context in dict.fromkeys(tool.context for tool in tools.tools):
        python3 = tools.tool(context, "python3")
        python = tools.tool(context, "python") or python3
        for owner, name in ((python, "pip"), (python3, "pip3")):
            pip = tools.tool(context, name)
            if owner is not None and pip is not None and _differ(owner, pip):
                yield _finding(owner, pip, startup, traces)


def _finding(python: Tool, pip: Tool, startup: Startup, traces: Traces | None) -> Finding:
    lines = [_set_by(tool, traces) for tool in (pip, python)]
    own = [where for where in lines if where is not None and startup.is_users(where.path)]
    target = pip.prefix or ", ".join(pip.libraries)
    return Finding(
        "EK301",
        # Neither folder came through a line of the user's: the system is made like that.
        "error" if own or traces is None else "info",
        f"{pip.name} installs for another Python than {python.name} runs: {pip.path} is for "
        f"Python {pip.version} in {target}, {python.path} is Python {python.version} in "
        f"{python.prefix}.",
        own[0] if own else None,
        (pip.context,),
        observed=f"Put first by: {own[0]}" if own else "",
        fix=Fix("install with the Python that is to have it", (f"{python.name} -m pip install …",)),
    )


def _differ(python: Tool, pip: Tool) -> bool:
    if not (python.prefix and pip.version):
        return False  # one of them could not be asked
    if python.version != pip.version:
        return True
    if pip.prefix:
        return os.path.realpath(pip.prefix) != os.path.realpath(python.prefix)
    known = {os.path.realpath(folder) for folder in python.libraries}
    return not any(os.path.realpath(folder) in known for folder in pip.libraries)


def _set_by(tool: Tool, traces: Traces | None) -> Location | None:
    trace = traces.trace(tool.context) if traces else None
    for entry in trace.entries if trace else ():
        if entry.directory == str(tool.path.parent):
            return entry.set_by
    return None


RULE = Rule("EK301", "error", check)
