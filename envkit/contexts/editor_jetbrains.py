"""PyCharm, IntelliJ and kin started from the macOS desktop: they ask `$SHELL -l -i -c`.

Only where SHLVL is unset or 0, and on macOS alone; 20 s, then the whole tree is killed
(EnvironmentUtil.java). On Linux they have what the session gives.
"""

from __future__ import annotations

from envkit.contexts import _desktop
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The session's environment and the editor's marks."""
    marks = {"INTELLIJ_ENVIRONMENT_READER": "true", "DISABLE_AUTO_UPDATE": "true"}
    return (
        *_desktop.session(host, platform),
        *(Given(name, value, "JetBrains IDE") for name, value in marks.items()),
    )


def adapt(shell: str) -> Invocation:
    """The flags that it gives to that shell."""
    return Invocation(login=shell not in ("tcsh", "csh"), interactive=shell != "fish", command=True)


CONTEXT = Context(
    name="editor_jetbrains",
    title="JetBrains IDE",
    invocation=adapt("bash"),
    given=given,
    imitated="$SHELL -l -i -c with the IDE's marks, from a bare session; no IDE is asked",
    adapt=adapt,
    limit=20.0,
)
