"""A step of a CI runner: GitHub's `bash --noprofile --norc -eo pipefail FILE`.

No startup file (but BASH_ENV): the runner's own environment, GITHUB_ENV and GITHUB_PATH (workflow
syntax, jobs.<id>.steps[*].shell). GitLab's and others' shells read none either.
"""

from __future__ import annotations

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The account, the platform's PATH, and the runner's marks."""
    by = "the runner"
    marks = {"CI": "true", "GITHUB_ACTIONS": "true", "SHLVL": "1", "LANG": "C.UTF-8"}
    return (
        *_base.account(host, by),
        Given("PATH", platform.default_path, by),
        *(Given(name, value, by) for name, value in marks.items()),
    )


CONTEXT = Context(
    name="ci",
    title="CI step",
    invocation=Invocation(command=True),
    given=given,
    shell="bash",
    imitated="bash -c from a bare environment with the runner's marks; no runner is asked",
    remedy='in a step before: echo DIR >> "$GITHUB_PATH"',
)
