"""A fish of our own that starts as the user's does, on copies of what it might write.

A binary PREFIX/bin/fish takes its system files from PREFIX (fish 3.6, determine_config_directory):
so a copy of the program reads drivers of ours, which put everything back as it would be and then
source the very same files. Universal variables and history are copies, and no file of the user's
is written. What files can see of it: `status fish-path`, and a function for events.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from envkit.host import Host
from envkit.model import Start

_KEPT = ("fish_variables",)


class Places(NamedTuple):
    """Where the real fish has its files; `user` and `data` are the user's own two folders."""

    system: Path
    library: Path
    user: Path
    data: Path


class Copy:
    """One private fish: its program, what it is started with, and whether it wrote anything."""

    def __init__(self, folder: Path, program: Path, places: Places, host: Host, one: Start) -> None:
        self.folder, self.places, self.host, self.start = folder, places, host, one
        self.program = folder / "bin/fish"
        self._config, self._data = folder / "config", folder / "data"
        for each in ("bin", "share/fish", "etc/fish", "config/fish", "data/fish"):
            (folder / each).mkdir(parents=True)
        _link(program, self.program)
        self._before = {}
        for here, there, name in (
            (self._config, places.user, "fish_variables"),
            (self._data, places.data, "fish_history"),
        ):
            copy, original = here / "fish" / name, host.locate(there / name)
            if original.is_file():
                shutil.copyfile(original, copy)
            self._before[copy] = copy.read_bytes() if copy.exists() else None

    def write(self, eyes: str) -> None:
        """The drivers; `eyes` is text that runs before the first file."""
        lines = [*map(self._put_back, ("XDG_CONFIG_HOME", "XDG_DATA_HOME")), *self._variables()]
        lines += [eyes, f"builtin source {quote(self.places.library / 'config.fish')}", ""]
        (self.folder / "share/fish/config.fish").write_text(
            "\n".join(lines), "utf-8", "surrogateescape"
        )
        for driver, real in (
            (self.folder / "etc/fish/config.fish", self.places.system / "config.fish"),
            (self._config / "fish/config.fish", self.places.user / "config.fish"),
        ):
            text = quote(real)
            line = f"builtin test -r {text}; and builtin source {text}\n"
            driver.write_text(line, "utf-8", "surrogateescape")

    def give(self, owner: int) -> None:
        """Hand it all to the account that is to run it."""
        if owner == -1:
            return
        for folder, _folders, files in os.walk(self.folder):
            os.chown(folder, owner, -1)
            for name in files:
                if name != "fish":
                    os.chown(Path(folder) / name, owner, -1)

    def environment(self, given: dict[str, str]) -> dict[str, str]:
        """What it is started with; the drivers put it back before the first file."""
        return {
            **given,
            "XDG_CONFIG_HOME": str(self._config),
            "XDG_DATA_HOME": str(self._data),
        }

    def wrote(self) -> bool:
        """Whether the start changed universal variables or history, as the real one would."""
        return any(
            (copy.read_bytes() if copy.exists() else None) != before
            for copy, before in self._before.items()
        )

    def _put_back(self, name: str) -> str:
        value = self.start.environment.get(name)
        return f"set -e {name}" if value is None else f"set -gx {name} {quote(value)}"

    def _variables(self) -> list[str]:
        places = self.places
        return [
            f"set -g __fish_data_dir {quote(places.library)}",
            f"set -g __fish_sysconf_dir {quote(places.system)}",
            f"set -g __fish_config_dir {quote(places.user)}",
            f"set -g __fish_user_data_dir {quote(places.data)}",
            f"set -g __fish_bin_dir {quote(self.host.locate(Path('/usr/bin')))}",
        ]


def quote(text: Path | str) -> str:
    """A word of fish."""
    return "'" + str(text).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _link(program: Path, there: Path) -> None:
    """A second name of the program, or a copy where none is allowed: a link would lead back."""
    try:
        os.link(program.resolve(), there)
    except OSError:
        shutil.copyfile(program, there)
        there.chmod(0o755)
