"""A machine as it would be with other texts in some of its files; nothing is written.

The order model is asked about the machine that a plan would make: whether its block is read there,
and whether it has the last word. So no rule about a startup file stands twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from envkit.host import Host, Kind

#: Where paths lie, as far as it was asked: for all overlays of one account.
Places = dict[Path, tuple[Path, str]]

# Stands for a file that is not there yet, where a mode or a size is asked for.
_ORDINARY = Path(__file__)
_NOWHERE = Path("/nonexistent/envkit")


class Overlay(Host):
    """A host with `texts` in place of what these files hold; None: such a file is not there."""

    __slots__ = ("places", "texts", "under")

    def __init__(
        self, under: Host, texts: Mapping[Path, bytes | None], places: Places | None = None
    ) -> None:
        Host.__init__(self, **{name: getattr(under, name) for name in Host.FIELDS})
        self.under, self.places = under, {} if places is None else places
        # By where they lie: a file has more than one name where links lead to it.
        self.texts = {self._place(path)[1]: text for path, text in texts.items()}

    def but(self, **changes: Any) -> Overlay:
        """The same with other fields."""
        other = Overlay(self.under.but(**changes), {})  # with another home paths lie elsewhere
        other.texts = self.texts
        return other

    def locate(self, path: Path) -> Path:
        """As below it; an ordinary file stands for what is yet to be made."""
        here, key = self._place(path)
        if key not in self.texts:
            return here
        if self.texts[key] is None:
            return _NOWHERE
        return here if here.is_file() else _ORDINARY

    def kind(self, path: Path) -> Kind:
        """What open() would find there."""
        key = self._place(path)[1]
        if key in self.texts:
            return "missing" if self.texts[key] is None else "file"
        kind = self.under.kind(path)
        if kind == "missing" and any(self._below(key)):
            return "directory"
        return kind

    def read(self, path: Path) -> bytes:
        """The bytes of a file; OSError where open() fails."""
        key = self._place(path)[1]
        if key in self.texts:
            text = self.texts[key]
            if text is None:
                raise FileNotFoundError(path)
            return text
        return self.under.read(path)

    def entries(self, folder: Path) -> Iterator[str]:
        """The names in a folder, in the order of the C locale."""
        key = self._place(folder)[1]
        names = set(self.under.entries(folder))
        for name, text in self._below(key):
            names.discard(name) if text is None else names.add(name)
        yield from sorted(names, key=os.fsencode)

    def _place(self, path: Path) -> tuple[Path, str]:
        """Where a path lies, and the same with every link followed; nothing moves meanwhile."""
        if path not in self.places:
            here = self.under.locate(path)
            self.places[path] = here, os.path.realpath(here)
        return self.places[path]

    def _below(self, folder: str) -> Iterator[tuple[str, bytes | None]]:
        for path, text in self.texts.items():
            above, _, name = path.rpartition("/")
            if above == folder:
                yield name, text
