"""sudo(8) with sudoers(5): the environment that it makes of the caller's, for this account.

The caller is taken to be a bare terminal. Without reading rights on sudoers (an ordinary user) what
sudo does by itself is told, and `by` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from envkit.contexts import _base, _login_defs, _pam, _sudoers
from envkit.host import Host
from envkit.model import Given, Location, Platform

_SECURE = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def environment(host: Host, platform: Platform, login: bool = False) -> tuple[Given, ...]:
    """What a program that sudo starts is given; `login`: with -i."""
    who = _sudoers.caller(host)
    policy = _sudoers.read(host, who)
    given = {one.variable: one for one in _caller(host, policy, login)}
    path = _path(host, platform, policy)
    for one in _pam.variables(host, platform, "sudo-i" if login else "sudo"):
        if one.variable != "PATH" and one.variable not in given:
            given[one.variable] = one
    account = (*_base.account(host, "sudo"), Given("MAIL", f"/var/mail/{host.user}", "sudo"))
    for one in account:
        if one.variable in ("USER", "LOGNAME") and not (
            login or policy.flags.get("set_logname", True)
        ):
            one = Given(one.variable, who, "the caller, kept by sudo")
        given.setdefault(one.variable, one)
    given["PATH"] = path
    uid = str(host.uid if who == host.user else 0)
    for name, value in (("SUDO_USER", who), ("SUDO_UID", uid), ("SUDO_GID", uid)):
        given[name] = Given(name, value, "sudo")
    for one in _env_files(host, policy):
        given.setdefault(one.variable, one)
    return tuple(given.values())


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    return _base.not_installed(host, "sudo")


def _caller(host: Host, policy: _sudoers.Policy, login: bool) -> Iterator[Given]:
    """TERM and LANG of the caller, where env_check, env_keep or !env_reset lets them through."""
    by = "the caller, kept by sudo"
    reset = login or policy.flags.get("env_reset", True)
    for name, value in (
        ("TERM", host.env.get("TERM", "xterm-256color")),
        ("LANG", host.env.get("LANG", "C.UTF-8")),
    ):
        if (
            _listed(name, policy, "env_keep", "env_check")
            if reset
            else not _listed(name, policy, "env_delete")
        ):
            yield Given(name, value, by)
        elif name == "TERM":
            yield Given(name, "unknown", "sudo")


def _listed(name: str, policy: _sudoers.Policy, *lists: str) -> bool:
    return any(fnmatchcase(name, one) for each in lists for one in policy.lists[each])


def _path(host: Host, platform: Platform, policy: _sudoers.Policy) -> Given:
    """secure_path, where one is set; else the caller's."""
    if "secure_path" in policy.values and not _exempt(host, policy):
        value, where = policy.values["secure_path"]
        return Given("PATH", value, "secure_path", where)
    if not policy.readable:
        if platform.name in ("debian", "wsl", "redhat", "suse"):
            return Given("PATH", _SECURE, "secure_path as shipped; sudoers cannot be read")
        return Given("PATH", platform.default_path, "the caller; sudoers cannot be read")
    path = _login_defs.login_path(host, platform)
    return path._replace(by=f"the caller ({path.by}); sudoers has no secure_path")


def _exempt(host: Host, policy: _sudoers.Policy) -> bool:
    """Whether the caller is in exempt_group: group(5), or the group that has its name."""
    group, who = policy.values.get("exempt_group", ("", None))[0], _sudoers.caller(host)
    rows = (line.split(":") for _, line in _pam.lines(host, Path("/etc/group")))
    members = [row[3].split(",") for row in rows if row[0] == group and len(row) > 3]
    return bool(group) and (group == who or any(who in each for each in members))


def _env_files(host: Host, policy: _sudoers.Policy) -> Iterator[Given]:
    """env_file and restricted_env_file: what is not there yet (sudoers(5))."""
    for option in ("env_file", "restricted_env_file"):
        if option not in policy.values:
            continue
        path = Path(policy.values[option][0])
        for number, line in _pam.lines(host, path):
            name, equals, value = line.strip().removeprefix("export ").strip().partition("=")
            if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1]
            allowed = option == "env_file" or _listed(name, policy, "env_keep", "env_check")
            if equals and allowed:
                yield Given(name, value, option, Location(path, number))
