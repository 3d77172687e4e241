"""What a command substitution of csh prints, where that is plain: ids, lists of files, echo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from envkit.reading import programs
from envkit.reading.conditions import Answer, test

if TYPE_CHECKING:
    from envkit.reading.csh.state import State


def output(text: str, state: State) -> str | None:
    """What stands in its place; None where only running it would tell."""
    from envkit.reading.csh import expand
    from envkit.reading.csh.text import Fault, parse, words

    try:
        tree = parse(words(text), state.aliases)
        while tree.kind == "sequence" and len(tree.parts) == 1:
            tree = tree.parts[0]
        if tree.kind != "simple" or any(sign not in (">", ">&") for sign, _ in tree.redirects):
            return None
        found = expand.globbed(expand.fields(tree.words, state), state)
    except Fault:
        return ""
    command = [word for word in found if word is not None]
    if len(command) != len(found) or not command:
        return None
    if any(target != "/dev/null" for _, target in tree.redirects):
        return None
    return _output(command[0].rpartition("/")[2], command[1:], state)


def _output(name: str, arguments: list[str], state: State) -> str | None:
    flags = "".join(sorted("".join(arguments).replace("-", "").replace("r", "")))
    if name == "id":
        return {"u": str(state.host.uid), "nu": state.host.user}.get(flags)
    if name == "whoami":
        return state.host.user
    if name == "echo":
        return None if arguments[:1] == ["-n"] else " ".join(arguments)
    if name == "uname" and arguments in ([], ["-s"]):
        return "Linux"
    if name == "basename" and len(arguments) == 1:
        return arguments[0].rstrip("/").rpartition("/")[2]
    if name == "dirname" and len(arguments) == 1:
        return str(Path(arguments[0]).parent)
    if name == "ls":
        return _listed(arguments, state)
    return "" if name in ("true", "false") else None


def _listed(arguments: list[str], state: State) -> str | None:
    """`ls` of one folder, or of files by name."""
    if any(word.startswith("-") for word in arguments):
        return None
    kinds = [state.host.kind(state.path(word)) for word in arguments]
    if len(arguments) == 1 and kinds == ["directory"]:
        names = [name for name in state.host.entries(state.path(arguments[0])) if name[0] != "."]
        return "\n".join(names)
    if "directory" in kinds:
        return None
    there = [word for word, kind in zip(arguments, kinds, strict=True) if kind != "missing"]
    return "\n".join(sorted(there)) if arguments else None


def status(command: list[str | None], state: State) -> Answer:
    """Whether a program succeeds; one that is not there does not."""
    name = command[0]
    if name is None:
        return None
    base = name.rpartition("/")[2]
    if base in ("[", "test"):
        inner = command[1:-1] if base == "[" else command[1:]
        return False if base == "[" and command[-1] != "]" else test(inner, state)
    if base in ("true", "false"):
        return base == "true"
    found = state.find(name)
    if found == "":
        return False
    return programs.status(command) if found else None
