"""What a command substitution gives, where that follows from the machine and the account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from envkit.reading.conditions import Answer
from envkit.reading.fish import functions
from envkit.reading.fish.walk import Walk
from envkit.reading.fish.words import NoMatch
from envkit.reading.nodes import Node

Lines = list[str] | None


def output(walk: Walk, text: str) -> Lines:
    """The lines of `(text)`; None where only running it would tell."""
    from envkit.reading.fish import tree

    parts = tree.parse(text.encode("utf-8", "surrogateescape")).parts
    if not parts:
        return []
    if len(parts) != 1 or parts[0].kind != "command":
        return None
    try:
        words = walk.expander.all(parts[0].words)
    except NoMatch:
        return None
    if not words:
        return None
    if words[0] in ("command", "builtin") and len(words) > 1 and not words[1].startswith("-"):
        words = words[1:]
    elif words[0] in walk.state.functions:
        return None
    answer = _OUTPUTS.get(words[0].rpartition("/")[2])
    return answer(walk, words[1:]) if answer else None


def run_pipe(walk: Walk, node: Node) -> Answer:
    """The commands of a pipeline; what `… | source` reads is run, where that is known."""
    text = _piped(walk, node.parts)
    if text is not None:
        return functions.evaluate(walk, text, node)
    for part in node.parts:
        walk.status = walk.run(part)
    return walk.status


def _piped(walk: Walk, parts: tuple[Node, ...]) -> str | None:
    first, last = parts[0], parts[-1]
    if len(parts) != 2 or first.kind != "command" or last.kind != "command":
        return None
    if last.words not in (("source",), (".",), ("source", "-")) or ">" in first.text:
        return None
    lines = output(walk, first.text)
    return None if lines is None else "\n".join(lines)


def _id(walk: Walk, words: list[str]) -> Lines:
    host = walk.state.host
    flags = "".join(sorted("".join(words).replace("-", "").replace("r", "")))
    found = {"u": str(host.uid), "nu": host.user}.get(flags)
    return None if found is None else [found]


def _status(walk: Walk, words: list[str]) -> Lines:
    path = walk.files[-1].path
    name = words[0].lstrip("-") if len(words) == 1 else ""
    if name in ("filename", "current-filename", "f"):
        return [str(path)]
    if name in ("dirname", "basename"):
        return [str(path.parent) if name == "dirname" else path.name]
    return None


def _command(walk: Walk, words: list[str]) -> Lines:
    if len(words) != 2 or words[0] not in ("-s", "-v", "--search", "-P", "-p"):
        return None
    found = walk.state.program(words[1])
    return None if found is None else [found] if found else []


def _cat(walk: Walk, words: list[str]) -> Lines:
    if len(words) != 1 or walk.state.host.kind(walk.state.path(words[0])) != "file":
        return None
    here = walk.state.host.locate(walk.state.path(words[0]))
    if not here.is_file() or here.stat().st_size > 4096:
        return None
    return here.read_bytes().decode("utf-8", "surrogateescape").splitlines()


def _string(walk: Walk, words: list[str]) -> Lines:
    if words[:1] == ["split"]:
        rest = [word for word in words[1:] if word != "--"]
        if len(rest) >= 2 and not any(word.startswith("-") for word in rest):
            return [part for text in rest[1:] for part in text.split(rest[0])]
    if words[:1] == ["join"]:
        rest = [word for word in words[1:] if word != "--"]
        if rest and not any(word.startswith("-") for word in rest):
            return [rest[0].join(rest[1:])]
    if words[:1] in (["lower"], ["upper"]) and not any(w.startswith("-") for w in words[1:]):
        change = str.lower if words[0] == "lower" else str.upper
        return [change(word) for word in words[1:]]
    return None


def _seq(walk: Walk, words: list[str]) -> Lines:
    if not 1 <= len(words) <= 2 or not all(word.isdigit() for word in words):
        return None
    first = int(words[0]) if len(words) == 2 else 1
    return [str(number) for number in range(first, min(int(words[-1]), 1000) + 1)]


def _echo(walk: Walk, words: list[str]) -> Lines:
    if words[:1] and words[0].startswith("-"):
        return None
    return " ".join(words).split("\n")


def _plain(words: list[str]) -> Lines:
    """A format alone, without anything to put in but ends of lines."""
    text = words[0].replace("\\n", "\n") if len(words) == 1 else "%"
    return None if "%" in text or "\\" in text else text.split("\n")


def _last(function: Callable[[str], str]) -> Callable[[Walk, list[str]], Lines]:
    return lambda walk, words: [function(words[-1].rstrip("/") or "/")] if len(words) == 1 else None


_OUTPUTS: dict[str, Callable[[Walk, list[str]], Lines]] = {
    "id": _id,
    "whoami": lambda walk, words: [walk.state.host.user] if not words else None,
    "uname": lambda walk, words: (
        ["Darwin" if walk.state.macos else "Linux"] if words in ([], ["-s"]) else None
    ),
    "status": _status,
    "command": _command,
    "type": _command,
    "which": lambda walk, words: _command(walk, ["-s", *words]),
    "cat": _cat,
    "string": _string,
    "seq": _seq,
    "echo": _echo,
    "count": lambda walk, words: [str(len(words))],
    "pwd": lambda walk, words: [walk.state.cwd] if walk.state.cwd and not words else None,
    "dirname": _last(lambda path: str(Path(path).parent)),
    "basename": _last(lambda path: Path(path).name),
    "printf": lambda walk, words: (
        words[1].split("\n") if len(words) == 2 and words[0] in ("%s", "%s\\n") else _plain(words)
    ),
}
