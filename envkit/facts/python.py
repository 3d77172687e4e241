"""python, python3, pip and pip3 as each context finds them, and the Python behind each.

A name is looked up on the PATH that a program gets there. pyenv's shims are followed to the real
file. An interpreter is asked for its prefix in a child; a pip belongs to the interpreter in its
first line, and where that is no Python, `pip -V` says where it lives.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from envkit import child, start
from envkit.facts import Missing, Request
from envkit.facts.starts import Starts
from envkit.finding import Fact
from envkit.host import Host

NAMES = ("python", "python3", "pip", "pip3")
_ASK = (
    "import sys; sys.stdout.write('\\nenvkit\\0' + '\\0'.join("
    "[sys.prefix, '%d.%d' % sys.version_info[:2]] + [p for p in sys.path if p]))"
)
_HOME_OF_PIP = re.compile(rb"^pip \S+ from (.+) \(python (\d+\.\d+)\)", re.MULTILINE)
_PYTHON = re.compile(r"(python|pypy)[\d.]*")
_DECIDES = ("PYTHONHOME", "PYTHONPATH", "PYENV_VERSION", "PYENV_ROOT")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program found on PATH; `file` is what runs in the end, behind shims.

    `prefix` and `version` are those of its Python, "" where they could not be found out.
    `libraries` is what that Python imports from; for a pip without a Python of its own in its
    first line, the folder that it lives in.
    """

    context: str
    name: str
    path: Path
    file: Path
    prefix: str = ""
    version: str = ""
    libraries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PythonTools:
    """What of NAMES was found, in each context that comes to its first command."""

    tools: tuple[Tool, ...]
    missing: tuple[Missing, ...]

    def tool(self, context: str, name: str) -> Tool | None:
        """One tool in one context; None where it is not found there."""
        return next((t for t in self.tools if (t.context, t.name) == (context, name)), None)


def gather(request: Request, starts: Starts) -> PythonTools:
    """Look the names up in every context and ask each Python behind them once."""
    environments = {row.context: row.variables for row in starts.rows if row.variables is not None}
    tools = [
        Tool(context, name, path, path)
        for context, variables in environments.items()
        for name in NAMES
        if (path := _find(request.host, name, variables)) is not None
    ]
    tools = _behind_shims(request.host, tools, environments)
    tools = _with_prefix(request.host, tools, environments)
    silent = tuple(
        Missing(tool.context, f"{request.host.show(tool.path)} gave no answer")
        for tool in tools
        if tool.name.startswith("python") and not tool.prefix
    )
    tools = _with_home(request.host, tools, environments)
    return PythonTools(tuple(tools), starts.unreached + silent)


def _find(host: Host, name: str, variables: Mapping[str, str]) -> Path | None:
    for entry in variables.get("PATH", "").split(":"):
        path = host.home_at / entry / name  # an absolute entry stays itself
        if path.is_file() and os.access(path, os.X_OK):
            return path
    return None


_Environments = Mapping[str, Mapping[str, str]]
_Question = tuple[tuple[str, ...], str]


def _ask(
    host: Host, questions: Mapping[_Question, Mapping[str, str]]
) -> dict[_Question, child.Outcome]:
    """Run each command once; a question is its argv and what in the environment decides."""
    commands = [
        child.Command(argv, argv[0], variables, "null", 10.0, host.home_at, start.account(host))
        for (argv, _), variables in questions.items()
    ]
    return dict(zip(questions, child.run_all(commands), strict=True))


def _question(argv: tuple[str, ...], variables: Mapping[str, str]) -> _Question:
    return argv, "\0".join(variables.get(name, "") for name in _DECIDES)


def _behind_shims(host: Host, tools: list[Tool], environments: _Environments) -> list[Tool]:
    asked: dict[int, _Question] = {}
    for index, tool in enumerate(tools):
        pyenv = _find(host, "pyenv", environments[tool.context])
        if tool.path.parent.name == "shims" and pyenv and b"pyenv" in _head(tool.path):
            argv = (str(pyenv), "which", tool.name)
            asked[index] = _question(argv, environments[tool.context])
    answers = _ask(host, {q: environments[tools[i].context] for i, q in asked.items()})
    followed = []
    for index, tool in enumerate(tools):
        if index not in asked:
            followed.append(tool)
            continue
        answer = answers[asked[index]].stdout.decode("utf-8", "replace").strip()
        if answer.startswith("/"):  # else: no version that is chosen has it, so it does not run
            followed.append(replace(tool, file=Path(answer)))
    return followed


def _with_prefix(host: Host, tools: list[Tool], environments: _Environments) -> list[Tool]:
    asked: dict[int, _Question] = {}
    for index, tool in enumerate(tools):
        variables = environments[tool.context]
        python = _interpreter(host, tool, variables)
        if python is not None:
            asked[index] = _question((str(python), "-c", _ASK), variables)
    answers = _ask(host, {q: environments[tools[i].context] for i, q in asked.items()})
    known = list(tools)
    for index, question in asked.items():
        _, mark, answer = answers[question].stdout.rpartition(b"\nenvkit\0")
        if mark:
            prefix, version, *libraries = os.fsdecode(answer).split("\0")
            known[index] = replace(
                tools[index], prefix=prefix, version=version, libraries=tuple(libraries)
            )
    return known


def _with_home(host: Host, tools: list[Tool], environments: _Environments) -> list[Tool]:
    """Ask those pips whose first line names no Python (wrappers, other managers' shims)."""
    asked = {
        index: _question((str(tool.path), "-V"), environments[tool.context])
        for index, tool in enumerate(tools)
        if tool.name.startswith("pip")
        and _interpreter(host, tool, environments[tool.context]) is None
    }
    answers = _ask(host, {q: environments[tools[i].context] for i, q in asked.items()})
    known = list(tools)
    for index, question in asked.items():
        match = _HOME_OF_PIP.search(answers[question].stdout)
        if match:
            home = Path(os.fsdecode(match[1])).parent
            known[index] = replace(tools[index], version=match[2].decode(), libraries=(str(home),))
    return known


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError:  # may be run, not read
        return b""


def _interpreter(host: Host, tool: Tool, variables: Mapping[str, str]) -> Path | None:
    """The Python that runs a tool: itself, or the one in a pip's first line."""
    if tool.name.startswith("python"):
        return tool.file
    lines = _head(tool.file).decode("utf-8", "replace").splitlines()
    words = lines[0][2:].split() if lines and lines[0].startswith("#!") else []
    if len(lines) > 1 and (match := re.match(r"'''exec' \"?([^\"]+?)\"? \"\$0\"", lines[1])):
        words = [match[1]]  # pip's and uv's way round a first line that is too long or has spaces
    if len(words) == 2 and Path(words[0]).name == "env":
        found = _find(host, words[1], variables)
        words = [str(found)] if found else []
    if not words or not _PYTHON.fullmatch(Path(words[0]).name):
        return None
    return Path(words[0])


FACT = Fact(PythonTools, gather)
