"""What each system ships in /etc, run by the real zsh, against the model; bash: tests/real."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from envkit import discover
from tests.real import platform_texts, starts
from tests.real.starts import Case
from tests.real.test_order import pytestmark, root  # noqa: F401

_STARTS: dict[str, tuple[tuple[str, ...], str]] = {
    "login-typed": (("-zsh",), "pty"),
    "login-interactive-command": (("zsh", "-lic", ":"), "pty"),
    "login-command": (("zsh", "-lc", ":"), "null"),
    "interactive-command": (("zsh", "-ic", ":"), "pty"),
    "command": (("zsh", "-c", ":"), "null"),
    "ssh-command": (("zsh", "-c", ":"), "socket"),
    "sh-login": (("-sh", "-c", ":"), "null"),
    "f": (("zsh", "-f", "-l", "-c", ":"), "null"),
}


def _cases() -> Iterator[Case]:
    for platform, files in platform_texts.ZSH.items():
        for name, (argv, stdin) in _STARTS.items():
            for variant in ("stock", *starts._variants(files)):
                yield Case(
                    f"{platform}/zsh/{name}/{variant}",
                    "zsh",
                    argv,
                    stdin,
                    (("TERM_PROGRAM", "Apple_Terminal"),),
                    starts._only(files, variant),
                    platform=platform,
                )


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh")
@pytest.mark.parametrize("count", [70, pytest.param(None, marks=pytest.mark.full)])
def test_zsh(root: Path, count: int | None) -> None:  # noqa: F811
    cases = list(_cases())
    stock = [case for case in cases if case.name.endswith("/stock")]
    some = cases if count is None else [*stock, *Random(1).sample(cases, count)]
    found = starts.differences(root, some)
    assert not found, f"{len(found)} of {len(some)}\n" + "\n".join(found[:15])


def test_every_platform_has_its_texts() -> None:
    known = set(discover.names("envkit.platforms"))
    assert set(platform_texts.TEXTS) == set(platform_texts.ZSH) == known
