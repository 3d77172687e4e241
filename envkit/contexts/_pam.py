"""What PAM puts into a session: pam_env(8) as the service's own stack calls it.

/etc/pam.d says for each service whether and with which files; pam_env.conf comes first, then
/etc/environment. Where a machine has no /etc/pam.d at all, pam_env is taken to run as on Debian;
Alpine, macOS and FreeBSD have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from envkit.host import Host
from envkit.model import Given, Location, Platform

_FOLDERS = (Path("/etc/pam.d"), Path("/usr/lib/pam.d"), Path("/usr/etc/pam.d"))
_CONF = Path("/etc/security/pam_env.conf")
_ENVIRONMENT = Path("/etc/environment")
_WITHOUT = ("macos", "freebsd", "alpine")
_NAME = re.compile(r"[A-Za-z0-9_]+")
_OPTION = re.compile(r'[ \t]+(DEFAULT|OVERRIDE)=(?:"([^"]*)"(?=[ \t]|$)|([^ \t"][^ \t]*|))')
_REFERENCE = re.compile(r"\\([\\$@])|([$@])\{([^}]*)\}")


def variables(host: Host, platform: Platform, service: str) -> tuple[Given, ...]:
    """What pam_env gives to the sessions of one service, in order; the last of a name counts."""
    given: dict[str, Given] = {}
    for arguments in _calls(host, platform, service):
        options = dict(one.split("=", 1) for one in arguments if "=" in one)
        _read_conf(host, Path(options.get("conffile", _CONF)), given)
        if options.get("readenv", "1") != "0":
            _read_environment(host, Path(options.get("envfile", _ENVIRONMENT)), given)
    return tuple(given.values())


def _calls(host: Host, platform: Platform, service: str) -> list[tuple[str, ...]]:
    """The arguments of each pam_env in the stack: of auth (pam_setcred), then of session."""
    if not any(host.kind(folder) == "directory" for folder in _FOLDERS):
        return [] if platform.name in _WITHOUT or service == "sudo" else [()]
    stacks = [
        list(_stack(host, service, kind, 0)) or list(_stack(host, "other", kind, 0))
        for kind in ("auth", "session")
    ]
    return [
        tuple(words[1:])
        for stack in stacks
        for words in stack
        if words[0].rpartition("/")[2] == "pam_env.so"
    ]


def _stack(host: Host, service: str, kind: str, depth: int) -> Iterator[list[str]]:
    """Module and arguments of each line of one type, with what is included (pam.conf(5))."""
    for _, line in _service(host, service):
        words = re.sub(r"\[[^]]*\]", lambda found: found[0].replace(" ", ","), line).split()
        if depth > 8 or len(words) < 2:
            continue
        if words[0] == "@include":
            yield from _stack(host, words[1], kind, depth + 1)
        elif words[0].lstrip("-").lower() == kind and len(words) > 2:
            if words[1] in ("include", "substack"):
                yield from _stack(host, words[2], kind, depth + 1)
            else:
                yield words[2:]


def _service(host: Host, service: str) -> list[tuple[int, str]]:
    for folder in _FOLDERS:
        if host.kind(folder / service) == "file":
            return list(_lines(host, folder / service))
    return []


def _lines(host: Host, path: Path) -> Iterator[tuple[int, str]]:
    """Logical lines: `#` begins a comment, a backslash at the end goes on with the next line."""
    try:
        text = host.read(path).decode("utf-8", "surrogateescape")
    except OSError:
        return
    begun, parts = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.lstrip(" \t")
        if not parts:
            begun = number
            if line.startswith("#"):
                continue
        line = line.partition("#")[0].rstrip(" \t\r")
        if line.endswith("\\"):
            parts += line[:-1] + " "
            continue
        parts += line
        if parts:
            yield begun, parts
        parts = ""


def _read_environment(host: Host, path: Path, given: dict[str, Given]) -> None:
    """`NAME=value` lines, `export` and one pair of quotes allowed, nothing expanded."""
    for number, line in _lines(host, path):
        name, equals, value = line.removeprefix("export ").partition("=")
        if not _NAME.fullmatch(name):
            continue
        if value[:1] in ("'", '"'):
            last = value[-1]
            inner = value[1:-1] if last in "'\"" and len(value) > 1 else value[1:]
            value = inner
        if equals and value:
            given[name] = Given(name, value, "pam_env", Location(path, number))
        else:
            given.pop(name, None)


def _read_conf(host: Host, path: Path, given: dict[str, Given]) -> None:
    """`NAME DEFAULT=… OVERRIDE=…`: the second where it is not empty, else the first."""
    for number, line in _lines(host, path):
        name = re.split(r"[ \t]", line, maxsplit=1)[0]
        options = _options(line[len(name) :])
        if options is None:
            continue
        values = [_expand(host, options.get(key), given) for key in ("OVERRIDE", "DEFAULT")]
        value = values[0] or values[1]
        if value or (value == "" and options.get("DEFAULT") == ""):
            given[name] = Given(name, value, "pam_env.conf", Location(path, number))
        else:
            given.pop(name, None)


def _options(text: str) -> dict[str, str] | None:
    """What follows the name; None where pam_env ignores the line."""
    options: dict[str, str] = {}
    at = 0
    while at < len(text.rstrip()):
        found = _OPTION.match(text, at)
        if not found:
            return None
        quoted = found[2] is not None
        value = found[2] if quoted else found[3]
        if value or quoted:
            options[found[1]] = value
        at = found.end()
    return options


def _expand(host: Host, text: str | None, given: dict[str, Given]) -> str | None:
    """${NAME}: a variable that PAM has by now; @{HOME}, @{SHELL}, @{PAM_USER}: the account."""
    if text is None:
        return None
    items = {"HOME": str(host.home), "SHELL": str(host.login_shell), "PAM_USER": host.user}

    def value(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        if found[2] == "@":
            return items.get(found[3], "")
        return given[found[3]].value if found[3] in given else ""

    return _REFERENCE.sub(value, text)
