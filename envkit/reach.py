"""Which starts of its shells an install is for, and what no startup file can reach. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit import contexts, order, shells
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Invocation, Platform, Shell, Start
from envkit.needs import Unreached
from envkit.targets import ALSO, ALWAYS, every, is_left_out, name_of, targets, writable

__all__ = ["ALSO", "ALWAYS", "targets", "writable"]

#: What may hold a block of ours, below the home, and below fish's own folder.
NAMES = (
    *(".bash_profile", ".bash_login", ".profile", ".bashrc"),
    *(".zshenv", ".zprofile", ".zshrc", ".zlogin", ".kshrc", ".mkshrc"),
    *(".config/fish/config.fish", ".config/fish/conf.d/envkit.fish"),
)
FISH = ("config.fish", "conf.d/envkit.fish")

# The accounts whose shell is none of ours are told what to write.
_WRITE = {
    "tcsh": "in ~/.tcshrc or ~/.cshrc: setenv PATH {path}:$PATH",
    "csh": "in ~/.cshrc: setenv PATH {path}:$PATH",
    "nu": "in ~/.config/nushell/env.nu: $env.PATH = ($env.PATH | prepend [{words}])",
    "xonsh": "in ~/.xonshrc: $PATH[:0] = [{quoted}]",
    "elvish": "in ~/.config/elvish/rc.elv: set paths = [{words} $@paths]",
    "pwsh": "in ~/.config/powershell/profile.ps1: $env:PATH = '{path}:' + $env:PATH",
    "yash": "in ~/.yash_profile: PATH={path}:$PATH",
}
_NO_SHELLS = ("nologin", "false", "")

#: Starts that have PATH from their caller; the file that this variable names is read on top of it.
BY_BASH_ENV, BY_ENV = "bash_env", "sh_terminal"


def starts(
    host: Host, platform: Platform, targets: Sequence[Shell] | None = None
) -> tuple[Start, ...]:
    """The starts that are to be reached, of each shell: as the contexts give them, and `-lc`.

    Those of bash and sh where no targets are named.
    """
    found: list[Start] = []
    for shell in targets if targets is not None else map(shells.get, ALWAYS):
        make = {"bash": _starts_of_bash, "sh": _starts_of_sh}.get(shell.name, _starts_of)
        found += make(host, shell, platform)
    return tuple(found)


def _starts_of_bash(host: Host, shell: Shell, platform: Platform) -> Iterator[Start]:
    login, terminal, ssh = _everyday(host, shell, platform)
    yield from (login, terminal, ssh, _command(login, "login_command"))
    # A script inherits PATH; what BASH_ENV names then comes on top.
    named = _left_in(host, login, "BASH_ENV")
    if named:
        script = order.start_for(host, contexts.get("script"), shell, platform)
        yield _with(script._replace(context=BY_BASH_ENV), "BASH_ENV", named)


def _starts_of_sh(host: Host, shell: Shell, platform: Platform) -> Iterator[Start]:
    """sh's: a login as daemons do it; and what ENV names, where anything sets it."""
    login, terminal, _ = _everyday(host, shell, platform)
    yield _command(login, "sh_login")
    named = _left_in(host, login, "ENV")
    if named:
        yield login._replace(context="sh_terminal_login")
        yield _with(terminal._replace(context=BY_ENV), "ENV", named)


def _everyday(host: Host, shell: Shell, platform: Platform) -> Iterator[Start]:
    for name in ("login_terminal", "terminal", "ssh_command"):
        yield order.start_for(host, contexts.get(name), shell, platform)


def _command(login: Start, name: str) -> Start:
    """`bash -lc …` and `sh -lc …`: what cron jobs, services and desktop sessions write."""
    return login._replace(context=name, invocation=Invocation(login=True, command=True))


def _starts_of(host: Host, shell: Shell, platform: Platform) -> Iterator[Start]:
    """The starts of one shell, with what the caller's session gives it to find its files by."""
    login, terminal, ssh = _everyday(host, shell, platform)
    command = _command(login, "login_command")
    if shell.name in ("ksh93", "mksh"):
        # `ssh host command` reads nothing; a terminal has ENV from the login before it, or, where
        # that login was none (su, sudo -s, some desktops), reads the shell's own ~/.kshrc.
        named = _with(terminal, "ENV", _left_in(host, login, "ENV"))
        yield from (login, terminal, *((named,) if named != terminal else ()), command)
        return
    yield from (login, terminal, ssh, command)
    variable = "ZDOTDIR" if shell.name == "zsh" else "XDG_CONFIG_HOME"
    given = host.env.get(variable)
    if given is None or not (given.startswith("/") or variable == "ZDOTDIR"):
        return
    for start in (login, terminal, ssh, command):
        rows = order.order(host, start).files
        is_there = (Path(given) in row.path.parents for row in rows if row.status != "skipped")
        if not given.startswith("/") or not any(is_there):
            yield start._replace(environment={**start.environment, variable: given})


def _with(start: Start, variable: str, value: str) -> Start:
    if not value:
        return start
    return start._replace(environment={**start.environment, variable: value})


def _left_in(host: Host, login: Start, variable: str) -> str:
    """The value that a login's files leave in a variable, else the caller's; "" where none."""
    set_ = [
        event.value or ""
        for event in order.order(host, login).events
        if event.kind == "assign" and event.variable == variable
    ]
    return set_[-1] if set_ else host.env.get(variable, "")


def label(start: Start) -> str:
    """A name for a start, different for each of an install: `terminal`, `zsh terminal`."""
    shell = start.shell.name
    if shell in ALWAYS:
        return start.context
    given = [
        f" with {name}"
        for name in ("ZDOTDIR", "XDG_CONFIG_HOME", "ENV")
        if name in start.environment
    ]
    return f"{shell} {start.context}{''.join(given)}"


def others(host: Host, platform: Platform) -> tuple[Start, ...]:
    """The contexts of this machine that the starts of bash and sh leave out.

    An account of another shell has them all: `ssh host command` reads no file of ksh's.
    """
    own = _own(host)
    mine = {start.context for start in starts(host, platform)} if own.name in ALWAYS else set()
    return tuple(
        order.start_for(
            host, context, shells.get(context.shell) if context.shell else own, platform
        )
        for context in contexts.every()
        if context.name not in mine
        and not (context.absent is not None and context.absent(host, platform))
    )


def _own(host: Host) -> Shell:
    """The account's own shell; bash for one that envkit does not know."""
    return shells.get(name_of(host, host.login_shell) or "bash")


def beyond(
    host: Host,
    platform: Platform,
    path_prepend: tuple[str, ...],
    variables: Sequence[str] = (),
) -> tuple[Unreached, ...]:
    """The contexts in which no startup file is read, with what to write there instead.

    `variables`: the names of what the profile sets beside PATH.
    """
    likewise = f"; likewise {', '.join(variables)}" if variables else ""
    return tuple(
        Unreached(start.context, f"reads no startup file; {remedy(start, path_prepend)}{likewise}")
        for start in others(host, platform)
        if not reads_files(host, start)
    )


def remedy(start: Start, path_prepend: tuple[str, ...]) -> str:
    """What to write where a start reads no startup file, and whole: it is to be copied."""
    old = start.environment.get("PATH") or start.platform.default_path
    path = ":".join(dict.fromkeys((*path_prepend, *old.split(":"))))
    try:
        told = contexts.get(start.context).remedy
    except UsageError:  # a start that a command made for itself
        told = ""
    if not told and start.invocation.remote:
        told = "in ~/.ssh/environment, where sshd_config has PermitUserEnvironment: PATH={path}"
    head, _, words = told.partition(": ")
    if " DIR " in words and path_prepend:
        # A line for each folder; what is added last comes first.
        told = f"{head}: " + "; ".join(words.replace("DIR", one) for one in path_prepend[::-1])
    return (told or "its starter has to give it: PATH={path}").replace("{path}", path)


def reads_files(host: Host, one: Start) -> bool:
    """Whether a start's shell reads some startup file, or would if it were there."""
    contexts_own = {row.path for row in (*one.before, *one.after)}
    return any(
        row.status in ("read", "missing", "unreadable")
        and not row.logout
        and row.path not in contexts_own
        for row in order.order(host, one).files
    )


def own_shell(
    host: Host, path_prepend: tuple[str, ...] = (), asked: Sequence[str] = ()
) -> tuple[Unreached, ...]:
    """The account's own shell, where envkit does not write for it, and what to write.

    Also where `asked` (--shell) leaves it out.
    """
    if is_left_out(host, asked):
        own = host.login_shell.name
        words = f"the account's own shell, which --shell leaves out; with it: --shell {own}"
        return (Unreached(own, words),)
    name = host.login_shell.name
    written = {program for one in every() for program in (one.name, *one.programs)}
    if name in (*written, "dash", "rbash", *_NO_SHELLS):
        return ()
    told = _WRITE.get(name, "put {path} first in PATH in its own startup file").format(
        path=":".join(path_prepend),
        words=" ".join(path_prepend),
        quoted=", ".join(map(repr, path_prepend)),
    )
    return (Unreached(name, f"the account's own shell, and envkit does not write for it; {told}"),)


def new_file(host: Host, start: Start, platform: Platform) -> Path:
    """The file of bash's or sh's to make where it reads none of its user's."""
    if not start.invocation.login:
        return host.home / (start.shell.rc_files or start.shell.login_files)[0]
    if start.shell.name == "bash":
        return host.home / platform.new_login_file
    return host.home / (start.shell.login_files or start.shell.rc_files)[0]
