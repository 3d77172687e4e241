"""`envkit generate`: the startup files for a profile, printed, or written into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from envkit.cli import output
from envkit.cli.options import (
    HomeOption,
    JsonOption,
    NoColorOption,
    PlatformOption,
    PythonOption,
    RootOption,
)
from envkit.errors import UsageError

if TYPE_CHECKING:
    from envkit.generate import StartupText
    from envkit.host import Host
    from envkit.model import Scope
    from envkit.profile import PythonChoice


def generate(
    profile: Annotated[
        str, typer.Argument(metavar="[PROFILE]", help="A profile's name, or the path of one.")
    ] = "descent",
    user: Annotated[bool, typer.Option("--user", help="For one account (the default).")] = False,
    system: Annotated[bool, typer.Option("--system", help="For every account.")] = False,
    shell: Annotated[
        str, typer.Option("--shell", metavar="NAME", help="The files that this shell reads.")
    ] = "bash",
    platform: PlatformOption = None,
    folder: Annotated[
        Optional[Path],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
        typer.Option("--output", "-o", metavar="DIR", help="Write them below DIR/home, DIR/etc."),
    ] = None,
    python: PythonOption = None,
    home: HomeOption = None,
    root: RootOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Print the startup files for a profile, in priority order, or write them into a folder.

    What is printed is shell text as a whole, too. No startup file is touched, and nothing that is
    there is overwritten.
    """
    from envkit import generate as room
    from envkit import platforms
    from envkit import profile as profiles
    from envkit.host import Host

    if user and system:
        raise UsageError("--user and --system exclude each other")
    scope: Scope = "system" if system else "user"
    host = Host.real(home, root)
    target = platforms.of(host, platform)
    choice = None
    if profiles.wants_python(host, profile):
        choice = profiles.choose_python(host, python, profiles.find_name(profile), scope)
    chosen = profiles.load(host, profile, choice.bin if choice else None, scope)
    found = room.texts(host, chosen, target, scope, shell)
    written = room.write(host, found, folder) if folder else ()
    if as_json:
        data = {"profile": chosen.name, "scope": scope, "platform": target.name, "python": choice}
        output.say_json({**data, "files": found, "written": written})
    elif folder:
        _say_written(found, written)
    else:
        output.say("\n".join(_shown(host, text) for text in found).rstrip("\n"))
    if choice is not None and choice.create:
        _say_missing(host, choice)


def _shown(host: Host, text: StartupText) -> str:
    what = {"new": "", "edit": " (with a block put in)", "same": " (already so)"}[text.status]
    head = f"# ==> {host.show(text.path)}{what}\n#     read by {text.reader}\n"
    return head + text.content.decode("utf-8", "surrogateescape")


def _say_written(found: tuple[StartupText, ...], written: tuple[Path, ...]) -> None:
    rows = [
        (str(path), f"read by {text.reader}") for path, text in zip(written, found, strict=True)
    ]
    output.say(output.columns(rows))


def _say_missing(host: Host, choice: PythonChoice) -> None:
    output.warn(f"{host.show(choice.executable)} is not there yet; this makes it:")
    output.warn(f"  {' '.join(map(host.show, choice.command))}")
