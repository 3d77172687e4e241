"""`envkit order`: which startup files are read, in which order, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from envkit.cli import output
from envkit.cli.options import (
    HomeOption,
    JsonOption,
    NoColorOption,
    PlatformOption,
    RootOption,
    ShellOption,
)
from envkit.errors import UsageError

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.model import Order, Platform, Start

_STDIN = ("pty", "pipe", "socket", "null", "closed")
_END = ("exit", "eof", "end-of-input", "hangup", "exec")

# Optional[…], since typer evaluates this on Python 3.10, too.
CommandLine = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(metavar="[-- COMMAND LINE]", help="argv, as the shell sees it: -bash -c x."),
]
ContextOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--context", metavar="NAME", help="One context; a terminal when left out."),
]
AllOption = Annotated[bool, typer.Option("--all", help="Every context.")]
WhyOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--why", metavar="FILE", help="Where it is read; if not, what would change it."),
]
ProbeOption = Annotated[
    bool, typer.Option("--probe", help="Prove this on your shell, with markers for files.")
]
BuildOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--build", metavar="NAME", help="What the shell was compiled with."),
]
StdinOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--stdin", metavar="|".join(_STDIN), help="Its standard input; else pty."),
]
EnvOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--env", metavar="NAME=VALUE", help="A variable it is given; repeatable."),
]
ClearOption = Annotated[
    bool, typer.Option("--clear-env", help="Give it nothing of this environment.")
]
EndOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--end", metavar="|".join(_END), help="How it is left: logout files."),
]


#: What exit status 1 means here.
ONE = "no context reads the file (--why), or the shell differs (--probe)"


def order(
    command_line: CommandLine = None,
    context: ContextOption = None,
    every: AllOption = False,
    why: WhyOption = None,
    probe: ProbeOption = False,
    shell: ShellOption = None,
    platform: PlatformOption = None,
    build: BuildOption = None,
    stdin: StdinOption = None,
    env: EnvOption = None,
    clear_env: ClearOption = False,
    end: EndOption = None,
    home: HomeOption = None,
    root: RootOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show which startup files are read, in order, and why.

    Without options: a terminal as this platform opens it. After `--`, any command line of a shell;
    --stdin, --env, --clear-env and --end belong to it. Left out, --end is what the command line
    says: an interactive shell is left by exit, `-c` ends with its text. Nothing is started.
    """
    from envkit.host import Host

    host = Host.real(home, root)
    system = _platform(host, platform, as_json)
    foreign = bool(platform) and _is_foreign(host, system)
    if build is None and foreign:
        build = ""  # what that platform's own shell is compiled with, not the one that is here
    _check_together(bool(command_line), context, every, why, probe)
    if not command_line:
        _check_alone(bool(env or clear_env or end or stdin))
    if probe:
        _probe(host, shell, foreign, as_json)
    elif every or why is not None:
        from envkit.cli import order_every

        order_every.run(host, shell, system, build, why, as_json)
    elif command_line:
        stdin = stdin or "pty"
        _check("--stdin", stdin, _STDIN)
        _check("--end", end or "exit", _END)
        given, argv = _environment(host, env, clear_env), tuple(command_line)
        _one(host, _literal(host, shell, argv, stdin, given, end, build, system), as_json)
    else:
        _one(host, _start(host, context, shell, build, system), as_json)


def _probe(host: Host, shell: str | None, foreign: bool, as_json: bool) -> None:
    if foreign:
        raise UsageError("--probe starts this machine's shells", "leave --platform out")
    from envkit.cli import order_probe

    order_probe.run(host, shell, as_json)


def _literal(
    host: Host,
    shell: str | None,
    argv: tuple[str, ...],
    stdin: str,
    given: dict[str, str],
    end: str | None,
    build: str | None,
    system: Platform,
) -> Start:
    from envkit import order as room

    return room.literal(host, shell, argv, stdin, given, end, build, system)  # type: ignore[arg-type]


def _one(host: Host, start: Start, as_json: bool) -> None:
    """One start, of a context or of a command line."""
    from envkit import order as room

    found = _settled(host, start, room.order(host, start))
    about = {} if start.context == room.COMMAND_LINE else _context_data(host, start)
    if as_json:
        output.say_json({**data(found), **where(host, start.platform), **about})
        return
    from envkit.cli import order_text

    imitated = bool(about.get("imitated"))
    texts = [order_text.one(host, start, found, imitated)]
    if imitated:
        texts.append(order_text.imitation(start.context))
    if about.get("absent"):
        texts.append(f"Not on this machine: {about['absent']}")
    if about:
        texts.append(order_text.others(start.context))
    output.say("\n\n".join(texts))


def _context_data(host: Host, start: Start) -> dict[str, object]:
    """What is said of a context: its title, and whether it is there and can be really started."""
    from envkit import contexts

    one = contexts.get(start.context)
    absent = one.absent(host, start.platform) if one.absent else ""
    imitated = True
    if one.launcher:
        from envkit import launch

        imitated = bool(launch.why_not(host, start))
    return {"title": one.title, "imitated": imitated, "absent": absent}


def _settled(host: Host, start: Start, found: Order) -> Order:
    """Each file that is not read says what alone would change that.

    bash's rules put their own to the test, for the flags of contexts.
    """
    if start.shell.name == "bash" and not start.invocation.argv:
        return found
    from envkit import otherwise

    return otherwise.settled(host, start, found)


def _check_together(
    command_line: bool, context: str | None, every: bool, why: str | None, probe: bool
) -> None:
    if probe and (command_line or context or every or why):
        raise UsageError("--probe starts a shell in all of its ways", "give it --shell alone")
    if command_line and (context or every or why):
        raise UsageError("a command line is no context", "leave --context, --all, --why out")
    if context and (every or why is not None):
        asking = "--all" if every else "--why"
        raise UsageError(f"{asking} asks about every context", "leave --context out")
    if why == "":
        raise UsageError("--why needs a file", "envkit order --why ~/.profile")


def _check_alone(literal: bool) -> None:
    if literal:
        raise UsageError(
            "--stdin, --env, --clear-env and --end belong to a command line",
            "write it after --: envkit order --stdin socket -- bash -c true",
        )


def _platform(host: Host, name: str | None, silent: bool) -> Platform:
    """The platform that is named, or the machine's own; it is said where that is a guess."""
    from envkit import platforms

    if name:
        return platforms.of(host, name)
    found, known = platforms.look(host)
    if not silent and not known:
        output.warn(f"this system is none that envkit knows; taken for {found.title} (--platform)")
    return found


def _is_foreign(host: Host, system: Platform) -> bool:
    from envkit import platforms

    found, known = platforms.look(host)
    return known and found.name != system.name


def _start(
    host: Host, context: str | None, shell: str | None, build: str | None, system: Platform
) -> Start:
    """The start of the context that is asked for."""
    from envkit import contexts, order, shells

    chosen = contexts.get(context) if context else contexts.default(system)
    return order.start_for(
        host, chosen, shells.named(host, shell) if shell else None, system, build
    )


def _environment(host: Host, env: list[str] | None, clear: bool) -> dict[str, str]:
    """What the command line is given: this environment, or nothing, and --env over it."""
    variables = {} if clear else dict(host.env)
    for text in env or ():
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise UsageError(f"--env {text}: not NAME=VALUE")
        variables[name] = value
    return variables


def _check(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(f"{option} {value}: unknown", f"known: {', '.join(known)}")


def data(one: Order) -> dict[str, object]:
    """One start for JSON."""
    return {
        "context": one.context,
        "shell": one.shell,
        "files": [output.as_data(row) for row in (*one.before, *one.files)],
    }


def where(host: Host, system: Platform) -> dict[str, object]:
    """The platform; `platform_known` is false where it is the nearest to one that envkit knows."""
    from envkit import platforms

    found, known = platforms.look(host)
    return {"platform": system.name, "platform_known": known or system.name != found.name}
