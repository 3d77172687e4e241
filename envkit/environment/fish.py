"""The text of env.fish: a profile in fish's own language; the same semantics as env.sh.

Nothing is forked (a substitution of a builtin runs in the shell itself), nothing is printed, no
name stays behind, and all variables are global: a universal one would outlive envkit, and reach
shells that are open. Fish 3.0 and later (found by experiment with fish 3.6):

- `set -l --path` splits at colons and keeps empty elements; in quotes such a variable is joined
  with colons again. So a list is exact whether fish takes it for a path (its name ends in PATH) or
  for one string (TEXINPUTS), and no value goes through a substitution, which would cut newlines.
- What is ours is taken out of the old list by its index: with 100 entries the loop over all of
  them costs ten times as much as looking for the few.
- An empty element of PATH is `.` before any file is read: fish itself has put it there.
- `set` says on stderr that a variable is fish's own (`status`); the block's stderr is closed to it
  (/dev/null would be a file more to open).
"""

from __future__ import annotations

from pathlib import Path

from envkit.environment import DEFAULT_PATH, EMPTY_IS_THE_SYSTEMS
from envkit.errors import Refused
from envkit.model import Scope
from envkit.plan import Profile
from envkit.profile.reading import HOME


def fish(profile: Profile, scope: Scope, default_path: str = DEFAULT_PATH) -> bytes:
    """The text of env.fish for `profile`; `default_path` is PATH where it is unset or empty.

    With `scope` system, each user's shell fills in `$HOME`.
    """
    command = "envkit install --system" if scope == "system" else "envkit install"
    text = (
        f"# Written by envkit from the profile {profile.name}. Change that, then run: {command}\n"
    )
    lists = (("PATH", profile.path_prepend, profile.path_append), *profile.lists)
    body = "".join(
        _list(name, front, back, default_path) for name, front, back in lists if front or back
    )
    body += "".join(f"set -gx {name} {_word(value)}\n" for name, value in profile.variables)
    if body:
        text += f"begin\nset -l _envkit_d\n{body}true\nend 2>&-\n"
    return text.encode("utf-8", "surrogateescape")


def source_line(path: Path, home: Path) -> bytes:
    """The line of a managed block that reads env.fish: inert, status 0, when the file is gone.

    Refused on a path that does not fit on a line.
    """
    if "\n" in str(path):
        raise Refused(f"{str(path)!r} holds a newline", "set XDG_CONFIG_HOME to another folder")
    inside = path.is_relative_to(home) and home != Path("/")
    word = '"$HOME/' + _double(str(path.relative_to(home))) + '"' if inside else _word(str(path))
    return f"if test -r {word}; source {word}; end\n".encode("utf-8", "surrogateescape")


def _list(name: str, front: tuple[str, ...], back: tuple[str, ...], default_path: str) -> str:
    """Code that makes one colon list what it is to be."""
    ours = [_word(entry) for entry in front + back]
    lines = ["set -l --path _envkit_o", f'test -n "${name}"; and set _envkit_o "${name}"']
    if name == "PATH":
        lines[1] += f"; or set _envkit_o {_word(default_path)}"
    elif name in EMPTY_IS_THE_SYSTEMS:
        lines[1] = f'set _envkit_o "${name}"'
    lines += [
        f"for _envkit_d in {' '.join(ours)}",
        "while set -l _envkit_i (builtin contains -i -- $_envkit_d $_envkit_o)",
        "set -e _envkit_o[$_envkit_i]",
        "end",
        "end",
    ]
    new = ["$_envkit_o" if word is None else word for word in (*ours[: len(front)], None)]
    new += ours[len(front) :]
    if name.endswith("PATH"):
        lines.append(f"set -gx {name} {' '.join(new)}")
    else:
        lines += [f"set _envkit_o {' '.join(new)}", f'set -gx {name} "$_envkit_o"']
    return "\n".join(lines) + "\n"


def _word(text: str) -> str:
    """A word of fish that is exactly `text`, but for the home directory, which stays a variable.

    Between single quotes a backslash is special before a quote and a backslash only.
    """
    parts = (_single(part) if part else "" for part in text.split(HOME))
    return '"$HOME"'.join(parts) or "''"


def _single(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _double(text: str) -> str:
    for sign in '\\"$':
        text = text.replace(sign, "\\" + sign)
    return text
