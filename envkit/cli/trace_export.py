"""`envkit trace --export`: one statement that repairs this session, and nothing else on stdout."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from envkit import secrets
from envkit.cli import output
from envkit.errors import Refused, UsageError

if TYPE_CHECKING:
    from envkit.cli.trace import Asked
    from envkit.cli.trace_session import Found


def show(asked: Asked) -> None:
    """Print what gives this session the variable's fresh value; exit 3 where that is not known."""
    from envkit.cli import trace_session
    from envkit.session import repair

    asked = trace_session.tied(asked)
    name = asked.variable
    if asked.as_json:
        raise UsageError("--export prints shell text", "envkit trace --session --json")
    if secrets.secret(name):
        raise Refused(f"{name} may hold a secret, which is not printed", "open a new terminal")
    found = trace_session.ask(asked)
    title = found.fresh_title
    if found.fresh.variables is None:
        raise Refused(f"nothing to repair with: {found.fresh.reason}", "nothing was printed")
    value = found.fresh.variables.get(name)
    if value == found.here.get(name):
        output.warn(f"# {name} is as in {title}: nothing to repair")
        return
    text = repair.text(found.syntax, name, value)
    for line in _notes(found, name):
        output.warn(f"# {line}")
    output.warn(f"# {name} as in {title}; to use it: {repair.read_by(found.syntax, _again(asked))}")
    _write(text)


def _again(asked: Asked) -> str:
    name = "" if asked.variable == "PATH" else f" {asked.variable}"
    return f"envkit trace{name} --export"


def _notes(found: Found, name: str) -> list[str]:
    """What goes, and who had set it: an active environment is not active any more."""
    from envkit import session, trace

    if not trace.is_list(name):
        return []
    gone = [one for one in session.compare(found.here, found.fresh, name) if not one.fresh]
    notes = [f"goes off {name}: {found.shown(one.directory)} ({one.by})" for one in gone]
    if name == "PATH" and any("(VIRTUAL_ENV" in one.by for one in gone):
        notes.append("a later `deactivate` gives back the PATH from before that environment")
    return notes


def _write(text: bytes) -> None:
    """The bytes as they are: a value need not be text."""
    try:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        output.give_up_streams()
        raise typer.Exit(141) from None
    except OSError as error:
        raise Refused(f"stdout cannot be written: {error.strerror}") from error
