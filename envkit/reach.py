"""Which shells and starts of them an install is for, and what no startup file can reach. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit import contexts, discover, order, shells
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Invocation, Platform, Shell, Start
from envkit.needs import Unreached

#: bash and sh always; the others where they are used (`targets`).
ALWAYS = ("bash", "sh")
ALSO = ("zsh", "fish", "ksh93", "mksh")

#: What may hold a block of ours, below the home, and below fish's own folder.
NAMES = (
    *(".bash_profile", ".bash_login", ".profile", ".bashrc"),
    *(".zshenv", ".zprofile", ".zshrc", ".zlogin", ".kshrc", ".mkshrc"),
    *(".config/fish/config.fish", ".config/fish/conf.d/envkit.fish"),
)
FISH = ("config.fish", "conf.d/envkit.fish")

# Startup files that say that somebody uses a shell.
_SIGNS = {
    "zsh": (".zshenv", ".zprofile", ".zshrc", ".zlogin"),
    "fish": (".config/fish/config.fish", ".config/fish/conf.d"),
    "ksh93": (".kshrc",),
    "mksh": (".mkshrc",),
}
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


def targets(host: Host, asked: Sequence[str] = ()) -> tuple[Shell, ...]:
    """The shells that are written for.

    bash and sh; of the others those that `asked` names, and, where they are installed (which of
    another machine's file system nobody can be sure of), the account's own, the caller's $SHELL,
    and those that have startup files in the home. UsageError on a name that cannot be written for.
    """
    names = {writable(host, name) for name in asked}
    for name in ALSO:
        if name not in discover.names("envkit.shells"):
            continue
        shell = shells.get(name)
        used = _is_own(host, shell) or _has_files(host, name)
        if used and (host.foreign or shells.program(host, shell) is not None):
            names.add(name)
    return tuple(shells.get(name) for name in (*ALWAYS, *ALSO) if name in {*ALWAYS, *names})


def writable(host: Host, name: str) -> str:
    """The shell of that name as one that is written for; UsageError where there is none."""
    shell = shells.named(host, name).name
    shell = {"dash": "sh", "ash": "sh"}.get(shell, shell)
    if shell not in (*ALWAYS, *ALSO):
        raise UsageError(
            f"envkit does not write for {name}", f"it does for: {', '.join((*ALWAYS, *ALSO))}"
        )
    return shell


def _is_own(host: Host, shell: Shell) -> bool:
    """Whether it is the account's own shell, or the caller's $SHELL."""
    given = Path(host.env.get("SHELL", "/"))
    return shell.name in {_name_of(host, path) for path in (host.login_shell, given)}


def _name_of(host: Host, path: Path) -> str:
    """The shell that an account with this login shell has; "" for one that envkit does not know."""
    try:
        return shells.of(host.but(login_shell=path)).name
    except UsageError:
        return ""


def _has_files(host: Host, name: str) -> bool:
    folders = [host.home]
    if name == "zsh" and host.env.get("ZDOTDIR", "").startswith("/"):
        folders.append(Path(host.env["ZDOTDIR"]))
    if name == "fish" and host.kind(host.config.parent / "fish/config.fish") == "file":
        return True
    return any(_is_sign(host, folder / sign) for folder in folders for sign in _SIGNS[name])


def _is_sign(host: Host, path: Path) -> bool:
    """Whether a startup file is there, and is not just what every new account gets."""
    kind = host.kind(path)
    skeleton = Path("/etc/skel", path.name)
    if kind == "file" and host.kind(skeleton) == "file":
        return host.read(path) != host.read(skeleton)
    return kind != "missing"


def starts(
    host: Host, platform: Platform, targets: Sequence[Shell] | None = None
) -> tuple[Start, ...]:
    """The starts that are to be reached, of each shell: as the contexts give them, and `-lc`."""
    bash, sh = shells.get("bash"), shells.get("sh")
    named = tuple(
        order.start_for(host, contexts.get(name), bash, platform)
        for name in ("login_terminal", "terminal", "ssh_command")
    )
    commands = (("login_command", bash), ("sh_login", sh))
    found = [*named, *(_login_command(host, name, shell, platform) for name, shell in commands)]
    for shell in targets or ():
        if shell.name not in ALWAYS:
            found += _starts_of(host, shell, platform)
    return tuple(found)


def _starts_of(host: Host, shell: Shell, platform: Platform) -> Iterator[Start]:
    """The starts of one shell, with what the caller's session gives it to find its files by."""
    login, terminal, ssh = (
        order.start_for(host, contexts.get(name), shell, platform)
        for name in ("login_terminal", "terminal", "ssh_command")
    )
    command = login._replace(
        context="login_command", invocation=Invocation(login=True, command=True)
    )
    if shell.name in ("ksh93", "mksh"):
        # `ssh host command` reads nothing; a terminal has ENV from the login before it, or, where
        # that login was none (su, sudo -s, some desktops), reads the shell's own ~/.kshrc.
        named = _with(terminal, "ENV", _env_file(host, login))
        yield from (login, terminal, *((named,) if named != terminal else ()), command)
        return
    yield from (login, terminal, ssh, command)
    variable = "ZDOTDIR" if shell.name == "zsh" else "XDG_CONFIG_HOME"
    given = host.env.get(variable, "")
    if not given.startswith("/"):
        return
    for start in (login, terminal, ssh, command):
        rows = order.order(host, start).files
        if not any(Path(given) in row.path.parents for row in rows if row.status != "skipped"):
            yield _with(start, variable, given)


def _with(start: Start, variable: str, value: str) -> Start:
    if not value:
        return start
    return start._replace(environment={**start.environment, variable: value})


def _env_file(host: Host, login: Start) -> str:
    """The value of ENV that a login's files leave, else the caller's; "" where there is none."""
    set_ = [
        event.value or ""
        for event in order.order(host, login).events
        if event.kind == "assign" and event.variable == "ENV"
    ]
    return set_[-1] if set_ else host.env.get("ENV", "")


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
    return shells.get(_name_of(host, host.login_shell) or "bash")


def beyond(host: Host, platform: Platform, path_prepend: tuple[str, ...]) -> tuple[Unreached, ...]:
    """The contexts in which no startup file is read, with what to write there instead."""
    return tuple(
        Unreached(start.context, f"reads no startup file; {remedy(start, path_prepend)}")
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


def own_shell(host: Host, path_prepend: tuple[str, ...] = ()) -> tuple[Unreached, ...]:
    """The account's own shell, where it is none that envkit writes for, and what to write."""
    name = host.login_shell.name
    written = {program for one in targets(host) for program in (one.name, *one.programs)}
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


def _login_command(host: Host, name: str, shell: Shell, platform: Platform) -> Start:
    """`bash -lc …` and `sh -lc …`: what cron jobs, services and desktop sessions write."""
    start = order.start_for(host, contexts.get("login_terminal"), shell, platform)
    return start._replace(context=name, invocation=Invocation(login=True, command=True))
