"""The descent against exact arithmetic: every oracle here computes with fractions or by formula."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from envkit import descent
from envkit.descent.backends.plain import BACKEND
from envkit.descent.solve import walk


def exact_walk(name: str, steps: int) -> list[tuple[Fraction, ...]]:
    """The same descent in fractions: no rounding at all."""
    problem = descent.problem(name)
    x = tuple(map(Fraction, problem.x0))
    rate = Fraction(problem.learning_rate).limit_denominator(1000)
    path = [x]
    for _ in range(steps):
        gradient = problem.grad(x)  # type: ignore[arg-type]
        x = tuple(xi - rate * gi for xi, gi in zip(x, gradient, strict=True))
        path.append(x)
    return path


@pytest.mark.parametrize(
    ("name", "factor"),
    [("square", Fraction(1, 2)), ("theta_squared", Fraction(1, 5)), ("bowl", Fraction(4, 5))],
)
def test_fractions_walk_the_closed_form(name: str, factor: Fraction) -> None:
    start = [Fraction(part) for part in descent.problem(name).x0]
    for k, x in enumerate(exact_walk(name, 30)):
        assert x == tuple(factor**k * part for part in start)


@pytest.mark.parametrize("name", ["square", "theta_squared", "bowl", "booth", "valley"])
def test_floats_follow_the_fractions(name: str) -> None:
    done = walk(descent.problem(name), BACKEND, max_steps=40, tol=1e-300)
    for x, exact in zip(done.solution.trajectory, exact_walk(name, 40), strict=False):
        assert x == pytest.approx(tuple(map(float, exact)), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(
    ("step", "x"),
    [
        (1, (0.8, 2.4)),
        (2, (0.64, 1.92)),
        (3, (0.512, 1.536)),
        (4, (0.4096, 1.2288000000000001)),
        (10, (0.10737418240000003, 0.32212254720000005)),
        (51, (1.1417981541647683e-05, 3.425394462494306e-05)),
        (101, (1.6296287810675902e-10, 4.888886343202771e-10)),
    ],
)
def test_the_articles_rows_float_for_float(step: int, x: tuple[float, float]) -> None:
    done = walk(descent.problem("bowl"), BACKEND, tol=1e-300, max_steps=120)
    assert done.solution.trajectory[step] == x


def test_the_bowl_stops_at_step_68() -> None:
    solution = walk(descent.problem("bowl"), BACKEND).solution
    assert (solution.success, solution.nit) == (True, 68)
    assert math.hypot(*solution.trajectory[67]) >= 1e-6 > math.hypot(*solution.x)


def test_the_articles_regression() -> None:
    solution = walk(descent.problem("regression"), BACKEND).solution
    assert (solution.success, solution.nit) == (True, 4035)
    assert solution.x == (0.5158328581734093, 0.9699216324486175)
    assert solution.fun == pytest.approx(1.0149624062331013, rel=1e-14)


def test_the_linear_slope_goes_on_and_on() -> None:
    solution = walk(descent.problem("linear"), BACKEND).solution
    assert solution.success
    assert solution.x == pytest.approx((5, 2, -12))
    assert all(descent.problem("linear").grad(x) == (-5, -2, 12) for x in solution.trajectory)


def test_booth_from_the_origin() -> None:
    problem = descent.problem("booth")
    solution = walk(problem, BACKEND).solution
    assert problem.fun((0.0, 0.0)) == 74
    assert solution.trajectory[1] == pytest.approx((3.4, 3.8))
    assert solution.trajectory[2] == pytest.approx((0.36, 1.08))
    assert solution.x == pytest.approx((1, 3), abs=1e-6)


def test_the_valley_shrinks_by_nine_elevenths() -> None:
    path = walk(descent.problem("valley"), BACKEND).solution.trajectory
    for k, x in enumerate(path):
        assert math.hypot(*x) / math.hypot(*path[0]) == pytest.approx((9 / 11) ** k)
    assert path[1][1] < 0 < path[0][1], "from one side of the valley to the other"


@pytest.mark.parametrize(
    ("x0", "first", "last", "end"),
    [
        ((0.6, 0.9), 0.8176, 0.0940, (-1.2831, -0.9831)),
        ((2.0, 2.0), 0.9820, 0.2028, (-0.6843, -0.6843)),
    ],
    ids=["nielsen-1", "nielsen-2"],
)
def test_the_neuron(
    x0: tuple[float, float], first: float, last: float, end: tuple[float, float]
) -> None:
    path = walk(descent.problem("neuron"), BACKEND, x0=x0).solution.trajectory

    def output(x: tuple[float, ...]) -> float:
        return 1 / (1 + math.exp(-x[0] - x[1]))

    assert output(path[0]) == pytest.approx(first, abs=5e-5)
    assert output(path[300]) == pytest.approx(last, abs=5e-5)
    assert path[300] == pytest.approx(end, abs=5e-5)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("bowl", {"learning_rate": 1.1}, "diverged: .* must be below 2/λmax = 1$"),
        ("regression", {"learning_rate": 0.02}, "2/λmax = 0.01386"),
        ("booth", {"learning_rate": 0.12}, "2/λmax = 0.1111"),
        ("bowl", {"learning_rate": 1.0, "max_steps": 50}, "50 steps were not enough .*2/λmax = 1$"),
        ("bowl", {"max_steps": 67}, r"67 steps were not enough for \|θ\| < 1e-06$"),
        ("bowl", {"max_steps": 0}, "0 steps were not enough"),
        ("bowl", {"learning_rate": 1e300}, "diverged"),
        ("neuron", {"tol": 1e-6}, "not enough for every"),
        ("linear", {"tol": 1e-6}, "not enough for every"),
    ],
)
def test_what_does_not_arrive_is_a_result(name: str, given: dict[str, float], said: str) -> None:
    import re

    solution = walk(descent.problem(name), BACKEND, **given).solution  # type: ignore[arg-type]
    assert not solution.success
    assert re.search(said, solution.message)
    assert len(solution.trajectory) == solution.nit + 1


def test_one_step_less_would_have_arrived() -> None:
    assert walk(descent.problem("bowl"), BACKEND, max_steps=68).solution.success
