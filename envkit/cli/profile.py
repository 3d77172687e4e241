"""`envkit profile`: which profiles there are, what one sets, what is wrong with one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envkit.cli import output
from envkit.cli.command import Command, statuses
from envkit.cli.options import HomeOption, JsonOption, NoColorOption, PythonOption

if TYPE_CHECKING:
    from envkit.finding import Finding
    from envkit.host import Host
    from envkit.plan import Profile
    from envkit.profile import PythonChoice

app = typer.Typer(help="Which profiles there are, and what they set.", no_args_is_help=True)


@app.command("list", cls=Command, epilog=statuses())
def list_(
    home: HomeOption = None, as_json: JsonOption = False, no_color: NoColorOption = False
) -> None:
    """List the profiles that can be asked for by name."""
    from envkit import profile as room
    from envkit.host import Host

    host = Host.real(home)
    rows = [(name, room.title(host, name), room.find(host, name)) for name in room.names(host)]
    if as_json:
        keys = ("name", "title", "source")
        data = [
            dict(zip(keys, (name, title, str(source)), strict=True)) for name, title, source in rows
        ]
        output.say_json({"profiles": data, "default": room.DEFAULT})
        return
    own = host.config / "profiles"
    table = []
    for name, title, source in rows:
        notes = ["the default"] if name == room.DEFAULT else []
        notes += [host.show(str(source))] if Path(str(source)).is_relative_to(own) else []
        table.append((name, f"{title} ({', '.join(notes)})".strip() if notes else title))
    output.say(output.columns(table))
    output.say(f"\nMore of one: envkit profile show NAME\nYour own:    {host.show(own)}/NAME.env")


@app.command("show", cls=Command, epilog=statuses())
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name, or a path.")],
    python: PythonOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show what a profile sets, and the Python that it would put first."""
    from envkit import profile as room
    from envkit.host import Host

    host = Host.real(home)
    choice = None
    if room.wants_python(host, name) or python is not None:
        choice = room.choose_python(host, python, room.find_name(name))
    profile = room.load(host, name, choice.bin if choice else None)
    if as_json:
        output.say_json({**output.as_data(profile), "python": output.as_data(choice)})
        return
    output.say(_text(host, profile, choice))


@app.command("check", cls=Command, epilog=statuses("something is wrong with it"))
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A path, or a name.")],
    system: Annotated[
        bool, typer.Option("--system/--user", help="As it would be read for every user.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Say what is wrong with a profile, line by line; exit 1 if anything is."""
    from envkit import profile as room
    from envkit.host import Host

    host = Host.real(home)
    findings = room.check(host, file, "system" if system else "user")
    if as_json:
        output.say_json({"findings": findings})
    elif findings:
        output.say("\n".join(_finding(host, finding) for finding in findings))
    else:
        output.say(f"No problems found in {host.show(str(room.find(host, file)))}")
    if findings:
        raise typer.Exit(1)


def _finding(host: Host, finding: Finding) -> str:
    where = f"{host.show(str(finding.where))}: " if finding.where else ""
    kind = output.style(finding.severity, finding.severity)
    remedy = f"\n  {finding.expected}" if finding.expected else ""
    return f"{where}{kind}: {finding.message}{remedy}"


def _text(host: Host, profile: Profile, choice: PythonChoice | None) -> str:
    directions = dict(profile.directions)
    lines = [f"{profile.name}: {directions.get('ENVKIT_TITLE', 'a profile without a title')}"]
    lines.append(f"read from {host.show(profile.source)}")
    if choice is not None:
        lines.append(f"Python  {host.show(choice.executable)} {choice.version}, {choice.reason}")
    rows: list[tuple[str, str, str]] = []
    for name, front, back in (("PATH", profile.path_prepend, profile.path_append), *profile.lists):
        rows += [(name, "in front", host.show(entry)) for entry in front]
        rows += [(name, "at the end", host.show(entry)) for entry in back]
    rows += [(name, "is", value or "(empty)") for name, value in profile.variables]
    lines += ["", output.columns(rows)] if rows else []
    if directions.get("ENVKIT_REQUIRES") and choice is not None:
        needs = directions["ENVKIT_REQUIRES"]
        lines += ["", f"It needs {needs}:", f"  {choice.executable} -m pip install {needs}"]
    return "\n".join(lines)
