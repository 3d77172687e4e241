"""Random homes whose startup files edit PATH; who set and who moved each entry, by construction.

The generator decides what an edit means (prepend, move, drop duplicates …), writes it in one of
many idioms, and does the same to its own list. Where the values of an edit allow several readings
(two neighbours changed places: who moved?) and its text spells none, each is kept: a `World`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations, product
from random import Random
from typing import ClassVar, NamedTuple


class Item(NamedTuple):
    """An entry: who set it and who last moved it, as `file:line`; "" for nobody."""

    directory: str
    set_by: str = ""
    moved_by: str = ""


World = tuple[Item, ...]


class Part(NamedTuple):
    """An entry of the list that an edit makes: which of the old ones it is (-1: a new one)."""

    directory: str
    old: int = -1
    moved: bool = False


Plan = tuple[Part, ...]


class Stretch(NamedTuple):
    """What ran of a file without another's lines between, and the list around it."""

    file: str
    depth: int
    sourced_at: str
    resumed: bool
    before: tuple[str, ...]
    after: tuple[str, ...]


def explanations(before: Sequence[str], after: Sequence[str], crossing: bool = False) -> set[Plan]:
    """Every reading of an edit by its values that needs the fewest new entries, then moves.

    `crossing`: of two equal entries one may have passed the other.
    """
    found: set[Plan] = set()
    fewest = len(after) + 1
    for pairs in _matchings(before, after, crossing):
        order = sorted(pairs)
        olds = [pairs[j] for j in order]
        for kept in _longest(olds):
            moves = len(olds) - len(kept)
            if moves > fewest:
                break
            if moves < fewest:
                found, fewest = set(), moves
            plan = (
                Part(d, pairs[j], pairs[j] not in kept) if j in pairs else Part(d)
                for j, d in enumerate(after)
            )
            found.add(tuple(plan))
    return found


def _matchings(
    before: Sequence[str], after: Sequence[str], crossing: bool
) -> Iterator[dict[int, int]]:
    """New index -> old index; equal entries keep their order among themselves, or need not."""
    chosen_of = permutations if crossing else combinations
    choices = []
    for name in set(before) & set(after):
        olds = [i for i, each in enumerate(before) if each == name]
        news = [j for j, each in enumerate(after) if each == name]
        size = min(len(olds), len(news))
        choices.append(
            [
                tuple(zip(some_news, some_olds, strict=True))
                for some_olds in chosen_of(olds, size)
                for some_news in combinations(news, size)
            ]
        )
    for chosen in product(*choices):
        yield {j: i for pairs in chosen for j, i in pairs}


def _longest(numbers: Sequence[int]) -> set[frozenset[int]]:
    """All the longest rising subsequences."""
    best: list[list[frozenset[int]]] = []
    for at, number in enumerate(numbers):
        before = [sets for i, sets in enumerate(best[:at]) if numbers[i] < number]
        size = max((len(sets[0]) for sets in before), default=0)
        ways = [one for sets in before if len(sets[0]) == size for one in sets] or [frozenset()]
        best.append([one | {number} for one in ways][:32])
    size = max((len(sets[0]) for sets in best), default=0)
    return {one for sets in best if len(sets[0]) == size for one in sets} or {frozenset()}


class Home:
    """Files with random edits; `worlds` are the lists that PATH can be said to be at the end.

    `tops` are read by the shell itself, in that order; subclasses know the idioms.
    """

    #: What can be written for `NEW` or `LIST` or `X` (and `Y`), by the kind of edit. A line that
    #: ends in `#@` is the one that sets; a word `!NAME` calls for a function of `FUNCTIONS`.
    IDIOMS: ClassVar[dict[str, tuple[str, ...]]] = {}
    FUNCTIONS: ClassVar[dict[str, str]] = {}
    SOURCE: tuple[str, ...] = (". ~/{}",)
    #: Statements around an edit: `EDIT` on a line of its own.
    AROUND: tuple[str, ...] = ()
    SUFFIX = ".sh"
    #: What gives a variable other than PATH its first value, that of `KEPT`.
    FIRST = "export PATH=/usr/bin:/bin:/sbin"
    #: Whether the entry that the text names must be said to have moved, where values allow another.
    NAMED = False
    #: What must stay in the list, or the idioms' programs are not found. Of other lists three: a
    #: Korn shell's `X=$rest:$1` looks like all of two entries.
    KEPT = ("/usr/bin", "/bin")

    def __init__(
        self, seed: int, before: Sequence[str], tops: Sequence[str], variable: str = "PATH"
    ) -> None:
        self.random, self.variable = Random(seed), variable
        self.files: dict[str, list[str]] = {}
        self.worlds: set[World] = {tuple(Item(name) for name in before)}
        self.begun = variable == "PATH"
        if not self.begun:
            self.KEPT = (*self.KEPT, "/sbin")
        self.stretches: list[Stretch] = []
        self.reading: list[tuple[str, str, int]] = []  # file, sourced at, a number of its own
        self.seen: set[int] = set()
        self.at: int | None = None
        self.defined: dict[str, str] = {}
        self.count = 0
        self.unique = False
        for top in tops:
            self.fill(top, "", self.random.randint(3, 7))
        self.turn(None)

    @property
    def value(self) -> list[str]:
        """The list as it is now."""
        return [item.directory for item in next(iter(self.worlds))]

    def texts(self) -> dict[str, str]:
        text = {name: "\n".join(lines) + "\n" for name, lines in self.files.items()}
        if self.variable == "PATH":
            return text
        array = self.variable.lower()
        return {
            name: re.sub(r"\bpath\b", array, re.sub(r"\bPATH\b", self.variable, one))
            for name, one in text.items()
        }

    # Files and stretches

    def fill(self, name: str, sourced_at: str, size: int) -> None:
        self.count += 1
        self.reading.append((name, sourced_at, self.count))
        self.files[name] = ["# " + name]
        for _ in range(size):
            self.statement()
        self.reading.pop()

    def statement(self) -> None:
        self.turn(self.reading[-1])
        if len(self.reading) < 4 and self.random.random() < 0.15:
            self.count += 1
            inner = f"env{self.count}{self.SUFFIX}"
            where = self.write(self.random.choice(self.SOURCE).format(inner))
            self.fill(inner, where, self.random.randint(1, 4))
        else:
            self.edit()

    def turn(self, reading: tuple[str, str, int] | None) -> None:
        """From here on lines of `reading` run, None: no more."""
        number = reading[2] if reading else None
        if number == self.at:
            return
        now = tuple(self.value)
        if self.at is not None:
            self.stretches[-1] = self.stretches[-1]._replace(after=now)
        self.at = number
        if reading:
            depth = len(self.reading) - 1
            resumed = reading[2] in self.seen
            self.stretches.append(Stretch(reading[0], depth, reading[1], resumed, now, now))
            self.seen.add(reading[2])

    def write(self, text: str) -> str:
        """Add lines; the place of the one that is marked, else of the first."""
        name = self.reading[-1][0]
        lines = self.files[name]
        marked = 0
        for number, line in enumerate(text.split("\n")):
            if line.endswith("#@"):
                marked = number
            lines.append(line.removesuffix("#@").rstrip())
        return f"{name}:{len(lines) - text.count(chr(10)) + marked}"

    # Edits

    def new(self) -> str:
        self.count += 1
        return f"/t/d{self.count}"

    def edit(self) -> None:
        if not self.begun:  # nobody gives the variable: the first line of all does
            self.begun = True
            where = self.write(self.FIRST)
            self.worlds = {tuple(Item(name, where) for name in self.KEPT)}
            return
        kinds = ["prepend", "append"] * 3 + ["again", "again_behind", "replace", "helper"]
        kinds += ["remove", "front", "back", "behind"] * 2 + ["dedupe", "several", "swap"]
        for _ in range(20):
            if getattr(self, self.random.choice(kinds))():
                return
        self.prepend()

    def do(self, kind: str, plan: Plan, exact: bool, **words: str) -> bool:
        """Write an idiom of that kind and do what `plan` says; whether there was a way.

        Some idioms of a kind are right only for an entry that has no copy.
        """
        if (
            f"single_{kind}" in self.IDIOMS
            and self.single(words["X"])
            and self.random.random() < 0.5
        ):
            kind = f"single_{kind}"
        old = self.value
        after = [part.directory for part in plan]
        kept = sum(part.old >= 0 for part in plan)
        if kind != "replace" and (after == old or 3 * kept < 2 * len(old) or len(after) > 14):
            return False
        if not all(name in after for name in self.KEPT) or not self.IDIOMS.get(kind):
            return False
        plans = {plan} if exact else {plan} | explanations(old, after)
        if len(plans) * len(self.worlds) > 60:
            return False
        where = self.idiom(self.random.choice(self.IDIOMS[kind]), words)
        self.worlds = {_changed(world, each, where) for world in self.worlds for each in plans}
        return True

    def idiom(self, text: str, words: dict[str, str]) -> str:
        """Write it, within something or not; functions are defined when first used."""
        place = ""
        for name, body in self.FUNCTIONS.items():
            if f"!{name}" in text:
                if name not in self.defined:
                    self.defined[name] = self.write(body)
                place = self.defined[name]
                text = text.replace(f"!{name}", name)
        for name, word in words.items():
            text = text.replace(name, word)
        if self.AROUND and not place and "#@" not in text and self.random.random() < 0.4:
            around = self.random.choice(self.AROUND)
            # What a program prints within a function counts at the call: not asked here.
            # What is declared in a function is its own.
            inside = "NAME" in around or "() {" in around
            own = inside and any(word in text for word in ("eval", "source", "declare", "typeset"))
            if not ("'" in around and "'" in text) and not own:
                self.count += 1
                first, *more = text.split("\n")
                if more and "EDIT #@" in around:  # the line that sets is the first of several
                    around, first = around.replace("EDIT #@", "EDIT"), f"{first} #@"
                text = around.replace("EDIT", "\n".join([first, *more]))
                text = text.replace("NAME", f"f{self.count}")
        where = self.write(text)
        return place or where

    def prepend(self) -> bool:
        new = self.new()
        return self.do("prepend", (Part(new), *self.olds()), True, NEW=new)

    def append(self) -> bool:
        new = self.new()
        return self.do("append", (*self.olds(), Part(new)), True, NEW=new)

    def again(self) -> bool:
        new = self.random.choice(self.value)
        return not self.unique and self.do("again", (Part(new), *self.olds()), True, NEW=new)

    def again_behind(self) -> bool:
        new = self.random.choice(self.value)
        plan = (*self.olds(), Part(new))
        return not self.unique and self.do("again_behind", plan, True, NEW=new)

    def several(self) -> bool:
        news = [self.new() for _ in range(2)]
        plan = (*(Part(new) for new in reversed(news)), *self.olds())
        return self.do("several", plan, True, LIST=" ".join(news))

    def replace(self) -> bool:
        names = [self.new(), *self.KEPT, *(d for d in self.value if self.random.random() < 0.3)]
        names = list(dict.fromkeys(names))
        self.random.shuffle(names)
        words = {"LIST": ":".join(names), "WORDS": " ".join(names)}
        return self.random.random() < 0.3 and self.do(
            "replace", tuple(Part(name) for name in names), True, **words
        )

    def remove(self) -> bool:
        victim = self.random.choice(self.value)
        plan = tuple(part for part in self.olds() if part.directory != victim)
        return self.single(victim) and self.do("remove", plan, False, X=victim)

    def front(self) -> bool:
        chosen, rest = self.taken()
        named = self.NAMED and self.single(chosen.directory)
        return self.do("front", (chosen, *rest), named, X=chosen.directory)

    def back(self) -> bool:
        chosen, rest = self.taken()
        named = self.NAMED and self.single(chosen.directory)
        return self.do("back", (*rest, chosen), named, X=chosen.directory)

    def behind(self) -> bool:
        chosen, rest = self.taken()
        other = self.random.randrange(len(rest))
        name = rest[other].directory
        plan = (*rest[: other + 1], chosen, *rest[other + 1 :])
        return self.single(name) and self.do("behind", plan, False, X=chosen.directory, Y=name)

    def swap(self) -> bool:
        old = self.olds()
        plan = (old[1], old[0], *old[2:])
        return self.do("swap", plan, False)

    def dedupe(self) -> bool:
        first = {part.directory: part for part in reversed(self.olds())}
        plan = tuple(part for part in self.olds() if first[part.directory] == part)
        return self.do("dedupe", plan, True)

    def helper(self) -> bool:
        """What path_helper does: its own folders first, then all others, each once."""
        own = [*self.random.sample(self.KEPT, 2), self.random.choice(self.value)]
        own = list(dict.fromkeys([*own, self.new()] if self.random.random() < 0.4 else own))
        first = {part.directory: part for part in reversed(self.olds())}
        others = [p for p in self.olds() if first[p.directory] == p and p.directory not in own]
        plan = (*(first.get(d, Part(d)) for d in own), *others)
        readings = explanations(self.value, [part.directory for part in plan])
        if len(set(self.value)) != len(self.value):
            return False  # whose copy stays is not told
        if "helper" not in self.IDIOMS:
            return False
        return self.do("helper", min(readings), False, LIST=":".join(own))

    def olds(self) -> Plan:
        return tuple(Part(name, i) for i, name in enumerate(self.value))

    def single(self, name: str) -> bool:
        return self.value.count(name) == 1

    def taken(self) -> tuple[Part, Plan]:
        """An entry that is to be moved, and the rest of the list without its copies."""
        chosen = self.random.choice(self.olds())
        first = self.value.index(chosen.directory)
        rest = tuple(part for part in self.olds() if part.directory != chosen.directory)
        return Part(chosen.directory, first, True), rest


def _changed(world: World, plan: Plan, where: str) -> World:
    items = []
    for part in plan:
        if part.old < 0:
            items.append(Item(part.directory, where))
        else:
            old = world[part.old]
            items.append(old._replace(moved_by=where) if part.moved else old)
    return tuple(items)
