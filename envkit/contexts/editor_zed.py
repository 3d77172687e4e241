"""Zed started from the desktop: `$SHELL -l -i -c "cd DIR; zed --printenv"` in a session of its own.

For fish it fires the prompt event, so that hooks run (crates/util, shell_env.rs).
"""

from __future__ import annotations

from envkit.contexts import _desktop
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The session's environment and the editor's marks."""
    marks: dict[str, str] = {}
    return (
        *_desktop.session(host, platform),
        *(Given(name, value, "Zed") for name, value in marks.items()),
    )


def adapt(shell: str) -> Invocation:
    """The flags that it gives to that shell."""
    return Invocation(login=shell not in ("tcsh", "csh"), interactive=True, command=True)


CONTEXT = Context(
    name="editor_zed",
    title="Zed",
    invocation=adapt("bash"),
    given=given,
    imitated="$SHELL -l -i -c from a bare session; Zed is not asked",
    adapt=adapt,
    limit=0.0,
)
