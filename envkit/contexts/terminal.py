"""A terminal window as Linux desktops open it, xterm, an editor's terminal: no login shell."""

from __future__ import annotations

from envkit.contexts import _base
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="terminal",
    title="terminal",
    invocation=Invocation(interactive=True, stdin="pty", end="exit"),
    given=_base.terminal,
    imitated="an interactive shell on a pseudo-terminal of its own, from a bare environment",
)
