"""What a shell may offer after an option: names of contexts, shells, variables, codes, profiles.

typer's own installer writes a line without a marker into startup files; `envkit --completion SHELL`
prints the lines instead: `eval "$(envkit --completion bash)"`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typer

from envkit.errors import UsageError

# zsh's lines evaluate what is offered: a program may be called `$(touch x)`, a variable, too.
_PLAIN = re.compile(r"[\w.+@-]+")


def begin() -> None:
    """Let typer answer a shell (click's protocol, `_ENVKIT_COMPLETE`).

    Without its installer it leaves that out.
    """
    from typer import _completion_classes

    _completion_classes.completion_init()


def script(shell: str | None) -> None:
    """The callback of --completion: print what a startup file of `shell` should evaluate.

    UsageError for a shell that typer has no words for.
    """
    if not shell:
        return
    from typer import _completion_shared

    from envkit.cli import output

    known = ("bash", "zsh", "fish")
    if shell not in known:
        raise UsageError(f"no completion for {shell}", f"known: {', '.join(known)}")
    variable = "_ENVKIT_COMPLETE"
    output.say(
        _completion_shared.get_completion_script(
            prog_name="envkit", complete_var=variable, shell=shell
        )
    )
    raise typer.Exit


def offer(command: str, parameter: Any) -> None:
    """Let a parameter of `command` offer what its name says, where it is one of `OFFERS`."""
    names = OFFERS.get(f"{command} {parameter.name}") or OFFERS.get(parameter.name)
    if names is None:
        return

    def complete(_context: Any, incomplete: str) -> list[Any]:
        from typer._click.shell_completion import CompletionItem

        # Of a list (`EK101,EK2`) the last is completed.
        before, comma, last = incomplete.rpartition(",")
        found = (one for one in names() if one.startswith(last) and _PLAIN.fullmatch(one))
        return [CompletionItem(before + comma + one) for one in found]

    parameter.shell_complete = complete


def _plugins(room: str) -> Callable[[], Iterable[str]]:
    def names() -> Iterable[str]:
        from envkit import discover

        return discover.names(f"envkit.{room}")

    return names


def _variables() -> Iterable[str]:
    from envkit.host import Host

    return sorted(Host.real().env)


def _codes() -> Iterable[str]:
    from envkit import rules

    return [rule.code for rule in rules.every()]


def _profiles() -> Iterable[str]:
    from envkit import profile
    from envkit.host import Host

    return profile.names(Host.real())


def _receipts() -> Iterable[str]:
    from envkit import receipts
    from envkit.host import Host

    return [one.id for one in receipts.every(Host.real())]


def _commands() -> Iterable[str]:
    from envkit.host import Host

    names: set[str] = set()
    for folder in Host.real().env.get("PATH", "").split(":"):
        with contextlib.suppress(OSError):
            names.update(path.name for path in Path(folder).iterdir())
    return sorted(names)


#: The parameters' names in the commands' functions, and what a shell may offer for them.
OFFERS: dict[str, Callable[[], Iterable[str]]] = {
    "context": _plugins("contexts"),
    "shell": _plugins("shells"),
    "platform": _plugins("platforms"),
    "form": _plugins("reporters"),
    "variable": _variables,
    "code": _codes,
    "select": _codes,
    "ignore": _codes,
    "profile": _profiles,
    "receipt": _receipts,
    "problem": _plugins("descent.problems"),
    "backend": _plugins("descent.backends"),
    "contexts name": _plugins("contexts"),
    "show name": _profiles,
    "check file": _profiles,
    "which name": _commands,
    "record": lambda: ("on", "off", "show"),
}
