"""Emacs with exec-path-from-shell, started from the desktop: `$SHELL -l -i -c printf …`.

Without that package it has what the session gives. It asks once more without -i, and warns where
the two differ. TERM is dumb: startup files that test it for a prompt behave otherwise.
"""

from __future__ import annotations

from envkit.contexts import _desktop
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The session's environment and the editor's marks."""
    marks = {"TERM": "dumb", "INSIDE_EMACS": ""}
    return (
        *_desktop.session(host, platform),
        *(Given(name, value, "Emacs") for name, value in marks.items()),
    )


def adapt(shell: str) -> Invocation:
    """The flags that it gives to that shell."""
    return Invocation(login=shell not in ("tcsh", "csh"), interactive=True, command=True)


CONTEXT = Context(
    name="editor_emacs",
    title="Emacs",
    invocation=adapt("bash"),
    given=given,
    imitated="$SHELL -l -i -c with TERM=dumb, from a bare session; Emacs is not asked",
    adapt=adapt,
    limit=0.0,
)
