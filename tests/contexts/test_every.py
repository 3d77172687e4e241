"""Every context: its names, that it answers on every platform, and what each one is known by."""

from __future__ import annotations

import json
import plistlib
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import contexts, discover, order, platforms, shells
from envkit.host import Host
from envkit.model import Context, Given

NAMES = (
    *("login_terminal", "terminal", "ssh_login", "ssh_command", "ssh_copy", "tmux", "screen"),
    *("su_login", "su", "sudo_login", "sudo_shell", "sudo_command", "cron", "at"),
    *("systemd_system", "systemd_user", "desktop", "uwsm", "jupyter", "ci", "script"),
    *("editor_vscode", "editor_jetbrains", "editor_zed", "editor_emacs", "launchd", "macos_gui"),
    *("docker_exec", "docker_run", "docker_build", "slurm", "slurm_login"),
)
NO_SHELL = {
    *("sudo_command", "systemd_system", "systemd_user", "jupyter", "docker_exec"),
    *("launchd", "macos_gui"),
}
ADA = "ada:x:1000:1000::/home/ada:/bin/bash\n"


def _given(host: Host, name: str, platform: str = "debian") -> dict[str, Given]:
    rows = contexts.get(name).given(host, platforms.get(platform))
    return {one.variable: one for one in rows}


def test_the_names() -> None:
    assert sorted(NAMES) == sorted(discover.names("envkit.contexts"))
    assert {one.name for one in contexts.every()} == set(NAMES)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("su -", "su_login"),
        ("su-", "su_login"),
        ("su -l", "su_login"),
        ("sudo -i", "sudo_login"),
        ("sudo -s", "sudo_shell"),
        ("sudo", "sudo_command"),
        ("ssh", "ssh_login"),
        ("ssh-command", "ssh_command"),
        ("ssh host command", "ssh_command"),
        ("scp", "ssh_copy"),
        ("editor", "editor_vscode"),
        ("editor-emacs", "editor_emacs"),
        ("docker", "docker_exec"),
        ("service", "systemd_system"),
        ("sbatch", "slurm"),
        ("login", "login_terminal"),
    ],
)
def test_what_people_call_them(said: str, name: str) -> None:
    assert contexts.get(said).name == name


def test_the_common_ones_are_few() -> None:
    names = [one.name for one in contexts.common()]
    assert names == ["login_terminal", "terminal", "ssh_command", "script", "cron"]
    assert names == [one.name for one in contexts.every()][:5]


@pytest.mark.parametrize("platform", discover.names("envkit.platforms"))
@pytest.mark.parametrize("name", NAMES)
def test_a_bare_machine(host: Callable[..., Host], name: str, platform: str) -> None:
    machine = host({}, {})
    start = order.start_for(machine, contexts.get(name), None, platforms.get(platform))
    # A system service for root has no HOME (systemd.exec(5), User=).
    assert start.environment.get("HOME", "/home/ada") == "/home/ada"
    assert "PATH" in start.environment
    assert all(one.by for one in start.given)
    assert order.order(machine, start).context == name


@pytest.mark.parametrize("context", contexts.every(), ids=lambda one: one.name)
def test_each_says_how_it_is_imitated(context: Context) -> None:
    assert context.imitated
    assert context.title
    assert (context.shell == "none") == (context.name in NO_SHELL)
    assert bool(context.launcher) <= (context.launcher in discover.names("envkit.launch"))


def test_no_shell_reads_nothing_and_is_not_listed(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "A=1\n"}, {"etc/profile": "A=1\n"})
    start = order.start_for(machine, contexts.get("sudo_command"))
    assert order.order(machine, start).files == ()
    assert shells.get("none").argv(start.invocation, "x") == ("sh", "-c", "x")
    assert "none" not in discover.names("envkit.shells")


# --- what only some machines have


def test_redhat_includes_by_substack(host: Callable[..., Host]) -> None:
    files = {
        "etc/pam.d/sshd": "auth substack password-auth\nsession include password-auth\n",
        "etc/pam.d/password-auth": "auth required pam_env.so\nsession required pam_unix.so\n",
        "etc/environment": "FROM=pam\n",
        "etc/ssh/sshd_config": "UsePAM yes\n",
    }
    given = _given(host({}, files), "ssh_command", "redhat")
    assert given["FROM"].value == "pam"
    assert str(given["FROM"].where) == "/etc/environment:1"


def test_without_pam_no_environment(host: Callable[..., Host]) -> None:
    machine = host({}, {"etc/environment": "FROM=pam\n"})
    for platform in ("alpine", "freebsd", "macos"):
        assert "FROM" not in _given(machine, "ssh_command", platform)


@pytest.mark.parametrize(
    ("platform", "table"),
    [
        ("debian", "var/spool/cron/crontabs/ada"),
        ("alpine", "var/spool/cron/crontabs/ada"),
        ("redhat", "var/spool/cron/ada"),
        ("suse", "var/spool/cron/tabs/ada"),
        ("freebsd", "var/cron/tabs/ada"),
    ],
)
def test_where_crontabs_lie(host: Callable[..., Host], platform: str, table: str) -> None:
    machine = host({}, {table: "# c\nSHELL=/bin/bash\nPATH=/c:/d\n* * * * * true\n"})
    given = _given(machine, "cron", platform)
    if platform == "alpine":  # busybox takes SHELL alone
        assert given["PATH"].where is None
    else:
        assert given["PATH"].value == "/c:/d"
        assert str(given["PATH"].where) == f"/{table}:3"
    start = order.start_for(machine, contexts.get("cron"), None, platforms.get(platform))
    assert start.shell.name == "bash"


def test_default_environment_of_the_manager(host: Callable[..., Host]) -> None:
    files = {
        "etc/systemd/system.conf": "[Manager]\nDefaultEnvironment=A=1\n",
        "usr/lib/systemd/system.conf": "[Manager]\nDefaultEnvironment=Z=1\n",
        "etc/systemd/system.conf.d/2.conf": "DefaultEnvironment=\nDefaultEnvironment=B=1 'C=x y'\n",
        "usr/lib/systemd/system.conf.d/2.conf": "DefaultEnvironment=MASKED=1\n",
        "run/systemd/system.conf.d/1.conf": "DefaultEnvironment=LOST=1\n",
    }
    given = _given(host({}, files), "systemd_system")
    assert {name for name in given if name in ("A", "B", "C", "Z", "MASKED", "LOST")} == {"B", "C"}
    assert given["C"].value == "x y"


@pytest.mark.parametrize(
    ("files", "shell", "login"),
    [
        ({}, "sh", True),
        ({"etc/X11/default-display-manager": "/usr/sbin/gdm3\n"}, "bash", True),
        ({"etc/X11/default-display-manager": "/usr/bin/sddm\n"}, "bash", True),
        ({"etc/X11/default-display-manager": "/usr/sbin/lightdm\n"}, "sh", False),
    ],
)
def test_the_display_manager_decides(
    host: Callable[..., Host], files: dict[str, str], shell: str, login: bool
) -> None:
    machine = host({".xsessionrc": "X=1\n", ".profile": "P=1\n"}, files)
    start = order.start_for(machine, contexts.get("desktop"), None, platforms.get("debian"))
    assert (start.shell.name, start.invocation.login) == (shell, login)
    read = [str(row.path) for row in order.order(machine, start).files if row.status == "read"]
    assert ("/home/ada/.profile" in read) == login
    assert ("/home/ada/.xsessionrc" in read) == ("gdm" not in str(files))


def test_uwsm_in_rising_priority(host: Callable[..., Host]) -> None:
    files = {"etc/xdg/uwsm/env": "", "usr/share/uwsm/env": "", "etc/profile": ""}
    own = {".config/uwsm/env": "", ".config/uwsm/env.d/10": "", ".config/uwsm/env-sway": ""}
    machine = host(own, files)
    machine = machine.but(env={"XDG_CURRENT_DESKTOP": "sway"})
    start = order.start_for(machine, contexts.get("uwsm"), None, platforms.get("arch"))
    read = [str(row.path) for row in order.order(machine, start).files if row.reader == "uwsm"]
    home = "/home/ada/.config/uwsm"
    system = ["/usr/share/uwsm/env", "/etc/xdg/uwsm/env"]
    assert read == [*system, f"{home}/env", f"{home}/env.d/10", f"{home}/env-sway"]


def test_kernel_json(host: Callable[..., Host]) -> None:
    env = {"PATH": "/k:${PATH}", "A": "${UNSET}", "B": "$HOME/x"}
    spec = json.dumps({"argv": ["python3"], "env": env})
    machine = host({".local/share/jupyter/kernels/python3/kernel.json": spec}, {})
    given = _given(machine, "jupyter")
    assert given["PATH"].value.startswith("/k:/")
    assert given["A"].value == "${UNSET}"
    assert given["B"].value == "/home/ada/x"
    assert given["A"].by == "kernel.json"


def test_launchd_on_macos(host: Callable[..., Host]) -> None:
    config = plistlib.dumps({"PathEnvironmentVariable": "/opt/x:/usr/bin"})
    agent = plistlib.dumps({"Label": "a", "EnvironmentVariables": {"PATH": "/y"}})
    machine = host(
        {"Library/LaunchAgents/a.plist": agent},
        {"private/var/db/com.apple.xpc.launchd/config/user.plist": config},
    )
    mac = platforms.get("macos")
    assert _given(machine, "macos_gui", "macos")["PATH"].value == "/opt/x:/usr/bin"
    start = order.start_for(machine, contexts.get("launchd"), None, mac)
    assert [row.path.name for row in start.before] == ["a.plist"]
    absent = contexts.get("launchd").absent
    assert absent is not None
    assert absent(machine, platforms.get("debian"))
    assert not absent(machine, mac)


@pytest.mark.parametrize(
    ("name", "shell", "flags"),
    [
        ("editor_vscode", "bash", (True, True)),
        ("editor_vscode", "tcsh", (False, True)),
        ("editor_jetbrains", "fish", (True, False)),
        ("editor_jetbrains", "tcsh", (False, True)),
        ("editor_zed", "zsh", (True, True)),
        ("editor_emacs", "bash", (True, True)),
    ],
)
def test_editors_flags(name: str, shell: str, flags: tuple[bool, bool]) -> None:
    adapt = contexts.get(name).adapt
    assert adapt is not None
    how = adapt(shell)
    assert (how.login, how.interactive) == flags
    assert how.command
    assert how.stdin == "null"


def test_editors_marks_and_patience(host: Callable[..., Host]) -> None:
    machine = host({}, {})
    assert _given(machine, "editor_vscode")["VSCODE_RESOLVING_ENVIRONMENT"].value == "1"
    assert _given(machine, "editor_jetbrains")["INTELLIJ_ENVIRONMENT_READER"].value == "true"
    assert contexts.get("editor_vscode").limit == 10
    assert contexts.get("editor_jetbrains").limit == 20


def test_at_keeps_the_caller(host: Callable[..., Host]) -> None:
    env = {"PATH": "/mine", "TERM": "xterm", "DISPLAY": ":0", "A": "1", "BASH_FUNC_f%%": "() {"}
    given = _given(host({}, {}).but(env=env), "at")
    assert {"PATH", "A"} <= set(given)
    assert not {"TERM", "DISPLAY", "BASH_FUNC_f%%", "SHELL"} & set(given)


def test_docker_says_that_it_does_not_know(host: Callable[..., Host]) -> None:
    machine = host({}, {})
    assert "not known" in _given(machine, "docker_exec")["PATH"].by
    assert _given(machine, "docker_run")["TERM"].value == "xterm"


def test_files_of_the_starter_stay_apart(host: Callable[..., Host]) -> None:
    machine = host({".ssh/rc": "A=1\n", ".ssh/environment": "B=1\n"}, {"etc/ssh/sshrc": ""})
    start = order.start_for(machine, contexts.get("ssh_login"))
    found = order.order(machine, start)
    rows = {str(row.path): row.status for row in found.before}
    assert rows == {
        "/home/ada/.ssh/environment": "skipped",
        "/home/ada/.ssh/rc": "read",
        "/etc/ssh/sshrc": "hidden",
    }
    assert not set(found.before) & set(found.files)
    assert Path("/home/ada/.ssh/rc") not in {row.path for row in found.files}
