"""The checks: silent on every healthy walk, and loud on each planted fault."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from envkit import descent
from envkit.descent import least_squares
from envkit.descent.backends.plain import BACKEND
from envkit.descent.model import Backend, CheckResult, Vector, Walk
from envkit.descent.solve import judge, solve, walk
from envkit.descent.vector import times

NUMPY = descent.backend("numpy")
BACKENDS = [BACKEND] + ([] if NUMPY.missing() else [NUMPY])


def failed(results: tuple[CheckResult, ...]) -> set[str]:
    return {check.code for check in results if check.passed is False}


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: str(backend.name))
@pytest.mark.parametrize("name", descent.names("problems"))
def test_a_healthy_walk_passes_everything(name: str, backend: Backend) -> None:
    done = walk(descent.problem(name), backend)
    results = judge(done, descent.every_check())
    assert done.solution.success
    assert not failed(results)
    assert sum(check.passed is True for check in results) >= 3


@pytest.mark.parametrize("rate", [0.001, 0.03, 0.25, 0.5, 0.77, 0.999, 1.0, 1.1])
def test_any_learning_rate_is_on_the_closed_form(rate: float) -> None:
    done = walk(descent.problem("bowl"), BACKEND, learning_rate=rate, max_steps=500)
    assert not failed(judge(done, descent.every_check()))


@pytest.mark.parametrize("x0", [(0.0, 0.0), (-5.0, 1e-3), (1e6, 1e-6), (1e-310, 3.0)])
@pytest.mark.parametrize("name", ["bowl", "booth", "valley", "regression"])
def test_any_start_is_on_the_closed_form(name: str, x0: Vector) -> None:
    done = walk(descent.problem(name), BACKEND, x0=x0, max_steps=300)
    assert not failed(judge(done, descent.every_check()))


def faulty(gradient: Callable[[int, Vector], Vector]) -> Backend:
    """Plain Python whose k-th gradient of the walk is spoilt."""

    def of(problem: Any) -> Callable[[Vector], Vector]:
        calls = iter(range(10**9))
        return lambda x: gradient(next(calls), problem.grad(x))

    return replace(BACKEND, gradient=of)


def to_16_bits(value: float) -> float:
    """A float with the mantissa of bfloat16."""
    mantissa, exponent = math.frexp(value)
    return math.ldexp(round(mantissa * 256) / 256, exponent)


FAULTS = {
    "scaled by 1.01": (faulty(lambda k, g: times(1.01, g)), {"D01", "D24"}),
    "scaled by 1 + 1e-9": (faulty(lambda k, g: times(1 + 1e-9, g)), {"D01"}),
    "one step times 14719": (faulty(lambda k, g: times(14719.0 if k == 7 else 1.0, g)), {"D01"}),
    "one lost step": (faulty(lambda k, g: times(0.0 if k == 20 else 1.0, g)), {"D01", "D05"}),
    "half of it": (faulty(lambda k, g: times(0.5, g)), {"D01", "D05", "D24"}),
    "bfloat16": (faulty(lambda k, g: tuple(map(to_16_bits, g))), {"D01", "D24"}),
    "coordinates swapped": (faulty(lambda k, g: g[::-1]), {"D01", "D24"}),
    "not a number": (faulty(lambda k, g: times(math.nan if k > 3 else 1.0, g)), {"D01"}),
    "infinite": (faulty(lambda k, g: times(math.inf if k > 3 else 1.0, g)), {"D01"}),
}


@pytest.mark.parametrize(("backend", "codes"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("name", ["bowl", "booth"])
def test_a_planted_fault_is_found(name: str, backend: Backend, codes: set[str]) -> None:
    problem = replace(descent.problem(name), max_steps=200)
    spoilt = Walk(problem, backend, problem.learning_rate, solve(problem, backend))
    found = failed(judge(spoilt, descent.every_check()))
    assert codes <= found


def test_flushed_subnormals_are_found() -> None:
    def flushing_step(x: Vector, gradient: Vector, rate: float) -> Vector:
        stepped = BACKEND.step(x, gradient, rate)
        return tuple(0.0 if abs(part) < 2.0**-1022 else part for part in stepped)

    backend = replace(BACKEND, step=flushing_step)
    assert "D04" in failed(judge(walk(descent.problem("bowl"), backend), descent.every_check()))


def test_another_backend_that_drifts_is_found() -> None:
    """Where no closed form is known, plain Python is the oracle."""
    drifting = replace(
        BACKEND, name="other", step=lambda x, g, rate: BACKEND.step(x, g, rate * (1 + 1e-9))
    )
    assert failed(judge(walk(descent.problem("neuron"), drifting), descent.every_check())) == {
        "D26"
    }


def test_a_published_row_that_is_not_met_is_found() -> None:
    bowl = descent.problem("bowl")
    row = replace(bowl.known[2], x=(0.512, math.nextafter(1.536, 2)))
    wrong = replace(bowl, known=(*bowl.known[:2], row, *bowl.known[3:]))
    assert failed(judge(walk(wrong, BACKEND), descent.every_check())) == {"D25"}


def test_what_cannot_be_asked_is_skipped_with_its_reason() -> None:
    results = judge(walk(descent.problem("neuron"), BACKEND), descent.every_check())
    skipped = {check.code: check.skipped for check in results if check.passed is None}
    assert {"D01", "D02", "D03", "D05", "D26"} <= set(skipped)
    assert all(skipped.values())


@pytest.mark.skipif(bool(NUMPY.missing()), reason="NumPy is not installed")
class TestLeastSquares:
    """4096 rows in NumPy (D02, D03), with the faults of reference/doctors.md, D1."""

    @pytest.mark.parametrize("dtype", ["float64", "float32"])
    def test_healthy(self, dtype: str) -> None:
        measure = least_squares.measure(dtype)
        assert 0 < measure.observed <= measure.bound

    @pytest.mark.parametrize("dtype", ["float64", "float32"])
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda gradient: 1.01 * gradient,
            lambda gradient: -gradient,
            lambda gradient: gradient * float("nan"),
            lambda gradient: (gradient.view() * 64).round(1) / 64,
        ],
        ids=["scaled", "uphill", "nan", "rounded"],
    )
    def test_spoilt_gradient(self, dtype: str, spoil: Callable[[Any], Any]) -> None:
        measure = least_squares.measure(
            dtype, lambda rows, w, y: spoil(least_squares.gradient(rows, w, y))
        )
        assert not measure.observed <= measure.bound

    def test_inputs_cut_to_bfloat16(self) -> None:
        import numpy

        def cut(array: Any) -> Any:
            return (array.view(numpy.uint32) & 0xFFFF0000).view(numpy.float32)

        measure = least_squares.measure(
            "float32", lambda rows, w, y: least_squares.gradient(cut(rows.copy()), w, y)
        )
        assert measure.observed > measure.bound

    def test_half_of_the_rows_lost(self) -> None:
        measure = least_squares.measure(
            "float64", lambda rows, w, y: least_squares.gradient(rows[::2], w, y[::2])
        )
        assert measure.observed > measure.bound
