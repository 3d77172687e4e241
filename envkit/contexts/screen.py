"""A window of GNU screen: $SHELL, no login shell (screen(1), "shell", "deflogin" is for utmp).

It inherits the environment that screen was started from, plus STY and WINDOW.
"""

from __future__ import annotations

from envkit.contexts import _base, _windows
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """A screen started from a bare login; its marks over that (screen(1))."""
    own = {"TERM": "screen", "STY": "1.envkit", "WINDOW": "0"}
    marks = (Given(name, value, "screen") for name, value in own.items())
    configured = _windows.variables(host, _windows.screen_files(host), "term", "shell")
    return (*_base.terminal(host, platform), *marks, *configured)


def here(host: Host, platform: Platform) -> Context:
    """The shell that `shell` of screenrc names; a dash before it makes it a login shell."""
    found = {name: value for name, value, _ in _windows.settings(host, _windows.screen_files(host))}
    shell = found.get("shell")
    return _windows.with_shell(CONTEXT, shell, login=False) if shell else CONTEXT


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    return _base.not_installed(host, "screen")


CONTEXT = Context(
    name="screen",
    title="screen window",
    invocation=Invocation(interactive=True, stdin="pty", end="exit"),
    given=given,
    imitated="an interactive shell on a terminal with screen's variables; no screen is asked",
    launcher="screen",
    absent=absent,
    here=here,
)
