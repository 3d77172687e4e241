"""The text that gives a variable exactly a value in a running shell, in that shell's syntax.

Bytes, since a value need not be text. Everything is quoted; nothing in a value is ever run.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable

from envkit.errors import Refused

_POSIX = ("bash", "zsh", "sh", "dash", "ash", "ksh93", "mksh")
#: What is typed to have the text read: `{}` stands for the command.
READ_BY = {
    "fish": "{} | source",
    "tcsh": 'eval "`{}`"',
    "nushell": "{} | from json | load-env",
    "xonsh": "execx($({}))",
}


def read_by(shell: str, command: str) -> str:
    """The line that repairs a session of `shell`: it reads what `command` prints."""
    return READ_BY.get(shell, 'eval "$({})"').replace("{}", command)


def text(shell: str, variable: str, value: str | None) -> bytes:
    """The statement that sets `variable`, or unsets it where `value` is None; with its newline.

    Refused where that shell cannot be given such a value.
    """
    writers: dict[str, Callable[[str, str | None], bytes]] = {
        "fish": _fish,
        "tcsh": _tcsh,
        "nushell": _nushell,
        "xonsh": _xonsh,
    }
    write = _posix if shell in _POSIX else writers.get(shell)
    if write is None:
        raise Refused(f"envkit cannot write for {shell}", "name another syntax: --shell bash")
    return write(variable, value) + b"\n"


def _posix(variable: str, value: str | None) -> bytes:
    # A backslash in front, since people make aliases of such words.
    if value is None:
        return f"\\unset -v {variable}".encode()
    quoted = os.fsencode(value).replace(b"'", b"'\\''")
    return f"\\export {variable}='".encode() + quoted + b"'"


def _fish(variable: str, value: str | None) -> bytes:
    if value is None:
        return f"set -eg {variable}".encode()
    # fish splits these by itself, and only these (its manual, "PATH variables").
    is_list = variable.endswith("PATH")
    words = [_fish_word(one) for one in (value.split(":") if is_list else [value])]
    kind = "--path" if is_list else "--unpath"
    return f"set -gx {kind} {variable} ".encode() + b" ".join(words)


def _fish_word(value: str) -> bytes:
    """In single quotes; what is no UTF-8 stands outside of them, as `\\Xff`."""
    quoted = ""
    for char in value:
        if "\udc80" <= char <= "\udcff":
            quoted += f"'\\X{ord(char) - 0xDC00:02x}'"
        else:
            quoted += "\\" + char if char in "\\'" else char
    return f"'{quoted}'".encode()


def _tcsh(variable: str, value: str | None) -> bytes:
    if value is None:
        return f"unsetenv {variable}".encode()
    if "\n" in value:
        raise Refused("tcsh takes no newline in what it evaluates", f"{variable} has one")
    quoted = os.fsencode(value).replace(b"'", b"'\\''").replace(b"!", b"\\!")
    return f"setenv {variable} '".encode() + quoted + b"'"


def _nushell(variable: str, value: str | None) -> bytes:
    if value is None:
        raise Refused("nushell's load-env cannot unset", f"type: hide-env {variable}")
    _refuse_bytes(variable, value, "JSON")
    found: object = value.split(":") if variable == "PATH" else value
    return json.dumps({variable: found}).encode()


def _xonsh(variable: str, value: str | None) -> bytes:
    if value is None:
        return f"__xonsh__.env.pop({variable!r}, None)".encode()
    _refuse_bytes(variable, value, "xonsh's text")
    return f"__xonsh__.env[{variable!r}] = {value!a}".encode()


def _refuse_bytes(variable: str, value: str, what: str) -> None:
    if re.search("[\udc80-\udcff]", value):
        raise Refused(f"{variable} holds bytes that are no UTF-8: {what} cannot hold them")
