"""Random profiles on random lists in every shell, under options drawn by lot, beside a model.

The model is DESIGN.md, section 5, in Python: first ones first, last ones last, each exactly once
wherever it stood, every other element as it was. Each case goes on where a nested shell, a second
login shell, tmux or path_helper would: env.sh is read again on what it made, on that with the
system's folders in front, and on a list of which a former profile set a part.
"""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path
from random import Random

import pytest

from envkit import environment
from envkit.environment import fish
from envkit.plan import Profile
from tests.real.test_environment import SHELLS, model, shell
from tests.real.test_environment_fish import fish_itself
from tests.real.test_environment_options import BASH, EVERYWHERE, ZSH

LISTS = ("PATH", "LD_LIBRARY_PATH", "MANPATH", "INFOPATH", "TEXINPUTS", "PYTHONPATH")
SYSTEM = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
# Close to one another: in case, by a prefix, by a pattern that would match, by a space.
WORDS = (
    "/a", "/A", "/a/", "/a b", "/a b/c", "/ab", "/*", "/?", "/[a]", "/a*", "/\\", "/a\\", "/'",
    '/"', "/$HOME", "/~", "~", "-n", "/é", "/usr/bin", "/bin", "/b", "/c", "/b-c", "/=", "/!",
    "/{a,b}", "a", "/a|/b", "/)", "/(a)", "/#", "/;", "/&", "/\t", "/usr/local/bin", "/opt/x/bin",
)  # fmt: skip
# What prints, or is of the starter's own, cannot be asked for in the middle of a list of cases.
KEPT = {
    title: setup
    for title, setup in {**EVERYWHERE, **BASH, **ZSH}.items()
    if not any(word in setup for word in ("alias", "()", "exec", "exit", "trap", "typeset", "_ek"))
    and "readonly PATH" not in setup
    and title not in ("posix_argzero", "no_function_argzero")
}


def value(random: Random, ours: tuple[str, ...]) -> str | None:
    """An old list; None: unset."""
    if random.random() < 0.1:
        return random.choice((None, "", ":", "::"))
    elements = [
        random.choice(ours) if ours and random.random() < 0.4 else random.choice((*WORDS, ""))
        for _ in range(random.randint(1, 9))
    ]
    return ":".join(elements)


def made(random: Random) -> Profile:
    def two(absolute: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        known = [word for word in WORDS if word[0] == "/" or not absolute]
        some = random.sample(known, random.randint(1, 5))
        cut = random.choice((0, len(some), random.randint(0, len(some))))
        return tuple(some[:cut]), tuple(some[cut:])

    others = tuple((name, *two(False)) for name in LISTS[1:] if random.random() < 0.4)
    front, back = two(True) if random.random() < 0.9 or not others else ((), ())
    variables = (("VALUE", random.choice(WORDS)),) if random.random() < 0.7 else ()
    return Profile("random", variables, front, back, Path("x"), (), others)


def lists(profile: Profile) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    every = [("PATH", profile.path_prepend, profile.path_append), *profile.lists]
    return [one for one in every if one[1] or one[2]]


def steps(
    random: Random, profile: Profile, is_fish: bool
) -> tuple[list[str], list[dict[str, str]]]:
    """Statements that set the old lists, and what env.sh is to make of each."""
    set_, wanted, values = [], [], {}
    seen = {}
    for kind in ("first", "again", "path_helper", "former"):
        text = ""
        for name, front, back in lists(profile):
            old = seen.get(name)
            if kind == "first":
                old = value(random, front + back)
            elif kind == "path_helper":
                old = f"{SYSTEM}:{old}"
            elif kind == "former":
                old = ":".join(["/former/bin", *(back or front), str(old)])
            if kind != "again":
                text += assign(name, old, is_fish)
            # In fish `set -gx NAME ''` is a list of one empty element, as :: of PATH is of three.
            new = model(name, fish_itself(name, old) if is_fish else old, front, back)
            seen[name] = values[name] = new
        set_.append(text)
        wanted.append(dict(values))
    return set_, wanted


def assign(name: str, old: str | None, is_fish: bool) -> str:
    if is_fish:
        if old is None:
            return f"set -e {name}\n"
        return f"set -gx {name}\n" if not old else f"set -gx {name} {fish._word(old)}\n"
    return f"unset {name}\n" if old is None else f"{name}={shlex.quote(old)}; export {name}\n"


def check(name: str, seed: int, count: int, folder: Path) -> None:
    """`count` profiles, four steps each, in one shell; the first difference fails."""
    random, is_fish = Random(seed), name == "fish"
    kinds = [*EVERYWHERE, *(BASH if "bash" in name else ()), *(ZSH if "zsh" in name else ())]
    title = random.choice([kind for kind in kinds if kind in KEPT])
    if is_fish or ("lastpipe" in KEPT[title] and name == "bash 3.2"):
        title = "arguments"
    script, wanted = [] if is_fish else [KEPT[title]], []
    for number in range(count):
        profile = made(random)
        env = folder / f"env-{number}"
        env.write_bytes((fish.fish if is_fish else environment.posix)(profile, "user"))
        before, want = steps(random, profile, is_fish)
        for step, text in enumerate(before):
            read = "source" if is_fish else "."
            out = folder / f"out-{number}-{step}"
            script.append(f"{text}{read} {env}\n/usr/bin/env -0 >{out}")
            wanted.append((out, {**want[step], **dict(profile.variables)}))
    (folder / "script").write_text("\n".join(script) + "\n")
    argv = [shell(name)[0], "--no-config"] if is_fish else shell(name)
    done = subprocess.run(
        [*argv, folder / "script"],
        env={"HOME": str(folder), "PATH": "/usr/bin", "LC_ALL": "C.UTF-8"},
        cwd=folder, capture_output=True, timeout=250, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), title
    for out, want in wanted:
        pairs = out.read_text("utf-8", "surrogateescape").split("\0")
        got = dict(pair.split("=", 1) for pair in pairs if pair)
        assert {key: got.get(key) for key in want} == want, (title, out.name)
        assert not [key for key in got if key.startswith("_ek")], (title, out.name)


EVERY = (*(name for name in SHELLS if name != "yash" and name != "fish"), "fish")


@pytest.mark.parametrize("name", EVERY)
def test_a_few_in_every_shell(name: str, tmp_path: Path) -> None:
    SHELLS.setdefault("fish", ("fish",))
    check(name, 1, 6, tmp_path)


@pytest.mark.full
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", EVERY)
def test_thousands_under_all_options(name: str, tmp_path: Path) -> None:
    SHELLS.setdefault("fish", ("fish",))
    for seed in range(60):
        folder = tmp_path / str(seed)
        folder.mkdir()
        check(name, seed, 20, folder)
