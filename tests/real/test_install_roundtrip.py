"""install, edits of the user's around the block, uninstall: every byte, mode, time and link.

The dotfiles are generated from pieces that people really have, in every shape that a file can be
in. The expectation is made here, from the original and the user's own edits; nothing of envkit's
is asked for it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from envkit import block, install, platforms
from envkit.apply import apply, undo_plan
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import Profile
from envkit.uninstall import uninstall_plan

PROFILE = Profile("descent", (("A_B", "1"),), ("/opt/py/bin",), (), Path("descent.env"))
NAMES = (".bashrc", ".profile", ".bash_profile", ".bash_login")
# Of the other shells, all of which are written for then; two are read as fish.
OTHERS = (".zshenv", ".zprofile", ".zshrc", ".zlogin", ".kshrc", ".mkshrc")
FISH = (".config/fish/config.fish", ".config/fish/conf.d/envkit.fish")
SHELLS = ("zsh", "fish", "ksh93", "mksh")
PIECES = (
    b"",
    b"\n",
    b"# ~/.bashrc: read by bash(1)\n",
    b"export EDITOR=vi\n",
    b"alias ll='ls -l'\n",
    b'PATH="$HOME/bin:$PATH"\n',
    b"export PATH=$PATH:/opt/x/bin\n",
    b"case $- in\n    *i*) ;;\n      *) return;;\nesac\n",
    b'[ -z "$PS1" ] && return\n',
    b"if [ -f ~/.bash_aliases ]; then\n    . ~/.bash_aliases\nfi\n",
    b"f() {\n    PATH=$1:$PATH\n}\n",
    b"cat > /dev/null <<EOF\n# >>> not ours >>>\nPATH=/no\nEOF\n",
    b"cat > /dev/null <<-'X'\n\ttext\n\tX\n",
    b"# >>> conda initialize >>>\nPATH=/opt/conda/bin:$PATH\n# <<< conda initialize <<<\n",
    b'export PYENV_ROOT="$HOME/.pyenv"\neval "$(pyenv init -)"\n',
    b'. "$HOME/.cargo/env"\n',
    b"PS1='\\[\\e[1;32m\\]\\u@\\h\\[\\e[0m\\]:\\w\\$ '\n",
    b"export A='many\nlines'\n",
    b"# caf\xe9 na\xefve \xff\xfe\n",
    b"# envkit would be nice\n",
    b'   \t \n# trailing blanks   \n',
    b"export LONG=1 \\\n    SECOND=2\n",
    b"for d in /opt/*/bin; do\n    PATH=$PATH:$d\ndone\n",
    b"trap 'echo bye' EXIT\n",
    b"bind '\"\\e[A\": history-search-backward' 2>/dev/null\n",
)  # fmt: skip
FISH_PIECES = (
    b"",
    b"\n",
    b"# config.fish\n",
    b"set -gx EDITOR vi\n",
    b"set -gx PATH ~/bin $PATH\n",
    b"fish_add_path ~/bin\n",
    b"if status is-interactive\n    set -gx PATH /x $PATH\nend\n",
    b"status is-interactive; or exit\n",
    b"function f\n    set PATH $argv $PATH\nend\n",
    b"set -gx A 'many\nlines'\n",
    b"# caf\xe9 \xff\xfe\n",
    b"set -g B (echo a \\\n    b)\n",
    b"alias ll 'ls -l'\n",
)
ENDS = ("newline", "none", "crlf", "blank lines", "cr")
MODES = (0o644, 0o600, 0o444, 0o755, 0o664)


@dataclass(frozen=True)
class Seen:
    kind: int
    mode: int
    owner: tuple[int, int]
    content: bytes


def look(home: Path) -> dict[str, Seen]:
    """Everything in the home but the receipts."""
    found = {}
    for path in sorted(home.rglob("*")):
        if ".local" in path.relative_to(home).parts:
            continue
        status = path.lstat()
        content = os.fsencode(path.readlink()) if path.is_symlink() else b""
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
        found[str(path.relative_to(home))] = Seen(
            status.st_mode >> 12, status.st_mode & 0o7777, (status.st_uid, status.st_gid), content
        )
    return found


def dotfile(chance: random.Random, pieces: tuple[bytes, ...] = PIECES) -> bytes:
    text = b"".join(chance.choices(pieces, k=chance.randrange(0, 9)))
    end = chance.choice(ENDS)
    if end == "none":
        text = text.rstrip(b"\n") if not text.endswith(b"EOF\n") else text
    elif end == "crlf":
        text = text.replace(b"\n", b"\r\n")
    elif end == "blank lines":
        text += b"\n\n\n"
    elif end == "cr" and text:
        lines = text.split(b"\n")
        text = b"\n".join(ln + b"\r" if chance.random() < 0.3 else ln for ln in lines[:-1]) + b"\n"
    if chance.random() < 0.1:
        text = b"\xef\xbb\xbf" + text
    return text


def fill(home: Path, chance: random.Random, names: tuple[str, ...] = NAMES) -> None:
    """A home: some of these files, some as links into a folder of dotfiles."""
    for name in names:
        if chance.random() < 0.35:
            continue
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if chance.random() < 0.2 and name not in FISH:
            real = home / "dotfiles" / name.strip(".")
            real.parent.mkdir(exist_ok=True)
            path.symlink_to(Path("dotfiles") / name.strip("."))
            path = real
        path.write_bytes(dotfile(chance, FISH_PIECES if name in FISH else PIECES))
        path.chmod(chance.choice(MODES))


def machine(home: Path) -> Host:
    return Host.real(home=home)


def edited(home: Path, before: dict[str, Seen], chance: random.Random) -> dict[str, Seen]:
    """The user writes around the blocks; what is to be there when they are gone."""
    expected = dict(before)
    for name, seen in look(home).items():
        was = before.get(name)
        if was is None or was.content == seen.content or (home / name).is_symlink():
            continue
        text, plain = seen.content, was.content
        if chance.random() < 0.5:
            head = b"alias first=ls\n"
            text, plain = head + text, head + plain
        if chance.random() < 0.5:
            tail = chance.choice([b"alias last=ls\n", b"alias last=ls", b"\n# \xe9\r\n"])
            # Text below a block must not be glued to the line above it that had no end.
            below = text.rstrip().rpartition(b"\n")[2].startswith(b"# <<< envkit")
            glue = b"\n" if below and plain and not plain.endswith(b"\n") else b""
            text, plain = text + tail, plain + glue + tail
        (home / name).chmod(0o600 | seen.mode)
        (home / name).write_bytes(text)
        (home / name).chmod(seen.mode)
        expected[name] = Seen(was.kind, was.mode, was.owner, plain)
    return expected


def times(home: Path) -> dict[Path, tuple[int, int]]:
    every = (path for path in home.rglob("*") if path.is_file())
    return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in every}


def round_trip(home: Path, seed: int, shells: tuple[str, ...] = ()) -> str:
    """One home, there and back; how it went."""
    chance = random.Random(seed)
    fill(home, chance, (*NAMES, *OTHERS, *FISH) if shells else NAMES)
    before = look(home)
    host, debian = machine(home), platforms.get("debian")
    try:
        found = install.plan(host, PROFILE, debian, shells=shells)
    except Refused:
        assert look(home) == before
        return "refused"
    receipt = apply(host, found.plan)
    for name, seen in before.items():
        now = look(home)[name]
        assert (now.kind, now.mode, now.owner) == (seen.kind, seen.mode, seen.owner), name
    stamps = times(home)
    assert install.plan(host, PROFILE, debian, shells=shells).plan.edits == ()
    assert times(home) == stamps
    if chance.random() < 0.3:
        apply(host, undo_plan(receipt), undoes=receipt)
        assert look(home) == before
        return "rolled back"
    expected = edited(home, before, chance)
    apply(host, uninstall_plan(host))
    assert look(home) == expected
    assert block_free(home)
    return "uninstalled"


def block_free(home: Path) -> bool:
    files = (path for path in home.rglob("*") if path.is_file() and ".local" not in path.parts)
    return not any(block.find_all(path.read_bytes()) for path in files)


@pytest.fixture
def homes(tmp_path: Path) -> Callable[[int], Path]:
    def make(number: int) -> Path:
        home = tmp_path / f"home{number}"
        home.mkdir()
        return home

    return make


def tried(
    homes: Callable[[int], Path], seeds: Iterator[int] | range, shells: tuple[str, ...] = ()
) -> dict[str, int]:
    results: dict[str, int] = {}
    for seed in seeds:
        how = round_trip(homes(seed), seed, shells)
        results[how] = results.get(how, 0) + 1
    return results


def test_there_and_back(homes: Callable[[int], Path]) -> None:
    results = tried(homes, range(90))
    assert results["uninstalled"] > 40
    assert results.get("refused", 0) < 30


@pytest.mark.full
@pytest.mark.parametrize("part", range(4))
def test_there_and_back_for_hundreds(homes: Callable[[int], Path], part: int) -> None:
    results = tried(homes, range(1000 + part * 150, 1150 + part * 150))
    assert results["uninstalled"] > 60


def test_there_and_back_for_every_shell(homes: Callable[[int], Path]) -> None:
    results = tried(homes, range(8), SHELLS)
    assert results["uninstalled"] > 2


@pytest.mark.full
@pytest.mark.parametrize("part", range(4))
def test_there_and_back_for_every_shell_in_hundreds(
    homes: Callable[[int], Path], part: int
) -> None:
    results = tried(homes, range(2000 + part * 60, 2060 + part * 60), SHELLS)
    assert results["uninstalled"] > 15


def test_a_large_file(homes: Callable[[int], Path]) -> None:
    home = homes(0)
    text = b"alias a='some words to fill a line with'\n" * 25_000
    (home / ".bashrc").write_bytes(text + b"# no end")
    host = machine(home)
    apply(host, install.plan(host, PROFILE, platforms.get("debian")).plan)
    assert block.find_all((home / ".bashrc").read_bytes())
    apply(host, uninstall_plan(host))
    assert (home / ".bashrc").read_bytes() == text + b"# no end"
