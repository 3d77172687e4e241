"""install, then uninstall: every byte, mode, owner, attribute, time, link and folder entry.

Generated homes and the shapes that the issue names, as every kind of startup file; in between, the
user and their editors write wherever they like. What is to be left is made here, from the
original and the edit; nothing of envkit's is asked for it.
"""

from __future__ import annotations

import os
import pwd
import random
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from envkit import install, platforms
from envkit.apply import apply
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import Plan, Profile
from envkit.uninstall import uninstall_plan
from tests.real import dotfile_edits, dotfiles
from tests.real.dotfile_edits import KEPT, REFUSED, Edit
from tests.real.dotfiles import Dotfile, Seen, look

PROFILE = Profile("descent", (("A_B", "1"),), ("/opt/py/bin",), (), Path("descent.env"))
OTHER = Profile("other", (("A_B", "2"),), ("/opt/other/bin",), (), Path("other.env"))
SHELLS = ("bash", "zsh", "fish")
#: Each of these holds the same text once.
AS = (*dotfiles.NAMES[:3], ".zshrc", ".zshenv")
TIME = 1_500_000_000_123_456_789


@contextmanager
def a_home(under: Path | None = None) -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="envkit-undo-", dir=under))
    home.chmod(0o755)
    try:
        yield home
    finally:
        shutil.rmtree(home)


def installed(host: Host, profile: Profile = PROFILE) -> bool:
    """Install; whether that was not refused, which must leave all as it was."""
    before = look(host.home_at)
    try:
        plan = install.plan(host, profile, platforms.get("debian"), shells=SHELLS).plan
        apply(host, plan)
    except Refused:
        assert look(host.home_at) == before
        return False
    for name, was in before.items():
        now = look(host.home_at)[name]
        kept = (was.kind, was.mode, was.owner, was.attributes)
        assert (now.kind, now.mode, now.owner, now.attributes) == kept, name
    return True


def uninstalled(host: Host) -> None:
    apply(host, uninstall_plan(host))


def there_and_back(host: Host) -> str:
    """One home, untouched in between."""
    before = look(host.home_at)
    if not installed(host):
        return "refused"
    uninstalled(host)
    assert look(host.home_at) == before
    assert uninstall_plan(host) == Plan("uninstall")
    return "restored"


# -- untouched in between -------------------------------------------------------------------------


FIXED = list(dotfiles.fixed())
_LARGE = ("5 MB", "a line of 1 MB", "a line of 1 MB without an end", "p10k")
_SMALL = [each for each in FIXED if each[0] not in _LARGE]
_FINE = [each for each in _SMALL if not each[0].startswith("refused, perhaps")]


def of(contents: Sequence[bytes], link: str = "") -> dict[str, Dotfile]:
    """A home of these texts, each file with another mode."""
    rows = zip(AS, contents, dotfiles.MODES, strict=False)
    return {name: Dotfile(text, mode, link, True, True, TIME) for name, text, mode in rows}


@pytest.mark.parametrize("first", range(0, len(_FINE), len(AS)))
def test_each_shape(first: int) -> None:
    with a_home() as home:
        contents = [content for _, content in (*_FINE, *_FINE)[first : first + len(AS)]]
        dotfiles.build(home, of(contents))
        assert there_and_back(Host.real(home=home)) == "restored"


@pytest.mark.full
@pytest.mark.parametrize(("name", "content"), [pytest.param(*each, id=each[0]) for each in _SMALL])
def test_each_shape_as_each_file(name: str, content: bytes) -> None:
    with a_home() as home:
        dotfiles.build(home, of([content] * len(AS)))
        how = there_and_back(Host.real(home=home))
    assert how == "restored" or name.startswith("refused, perhaps")


@pytest.mark.parametrize("content", [*dotfiles.OPEN[:4], *dotfiles.ODD])
def test_a_shape_that_may_be_refused(content: bytes) -> None:
    with a_home() as home:
        dotfiles.build(home, of([content]))
        there_and_back(Host.real(home=home))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", [pytest.param(_LARGE[0], marks=pytest.mark.full), *_LARGE[1:]])
def test_large_files(name: str) -> None:
    with a_home() as home:
        content = dict(FIXED)[name]
        dotfiles.build(home, {".bashrc": Dotfile(content, 0o600, "relative", True, False, TIME)})
        assert there_and_back(Host.real(home=home)) == "restored"


def tried(
    examples: int,
    trip: Callable[[Host, random.Random], Counter[str]],
    under: Path | None = None,
    part: int = 0,
) -> Counter[str]:
    """Many generated homes, and how each went."""
    tally: Counter[str] = Counter()

    @seed(part)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a home is as small as it gets, and each try takes its time
        suppress_health_check=list(HealthCheck),
    )
    @given(dotfiles.homes(), st.integers(0, 2**32))
    def one(found: dict[str, Dotfile], number: int) -> None:
        with a_home(under) as home:
            dotfiles.build(home, found)
            how = trip(Host.real(home=home), random.Random(number))
            how["dotfiles"] = len(found)
            tally.update(how)

    one()
    return tally


def untouched(host: Host, chance: random.Random) -> Counter[str]:
    del chance
    return Counter([there_and_back(host)])


def test_generated_homes() -> None:
    tally = tried(6, untouched)
    assert tally["restored"] > tally["refused"]


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(1, 5))
def test_hundreds_of_generated_homes(part: int) -> None:
    tally = tried(40, untouched, part=part)
    print(tally)
    assert tally["dotfiles"] >= 130
    assert tally["restored"] > 3 * tally["refused"]


# -- edits in between -----------------------------------------------------------------------------


def edited(host: Host, chance: random.Random, count: int = 8) -> Counter[str]:
    """Edits of one installed home, each tried on its own; the last one is carried out."""
    home = host.home_at
    before = look(home)
    if not installed(host):
        return Counter(["refused"])
    written = look(home)
    files = [name for name, seen in written.items() if b"# >>> envkit" in seen.content]
    tally: Counter[str] = Counter()
    for _ in range(count):
        edits = tuple(dotfile_edits.edits(chance))
        tally[_one_edit(host, before, written, chance.choice(files), chance, edits)] += 1
    name = chance.choice(files)
    was = before.get(name)
    rows = dotfile_edits.cut(written[name].content, was.content if was else b"")
    rows = dotfile_edits.at_the_top(dotfile_edits.at_the_end(rows, chance), chance)
    rewrite(home / name, dotfile_edits.text(rows), written[name])
    uninstalled(host)
    now = look(home)
    want = replace(was or written[name], content=dotfile_edits.left(rows), modified=0)
    assert replace(now.pop(name), modified=0) == want
    before.pop(name, None)
    assert {each: now[each] for each in before} == before
    tally["carried out"] += 1
    return tally


def _one_edit(
    host: Host,
    before: dict[str, Seen],
    written: dict[str, Seen],
    name: str,
    chance: random.Random,
    edits: Sequence[Edit],
) -> str:
    home, seen = host.home_at, written[name]
    was = before.get(name)
    rows = dotfile_edits.cut(seen.content, was.content if was else b"")
    whole, words = True, []
    for edit in edits:
        rows = edit(rows, chance)
        whole = whole and edit in KEPT
        words.append(edit.__name__)
    told = " ".join(words)
    rewrite(home / name, dotfile_edits.text(rows), seen)
    there = look(home)
    try:
        plan = uninstall_plan(host)
    except Refused as refused:
        assert not whole, (told, refused.message)
        names = [each for each in there if Path(os.path.realpath(home / each)) == home / name]
        assert any(f"~/{each}" in refused.message for each in names), refused.message
        assert "\n+" in refused.message or "\n-" in refused.message, (told, refused.message)
        assert look(home) == there
        how = f"refused: {told}"
    else:
        assert whole, (told, dotfile_edits.text(rows))
        after = {Path(os.path.realpath(each.path)): each.after for each in plan.edits}
        got = after.pop(home / name, there[name].content)
        # A file of envkit's with nothing of the user's goes.
        assert (got or b"") == dotfile_edits.left(rows), (told, dotfile_edits.text(rows))
        for path, content in after.items():
            old = before.get(str(path.relative_to(home)))
            assert content == (old.content if old else None), (told, path)
        how = f"exact: {told}" if " " not in told else "exact: two edits"
    rewrite(home / name, seen.content, seen)
    assert look(home) == written
    return how


def rewrite(path: Path, content: bytes, seen: Seen) -> None:
    """Write as an editor does, in place."""
    path.chmod(seen.mode | 0o200)
    path.write_bytes(content)
    path.chmod(seen.mode)
    os.utime(path, ns=(seen.modified, seen.modified))


def test_edits_in_between() -> None:
    tally = tried(3, edited)
    assert sum(number for how, number in tally.items() if ": " in how) >= 10


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(1, 5))
def test_a_thousand_edits_in_between(part: int) -> None:
    tally = tried(35, edited, part=part)
    print(*sorted(tally.items()), sep="\n")
    assert sum(number for how, number in tally.items() if ": " in how) >= 260


@pytest.mark.full
@pytest.mark.parametrize("edit", KEPT + REFUSED, ids=lambda edit: str(edit.__name__))
@pytest.mark.parametrize("end", [b"", b"\n"], ids=["no final newline", "final newline"])
def test_each_edit(edit: Edit, end: bytes) -> None:
    with a_home() as home:
        text = b"export A=1\ncase $- in *i*) ;; *) return;; esac\nPATH=/x:$PATH\nlast=1" + end
        dotfiles.build(home, of([text, b"", b"# \xe9"]))
        host, before = Host.real(home=home), look(home)
        assert installed(host)
        written = look(home)
        for number in range(12):
            chance = random.Random(number)
            name = chance.choice((".bashrc", ".bashrc", ".profile", ".bash_profile", ".zshenv"))
            if name in written and b"# >>> envkit" in written[name].content:
                _one_edit(host, before, written, name, chance, (edit,))


# -- the time -------------------------------------------------------------------------------------


def test_the_time_of_the_first_text_after_several_installs() -> None:
    with a_home() as home:
        file = Dotfile(b"export A=1\n", 0o644, "", False, False, TIME)
        dotfiles.build(home, {".bashrc": file, ".profile": file})
        before = look(home)
        host = Host.real(home=home)
        assert installed(host)
        assert installed(host, OTHER)
        assert look(home)[".bashrc"].modified != TIME
        uninstalled(host)
        assert look(home) == before
        assert installed(host)
        uninstalled(host)
        assert look(home) == before


def test_the_time_where_something_else_changed() -> None:
    with a_home() as home:
        file = Dotfile(b"export A=1\n", 0o644, "", False, False, TIME)
        dotfiles.build(home, {".bashrc": file, ".profile": file})
        before = look(home)
        host = Host.real(home=home)
        assert installed(host)
        with (home / ".bashrc").open("ab") as bashrc:
            bashrc.write(b"mine=1\n")
        uninstalled(host)
        now = look(home)
        assert now[".bashrc"].content == b"export A=1\nmine=1\n"
        assert now[".bashrc"].modified > TIME
        assert now[".profile"] == before[".profile"]


# -- other accounts -------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can write for another account")
def test_root_writes_in_an_image_whose_home_is_somebody_elses(tmp_path: Path) -> None:
    home = tmp_path / "home/ada"
    file = Dotfile(b"export A=1", 0o600, "relative", True, False, TIME)
    home.mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("ada:x:1815:1815::/home/ada:/bin/bash\n")
    dotfiles.build(home, {".bashrc": file, ".profile": replace(file, link="")})
    for path in (home, *home.rglob("*")):
        os.lchown(path, 1815, 1815)
    before = look(home)
    host = Host.real(home=Path("/home/ada"), root=tmp_path)
    apply(host, install.plan(host, PROFILE, platforms.get("debian"), shells=SHELLS).plan)
    assert all(seen.owner == (1815, 1815) for seen in look(home).values())
    uninstalled(host)
    assert look(home) == before


def test_as_an_ordinary_user(users_home: Path) -> None:
    user = pwd.getpwnam("nobody")
    said, says = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(said)
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            os.environ["HOME"] = str(users_home)
            tally = tried(3, untouched, users_home) + tried(1, edited, users_home)
            words = "" if tally["restored"] and tally["carried out"] else f"{tally}"
        except BaseException:
            words = traceback.format_exc()
        os.write(says, words.encode()[:60_000])
        os._exit(0)
    os.close(says)
    with os.fdopen(said, encoding="utf-8") as words:
        told = words.read()
    os.waitpid(child, 0)
    assert told == ""


# -- the command itself ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", [1, *(pytest.param(n, marks=pytest.mark.full) for n in range(2, 9))]
)
def test_by_the_command(number: int, python: Path) -> None:
    with a_home() as home:
        contents = random.Random(number).sample([text for _, text in _FINE], 4)
        dotfiles.build(home, of(contents, "chain"))
        before = look(home)
        bare = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        for words in (["install", "--python", str(python), "--no-verify"], ["uninstall"]):
            argv = [sys.executable, "-m", "envkit", *words, "--yes"]
            done = subprocess.run(argv, env=bare, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        assert look(home) == before
