"""Platforms are detected from the files that name a system, never from uname alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from envkit import platforms
from envkit.errors import UsageError
from envkit.host import Host

PLIST = "System/Library/CoreServices/SystemVersion.plist"


@pytest.mark.parametrize(
    ("files", "name", "known"),
    [
        ({"etc/os-release": "ID=debian\n"}, "debian", True),
        ({"etc/os-release": 'ID=ubuntu\nID_LIKE="debian"\n'}, "debian", True),
        ({"etc/os-release": "ID=pop\nID_LIKE='ubuntu debian'\n"}, "debian", True),
        ({"usr/lib/os-release": "ID=debian\n"}, "debian", True),
        ({"etc/debian_version": "12\n"}, "debian", True),
        ({"etc/os-release": "ID=fedora\n"}, "redhat", True),
        ({"etc/os-release": 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'}, "redhat", True),
        ({"etc/redhat-release": "CentOS release 6\n"}, "redhat", True),
        ({PLIST: "<plist/>"}, "macos", True),
        ({"etc/os-release": "ID=plan9\n"}, "debian", False),
        ({"etc/os-release": "ID=plan9\n", "etc/debian_version": "12\n"}, "debian", False),
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
