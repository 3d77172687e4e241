"""A terminal with a login shell: macOS's Terminal, tmux, `ssh host`, a console, `su -`."""

from __future__ import annotations

from envkit.contexts import _base
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="login_terminal",
    title="login terminal",
    invocation=Invocation(login=True, interactive=True, stdin="pty", end="exit"),
    given=_base.terminal,
    imitated="a login shell on a pseudo-terminal of its own, from a bare environment",
)
