"""What envkit installed is gone.

## What it finds

A startup file that envkit gave a block, as its receipts say, and that has none now; an `env.sh` or
`env.fish` of envkit's that is gone, or was edited by hand. The system's are looked at, too, where
root asks.

## Why it matters

An update of the system puts its own `/etc/bashrc` or `/etc/zshrc` back, and a manager of dotfiles
its own `~/.bashrc`: from then on some ways to start a shell no longer have the environment.

## Example

    # ~/.local/state/envkit/receipts/20261124-101502.json
    {"version": 2, "id": "20261124-101502", "status": "applied",
     "when": "2026-11-24T10:15:02+0000", "title": "install descent",
     "edits": [{"path": "/home/ada/.config/envkit/env.sh",
      "before": null, "after": "ZW52Cg=="}]}

## Fix

`envkit install` writes what is missing, and nothing else; where somebody edited envkit's own file
it shows the difference first. If it is to stay away: `envkit uninstall`.

Evidence: https://github.com/NixOS/nix/issues/3616
"""

from __future__ import annotations

from collections.abc import Iterator

from envkit.facts.startup import Startup
from envkit.facts.written import Lost, Written
from envkit.finding import Finding, Fix, Rule
from envkit.model import Location

_DEFAULT = "descent"


def check(written: Written, startup: Startup) -> Iterator[Finding]:
    """Yield one finding for each file that is not as it was left."""
    for each in written.lost:
        every = tuple(order.context for order in startup.orders)
        yield Finding(
            "EK118",
            "warning",
            _message(each),
            Location(each.path, 1) if each.scope == "user" else None,
            startup.readers(each.path) or every,
            fix=_fix(each),
        )


def _message(each: Lost) -> str:
    if each.what == "drift":
        return f"{each.path} was edited by hand since envkit wrote it (receipt {each.id})."
    if each.what == "file":
        return f"{each.path} is gone; envkit wrote it (receipt {each.id})."
    reset = "; perhaps an update put its own file back" if each.scope == "system" else ""
    return f"{each.path} no longer has the block that envkit put there (receipt {each.id}){reset}."


def _fix(each: Lost) -> Fix:
    words = [] if each.profile in ("", _DEFAULT) else [each.profile]
    words += ["--system"] if each.scope == "system" else []
    words += ["--overwrite-drift"] if each.what == "drift" else []
    command = " ".join(["envkit", "install", *words])
    if each.what == "drift":
        return Fix("let that edit go", (_sudo(each, command),))
    return Fix("put it back", (_sudo(each, command),))


def _sudo(each: Lost, command: str) -> str:
    return f"sudo {command}" if each.scope == "system" else command


RULE = Rule("EK118", "warning", check)
