"""The ways in which a process comes to have its environment: one file each, ending in CONTEXT."""

from __future__ import annotations

from typing import cast

from envkit import discover
from envkit.model import Context, Platform

# The order in which they are told: what a person meets first, first.
_TOLD = (
    *("login_terminal", "terminal", "ssh_command", "script", "cron"),
    *("ssh_login", "ssh_copy", "tmux", "screen", "su_login", "su"),
    *("sudo_login", "sudo_shell", "sudo_command"),
    *("desktop", "uwsm", "systemd_user", "systemd_system", "at"),
    *("editor_vscode", "editor_jetbrains", "editor_zed", "editor_emacs", "jupyter"),
    *("docker_exec", "docker_run", "docker_build", "slurm", "slurm_login", "ci"),
    *("macos_gui", "launchd"),
)

# Those that doctor, install and verify ask about unless others are named.
_COMMON = ("login_terminal", "terminal", "ssh_command", "script", "cron")

# What people call them.
_ALSO = {
    "login": "login_terminal",
    "console": "login_terminal",
    "ssh": "ssh_login",
    "ssh_host_command": "ssh_command",
    "scp": "ssh_copy",
    "rsync": "ssh_copy",
    "sftp": "ssh_copy",
    "su_": "su_login",
    "su_l": "su_login",
    "sudo": "sudo_command",
    "sudo_i": "sudo_login",
    "sudo_s": "sudo_shell",
    "crontab": "cron",
    "systemd": "systemd_system",
    "service": "systemd_system",
    "systemd_user_unit": "systemd_user",
    "gdm": "desktop",
    "editor": "editor_vscode",
    "vscode": "editor_vscode",
    "code": "editor_vscode",
    "jetbrains": "editor_jetbrains",
    "pycharm": "editor_jetbrains",
    "zed": "editor_zed",
    "emacs": "editor_emacs",
    "notebook": "jupyter",
    "docker": "docker_exec",
    "docker_run_it": "docker_run",
    "dockerfile": "docker_build",
    "sbatch": "slurm",
    "sbatch_login": "slurm_login",
    "launch_agent": "launchd",
    "github": "ci",
    "github_actions": "ci",
}


def get(name: str) -> Context:
    """The context of that name, `-` or a blank for `_`, or of what people call it (`su -`).

    UsageError with the known names where there is none.
    """
    wanted = "_".join(name.replace("-", "_").replace(" ", "_").split("__"))
    return cast(Context, discover.get(__name__, "CONTEXT", _ALSO.get(wanted, wanted)))


def every() -> tuple[Context, ...]:
    """All contexts: those that are told first in their order, then any others by name."""
    known: tuple[Context, ...] = discover.every(__name__, "CONTEXT")
    told = {name: place for place, name in enumerate(_TOLD)}
    return tuple(sorted(known, key=lambda one: told.get(one.name, len(told))))


def common() -> tuple[Context, ...]:
    """The everyday ones: a terminal of either kind, `ssh host command`, a script, cron."""
    return tuple(map(get, _COMMON))


def default(platform: Platform) -> Context:
    """A terminal as this platform opens it."""
    return get("login_terminal" if platform.terminal_is_login else "terminal")
