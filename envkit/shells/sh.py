"""sh: a name, not a program. On Debian it is dash, on Red Hat and macOS bash, on Alpine busybox.

Which one is seen in the machine's /bin/sh; that shell is then asked, as it behaves under the
name sh. ksh93, mksh and zsh are known behind it, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit import shells
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Invocation, Order, Shell, Start, Stdin

_ASH = ("ash", "busybox")
_OTHERS = ("ksh93", "mksh", "zsh")
_BASH = ("debian", "upstream", "homebrew", "fedora", "arch", "apple", "suse", "nixos")


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts sh so and runs `command`; argv[0] as in the real start.

    A login sh that is not interactive is started with -l: some builds of bash want it.
    """
    if invocation.login and invocation.interactive:
        return ("-sh", "-i", "-c", command)
    if invocation.login:
        return ("sh", "-l", "-c", command)
    return ("sh", "-i", "-c", command) if invocation.interactive else ("sh", "-c", command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line."""
    return _program(build).invocation(argv, stdin, environment, build)


def build(host: Host, program: Path | None) -> str:
    """The shell behind the name, or what the bash there was compiled with; "": nothing is there."""
    if program is None or host.kind(program) != "file":
        return ""
    name = host.locate(program).resolve().name
    if name in _ASH or name.startswith("busybox"):
        return "ash"
    if name == "dash":
        return "dash"
    bash = shells.get("bash").build(host, program)
    if bash:
        return bash
    content = host.read(program)
    for text, other in _TEXTS:
        if text in content:
            return other
    return name if name == "yash" else "dash"


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, as the shell behind the name reads them.

    UsageError where that is a shell which envkit does not know.
    """
    build = start.build or (
        start.platform.sh if start.platform.sh != "bash" else start.platform.bash_build
    )
    how = start.invocation
    if not how.argv:
        own = argv(how, ":") if how.command else (("-sh",) if how.login else ("sh",))
        how = how._replace(argv=own)
    shell = _program(build)
    inner = build if shell.name == "bash" else ""
    return shell.startup_files(host, start._replace(invocation=how, build=inner))


def _program(build: str) -> Shell:
    """The shell that a build means; Debian's sh is dash."""
    if build in ("", "debian", "dash"):
        return shells.get("dash")
    if build in _ASH:
        return shells.get("ash")
    if build in _OTHERS:
        return shells.get(build)
    if build in _BASH:
        return shells.get("bash")
    known = ", ".join(("dash", "ash", *_OTHERS, *_BASH))
    raise UsageError(f"unknown build of sh: {build}, which envkit does not know", f"known: {known}")


# What stands in the binary of one of them alone.
_TEXTS = (
    (b"MIRBSD KSH", "mksh"),
    (b".sh.version", "ksh93"),
    (b"zsh/zle", "zsh"),
    (b"YASH_VERSION", "yash"),
    (b"BusyBox v", "ash"),
)


SHELL = Shell(
    name="sh",
    title="sh",
    programs=("sh",),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    login_files=(".profile",),
    tracer="bash",
)
