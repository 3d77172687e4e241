"""What all starts of an install ask for, one group for each file that is really there. Pure."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import choice, language, needs, order, reach
from envkit.host import Host
from envkit.model import Platform, Shell, Start
from envkit.needs import Asked, Choice, Need, Unreached
from envkit.plan import Profile

_BY_TERM = ("terminal", "login_terminal", "login_command", "sh_login")


class Wanted(NamedTuple):
    """The needs of each file (links followed), what cannot be reached, and all starts asked."""

    groups: tuple[tuple[Need, ...], ...]
    unreached: tuple[Unreached, ...]
    starts: tuple[Start, ...]


def wanted(host: Host, platform: Platform, profile: Profile, shells: Sequence[Shell]) -> Wanted:
    """What the starts of `shells` ask for; and of every context of the account's that differs."""
    starts = reach.starts(host, platform, shells)
    choices: list[Choice] = []
    unreached: list[Unreached] = []
    asked = [_asked(host, platform, profile, one) for one in starts]
    answers = {one.name: tuple(needs.needs(host, one)) for one in asked}
    alike = {_kind(one.start): set[object]() for one in asked}
    for one in asked:
        alike[_kind(one.start)].add(_unnamed(answers[one.name]))
    more = []
    for start in (*_terminals(starts), *_others(host, platform, shells)):
        one = _asked(host, platform, profile, start)
        found = tuple(needs.needs(host, one))
        # Most contexts read and leave their files as a plain terminal does.
        if _unnamed(found) not in alike.get(_kind(start), ()):
            answers[one.name] = found
            more.append(start)
    for answer in answers.values():
        for each in answer:
            if isinstance(each, Unreached):
                unreached.append(each)
            else:
                choices.append(each)
    return Wanted(_groups(host, choices), tuple(unreached), (*starts, *more))


def _groups(host: Host, choices: Sequence[Choice]) -> tuple[tuple[Need, ...], ...]:
    groups: dict[str, list[Need]] = {}
    for need in choice.choose(host, choices):
        groups.setdefault(os.path.realpath(host.locate(need.path)), []).append(need)
    # As people know them: bash's and sh's first, then each shell's in the order of its reading.
    names = {row: place for place, row in enumerate(reach.NAMES)}
    ranks = {path: names.get(Path(path).name, len(names)) for path in groups}
    return tuple(tuple(groups[path]) for path in sorted(groups, key=ranks.__getitem__))


def _others(host: Host, platform: Platform, shells: Sequence[Shell]) -> Iterator[Start]:
    """The account's other contexts that read startup files: tmux, an editor, `ssh host` …

    A guard may know them by a variable (TMUX, SSH_CONNECTION, VSCODE_RESOLVING_ENVIRONMENT).
    """
    names = {one.name for one in shells}
    for start in reach.others(host, platform):
        if start.shell.name in names and reach.reads_files(host, start):
            yield start


def _terminals(starts: Sequence[Start]) -> Iterator[Start]:
    """The same starts as guards tell them apart by TERM: Emacs' and its TRAMP's, a console."""
    for start in starts:
        for value, name in (("dumb", "dumb"), ("linux", "console")):
            if start.context in _BY_TERM and start.environment.get("TERM") != value:
                environment = {**start.environment, "TERM": value}
                yield start._replace(context=f"{name}_{start.context}", environment=environment)


def _kind(start: Start) -> tuple[str, bool, bool]:
    return start.shell.name, start.invocation.login, start.invocation.interactive


def _unnamed(found: Sequence[Choice | Unreached]) -> object:
    """What a start asks for, whatever it is called."""
    return tuple(
        one.reason
        if isinstance(one, Unreached)
        else tuple(
            tuple((need.path, need.after, need.before, need.exit) for need in way)
            for way in one.ways
        )
        for one in found
    )


def _asked(host: Host, platform: Platform, profile: Profile, start: Start) -> Asked:
    lists = (name for name, _, _ in profile.lists)
    names = {"PATH", *lists, *(name for name, _ in profile.variables)}
    if start.shell.name == "fish":
        names.add("fish_user_paths")  # what is put there comes in front of PATH at once
    path = f"{needs.MARK}:{start.environment.get('PATH') or platform.default_path}"
    marked = start._replace(environment={**start.environment, "PATH": path})
    return Asked(
        start,
        order.order(host, marked),
        path,
        reach.label(start),
        reach.new_file(host, start, platform),
        tuple(host.config / name for name in language.FILES),
        names,
        start.context in (reach.BY_BASH_ENV, reach.BY_ENV),
    )
