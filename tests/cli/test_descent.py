"""`envkit descent`: what it prints, what it tells programs, and how it ends."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HAS_NUMPY = importlib.util.find_spec("numpy") is not None
needs_numpy = pytest.mark.skipif(not HAS_NUMPY, reason="NumPy is not installed")


def envkit(*arguments: str, cwd: Path | None = None, **variables: str) -> tuple[int, str, str]:
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "envkit", "descent", *arguments],
        capture_output=True,
        env={**environment, **variables},
        cwd=cwd,
        timeout=120,
    )
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def told(*arguments: str) -> tuple[int, Any]:
    status, out, err = envkit(*arguments, "--json")
    assert err == ""
    return status, json.loads(out, parse_constant=pytest.fail)  # no NaN, no Infinity


def test_the_answer_for_people() -> None:
    status, out, err = envkit()
    assert (status, err) == (0, "")
    assert out.startswith("J = θ₁² + θ₂²   from (1, 3), α = 0.1")
    assert re.search(r"^ +10 +0\.10737418 +0\.32212255 +0\.11529215 +1\.1e-16$", out, re.M)
    assert re.search(
        r"^ +68 +2\.5711e-07 +7\.7133e-07 +6\.6106e-13 +\|θ\| < 1e-06: done$", out, re.M
    )
    assert re.search(r"^  D01  every step on the closed form +worst .* bound .* ok$", out, re.M)
    assert "This Python descends. 5 checks, 0 failed, 3 skipped." in out
    assert max(map(len, out.splitlines())) <= 80


def test_the_answer_for_programs() -> None:
    status, data = told()
    assert status == 0
    assert data["version"] == 1
    assert (data["problem"], data["backend"]) == ("bowl", "plain")
    assert (data["nit"], data["success"]) == (68, True)
    assert data["x"] == data["trajectory"][-1] == [2.5711008708143857e-07, 7.71330261244316e-07]
    assert data["trajectory"][:3] == [[1, 3], [0.8, 2.4], [0.64, 1.92]]
    assert data["fun"] == pytest.approx(sum(part**2 for part in data["x"]))
    for check in data["checks"]:
        assert {"code", "name", "observed", "bound", "passed"} <= set(check)
        if check["passed"] is None:
            assert check["skipped"]
        else:
            assert check["observed"] <= check["bound"]


@pytest.mark.parametrize("name", ["square", "theta-squared", "linear", "regression", "neuron"])
def test_other_problems(name: str) -> None:
    status, out, _ = envkit("--problem", name)
    assert status == 0
    assert "This Python descends." in out
    assert max(map(len, out.splitlines())) <= 80


def test_the_regression_as_published() -> None:
    _, data = told("--problem", "regression")
    assert data["nit"] == 4035
    assert [round(part, 8) for part in data["x"]] == [0.51583286, 0.96992163]


@needs_numpy
def test_all_backends() -> None:
    status, data = told("--backend", "all")
    assert status == 0
    assert [one["backend"] for one in data["backends"]] == ["plain", "numpy"]
    codes = {check["code"] for check in data["backends"][1]["checks"] if check["passed"]}
    assert {"D01", "D02", "D03", "D04", "D26"} <= codes


@needs_numpy
def test_a_library_that_dies_is_a_failed_backend(tmp_path: Path) -> None:
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy/__init__.py").write_text("import os, signal; os.kill(os.getpid(), 11)\n")
    status, out, err = envkit("--backend", "all", PYTHONPATH=str(tmp_path))
    assert (status, err) == (1, "")
    assert "This Python descends." in out
    assert "numpy: the numpy backend did not run: signal 11" in out


def test_a_library_that_is_not_installed_is_skipped() -> None:
    code = (
        "import sys; sys.modules['numpy'] = None; sys.argv = ['envkit', 'descent', *sys.argv[1:]]; "
        "import importlib.util as u; real = u.find_spec; "
        "u.find_spec = lambda name, *a: None if name == 'numpy' else real(name, *a); "
        "from envkit.cli import run; sys.exit(run())"
    )

    def without(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    status, out = without("--backend", "all")
    assert status == 0, "what is not there is no failure beside what is"
    assert out.rstrip().endswith("numpy: skipped (NumPy is not installed)")
    assert "skipped (no NumPy here)" in out
    status, out = without("--backend", "numpy", "--json")
    assert status == 1, "asked for alone, nothing ran and nothing is proved"
    assert (json.loads(out)["skipped"], json.loads(out)["success"]) == (True, False)


def test_a_module_in_the_current_folder_is_not_taken_for_a_library(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')\n")
    (tmp_path / "numpy.py").write_text("raise SystemExit('the wrong numpy')\n")
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.path = sys.path[1:]; sys.argv[0] = 'envkit'; "
         "from envkit.cli import run; sys.exit(run())", "descent", "--backend", "all"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_walk_that_diverges_says_what_would_not() -> None:
    status, out, _ = envkit("--learning-rate", "1.1")
    assert status == 1
    assert "the learning rate\n1.1 must be below 2/λmax = 1." in out
    status, data = told("--learning-rate", "1e300")
    assert status == 1
    assert data["success"] is False


def test_too_few_steps() -> None:
    status, out, _ = envkit("--max-steps", "67")
    assert status == 1
    assert "67 steps were not enough for |θ| < 1e-06." in out
    assert envkit("--max-steps", "68")[0] == 0
    assert envkit("--tol", "0.5", "--max-steps", "9")[0] == 0


def test_another_start() -> None:
    status, data = told("--x0", "-1,2e0")
    assert status == 0
    assert data["trajectory"][0] == [-1, 2]


USAGE = {
    "problem": (["--problem", "nope"], "unknown problem: nope", "known: booth, bowl"),
    "backend": (["--backend", "nope"], "unknown backend: nope", "known: numpy, plain, all"),
    "length": (["--x0", "1,2,3"], "3 coordinates", "--x0 1,3"),
    "words": (["--x0", "here"], "not numbers", "--x0 1,3"),
    "nan": (["--x0", "nan,1"], "nobody can start there", "--x0 1,3"),
    "rate": (["--learning-rate", "-1"], "not above 0", "--learning-rate 0.01"),
    "rate nan": (["--learning-rate", "nan"], "not above 0", "--learning-rate"),
    "tol": (["--tol", "0"], "not above 0", "--tol 0.01"),
    "steps": (["--max-steps", "-1"], "from 0 to 1000000", "--max-steps 10000"),
}


@pytest.mark.parametrize(("arguments", "said", "remedy"), USAGE.values(), ids=USAGE)
def test_usage_errors(arguments: list[str], said: str, remedy: str) -> None:
    status, out, err = envkit(*arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert remedy in err
    assert "Traceback" not in err


def test_list() -> None:
    status, out, _ = envkit("--list")
    assert status == 0
    assert re.search(r"^  bowl +J = θ₁² \+ θ₂² +from \(1, 3\), α = 0.1$", out, re.M)
    _, data = told("--list")
    assert {"name": "bowl", "title": "J = θ₁² + θ₂²"} in data["problems"]


@pytest.mark.parametrize("name", ["bowl", "regression", "neuron", "valley"])
def test_without_greek(name: str) -> None:
    variables = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    status, out, err = envkit("--problem", name, **variables)
    assert (status, err) == (0, "")
    assert out.isascii()
    assert "?" not in out
    assert "alpha = " in out
