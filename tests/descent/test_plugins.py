"""Problems, backends and checks are found by their files, and keep their form."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys

import pytest

from envkit import descent
from envkit.descent.model import Backend, Check, Problem


def test_what_is_bundled() -> None:
    assert {"bowl", "linear", "neuron", "regression", "square"} <= set(descent.names("problems"))
    assert descent.names("backends") == ("numpy_arrays", "plain")
    assert descent.backend("numpy") is descent.backend("numpy_arrays")
    assert descent.problem("theta-squared") is descent.problem("theta_squared")


@pytest.mark.parametrize("kind", ["problem", "backend"])
def test_unknown_names(kind: str) -> None:
    with pytest.raises(KeyError):
        getattr(descent, kind)("nonsense")


@pytest.mark.parametrize("name", descent.names("problems"))
def test_problem(name: str) -> None:
    problem = descent.problem(name)
    page = importlib.import_module(f"envkit.descent.problems.{name}").__doc__ or ""
    assert isinstance(problem, Problem)
    assert "Source: " in page and re.search(r"\d", page), "name the source and its numbers"
    assert page.startswith(problem.title.split()[0]) or "J = " in page
    assert len(problem.grad(problem.x0)) == len(problem.x0)
    assert problem.stop == "steps" or problem.minimum is not None


def test_every_check() -> None:
    checks = descent.every_check()
    codes = [check.code for check in checks]
    assert codes == sorted(set(codes))
    for check in checks:
        assert isinstance(check, Check)
        assert re.fullmatch(r"D\d\d", check.code)
        assert len(check.name) <= 38, "the table is 80 columns wide"


@pytest.mark.parametrize("name", descent.names("backends"))
def test_backend(name: str) -> None:
    backend = descent.backend(name)
    assert isinstance(backend, Backend)
    if backend.missing():
        pytest.skip(f"{backend.missing()} is not installed")
    assert backend.floats(backend.array((1.0, 0.1))) == (1.0, 0.1)
    assert backend.floats(backend.step(backend.array((3.0,)), backend.array((6.0,)), 0.1)) == (2.4,)
    assert re.search(r"\d", backend.version())


def test_plain_python_imports_no_library() -> None:
    code = (
        "import sys; from envkit import descent; from envkit.descent.report import run; "
        "run('bowl', 'plain'); assert not {'numpy', 'typer'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
