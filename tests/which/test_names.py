"""The nearest names: what people really type, and what is no mistake for anything."""

from __future__ import annotations

from random import Random

import pytest

from envkit.which import names

KNOWN = (
    *("python", "python3", "python3.11", "pip", "pip3", "pip3.11", "jupyter", "jupyter-lab"),
    *("ipython3", "torchrun", "tensorboard", "nvidia-smi", "nvcc", "conda", "mamba", "git"),
    *("ls", "sl", "cat", "grep", "egrep", "zip", "clang-15", "docker", "docker-compose", "uv"),
)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("pyhton", "python"),
        ("pyton", "python"),
        ("pythn3", "python3"),
        ("Python", "python"),
        ("jupiter", "jupyter"),
        ("jupyterlab", "jupyter-lab"),
        ("jupyter_lab", "jupyter-lab"),
        ("torch-run", "torchrun"),
        ("tochrun", "torchrun"),
        ("tensorbord", "tensorboard"),
        ("nvidia-sim", "nvidia-smi"),
        ("nvidiasmi", "nvidia-smi"),
        ("codna", "conda"),
        ("gti", "git"),
        ("ipython", "ipython3"),
        ("python2.7", "python"),
        ("clang", "clang-15"),
        ("dcoker", "docker"),
        ("docker-compsoe", "docker-compose"),
    ],
)
def test_first(name: str, first: str) -> None:
    assert names.near(name, KNOWN)[0] == first


def test_another_version() -> None:
    assert "pip" in names.near("pip3.12", KNOWN)
    assert "pip3.11" in names.near("pip", KNOWN)
    assert "python3.11" in names.near("python3.12", KNOWN)


@pytest.mark.parametrize("name", ["rustc", "zzz", "x", "lx", "terraform", "python-argcomplete", ""])
def test_nothing_near(name: str) -> None:
    assert names.near(name, KNOWN) == ()


def test_at_most_three_and_never_itself() -> None:
    found = names.near("pip3", (*KNOWN, "pip3.9", "pip3.10"))
    assert len(found) == 3 and "pip3" not in found
    assert names.near("ls", ("ls",)) == ()
    assert names.near("ls", KNOWN) == ("sl",)


def test_each_of_damerau_s_four_errors_leads_back() -> None:
    """A random error in a long name: the name is the first that is told."""
    random, letters = Random(1), "abcdefghijklmnopqrstuvwxyz"
    long = [name for name in KNOWN if len(name) > 6 and name.isalpha()]
    for _ in range(400):
        name = random.choice(long)
        at, letter = random.randrange(len(name) - 1), random.choice(letters)
        wrong = random.choice(
            (
                name[:at] + letter + name[at + 1 :],
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at:],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            )
        )
        if wrong != name:
            assert names.near(wrong, KNOWN)[0] == name, wrong
