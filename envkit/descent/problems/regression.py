"""A line through twenty points: J = Σ(θ₁ + θ₂x − y)² / 2m, m = 20.

Source: the founding article's regression: θ⁰ = (1, 1), α = 0.01, until every component of the
gradient is within 1e-5. It prints θ = (0.51583286, 0.96992163), and that is right, after 4035
steps. Its two errors: it prints J with `(1./2*m)`, which is m/2 and not 1/2m (405.98 for
1.01496); and 0.5158 is where its stop rule leaves it: least squares gives exactly (49/95,
129/133) = (0.515789…, 0.969925…). The eigenvalues of the Hessian are 0.230471 and 144.269529,
so that α = 0.02 diverges (2/λmax = 0.01386).
"""

from __future__ import annotations

from envkit.descent.model import Known, Problem, Vector
from envkit.descent.quadratic import closed_form
from envkit.descent.vector import dot

X = tuple(float(x) for x in range(1, 21))
Y = (3.0, 4, 5, 5, 2, 4, 7, 8, 11, 8, 12, 11, 13, 13, 16, 17, 18, 17, 19, 21)
POINTS = tuple(zip(X, Y, strict=True))
M = len(X)
HESSIAN = ((1.0, sum(X) / M), (sum(X) / M, sum(x * x for x in X) / M))
MINIMUM = (49 / 95, 129 / 133)


def fun(theta: Vector) -> float:
    """J = Σ(θ₁ + θ₂x − y)² / 2m."""
    return sum((theta[0] + theta[1] * x - y) ** 2 for x, y in POINTS) / (2 * M)


def grad(theta: Vector) -> Vector:
    """∇J = Xᵀ(Xθ − y) / m."""
    errors = tuple(theta[0] + theta[1] * x - y for x, y in POINTS)
    return (sum(errors) / M, dot(errors, X) / M)


PROBLEM = Problem(
    title="J = Σ(θ₁ + θ₂x − y)² / 40",
    fun=fun,
    grad=grad,
    x0=(1.0, 1.0),
    minimum=MINIMUM,
    learning_rate=0.01,
    closed_form=closed_form(HESSIAN, MINIMUM),
    hessian=HESSIAN,
    linear=(sum(Y) / M, dot(X, Y) / M),
    stop="gradient",
    tol=1e-5,
    known=(Known(4035, (0.51583286, 0.96992163), 5e-9),),
    known_gradient=((1.0, 1.0), (0.8, 9.4)),
)
