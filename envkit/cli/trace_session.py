"""`envkit trace --session`: this session's environment against a fresh start of its shell."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import typer

from envkit import secrets
from envkit.cli import output
from envkit.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from envkit.cli.trace import Asked
    from envkit.host import Host
    from envkit.model import Start
    from envkit.session import Entry, Fresh, Variable


class Found(NamedTuple):
    """Both sides; `syntax` is the shell that reads what is printed, `why` tells the context's."""

    host: Host
    start: Start
    title: str
    why: str
    syntax: str
    here: Mapping[str, str]
    fresh: Fresh

    @property
    def fresh_title(self) -> str:
        """The fresh start in a few words."""
        shell = self.start.shell.name
        return f"a fresh {'start' if shell == 'none' else shell} ({self.title})"

    def shown(self, directory: str) -> str:
        """A folder for people."""
        return self.host.show(directory) or "(empty)"


def ask(asked: Asked) -> Found:
    """Start the caller's shell anew, in the context that was named or that its parents tell."""
    from envkit import contexts, order, session
    from envkit.session import caller, setters

    if not (asked.variable.isascii() and asked.variable.isidentifier()):
        raise UsageError(f"{asked.variable!r} is no name of a variable")
    if len(asked.contexts) > 1:
        raise UsageError("a session is compared with one fresh start", "name one --context")
    if asked.host.foreign:
        raise Refused("this session is none of another machine's", "leave --root out")
    host, above = asked.host, caller.ancestors(asked.host)
    mine = caller.of_session(host, above)
    where, why = asked.contexts[0], ""
    if not asked.named:
        name, why = caller.context(host, above)
        where = contexts.get(name) if name else where
    shell = asked.shell or (mine[1] if mine and where.shell is None else None)
    one = order.start_for(host, where, shell, asked.platform)
    nearest = asked.shell or caller.nearest(host, above)
    with output.progress("starting your shell anew"):
        fresh = session.fresh(host, one, asked.variable, asked.limit)
    here = setters.without_uv(host.env) if caller.by_uv(host, above) else host.env
    syntax = nearest.name if nearest else one.shell.name
    return Found(host, one, where.title, why, syntax, here, fresh)


def tied(asked: Asked) -> Asked:
    """zsh's `path` is PATH: the one that programs get is asked for."""
    names = ("path", "fpath", "cdpath", "manpath")
    return asked._replace(variable=asked.variable.upper()) if asked.variable in names else asked


def show(asked: Asked) -> None:
    """Exit 1 where the variable differs, 3 where nobody knows."""
    from envkit import session, trace
    from envkit.session import setters

    asked = tied(asked)
    found, name = ask(asked), asked.variable
    is_list = trace.is_list(name)
    entries = session.compare(found.here, found.fresh, name) if is_list else ()
    if any(one.by == setters.NOBODY for one in entries):
        before = tuple(_before(asked, found))
        entries = session.read_before(found.host, before, name, entries, asked.limit)
    others = tuple(session.others(found.here, found.fresh, name))
    same = None
    if found.fresh.variables is not None:
        same = found.here.get(name) == found.fresh.variables.get(name)
    if asked.as_json:
        output.say_json(_data(found, name, same, entries, others))
    else:
        output.say("\n".join(_lines(found, asked, same, entries, others)))
    if same is not True:
        raise typer.Exit(3 if same is None else 1)


def _before(asked: Asked, found: Found) -> Iterator[Start]:
    """What the session may have come from before its shell was started: a login, another shell."""
    from envkit import contexts, order, shells

    host, shell = asked.host, found.start.shell
    for name in ("login_terminal", "desktop"):
        where = contexts.get(name)
        if name != found.start.context and not (
            where.absent and where.absent(host, asked.platform)
        ):
            own = None if where.shell else shell
            yield order.start_for(host, where, own, asked.platform)
    with suppress(UsageError):  # the account's shell may be none that envkit knows
        if shells.of(host).name != shell.name:
            for name in (found.start.context, "login_terminal"):
                yield order.start_for(host, contexts.get(name), shells.of(host), asked.platform)


def _data(
    found: Found,
    name: str,
    same: bool | None,
    entries: tuple[Entry, ...],
    others: tuple[Variable, ...],
) -> dict[str, object]:
    fresh = found.fresh.variables
    return {
        "variable": name,
        "context": found.start.context,
        "context_because": found.why,
        "shell": found.start.shell.name,
        "same": same,
        "value": _shown(name, found.here),
        "fresh": _shown(name, fresh) if fresh is not None else None,
        "reason": found.fresh.reason,
        "entries": entries,
        "variables": others,
        "notes": _notes(found, name),
    }


def _notes(found: Found, name: str) -> tuple[str, ...]:
    from envkit.cli import trace_secret

    notes = found.fresh.trace.notes if found.fresh.trace else ()
    return tuple(trace_secret.note(name, words) for words in notes)


def _shown(name: str, environment: Mapping[str, str]) -> str | None:
    value = environment.get(name)
    return None if value is None else secrets.shown(name, value)


def _lines(
    found: Found,
    asked: Asked,
    same: bool | None,
    entries: tuple[Entry, ...],
    others: tuple[Variable, ...],
) -> Iterator[str]:
    name, title = asked.variable, found.fresh_title
    if same is None:
        yield f"{name} here against {title}: unknown"
        yield "\n" + output.columns([("!", found.fresh.reason)], indent="", gap=1)
        return
    verdict = "the same" if same else _counts(entries) or "other value"
    yield output.columns([(f"{name} here against {title}: {verdict}",)], indent="")
    if entries and (asked.verbose or not same):
        yield "\n" + _table(found, entries, asked.verbose)
    elif not entries:
        yield "\n" + _values(found, name, same)
    yield from _rest(found, others, asked.verbose)
    for note in _notes(found, name):
        yield "\n" + output.columns([("!", note)], indent="", gap=1)
    if found.why and not asked.named:
        yield "\n" + output.columns([("* compared with", f"{found.title}: {found.why}")], gap=1)
    if not same:
        yield "\n" + _remedy(found, asked, entries)


def _counts(entries: tuple[Entry, ...]) -> str:
    told = (("only here", "only here"), ("only there", "only there"), ("order", "moved"))
    counts = [(sum(one.status == status for one in entries), words) for status, words in told]
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def _table(found: Found, entries: tuple[Entry, ...], verbose: bool) -> str:
    """What differs, and with -v the rest: the place here, the folder, what is with it, whose."""
    signs = {"only here": "only here", "only there": "only there", "order": "moved"}
    rows = []
    for one in entries:
        if one.status == "same" and not verbose:
            continue
        places = ", ".join(map(str, one.here)) or "-"
        if one.status == "order":
            places += " not " + ", ".join(map(str, one.fresh))
        status = signs.get(one.status, one.status)
        rows.append((places, found.shown(one.directory), status, _origin(found, one)))
    table = output.columns(rows)
    width = max(len(line) for line in table.split("\n"))
    if width <= 80 and table.count("\n") < len(rows) * 1.5:
        return table
    return "\n".join(
        f"  {places}   {folder}\n" + output.columns([(status, origin)], indent=" " * 6)
        for places, folder, status, origin in rows
    )


def _origin(found: Found, one: Entry) -> str:
    where = f"{found.host.show(one.set_by.path)}:{one.set_by.line}" if one.set_by else ""
    told = "; ".join(part for part in (where, one.by.replace(f"{found.host.home}/", "~/")) if part)
    if not told and one.fresh:
        return f"unknown ({one.reason})" if one.reason else "inherited: no file sets it"
    return f"{told}; {one.reason}" if one.reason else told


def _values(found: Found, name: str, same: bool) -> str:
    fresh = found.fresh.variables or {}
    here, there = (_shown(name, each) for each in (found.here, fresh))
    rows = [("here", _said(here)), ("fresh", _said(there))]
    trace = found.fresh.trace
    last = trace.assignments[-1] if trace and trace.assignments else None
    if last and last.where:
        rows.append(("set by", f"{found.host.show(last.where.path)}:{last.where.line}"))
    return output.columns(rows[1:] if same else rows)


def _said(value: str | None) -> str:
    if value is None:
        return "(not set, or not exported)"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value)


def _rest(found: Found, others: tuple[Variable, ...], verbose: bool) -> Iterator[str]:
    """The other variables; of those that each session has for itself only how many, or with -v."""
    told = [one for one in others if verbose or not one.session]
    names = "" if verbose else ", ".join(o.variable for o in told if o.status == "only here")
    rows = [(o.variable, o.status, _difference(found, o)) for o in told]
    if not verbose:
        rows = [row for row in rows if row[1] != "only here"]
    if rows:
        room = 72 - sum(max(len(row[i]) for row in rows) for i in (0, 1))
        # What has no blank cannot go on in the next line.
        rows = [(n, s, text if verbose or " " in text else _cut(text, room)) for n, s, text in rows]
        yield "\nOther variables:\n\n" + output.columns(rows)
    if names:
        yield "\nVariables only here (-v: their values):\n\n" + output.columns([(names,)])
    quiet = len(others) - len(told)
    if quiet:
        word = "variable belongs" if quiet == 1 else "variables belong"
        yield f"\n  {quiet} more {word} to the session itself (-v)"


def _difference(found: Found, one: Variable) -> str:
    if one.only_here or one.only_there:
        parts = [f"+ {found.shown(each)}" for each in one.only_here]
        parts += [f"- {found.shown(each)}" for each in one.only_there]
        return _cut(", ".join(parts))
    if one.here is None:
        return _cut(_said(one.fresh))
    if one.fresh is None:
        return _cut(_said(one.here))
    return f"{_cut(_said(one.here), 60)}; fresh: {_cut(_said(one.fresh), 60)}"


def _cut(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _remedy(found: Found, asked: Asked, entries: tuple[Entry, ...]) -> str:
    from envkit.session import repair

    again = "envkit trace" + ("" if asked.variable == "PATH" else f" {asked.variable}")
    line = repair.read_by(found.syntax, f"{again} --export")
    if secrets.secret(asked.variable):
        return "A new terminal has the fresh value."
    return f"A new terminal has the fresh value; this session gets it by:\n  {line}"
