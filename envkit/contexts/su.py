"""`su USER`: an interactive shell, no login shell, with the caller's environment (su(1)).

HOME and SHELL (and USER, LOGNAME unless for root) change; PATH stays the caller's, unless
ALWAYS_SET_PATH of login.defs(5) says otherwise; PAM's /etc/environment comes over it.
"""

from __future__ import annotations

from envkit.contexts import _su
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The caller's environment as su(1) changes it."""
    return _su.plain(host, platform)


CONTEXT = Context(
    name="su",
    title="su",
    invocation=Invocation(interactive=True, stdin="pty", end="exit"),
    given=given,
    imitated="an interactive shell on a terminal with su's environment; no su is asked",
    launcher="su",
    absent=_su.absent,
)
