"""dash: /etc/profile and ~/.profile at login, and the file that $ENV names if interactive.

Unlike bash it does not look HOME up, expands no tilde in ENV, knows neither sshd nor logout files,
and ends at an error in a startup file unless it is interactive (POSIX.1-2017 2.8.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit.host import Host
from envkit.model import Invocation, Order, Shell, Start, Stdin
from envkit.shells import _almquist, _posix

_KIND = _almquist.Kind(
    "dash",
    "efIimnsxvVECabup",
    frozenset(
        (
            *("errexit", "noglob", "ignoreeof", "interactive", "monitor", "noexec", "stdin"),
            *("xtrace", "verbose", "vi", "emacs", "noclobber", "allexport", "notify", "nounset"),
            *("privileged", "nolog", "debug"),
        )
    ),
    ("", "debian", "dash"),
    "/usr/bin/dash",
    {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "PS2": "> ",
        "PS4": "+ ",
    },
)


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts dash so and runs `command`: argv[0] as in the real start."""
    return _posix.argv("dash", invocation, command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line (dash(1))."""
    return _posix.invocation(_almquist.parse(_KIND, argv, stdin), argv, stdin, environment)


def build(host: Host, program: Path | None) -> str:
    """dash is compiled in one way as far as startup files go."""
    return ""


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why; UsageError for an unknown build."""
    return _almquist.startup_files(_KIND, host, start)


SHELL = Shell(
    name="dash",
    title="dash",
    programs=("dash",),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    login_files=(".profile",),
    tracer="bash",
)
