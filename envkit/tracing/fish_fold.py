"""Records of fish -> assignments, and for each entry of a list the line that put it there."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from pathlib import Path

from envkit.model import Location
from envkit.provenance import Assignment
from envkit.reading.fish import files
from envkit.tracing import align
from envkit.tracing.align import Origin
from envkit.tracing.fish_places import Places
from envkit.tracing.fish_record import Record
from envkit.tracing.fish_text import shorten
from envkit.tracing.uses import Use

_USER = "fish_user_paths"


class Fold:
    """A variable's history over one start; `universal` is where fish stores what outlives it."""

    def __init__(
        self,
        places: Places,
        records: Iterable[Record],
        variable: str,
        universal: dict[str, Location],
        inherited: str | None,
    ) -> None:
        self.places, self.variable, self.universal = places, variable, universal
        self.assignments: list[Assignment] = []
        self.last: tuple[Location | None, str] = (None, "")
        self.value: str | None = inherited
        self.origins = align.inherited(inherited)
        self.users: dict[str, Origin] = {}
        self._user = Origin()
        #: The values after each call of the handler, as numbers of `values`.
        self.values: list[str | None] = [inherited]
        self.after = array("i")
        seen: set[str] = set()
        calls = places.steps.calls
        for number, record in enumerate(records):
            call = calls[number] if number < len(calls) else -1
            if record.variable not in seen and number == len(seen):
                seen.add(record.variable)
                self._begin(record)
            else:
                self._take(record, call)
            if self.value != self.values[-1]:
                self.values.append(self.value)
            self.after.append(len(self.values) - 1)

    def _begin(self, record: Record) -> None:
        """What there is before the first file: a universal variable may be."""
        stored = self.universal.get(record.variable)
        by = Origin(stored, "a universal variable")
        if record.variable == _USER and self.variable != _USER:
            if record.value and stored:
                self._user = by
                self.users = dict.fromkeys(record.value.split(" "), by)
        elif record.value != self.value:
            self.value = record.value
            self.origins = align.inherited(record.value)
            if stored:
                self.origins = (by,) * len(self.origins)
                self.assignments.append(Assignment(record.variable, record.value, *by[:2]))

    def _take(self, record: Record, call: int) -> None:
        if record.hidden:
            return  # a local variable's, or one that is only for the length of a command
        where, via, text = self._where(record, call)
        if _is_local(text, record.variable):
            return
        if where is not None:
            self.last = (where, shorten(text or via, 50))
        if record.variable == _USER and self.variable != _USER:
            self._user = Origin(where, via)
            names = (record.value or "").split(" ") if record.value else []
            self.users = {each: self.users.get(each, self._user) for each in names}
            return
        if call >= 0 and self.places.within_function(call, "__fish_macos_set_env"):
            known = {name: Origin(at, "as path_helper does") for name, at in self._paths().items()}
            self._set(record.value, Origin(None, "as path_helper does"), Use("old"), known)
            return
        rebuilt = call >= 0 and self.places.within_function(call, "__fish_reconstruct_path")
        rebuilt = rebuilt or (
            call < 0 and self.places.texts.is_library(Path(record.file)) and where is None
        )
        if rebuilt and self.variable == "PATH":
            self._set(record.value, self._user, Use("old"), self.users)
        else:
            use = _use(text, self.variable)
            if use.kind == "new" and call >= 0 and self.places.printed(call):
                use = Use("values")  # a program may have put the old entries into its words
            use = use._replace(text=self.places.words(call) if call >= 0 else text)
            self._set(record.value, Origin(where, via), use, {})

    def _paths(self) -> dict[str, Location]:
        """What macOS's /etc/paths and /etc/paths.d name, which fish reads in a login shell."""
        host = self.places.host
        found: dict[str, Location] = {}
        for path in ("/etc/paths", *(files.glob(host, "/etc/paths.d/*", "") or ())):
            if host.kind(Path(path)) == "file":
                text = host.read(Path(path)).decode("utf-8", "surrogateescape")
                for number, line in enumerate(text.split("\n"), start=1):
                    found.setdefault(line, Location(Path(path), number))
        return found

    def _where(self, record: Record, call: int) -> tuple[Location | None, str, str]:
        if call < 0:
            return self._without_profile(record)
        places = self.places
        step = places.steps.parent(call)
        text = places.steps.text(step) if step >= 0 else ""
        places.told(step, record.file)
        where, via = places.place(step)
        told = Path(record.file)
        exact = where is not None and via != "prompt hook" and where.path == told
        exact = exact and not places.in_text(step)
        if exact and places.texts.line_fits(told, record.line, text):
            where = Location(told, record.line)
        return where, via, text

    def _without_profile(self, record: Record) -> tuple[Location | None, str, str]:
        """fish was left before it wrote its profile: the line at hand is all there is."""
        path = Path(record.file)
        if record.file.startswith("/") and not self.places.texts.is_library(path):
            where = Location(path, record.line)
            return where, "", self.places.texts.text_at(where)
        where_or_none, via = self.places.read_as(record.variable, record.value)
        return where_or_none, via, ""

    def _set(self, value: str | None, by: Origin, use: Use, users: dict[str, Origin]) -> None:
        same = value == self.value
        if same and use.kind != "new":
            return
        known = align.origins(self.value, self.origins, value, by, use)
        anew = align.anew(known, by)
        if users:
            fresh = zip(known, align.entries(value), strict=True)
            known = tuple(users.get(entry, one) if one == by else one for one, entry in fresh)
        self.origins, self.value = known, value
        self.assignments.append(Assignment(self.variable, value, by.where, by.via, anew=anew))


def _set_of(text: str, variable: str) -> re.Match[str] | None:
    """The `set` of a variable in a statement's text: its flags, an index, the values."""
    name = rf"['\"]?{variable}['\"]?"
    return re.search(rf"\bset\b((?:\s+-[\w-]+)*)\s+{name}(?:(\[)|(?=\s|$|;))(.*)", text, re.DOTALL)


def _has(flags: str, letters: str, *words: str) -> bool:
    """Whether the flags of a `set` have one of the letters, or one of the long words."""
    given = flags.split()
    short = "".join(flag for flag in given if not flag.startswith("--"))
    return any(letter in short for letter in letters) or any(f"--{word}" in given for word in words)


def _is_local(text: str, variable: str) -> bool:
    found = _set_of(text, variable)
    return found is not None and _has(found[1], "lf", "local", "function")


def _use(text: str, variable: str) -> Use:
    """Whether a statement made the new value out of the old one, by its text."""
    found = _set_of(text, variable)
    if not found:
        return Use("old" if "fish_add_path" in text else "values")
    if found[2] or _has(found[1], "ape", "append", "prepend", "erase"):
        return Use("old")
    rest = found[3]
    if re.search(rf"\$\{{?{variable}\b|\$\$", rest):
        before = re.split(rf"[\"']?\$\{{?{variable}\b", rest)[0]
        plain = not re.search(r"[$(*{]", before)
        return Use("old", len(before.replace(":", " ").split()) if plain else None)
    return Use("values" if re.search(r"[$(]", rest) else "new")
