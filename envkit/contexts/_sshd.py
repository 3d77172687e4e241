"""sshd(8), "LOGIN PROCESS": what it gives to a login or a command, and the files it reads itself.

In order: the account, PATH as compiled in, ~/.ssh/environment where PermitUserEnvironment allows
it, PAM's variables where UsePAM is on, SetEnv of sshd_config(5), and its own marks.
"""

from __future__ import annotations

from pathlib import Path

from envkit.contexts import _base, _pam, _sshd_config
from envkit.host import Host
from envkit.model import Given, Location, Platform, StartupFile

# What sshd is built with for root, where that differs (configure --with-superuser-path).
_ROOT = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ROOT_PATH = {"debian": _ROOT, "wsl": _ROOT}
_SYSTEM_RC = Path("/etc/ssh/sshrc")


def environment(host: Host, platform: Platform, terminal: bool = False) -> tuple[Given, ...]:
    """The variables of a session; with `terminal`, of one that has a terminal."""
    config = _sshd_config.read(host)
    path = platform.sshd_path
    if host.uid == 0:
        path = _ROOT_PATH.get(platform.name, path)
    given = [*_client(host, config)]
    given += [*_base.account(host, "sshd"), Given("PATH", path, "sshd, compiled in")]
    if terminal:
        term = host.env.get("TERM", "xterm-256color")
        given.append(Given("TERM", term, "ssh, from the terminal it is typed in"))
    pam = _uses_pam(config, platform)
    if not pam and platform.name not in ("freebsd", "macos"):
        given.append(Given("MAIL", f"/var/mail/{host.user}", "sshd"))
    given += _user_environment(host, config)
    if pam:
        given += _pam.variables(host, platform, "sshd")
    given += _set_env(config)
    own = {"SSH_CLIENT": "127.0.0.1 50022 22", "SSH_CONNECTION": "127.0.0.1 50022 127.0.0.1 22"}
    if terminal:
        own["SSH_TTY"] = "/dev/pts/0"
    return (*given, *(Given(name, value, "sshd") for name, value in own.items()))


def files(host: Host, platform: Platform) -> tuple[StartupFile, ...]:
    """~/.ssh/rc, else /etc/ssh/sshrc: run in a shell of its own, so nothing it sets stays."""
    config = _sshd_config.read(host)
    own, rows = host.home / ".ssh/rc", []
    permitted = config.get("permituserrc", ("yes", None))[0].lower() != "no"
    if host.kind(own) == "file" and permitted:
        reason = "run by sshd before, in a shell of its own: what it sets does not stay"
        rows.append(StartupFile(own, "user", "read", reason, "sshd"))
        if host.kind(_SYSTEM_RC) == "file":
            reason = "~/.ssh/rc comes first; sshd runs only one of the two"
            rows.append(StartupFile(_SYSTEM_RC, "system", "hidden", reason, "sshd"))
    elif host.kind(_SYSTEM_RC) == "file":
        reason = "run by sshd before, with sh: what it sets does not stay"
        rows.append(StartupFile(_SYSTEM_RC, "system", "read", reason, "sshd"))
    environment = host.home / ".ssh/environment"
    if host.kind(environment) == "file":
        allowed = _permitted(config) != "no"
        reason = "NAME=value lines" if allowed else "PermitUserEnvironment of sshd_config is no"
        status = "read" if allowed else "skipped"
        rows.insert(0, StartupFile(environment, "user", status, reason, "sshd"))  # type: ignore[arg-type]
    return tuple(rows)


def absent(host: Host, platform: Platform) -> str:
    """Why nobody can come in that way."""
    return _base.not_installed(host, "sshd")


def _client(host: Host, config: _sshd_config.Config) -> list[Given]:
    """LANG, which ssh(1) sends and sshd accepts as distributions set them up (AcceptEnv)."""
    accepted = config.get("acceptenv", ("" if config else "LANG", None))[0].split()
    if "LANG" not in host.env or not _sshd_config.matches("LANG", accepted):
        return []
    return [Given("LANG", host.env["LANG"], "ssh, from the terminal it is typed in")]


def _permitted(config: _sshd_config.Config) -> str:
    """PermitUserEnvironment: yes, no, or a list of patterns; `YES` is a pattern."""
    return config.get("permituserenvironment", ("no", None))[0]


def _user_environment(host: Host, config: _sshd_config.Config) -> list[Given]:
    """`NAME=value` lines as they stand, blanks in front left out."""
    allowed, path = _permitted(config), host.home / ".ssh/environment"
    if allowed == "no" or host.kind(path) != "file":
        return []
    patterns = ["*"] if allowed == "yes" else allowed.split(",")
    given = []
    text = host.read(path).decode("utf-8", "surrogateescape")
    for number, line in enumerate(text.split("\n"), start=1):
        name, equals, value = line.lstrip(" \t").partition("=")
        if name and equals and name[0] != "#" and _sshd_config.matches(name, patterns):
            given.append(Given(name, value, "~/.ssh/environment", Location(path, number)))
    return given


def _uses_pam(config: _sshd_config.Config, platform: Platform) -> bool:
    if not config:
        return True
    return config.get("usepam", ("no", None))[0].lower() == "yes"


def _set_env(config: _sshd_config.Config) -> list[Given]:
    text, where = config.get("setenv", ("", None))
    pairs = (word.partition("=") for word in _sshd_config.words(text))
    return [Given(name, value, "SetEnv of sshd_config", where) for name, _, value in pairs if name]
