"""The language of a startup file: how its text is cut into statements, and how it reads ours."""

from __future__ import annotations

from pathlib import Path

from envkit import syntax
from envkit.host import Host
from envkit.model import Start
from envkit.reading.nodes import Node

#: The files of envkit's own that hold the environment: one a language family.
FILES = ("env.sh", "env.fish")


def of(start: Start) -> str:
    """The language that the shell of a start reads its files in."""
    name = start.shell.name
    if name in ("sh", "dash", "ash"):
        return "bash" if start.build not in ("", "dash", "ash") else "dash"
    return "ksh" if name == "ksh93" else name


def parts(content: bytes, language: str) -> tuple[Node, ...]:
    """The statements of a file, each with its lines; `broken`: no such text from there on."""
    if language == "fish":
        from envkit.reading.fish import tree

        return tree.parse(content).parts
    return syntax.parse(content, language).parts


def reads_whole(language: str) -> bool:
    """Whether a shell reads a file to its end before it runs the first line: fish."""
    return language == "fish"


def environment_file(language: str) -> str:
    """The name of the file of ours that this language can read."""
    return "env.fish" if language == "fish" else "env.sh"


def source_line(host: Host, language: str) -> bytes:
    """The body of a managed block."""
    # Most who ask for a language write nothing: what makes our text is loaded only here.
    from envkit import environment
    from envkit.environment import fish

    path = host.config / environment_file(language)
    line = fish.source_line if language == "fish" else environment.source_line
    return line(path, host.home)


def of_file(path: Path) -> str:
    """The language of a file by its name, where no start tells."""
    return "fish" if path.suffix == ".fish" else "bash"
