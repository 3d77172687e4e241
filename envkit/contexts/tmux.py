"""A window of tmux: a login shell, whatever the server was started from (tmux(1), default-command).

Every window inherits the server's environment, then runs the login files again: an appending
profile doubles its entries. With `default-command` set in tmux.conf it is no login shell, and
`$SHELL -c` stands before it. `tmux new COMMAND` runs no login shell.
"""

from __future__ import annotations

from envkit.contexts import _base, _windows
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """A server started from a bare login; its marks over that (tmux(1), ENVIRONMENT)."""
    own = {"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "TMUX": "/tmp/tmux/default,1,0"}
    own["TMUX_PANE"] = "%0"
    marks = (Given(name, value, "tmux") for name, value in own.items())
    configured = _windows.variables(
        host, _windows.tmux_files(host), "default-terminal", "default-shell"
    )
    return (*_base.terminal(host, platform), *marks, *configured)


def here(host: Host, platform: Platform) -> Context:
    """The shell that default-command, else default-shell of tmux.conf names."""
    found = {name: value for name, value, _ in _windows.settings(host, _windows.tmux_files(host))}
    if command := found.get("default-command"):
        plain = CONTEXT._replace(invocation=CONTEXT.invocation._replace(login=False))
        return _windows.with_shell(plain, command, login=False)
    shell = found.get("default-shell")
    return _windows.with_shell(CONTEXT, shell, login=True) if shell else CONTEXT


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    return _base.not_installed(host, "tmux")


CONTEXT = Context(
    name="tmux",
    title="tmux window",
    invocation=Invocation(login=True, interactive=True, stdin="pty", end="exit"),
    given=given,
    imitated="a login shell on a terminal with tmux's variables; no tmux is asked",
    launcher="tmux",
    absent=absent,
    here=here,
)
