"""A home made of text, looked at by real shells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from envkit import doctor, rules
from envkit.host import Host

Home = Mapping[str, str]


@pytest.fixture
def examine(host: Callable[..., Host]) -> Callable[..., list[tuple[str, str]]]:
    """examine(home, "EK101") -> [("error", "~/.bash_profile:1"), …], from real starts of bash."""

    def run(
        home: Home, code: str, *, static: bool = False, limit: float = 10.0
    ) -> list[tuple[str, str]]:
        found = report(home, code, static=static, limit=limit).findings
        return [(one.severity, str(one.where or "")) for one in found]

    def report(
        home: Home,
        code: str,
        *,
        static: bool = False,
        limit: float = 10.0,
        shell: str = "bash",
    ) -> doctor.Report:
        machine = host(home)
        for name, text in home.items():
            if text.startswith("#!"):
                (machine.home_at / name).chmod(0o755)
        asked = doctor.request(machine, static=static, limit=limit, shell=shell)
        return doctor.examine(asked, rules.select([code], ()))

    run.report = report  # type: ignore[attr-defined]
    return run
