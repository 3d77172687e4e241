"""What PAM puts into a session: pam_env(8) and its kin, as the service's own stack calls them.

/etc/pam.d says for each service whether and with which files; pam_env.conf comes first, then
/etc/environment, then ~/.pam_environment where `user_readenv=1` still asks for it. Where a machine
has no /etc/pam.d at all, pam_env is taken to run as on Debian; Alpine, macOS and FreeBSD have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from envkit.host import Host
from envkit.model import Given, Location, Platform

_FOLDERS = (Path("/etc/pam.d"), Path("/usr/lib/pam.d"), Path("/usr/etc/pam.d"))
_CONF = Path("/etc/security/pam_env.conf")
_ENVIRONMENT = Path("/etc/environment")
_BOOTED = Path("/run/systemd/system")  # sd_booted(3)
_KINDS = ("auth", "session")
_WITHOUT = ("macos", "freebsd", "alpine")


def variables(host: Host, platform: Platform, service: str) -> tuple[Given, ...]:
    """What a service's PAM stack gives to its sessions; the last of a name counts."""
    given: dict[str, Given] = {}
    for module, *arguments in _calls(host, platform, service):
        options = dict(one.split("=", 1) for one in arguments if "=" in one)
        if module == "pam_mail.so" and "noenv" not in arguments:
            folder = options.get("dir", "/var/mail").replace("~", str(host.home), 1)
            given["MAIL"] = Given("MAIL", f"{folder}/{host.user}", "pam_mail")
        elif module == "pam_motd.so" and platform.name in ("debian", "wsl"):
            given["MOTD_SHOWN"] = Given("MOTD_SHOWN", "pam", "pam_motd")
        elif module == "pam_systemd.so" and not host.foreign and _BOOTED.is_dir():
            folder = f"/run/user/{host.uid}"
            given["XDG_RUNTIME_DIR"] = Given("XDG_RUNTIME_DIR", folder, "pam_systemd")
        elif module == "pam_env.so":
            _pam_env(host, service, options, given)
    return tuple(given.values())


def files_only(host: Host, platform: Platform, service: str) -> tuple[Given, ...]:
    """What pam_env gives there, without the marks of a console or ssh login: MAIL, MOTD_SHOWN."""
    given = variables(host, platform, service)
    return tuple(one for one in given if one.variable not in ("MAIL", "MOTD_SHOWN") or one.where)


def _pam_env(host: Host, service: str, options: dict[str, str], given: dict[str, Given]) -> None:
    """One call of the module: its files in their order."""
    _read_conf(host, Path(options.get("conffile", _CONF)), service, given)
    if options.get("readenv", "1") != "0":
        _read_environment(host, Path(options.get("envfile", _ENVIRONMENT)), given)
    if options.get("user_readenv", "0") != "0":
        own = host.home / options.get("user_envfile", ".pam_environment")
        _read_conf(host, own, service, given)


def _read_environment(host: Host, path: Path, given: dict[str, Given]) -> None:
    """`NAME=value` lines, `export ` allowed; nothing is expanded or stripped.

    A value that begins with a quote of either kind loses it, and one at its very end.
    """
    for number, line in lines(host, path):
        name, equals, value = line.lstrip(" \t").removeprefix("export ").partition("=")
        if not (name.isascii() and name.replace("_", "a").isalnum()):
            continue
        if value[:1] in ("'", '"'):
            value = value[1:-1] if value[1:] and value[-1] in "'\"" else value[1:]
        if equals:
            given[name] = Given(name, value, "pam_env", Location(path, number))
        else:
            given.pop(name, None)


def _read_conf(host: Host, path: Path, service: str, given: dict[str, Given]) -> None:
    found = list(lines(host, path))
    if found:  # most have comments only
        from envkit.contexts import _pam_conf

        _pam_conf.read(host, path, service, found, given)


def _calls(host: Host, platform: Platform, service: str) -> list[list[str]]:
    """Each module of the stack with its arguments: of auth (pam_setcred), then of session."""
    if not any(host.kind(folder) == "directory" for folder in _FOLDERS):
        absent = platform.name in _WITHOUT or service.startswith("sudo")
        return [] if absent else [["pam_env.so"]]
    stack = list(_stack(host, service, _KINDS, 0)) or list(_stack(host, "other", _KINDS, 0))
    return [
        [words[0].rpartition("/")[2], *words[1:]]
        for kind in _KINDS
        for its, words in stack
        if its == kind
    ]


def _stack(
    host: Host, service: str, kinds: tuple[str, ...], depth: int
) -> Iterator[tuple[str, list[str]]]:
    """Type, and module and arguments, of each line, with what is included (pam.conf(5))."""
    for words in _service(host, service):
        if depth > 8 or len(words) < 2:
            continue
        kind = words[0].lstrip("-").lower()
        if kind == "@include":
            yield from _stack(host, words[1], kinds, depth + 1)
        elif kind in kinds and len(words) > 2:
            if words[1] in ("include", "substack"):
                yield from _stack(host, words[2], (kind,), depth + 1)
            else:
                yield kind, words[2:]


def _service(host: Host, service: str) -> list[list[str]]:
    """The lines of one service's file as words; `[success=ok default=bad]` is one of them."""
    path = next((one / service for one in _FOLDERS if host.kind(one / service) == "file"), None)
    found = []
    for _, line in lines(host, path) if path else ():
        control, bracket, rest = line.partition("]")
        if bracket:
            line = f"{control.partition('[')[0]} control {rest}"
        found.append(line.split())
    return found


def lines(host: Host, path: Path) -> Iterator[tuple[int, str]]:
    """Logical lines as PAM's modules read them, each with the number at which it begins.

    `#` ends a line wherever it stands; a backslash at the end joins the next line, nothing between.
    """
    try:
        text = host.read(path).decode("utf-8", "surrogateescape")
    except OSError:
        return
    begun, joined = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line or line[0] == "#" or line.isspace() or line.lstrip(" \t")[0] == "#":
            continue
        begun = begun or number
        before, hash_, _ = line.partition("#")
        end = before.rstrip(" \t")
        if not hash_ and end.endswith("\\"):
            joined += end[:-1]
            continue
        yield begun, joined + before
        begun, joined = 0, ""
