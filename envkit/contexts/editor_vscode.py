"""VS Code started from the desktop: it asks `$SHELL -i -l -c` for its environment, once.

stdin is /dev/null; it waits 10 s (a setting), and any exit status but 0 means no environment at
all (src/vs/platform/shell/node/shellEnv.ts). Started from a terminal it asks nobody.
"""

from __future__ import annotations

from envkit.contexts import _desktop
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The session's environment and the editor's marks."""
    marks = {"VSCODE_RESOLVING_ENVIRONMENT": "1", "ELECTRON_RUN_AS_NODE": "1"}
    marks["ELECTRON_NO_ATTACH_CONSOLE"] = "1"
    return (
        *_desktop.session(host, platform),
        *(Given(name, value, "VS Code") for name, value in marks.items()),
    )


def adapt(shell: str) -> Invocation:
    """The flags that it gives to that shell."""
    login = shell not in ("tcsh", "csh")  # it gives them -ic
    return Invocation(login=login, interactive=True, command=True)


CONTEXT = Context(
    name="editor_vscode",
    title="VS Code",
    invocation=adapt("bash"),
    given=given,
    imitated="$SHELL -i -l -c with VS Code's marks, from a bare session; no editor is asked",
    adapt=adapt,
    limit=10.0,
)
