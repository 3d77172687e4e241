"""A report survives the way through JSON, whatever numbers it holds."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from envkit.descent.model import CheckResult, Solution
from envkit.descent.report import as_data, from_data, run


@pytest.mark.parametrize("name", ["bowl", "linear", "neuron"])
def test_round_trip(name: str) -> None:
    report = run(name, "plain")
    assert report.passed
    assert from_data(json.loads(json.dumps(as_data(report), allow_nan=False))) == report


def test_infinity_and_nan_are_null() -> None:
    report = run("bowl", "plain", max_steps=1)
    odd = Solution((math.inf, 1.0), math.nan, 1, False, "gone", ((1.0, 3.0), (math.inf, 1.0)))
    check = CheckResult("D01", "…", math.inf, 1e-12, False)
    data = as_data(replace(report, solution=odd, checks=(check,), message="gone"))
    told = json.loads(json.dumps(data, allow_nan=False))
    assert told["x"] == [None, 1.0]
    assert told["fun"] is None
    assert told["checks"][0]["observed"] is None
    again = from_data(told)
    assert not again.passed
    assert again.solution is not None and math.isnan(again.solution.x[0])


def test_not_arriving_does_not_pass() -> None:
    assert not run("bowl", "plain", max_steps=67).passed
    assert run("bowl", "plain", max_steps=68).passed
