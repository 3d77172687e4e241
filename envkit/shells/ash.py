"""ash, busybox's shell: /etc/profile and ~/.profile at login, and $ENV's file if interactive.

The program is busybox, which is what its argv[0] says (`ash`, `sh`) or its first argument. More of
bash's words are known to it than to dash; where HOME is not set it looks for no ~/.profile at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit.host import Host
from envkit.model import Invocation, Order, Shell, Start, Stdin
from envkit.shells import _almquist, _posix

_KIND = _almquist.Kind(
    "ash",
    "efIimnsxvCabuE",
    frozenset(
        (
            *("errexit", "noglob", "ignoreeof", "monitor", "noexec", "xtrace", "verbose"),
            *("noclobber", "allexport", "notify", "nounset", "errtrace", "vi", "pipefail"),
        )
    ),
    ("", "debian", "ash", "busybox"),
    "/bin/busybox",
    {
        "PATH": "/sbin:/usr/sbin:/bin:/usr/bin",
        "PS1": r"\w \$ ",
        "PS2": "> ",
        "PS4": "+ ",
        "HOSTNAME": None,
        "SHLVL": None,
        "RANDOM": None,
        "EPOCHREALTIME": None,
        "EPOCHSECONDS": None,
    },
    sloppy=True,
)


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts ash so and runs `command`: argv[0] as in the real start."""
    return _posix.argv("ash", invocation, command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line; `busybox ash …` is the same as `ash …`."""
    call = _almquist.parse(_KIND, _applet(argv), stdin)
    return _posix.invocation(call, argv, stdin, environment)


def build(host: Host, program: Path | None) -> str:
    """busybox reads the same files however it is compiled, where ENV is supported at all."""
    return ""


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why; UsageError for an unknown build."""
    how = start.invocation
    start = start._replace(invocation=how._replace(argv=_applet(how.argv)))
    return _almquist.startup_files(_KIND, host, start)


def _applet(argv: tuple[str, ...]) -> tuple[str, ...]:
    """What the applet sees as its own command line."""
    named = bool(argv) and argv[0].rpartition("/")[2].startswith("busybox")
    return argv[1:] if named and argv[1:2] in (("ash",), ("sh",)) else argv


SHELL = Shell(
    name="ash",
    title="busybox ash",
    programs=("busybox", "ash"),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    login_files=(".profile",),
    tracer="bash",
)
