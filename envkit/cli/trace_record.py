"""`envkit trace --record on|off|show`: log the next session that is really started."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from envkit import secrets
from envkit.cli import output, writing
from envkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envkit.cli.trace import Asked
    from envkit.host import Host
    from envkit.model import Context
    from envkit.plan import Plan
    from envkit.provenance import Trace
    from envkit.recording.log import Log

#: `settle` is what the blocks' script itself calls: take them out, keep what was logged.
_ACTIONS = ("on", "off", "show", "settle")
_WORDS = {"top": "begin of", "left": "left", "end": "end of"}
_AGAIN = "that shell started once more, with the environment that was logged"


def show(asked: Asked) -> None:
    """Do what the word says; UsageError for another word."""
    if asked.action not in _ACTIONS:
        raise UsageError(
            f"--record {asked.action}: one of on, off, show", "envkit trace --record on"
        )
    {"on": _on, "off": _off, "show": _show, "settle": _settle}[asked.action](asked)


def _on(asked: Asked) -> None:
    from envkit import recording
    from envkit.cli import install_text
    from envkit.recording import log

    host = asked.host
    names = [one.name for one in asked.contexts] if asked.named else []
    wanted = recording.kinds(names)
    if not (asked.yes or sys.stdin.isatty()):
        raise UsageError("nobody can be asked: stdin is no terminal", "say it with --yes")
    command, settle, shell = "envkit trace --record on", _settle_command(host), asked.shell
    writing.recover_first(host, command)
    if recording.standing(host) is not None and log.read(host) is None:
        with writing.writing(host, command):
            recording.off(host)
    shown = recording.plan_on(host, asked.platform, wanted, settle, shell)
    if not asked.as_json:
        output.say(_title(wanted) + "\n\n" + install_text.diff(host, _blocks_of(shown)) + "\n")
    install_text.ask(asked.yes, "Apply these changes to {}?", shown)
    with writing.writing(host, command):
        plan = recording.plan_on(host, asked.platform, wanted, settle, shell)
        writing.refuse_changed(shown, plan)
        log.delete(host)
        with output.progress("writing, and starting every shell before and after"):
            receipt = recording.begin(host, plan, asked.platform, shell)
    if asked.as_json:
        output.say_json({"status": "on", "kinds": wanted, "receipt": receipt.id, "plan": plan})
        return
    output.say(
        f"Recording. Receipt {receipt.id}\n\n"
        "The next such start is logged once, and the blocks are taken out again.\n"
        "Its environment is kept in a file of yours alone until:  envkit trace --record off\n"
        "What was logged:  envkit trace --record show"
    )


def _blocks_of(plan: Plan) -> Plan:
    """The plan without the script, which is not the user's text."""
    from dataclasses import replace

    return replace(plan, edits=tuple(one for one in plan.edits if one.path.name != "log.sh"))


def _title(wanted: tuple[str, ...]) -> str:
    from envkit import contexts

    titles = ", ".join(contexts.get(one).title for one in wanted)
    return output.columns([("To be logged, whichever comes first:", titles)], indent="", gap=1)


def _settle_command(host: Host) -> tuple[str, ...]:
    """How a session calls this envkit: by the file that was called, else by its module.

    The session need not have the variables that say where the log lies.
    """
    own = Path(sys.argv[0]).absolute()
    named = ("HOME", "XDG_STATE_HOME")
    given = (f"{name}={host.env[name]}" for name in named if name in host.env)
    called: tuple[str, ...] = (sys.executable, "-m", "envkit")
    if own.name in ("envkit", "envkit-shell") and own.is_file():
        called = (str(own),)
    return ("/usr/bin/env", *given, *called, "trace", "--record", "settle")


def _off(asked: Asked) -> None:
    from envkit import recording
    from envkit.recording import log

    with writing.writing(asked.host, "envkit trace --record off"):
        edits = recording.off(asked.host)
    deleted = log.delete(asked.host)
    if asked.as_json:
        output.say_json({"status": "off", "edits": edits, "deleted": deleted})
        return
    rows = [("remove" if e.after is None else "edit", asked.host.show(e.path)) for e in edits]
    if rows:
        output.say(output.columns(rows, gap=2) + "\n")
    output.say("Not recording." + (" The log is deleted." if deleted else ""))


def _settle(asked: Asked) -> None:
    """Called by the session that was logged: the blocks go, the log stays."""
    from envkit import recording
    from envkit.recording import log

    if log.read(asked.host) is not None:
        with writing.writing(asked.host, "envkit trace --record settle"):
            recording.off(asked.host)


def _show(asked: Asked) -> None:
    """The session that was logged, or that none was yet (exit 1)."""
    from envkit import recording
    from envkit.recording import log

    host = asked.host
    found, on = log.read(host), recording.standing(host) is not None
    if found is None:
        if asked.as_json:
            output.say_json({"status": "waiting" if on else "off"})
        else:
            output.say(
                "Nothing was logged yet: no such session was started."
                if on
                else "Nothing is recorded. To begin: envkit trace --record on"
            )
        raise typer.Exit(1)
    if on:
        with writing.writing(host, "envkit trace --record show"):
            recording.off(host)
    with output.progress("starting that shell once more"):
        told = log.again(host, found, asked.platform, asked.variable, asked.limit)
    if asked.as_json:
        output.say_json(_data(asked, found, told))
    else:
        output.say("\n".join(_lines(asked, found, told)))


def _data(asked: Asked, found: Log, told: Trace) -> dict[str, object]:
    from envkit.cli.trace import data
    from envkit.recording import log

    name = asked.variable

    def value(environment: dict[str, str] | None) -> str | None:
        given = None if environment is None else environment.get(name)
        return None if given is None else secrets.shown(name, given)

    return {
        "status": "logged",
        "kind": found.kind,
        "starter": found.starter,
        "program": found.program,
        "argv": found.argv,
        "stdin": found.stdin,
        "machine": found.machine,
        "when": found.when,
        "variable": name,
        "given": value(found.start),
        "moments": [
            {
                "path": one.path,
                "at": one.at,
                "value": value(one.variables),
            }
            for one in found.moments
        ],
        "agrees": log.agrees(found, told),
        "trace": data((told,), (_context(found)._replace(imitated=_AGAIN),))[0],
    }


def _context(found: Log) -> Context:
    from envkit import contexts

    return contexts.get(found.kind)


def _lines(asked: Asked, found: Log, told: Trace) -> Iterator[str]:
    from envkit.cli import trace_text
    from envkit.recording import log

    host, where = asked.host, _context(found)
    shell = Path(found.argv[0]).name if found.argv else found.program.name
    words = f"Logged: {where.title}, {found.when}, {shell} started by {found.starter}"
    yield output.columns([(words,)], indent="") + "\n"
    yield output.columns(_stretches(asked, found)) + "\n"
    yield trace_text.text(host, told, where.title)
    yield "\n" + output.columns([("*", _proof(found, told))], gap=1)
    if not log.is_here(found):
        words = f"it was logged on {found.machine}: the lines are those of this machine's files"
        yield output.columns([("!", words)], gap=1)


def _stretches(asked: Asked, found: Log) -> Iterator[tuple[str, str, str]]:
    """What the session had before and after each file, as it was logged."""
    name = asked.variable
    yield ("given by", found.starter, _value(asked.host, name, found.start.get(name)))
    last = found.start.get(name)
    for one in found.moments:
        now = one.variables.get(name)
        where = asked.host.show(one.path)
        yield (_WORDS[one.at], where, _change(asked.host, name, last, now))
        last = now
    for path in found.open_ended:
        yield ("", asked.host.show(path), "did not come to its end")


def _value(host: Host, name: str, value: str | None) -> str:
    """A value for people; the entries of a list with a blank between, so that lines can end."""
    from envkit import trace

    if value is None:
        return "(not set)"
    if not trace.is_list(name) or secrets.secret(name):
        return secrets.shown(name, value)
    return ", ".join(host.show(each) or "(empty)" for each in value.split(":"))


def _change(host: Host, name: str, old: str | None, new: str | None) -> str:
    from envkit import trace

    if old == new:
        return "the same"
    if old is None or new is None or not trace.is_list(name) or secrets.secret(name):
        return _value(host, name, new)
    was, now = old.split(":"), new.split(":")
    parts = [f"+ {host.show(each) or '(empty)'}" for each in now if each not in was]
    parts += [f"- {host.show(each) or '(empty)'}" for each in was if each not in now]
    return ", ".join(parts) or "another order"


def _proof(found: Log, told: Trace) -> str:
    from envkit.recording import log

    head = f"the lines are from {_AGAIN}"
    agrees = log.agrees(found, told)
    if agrees is None:
        return (
            f"{head}; the end of the session's last file was not seen, so nothing can be compared"
        )
    if agrees:
        return f"{head}; it came to the value that the session had"
    return f"{head}; it came to another value than the session: these lines need not be its own"
