"""Eigenvalues and closed forms, with NumPy and the recurrence itself as oracles."""

from __future__ import annotations

import math

import pytest

from envkit import descent
from envkit.descent import quadratic
from envkit.descent.model import Matrix

numpy = pytest.importorskip("numpy")

HESSIANS: dict[str, Matrix] = {
    "one": ((2.0,),),
    "diagonal": ((10.0, 0.0), (0.0, 1.0)),
    "equal": ((2.0, 0.0), (0.0, 2.0)),
    "zero": ((0.0, 0.0), (0.0, 0.0)),
    "booth": ((10.0, 8.0), (8.0, 10.0)),
    "regression": ((1.0, 10.5), (10.5, 143.5)),
    "three": ((4.0, 1.0, 0.5), (1.0, 3.0, -1.0), (0.5, -1.0, 2.0)),
    "hilbert": tuple(tuple(1 / (i + j + 1) for j in range(4)) for i in range(4)),
    "indefinite": ((0.0, 1.0), (1.0, 0.0)),
}


@pytest.mark.parametrize("hessian", HESSIANS.values(), ids=HESSIANS)
def test_modes_are_numpys(hessian: Matrix) -> None:
    values = [value for value, _ in quadratic.modes(hessian)]
    expected = numpy.linalg.eigvalsh(numpy.array(hessian))
    assert values == pytest.approx(expected.tolist(), abs=1e-14 * (1 + abs(expected).max()))
    for value, mode in quadratic.modes(hessian):
        assert numpy.array(hessian) @ mode == pytest.approx(value * numpy.array(mode), abs=1e-12)
        assert math.hypot(*mode) == pytest.approx(1)


def test_the_regressions_eigenvalues_as_published() -> None:
    low, high = (value for value, _ in quadratic.modes(HESSIANS["regression"]))
    assert (round(low, 6), round(high, 6)) == (0.230471, 144.269529)
    assert quadratic.largest_learning_rate(HESSIANS["regression"]) == pytest.approx(0.01386, 1e-3)
    assert quadratic.contraction(HESSIANS["regression"], 0.01) == pytest.approx(0.997695, abs=1e-6)


@pytest.mark.parametrize("name", ["booth", "regression", "three"])
def test_the_closed_form_is_the_recurrence(name: str) -> None:
    hessian, size = numpy.array(HESSIANS[name]), len(HESSIANS[name])
    minimum, x = numpy.arange(1.0, size + 1), numpy.zeros(size)
    rate = 1 / quadratic.modes(HESSIANS[name])[-1][0]
    at = quadratic.closed_form(HESSIANS[name], tuple(minimum.tolist()))
    for k in range(60):
        assert at((0.0,) * size, rate, k) == pytest.approx(x.tolist(), abs=1e-12)
        x = x - rate * hessian @ (x - minimum)


@pytest.mark.parametrize("name", descent.names("problems"))
def test_hessian_and_linear_belong_to_grad(name: str) -> None:
    problem = descent.problem(name)
    if problem.hessian is None:
        return
    for x in (problem.x0, tuple(0.3 * i - 1 for i in range(len(problem.x0)))):
        by_matrix = numpy.array(problem.hessian) @ x - numpy.array(problem.linear)
        assert problem.grad(x) == pytest.approx(by_matrix.tolist(), abs=1e-12)
    if problem.minimum is not None:
        assert problem.grad(problem.minimum) == pytest.approx((0,) * len(problem.x0), abs=1e-12)
