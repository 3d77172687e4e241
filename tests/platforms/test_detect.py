"""Platforms are detected from the files that name a system, never from uname alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from envkit import discover, platforms
from envkit.errors import UsageError
from envkit.host import Host
from envkit.platforms import wsl

PLIST = "System/Library/CoreServices/SystemVersion.plist"
RELEASE = "etc/os-release"


@pytest.mark.parametrize(
    ("files", "name", "known"),
    [
        ({RELEASE: "ID=debian\n"}, "debian", True),
        ({RELEASE: 'ID=ubuntu\nID_LIKE="debian"\n'}, "debian", True),
        ({RELEASE: "ID=pop\nID_LIKE='ubuntu debian'\n"}, "debian", True),
        ({"usr/lib/os-release": "ID=debian\n"}, "debian", True),
        ({"etc/debian_version": "12\n"}, "debian", True),
        ({RELEASE: "ID=fedora\n"}, "redhat", True),
        ({RELEASE: 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'}, "redhat", True),
        ({RELEASE: 'ID="amzn"\nID_LIKE="fedora"\n'}, "redhat", True),
        ({"etc/redhat-release": "CentOS release 6\n"}, "redhat", True),
        ({RELEASE: "ID=arch\n"}, "arch", True),
        ({RELEASE: "ID=manjaro\nID_LIKE=arch\n"}, "arch", True),
        ({RELEASE: "ID=archarm\nID_LIKE=arch\n"}, "arch", True),
        ({"etc/arch-release": ""}, "arch", True),
        ({RELEASE: "ID=alpine\n"}, "alpine", True),
        ({RELEASE: 'ID="postmarketos"\nID_LIKE="alpine"\n'}, "alpine", True),
        ({"etc/alpine-release": "3.20\n"}, "alpine", True),
        ({RELEASE: 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n'}, "suse", True),
        ({RELEASE: 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n'}, "suse", True),
        ({RELEASE: 'ID="sles"\nID_LIKE="suse"\n'}, "suse", True),
        ({"etc/SuSE-release": "SUSE Linux Enterprise Server 11\n"}, "suse", True),
        ({RELEASE: "ID=nixos\n"}, "nixos", True),
        ({"etc/NIXOS": ""}, "nixos", True),
        ({RELEASE: "ID=freebsd\n"}, "freebsd", True),
        ({"bin/freebsd-version": "#!/bin/sh\n"}, "freebsd", True),
        ({PLIST: "<plist/>"}, "macos", True),
        ({"etc/wsl.conf": "", RELEASE: "ID=debian\n"}, "wsl", True),
        ({RELEASE: "ID=plan9\n"}, "debian", False),
        ({RELEASE: "ID=plan9\n", "etc/debian_version": "12\n"}, "debian", False),
        ({RELEASE: "ID=wsl\n"}, "debian", False),
        ({}, "debian", False),
    ],
)
def test_detect(host: Callable[..., Host], files: dict[str, str], name: str, known: bool) -> None:
    machine = host({}, files)
    assert platforms.detect(machine).name == name
    assert platforms.is_known(machine) is known


def test_an_unknown_platform_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown platform: plan9"):
        platforms.get("plan9")


@pytest.mark.parametrize(
    ("release", "under", "build", "sh"),
    [
        ("ID=ubuntu\nID_LIKE=debian\n", "debian", "debian", "dash"),
        ("ID=fedora\n", "redhat", "fedora", "bash"),
        ("ID=alpine\n", "alpine", "alpine", "ash"),
        ("ID=plan9\n", "debian", "debian", "dash"),
    ],
)
def test_wsl_has_the_files_of_the_distribution_below(
    host: Callable[..., Host], release: str, under: str, build: str, sh: str
) -> None:
    machine = host({}, {"etc/wsl.conf": "", RELEASE: release})
    for found in (platforms.detect(machine), platforms.of(machine, "wsl")):
        assert (found.name, found.under, found.bash_build, found.sh) == ("wsl", under, build, sh)
        assert found.terminal_is_login
        assert found.system_files == platforms.get(under).system_files
        assert found.title == f"WSL ({platforms.get(under).title})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, True),
        ("", True),
        ("[interop]\nenabled = true\n", True),
        ("[interop]\nappendWindowsPath = false\n", False),
        ("[Interop]\nAppendWindowsPath=False # no\n", True),  # wsl.conf has no such comments
        ("[boot]\nappendWindowsPath = false\n", True),
        ("# [interop]\n#appendWindowsPath = false\n", True),
        ('[interop]\nappendWindowsPath="false"\n', False),
    ],
)
def test_windows_path_is_appended_unless_wsl_conf_says_no(
    host: Callable[..., Host], text: str | None, expected: bool
) -> None:
    files = {"etc/os-release": "ID=debian\n"} | ({} if text is None else {"etc/wsl.conf": text})
    assert wsl.appends_windows(host({}, files)) is expected


@pytest.mark.parametrize("name", discover.names("envkit.platforms"))
def test_every_platform_says_what_it_does(name: str) -> None:
    one = platforms.get(name)
    assert one.path_rule
    assert len(one.path_rule) <= 90
    assert all(path.startswith("/") for path in (*one.system_files, *one.other_files))
    assert not set(one.system_files) & set(one.other_files)
    assert one.new_login_file in (".profile", ".bash_profile")
    assert one.sh in ("dash", "ash", "bash")
    for path in (one.default_path, one.sshd_path):
        assert all(folder.startswith("/") for folder in path.split(":"))
