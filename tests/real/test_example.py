"""The bundled example in every Python of this machine, and with faults planted in it."""

from __future__ import annotations

import ast
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import envkit

EXAMPLE = Path(envkit.__file__).parent / "descent" / "example.py"
SOURCE = EXAMPLE.read_text(encoding="ascii")  # ASCII: any locale can read it


def pythons() -> dict[str, Path]:
    """Name and file of every Python here: on PATH, and the versions of pyenv."""
    names = ["python", "python2", "python2.7", *(f"python3.{minor}" for minor in range(6, 16))]
    here = [Path(found) for found in map(shutil.which, names) if found]
    real_home = Path(pwd.getpwuid(os.geteuid()).pw_dir)
    for root in {Path(os.environ.get("PYENV_ROOT", real_home / ".pyenv")), real_home / ".pyenv"}:
        here += sorted(root.glob("versions/*/bin/python"))
    found = {}
    for path in [Path(sys.executable), Path("/usr/bin/python3"), *here]:
        if not path.exists() or ".pyenv/shims" in str(path):
            continue
        asked = subprocess.run(
            [path, "-c", "import sys; print(sys.version.split()[0])"],
            capture_output=True,
            text=True,
        )
        if asked.returncode == 0:
            found.setdefault(asked.stdout.strip(), path)
    return found


PYTHONS = pythons()
OLDEST = min(PYTHONS, key=lambda version: [int(part) for part in re.findall(r"\d+", version)])
THIS = sys.version.split()[0]
FEW = {version: PYTHONS[version] for version in (OLDEST, THIS)}
every_python = pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)

oldest_and_this = pytest.mark.parametrize("python", FEW.values(), ids=FEW)


def run(
    python: Path, *arguments: str, cwd: Path | None = None, **variables: str
) -> tuple[int, str, str]:
    done = subprocess.run(
        [python, *arguments],
        capture_output=True,
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", **variables},
        timeout=60,
    )
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


@every_python
def test_for_people(python: Path) -> None:
    status, out, err = run(python, str(EXAMPLE))
    assert (status, err) == (0, "")
    assert "This Python descends. 7 checks, 0 failed." in out
    assert max(map(len, out.splitlines())) <= 80
    assert re.search(r"^ +68 +2\.5711009e-07 +7\.7133026e-07", out, re.MULTILINE)


@every_python
def test_for_programs(python: Path) -> None:
    status, out, err = run(python, str(EXAMPLE), "--json")
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert told["version"] == 1
    assert told["passed"] is True
    assert told["nit"] == 68
    assert told["x"] == [2.5711008708143857e-07, 7.71330261244316e-07]
    assert Path(told["executable"]).samefile(python) or "shim" in str(python)
    assert PYTHONS[told["python"]] == python
    exact = [float(Fraction(4, 5) ** 68 * start) for start in (1, 3)]
    assert told["x"] == pytest.approx(exact, rel=1e-13)
    assert len(told["checks"]) == 7
    for check in told["checks"]:
        assert check["observed"] <= check["bound"]


@every_python
@pytest.mark.parametrize(
    "variables",
    [{}, {"LANG": "C", "LC_ALL": "C"}, {"LC_ALL": "C.UTF-8"}, {"PYTHONIOENCODING": "latin-1"}],
    ids=["bare", "c", "utf8", "latin1"],
)
def test_read_and_executed(python: Path, variables: dict[str, str]) -> None:
    """The notebook's two steps, and the prompt goes on afterwards."""
    text = "exec(open('example.py').read()); print('and on')"
    status, out, err = run(python, "-c", text, cwd=EXAMPLE.parent, **variables)
    assert (status, err) == (0, "")
    assert out.endswith("This Python descends. 7 checks, 0 failed.\nand on\n")


@every_python
def test_execfile(python: Path) -> None:
    text = "execfile('example.py'); print('and on')"
    status, out, err = run(python, "-c", text, cwd=EXAMPLE.parent)
    if "NameError" in err:
        pytest.skip("execfile is Python 2's")
    assert status == 0
    assert out.endswith("0 failed.\nand on\n")


@every_python
def test_a_notebooks_own_arguments_mean_nothing(python: Path) -> None:
    text = "exec(open('example.py').read())"
    status, out, _ = run(python, "-c", text, "-f", "kernel-1.json", cwd=EXAMPLE.parent)
    assert status == 0
    assert "This Python descends" in out


@every_python
def test_greek_only_where_it_can_be_shown(python: Path) -> None:
    ascii_out = run(python, str(EXAMPLE), PYTHONIOENCODING="ascii")[1]
    greek_out = run(python, str(EXAMPLE), PYTHONIOENCODING="utf-8")[1]
    assert ascii_out.isascii()
    assert "alpha = 0.1" in ascii_out
    assert "θ1" in greek_out
    assert run(python, str(EXAMPLE), PYTHONIOENCODING="cp1252")[0] == 0


@every_python
@pytest.mark.parametrize("flags", [["-I", "-S"], ["-O"], ["-E", "-s"]], ids=" ".join)
def test_flags(python: Path, flags: list[str]) -> None:
    status, out, err = run(python, *flags, str(EXAMPLE), "--json")
    if "unknown option" in err.lower():
        pytest.skip("this Python has no such flag")
    assert status == 0
    assert json.loads(out)["passed"] is True


@every_python
def test_a_folder_with_an_odd_name(python: Path, tmp_path: Path) -> None:
    """sys.executable is told as it is, whatever letters it is made of."""
    folder = tmp_path / 'é "quoted" \\ 𝜃'
    folder.mkdir()
    (folder / "python").symlink_to(python)
    status, out, _ = run(folder / "python", str(EXAMPLE), "--json", LC_ALL="C.UTF-8")
    assert status == 0
    assert json.loads(out)["executable"] == str(folder / "python")


FAULTS = {
    "learning rate": ("[1.0, 3.0], 0.1)", "[1.0, 3.0], 0.1001)", {"E5", "E7"}),
    "other rate": ("[1.0], 0.4)", "[1.0], 0.41)", {"E4"}),
    "diverging": ("[1.0, 3.0], 0.1)", "[1.0, 3.0], 1.1)", {"E5", "E7"}),
    "far too long": ("[1.0, 3.0], 0.1)", "[1.0, 3.0], 1e9)", {"E5", "E7"}),
    "start": ("[1.0, 3.0], 0.1)", "[1.0, 3.1], 0.1)", set()),
    "single precision": (
        "[t - alpha * g for",
        "[float('%.7g' % (t - alpha * g)) for",
        {"E5"},
    ),
    "gradient scaled": (
        "return [2 * theta[0], 2 * theta[1]]",
        "return [2.00001 * theta[0], 2.00001 * theta[1]]",
        {"E5", "E6"},
    ),
    "misprinted gradient": (
        "return [2 * theta[0], 2 * theta[1]]",
        "return [2 * theta[1], 2 * theta[1]]",
        {"E5", "E6"},
    ),
    "gradient of x^2": (
        "return [2 * theta[0]]",
        "return [2.001 * theta[0]]",
        {"E1", "E2", "E4"},
    ),
    "slope": ("return [-5.0, -2.0, 12.0]", "return [-5.0, -2.0, -12.0]", {"E3"}),
    "not a number": (
        "return [2 * theta[0], 2 * theta[1]]",
        "return [float('nan'), float('nan')]",
        {"E5", "E6", "E7"},
    ),
    "infinite": (
        "return [2 * theta[0], 2 * theta[1]]",
        "return [float('inf'), float('inf')]",
        {"E5", "E6", "E7"},
    ),
    "one wrong step": (
        "path.append(theta)",
        "path.append(theta if len(path) != 30 else [t * 1.0001 for t in theta])",
        {"E5"},
    ),
    "stops early": (">= 1e-6 and", ">= 2e-6 and", {"E7"}),
    "never stops": (">= 1e-6 and", ">= 0 and", {"E7"}),
}


@oldest_and_this
@pytest.mark.parametrize(("right", "wrong", "codes"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found(
    python: Path, tmp_path: Path, right: str, wrong: str, codes: set[str]
) -> None:
    assert SOURCE.count(right) == 1, "the fault is planted in one place"
    spoilt = tmp_path / "spoilt.py"
    spoilt.write_text(SOURCE.replace(right, wrong), encoding="ascii")
    status, out, _ = run(python, str(spoilt), "--json")
    told = json.loads(out)
    failed = {check["code"] for check in told["checks"] if not check["passed"]}
    if not codes:  # another start is no fault of the machine: only the last step moves
        assert failed <= {"E7"}
        return
    assert codes <= failed
    assert told["passed"] is False
    assert status == 1
    people_status, people_out, _ = run(python, str(spoilt))
    assert people_status == 1
    assert "THIS PYTHON DOES NOT DESCEND" in people_out


@every_python
def test_a_fault_does_not_end_a_prompt(python: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.py"
    spoilt.write_text(SOURCE.replace("0.4)", "0.41)"), encoding="ascii")
    done = subprocess.run(
        [python, "-i", "-c", "pass"],
        input=f"exec(open({str(spoilt)!r}).read())\nprint('and on')\n".encode(),
        capture_output=True,
        env={"PATH": "/usr/bin:/bin"},
        timeout=60,
    )
    out = done.stdout.decode("utf-8")
    assert "DOES NOT DESCEND" in out
    assert out.rstrip().endswith("and on")


def test_it_imports_sys_and_nothing_else() -> None:
    imports = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.ImportFrom)]
    names = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Import)]
    assert not imports
    assert [alias.name for node in names for alias in node.names] == ["sys"]


def test_importing_it_only_defines(capfd: pytest.CaptureFixture[str]) -> None:
    from envkit.descent import example

    assert callable(example.descend)
    assert capfd.readouterr().out == ""


def test_as_a_module_of_the_package() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "envkit.descent.example", "--json"], capture_output=True, check=True
    )
    assert json.loads(done.stdout)["passed"] is True
