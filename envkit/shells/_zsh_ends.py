"""How a zsh ends that nobody ends: by its last command, which it may turn into."""

from __future__ import annotations

from envkit.model import End
from envkit.shells._zsh_argv import Call


def by_itself(call: Call) -> End:
    """A person leaves by `exit`, a text at its end."""
    if call.command is None:
        typed = call.interactive and call.script is None
        return "exit" if typed else "end-of-input"
    return "end-of-input"
