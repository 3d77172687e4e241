"""An `at` or `batch` job: /bin/sh reading a script from stdin (at(1)); no startup file is read.

The script sets all of the submitter's variables anew but TERM, DISPLAY, _, SHELLOPTS and a few of
bash's own: so it has what the shell had that `at` was typed in.
"""

from __future__ import annotations

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform

# at.c, and what the job's own `cd` sets.
_DROPPED = {
    *("TERM", "DISPLAY", "_", "SHELL", "SHELLOPTS", "BASH_VERSINFO", "EUID", "GROUPS"),
    *("PPID", "UID", "PWD", "OLDPWD"),
}


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The caller's environment, which the job's script sets again; atd gives it none of PAM's."""
    by = "at, from the shell that it is typed in"
    kept = {
        name: value
        for name, value in host.env.items()
        if name not in _DROPPED and name.isidentifier()
    }
    return (
        *(one for one in _base.account(host, "the caller") if one.variable != "SHELL"),
        *(Given(*pair, by) for pair in kept.items()),
    )


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    return _base.not_installed(host, "at")


CONTEXT = Context(
    name="at",
    title="at",
    invocation=Invocation(command=True, stdin="pipe"),
    given=given,
    shell="sh",
    imitated="/bin/sh with this environment of yours; no atd is asked",
    remedy="in the job: PATH={path}",
    launcher="at",
    absent=absent,
)
