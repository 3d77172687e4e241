"""Which starts of shells an install is for, and which contexts no startup file can reach. Pure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.model import Invocation, Platform, Shell, Start
from envkit.needs import Unreached


def starts(host: Host, platform: Platform) -> tuple[Start, ...]:
    """The starts that are to be reached: bash's and sh's, as the contexts give them."""
    bash, sh = shells.get("bash"), shells.get("sh")
    named = tuple(
        order.start_for(host, contexts.get(name), bash, platform)
        for name in ("login_terminal", "terminal", "ssh_command")
    )
    commands = (("login_command", bash), ("sh_login", sh))
    return *named, *(_login_command(host, name, shell, platform) for name, shell in commands)


def others(host: Host, platform: Platform) -> tuple[Start, ...]:
    """The contexts that `starts` leaves out: those that read no startup file, as a rule."""
    mine = {start.context for start in starts(host, platform)}
    return tuple(
        order.start_for(host, context, shells.get(context.shell or "bash"), platform)
        for context in contexts.common()
        if context.name not in mine
    )


def beyond(host: Host, platform: Platform, path_prepend: tuple[str, ...]) -> tuple[Unreached, ...]:
    """The contexts in which no startup file is read, with what to write there instead."""
    found = []
    for start in others(host, platform):
        rows = order.order(host, start).files
        if not any(row.status in ("read", "missing", "unreadable") for row in rows):
            old = start.environment.get("PATH") or platform.default_path
            path = ":".join(dict.fromkeys((*path_prepend, *old.split(":"))))
            remedy = contexts.get(start.context).remedy.replace("{path}", path)
            found.append(Unreached(start.context, f"reads no startup file; {remedy}"))
    return tuple(found)


def own_shell(host: Host) -> tuple[Unreached, ...]:
    """The account's own shell, where it is one that envkit does not write for yet."""
    name = host.login_shell.name
    if name in ("bash", "sh", "dash", "rbash", "nologin", "false", ""):
        return ()
    return (Unreached(name, "the account's own shell, and envkit does not write for it yet"),)


def new_file(host: Host, start: Start, platform: Platform) -> Path:
    """The file to make where the shell reads none of its user's."""
    if not start.invocation.login:
        return host.home / start.shell.rc_files[0]
    if start.shell.name == "bash":
        return host.home / platform.new_login_file
    return host.home / start.shell.login_files[0]


def _login_command(host: Host, name: str, shell: Shell, platform: Platform) -> Start:
    """`bash -lc …` and `sh -lc …`: what cron jobs, services and desktop sessions write."""
    start = order.start_for(host, contexts.get("login_terminal"), shell, platform)
    return replace(start, context=name, invocation=Invocation(login=True, command=True))
