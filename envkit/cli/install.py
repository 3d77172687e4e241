"""`envkit install`: plan, diff, question, apply, proof; worse than before is taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from envkit.cli import options, system_scope, writing
from envkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from envkit.cli.install_answer import Answer
    from envkit.host import Host
    from envkit.model import Platform, Scope


ProfileArgument = Annotated[
    str, typer.Argument(metavar="[PROFILE]", help="A profile's name, or the path of one.")
]
CheckOption = Annotated[
    bool, typer.Option("--check", help="Exit 1 if anything would be written; write nothing.")
]
NoVerifyOption = Annotated[
    bool, typer.Option("--no-verify", help="Start no shell: neither proof nor table.")
]
EnvironmentFileOption = Annotated[
    bool,
    typer.Option(
        "--environment-file",
        help="With --system: /etc/environment, too, for what no shell reaches (user services).",
    ),
]
ShellOption = Annotated[
    Optional[list[str]],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
    typer.Option(
        "--shell", metavar="NAME", help="Write for this shell alone; may be said several times."
    ),
]


#: What exit status 1 means here.
ONE = "not proved, not agreed to, or not so yet (--check)"


def install(
    profile: ProfileArgument = "descent",
    user: options.UserOption = False,
    system: options.SystemOption = False,
    dry_run: options.DryRunOption = False,
    check: CheckOption = False,
    yes: options.YesOption = False,
    no_verify: NoVerifyOption = False,
    python: options.PythonOption = None,
    shell: ShellOption = None,
    overwrite_drift: options.DriftOption = False,
    environment_file: EnvironmentFileOption = False,
    platform: options.PlatformOption = None,
    home: options.HomeOption = None,
    root: options.RootOption = None,
    as_json: options.JsonOption = False,
    no_color: options.NoColorOption = False,
) -> None:
    """Make a profile the environment of every shell, and prove that they all still start.

    Written for are all shells that the account has or can log in with: its own, $SHELL, those in
    /etc/shells, those that are installed (bash, sh and dash, zsh, fish, ksh93, mksh); or those
    alone that --shell names. Shows the plan and its diff, then asks. If any shell is worse off
    than before, everything is put back, and the exit status is 3.
    """
    from envkit import platforms

    _possible(user, system, environment_file, ask=not (yes or dry_run or check))
    host = system_scope.machine("install", system, home, root)
    if system:
        system_scope.known(host, platform)
    here = platforms.detect(host)
    target = platforms.of(host, platform)
    prove = not no_verify and not host.foreign and target == here
    why_not = "" if no_verify else "another machine's files: nothing there is executed"

    def planned() -> Answer:
        shells = tuple(shell or ())
        return _planned(
            host, target, profile, python, shells, overwrite_drift, environment_file, as_json
        )

    if dry_run or check:
        writing.warn_of_pending(host)
        answer = planned()
        answer.show("already so" if answer.nothing_to_do else "would change", diff=dry_run)
        raise typer.Exit(1 if check and not answer.nothing_to_do else 0)
    _write(host, planned, yes, prove, why_not)


def _write(host: Host, planned: Callable[[], Answer], yes: bool, prove: bool, why_not: str) -> None:
    """Ask first, without the lock; then plan again under it, and write."""
    command, shown = "envkit install", None
    if not yes:
        writing.recover_first(host, command)
        shown = planned()
        if shown.nothing_to_do:
            shown.show("already so")
            return
        shown.present(table_follows=prove)
        shown.ask()
    with writing.writing(host, command):
        answer = planned()
        if shown is not None:
            writing.refuse_changed(shown.found.plan, answer.found.plan)
        if answer.nothing_to_do:
            answer.show("already so")
            return
        if shown is None:
            answer.present(table_follows=prove)
        done = answer.commit(prove)
        answer.told(done, prove, why_not)  # true only as long as nobody else writes


def _planned(
    host: Host,
    platform: Platform,
    name: str,
    python: Path | None,
    shells: tuple[str, ...],
    overwrite_drift: bool,
    environment_file: bool,
    as_json: bool,
) -> Answer:
    from envkit import install as room
    from envkit import profile as profiles
    from envkit.cli.install_answer import Answer

    scope: Scope = "system" if host.scope == "system" else "user"
    choice = None
    if profiles.wants_python(host, name):
        choice = profiles.choose_python(host, python, profiles.find_name(name), scope)
    chosen = profiles.load(host, name, choice.bin if choice else None, scope)
    if scope == "system":
        from envkit import system

        if choice is not None and choice.create and not host.foreign:
            system.refusals.maker(host, Path(choice.command[0]))
        found = system.plan(host, chosen, platform, overwrite_drift, shells, environment_file)
    else:
        found = room.plan(host, chosen, platform, overwrite_drift, shells)
    return Answer(host, chosen, choice, found, platform, as_json)


def _possible(user: bool, system: bool, environment_file: bool, ask: bool) -> None:
    """Refuse at once what cannot be: both scopes, nobody to ask."""
    import sys

    if user and system:
        raise UsageError("--user and --system exclude each other")
    if environment_file and not system:
        raise UsageError("--environment-file goes with --system", "sudo envkit install --system")
    if ask and not sys.stdin.isatty():
        raise UsageError("nobody can be asked: stdin is no terminal", "say it with --yes")
