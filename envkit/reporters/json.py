"""One JSON object: the same bytes for the same findings, whatever the clock and the locale say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from envkit.data import as_data

if TYPE_CHECKING:
    from envkit.doctor import Report


def report(found: Report, *, verbose: bool = False, style: Any = None) -> str:
    """`{version, findings, skipped, checks}`, fields by the names of the dataclasses."""
    import json

    data = {
        "version": 1,
        "findings": as_data(found.findings),
        "skipped": as_data(found.skipped),
        "checks": found.checks,
    }
    return json.dumps(data, indent=2, default=str)


REPORTER = report
