"""`su - USER`, `su -l USER`: a login shell in a clean environment (su(1), login.defs(5)).

PATH comes from ENV_PATH (root: ENV_SUPATH) of login.defs; PAM's /etc/environment over it.
"""

from __future__ import annotations

from envkit.contexts import _su
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """What su(1) sets for a login."""
    return _su.login(host, platform)


CONTEXT = Context(
    name="su_login",
    title="su -",
    invocation=Invocation(login=True, interactive=True, stdin="pty", end="exit"),
    given=given,
    imitated="a login shell on a terminal with su's environment; no su is asked",
    launcher="su",
    absent=_su.absent,
)
