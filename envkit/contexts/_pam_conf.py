"""pam_env.conf(5): `NAME DEFAULT=… OVERRIDE=…`, the second where it is not empty, else the first.

As Linux-PAM 1.5 reads it: a blank before the name or at the end makes it ignore the line; a name
with `=` in it (`A=b`, as many write there) sets that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from envkit.host import Host
from envkit.model import Given, Location

_OPTION = re.compile(r'[ \t]+(DEFAULT|OVERRIDE)=(?:"([^"]*)"(?=[ \t]|$)|([^ \t"][^ \t]*|))')
_REFERENCE = re.compile(r"\\([$@])|\\|([$@])\{([^}]*)\}")


def read(
    host: Host,
    path: Path,
    service: str,
    lines: Sequence[tuple[int, str]],
    given: dict[str, Given],
) -> None:
    """Put what the lines set into `given`, and take out what they unset."""
    for number, line in lines:
        name = re.split(r"[ \t]", line, maxsplit=1)[0]
        options = _options(line[len(name) :])
        if options is None:
            continue
        name, equals, value = name.partition("=")
        if not equals:
            override = _expand(host, service, options.get("OVERRIDE", ""), given)
            if not override and "DEFAULT" not in options:
                given.pop(name, None)
                continue
            value = override or _expand(host, service, options["DEFAULT"], given)
        given[name] = Given(name, value, f"pam_env, {path.name}", Location(path, number))


def _options(text: str) -> dict[str, str] | None:
    """What follows the name; None where pam_env ignores the line."""
    options: dict[str, str] = {}
    at = 0
    while at < len(text):
        found = _OPTION.match(text, at)
        if not found:
            return None
        quoted = found[2] is not None
        value = found[2] if quoted else found[3]
        if value or quoted:
            options[found[1]] = value
        at = found.end()
    return options


def _expand(host: Host, service: str, text: str, given: dict[str, Given]) -> str:
    """${NAME}: a variable that PAM has by now; @{HOME}, @{PAM_USER} and so on: the session.

    A backslash goes; before $ and @ it has done its work, elsewhere it is ignored (1.5.2).
    """
    items = {"HOME": str(host.home), "SHELL": str(host.login_shell), "PAM_USER": host.user}
    items["PAM_TTY"] = {"sshd": "ssh", "cron": "cron"}.get(service, "/dev/pts/0")
    items["PAM_RHOST"] = "127.0.0.1" if service == "sshd" else ""
    items["PAM_RUSER"] = "root" if service.startswith("su") else ""

    def value(found: re.Match[str]) -> str:
        if not found[2]:
            return found[1] or ""
        if found[2] == "@":
            return items.get(found[3], "")
        return given[found[3]].value if found[3] in given else ""

    return _REFERENCE.sub(value, text)
