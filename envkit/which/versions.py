"""Which version a program is: as its package's records say it, or as it tells on `--version`.

A program may do anything on a word that it does not know: open a window, start a daemon, download
itself. So only these are asked: binaries, under the names of well-known tools of which `--version`
(or their own word for it) is documented to print and end. A script is never run, whatever it is
called: those that pip, conda, pipx, uv or npm installed have their version in those tools' records,
and what is in nobody's records has none that could be told for certain. Not asked either: what
would open a dialog or fetch something (macOS's stubs in /usr/bin, programs of Windows, snaps, shims
of volta or mise), and anything on another machine's file system. A program that is not asked has
its package's version.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from envkit import child, owners, start
from envkit.host import Host

_OWN_WORDS: dict[str, tuple[str, ...]] = {
    "go": ("version",),
    "java": ("-version",),
    "javac": ("-version",),
    "ffmpeg": ("-version",),
    "ssh": ("-V",),
    "tmux": ("-V",),
    "lua": ("-v",),
    "luajit": ("-v",),
}
_DOUBLE_DASH = frozenset(
    (
        *("python", "pypy", "perl", "ruby", "node", "nodejs", "deno", "bun", "php"),
        *("julia", "R", "guile", "sbcl", "ghc"),
        *("bash", "zsh", "fish", "nu", "tcsh", "ksh"),
        *("gcc", "g++", "cc", "c++", "cpp", "gfortran", "clang", "clang++"),
        *("ld", "as", "ar", "nm", "nvcc", "rustc", "cargo", "rustup", "rustfmt"),
        *("cmake", "ctest", "ninja", "make", "gmake", "ccache", "mpirun"),
        *("mpiexec", "mpicc", "srun", "sbatch", "sinfo"),
        *("git", "curl", "wget", "rsync", "jq", "rg", "fd", "bat", "fzf", "tree"),
        *("sqlite3", "docker", "podman", "uv", "uvx", "ruff", "pixi", "micromamba"),
        *("vim", "emacs", "nano", "less", "screen"),
        *("awk", "gawk", "sed", "grep", "tar", "find", "xargs", "ls", "cat"),
        *("cp", "mv", "sort", "env"),
    )
)
# What stands behind many names and may fetch or start something for the one that is missing.
_LAUNCHERS = ("snap", "volta-shim", "volta", "mise", "asdf", "proto-shim", "julialauncher")
_WITHOUT_VERSION = re.compile(r"-?\d+(\.\d+)*t?$")
_NUMBER = re.compile(r"\d+(?:\.\d+)+(?:[a-z]+\d*)?(?:[-+][0-9A-Za-z.]*\d)?")
_BINARIES = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xce\xfa\xed\xfe")
_DARWIN_STUBS = Path("/usr/bin")
_FIRST = 4096


def of(
    host: Host, programs: Sequence[Path], environment: Mapping[str, str], limit: float = 2.0
) -> dict[Path, str]:
    """Find the versions of programs, those that may be asked in parallel children.

    What tells none, or does not end within `limit` seconds, is not in the answer.
    """
    questions = {path: question for path in programs if (question := _question(host, path))}
    # One file under two names is asked once; the words are the same where the tool is.
    alone = {(os.path.realpath(path), words): path for path, words in questions.items()}
    commands = [
        child.Command(
            (str(path), *words), path, _calm(environment), "null", limit, None, start.account(host)
        )
        for (_, words), path in alone.items()
    ]
    told = dict(zip(alone, map(read, child.run_all(commands)), strict=True)) if commands else {}
    found: dict[Path, str] = {}
    for path in programs:
        words = questions.get(path)
        version = told.get((os.path.realpath(path), words), "") if words else ""
        if version := version or owners.version(host, path):
            found[path] = version
    return found


def _question(host: Host, path: Path) -> tuple[str, ...]:
    """The words that make a program tell its version; () where it must not be asked."""
    if host.foreign:
        return ()
    file = Path(os.path.realpath(path))
    if not _is_binary(file) or file.suffix == ".exe" or file.name in _LAUNCHERS:
        return ()
    if _is_stub(file):
        return ()
    if file.name == "busybox":
        return ("--help",)
    for name in (path.name, file.name):
        for word in (name, _WITHOUT_VERSION.sub("", name)):
            if word in _OWN_WORDS:
                return _OWN_WORDS[word]
            if word in _DOUBLE_DASH:
                return ("--version",)
    return ()


def _is_binary(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(4) in _BINARIES
    except OSError:
        return False


def _is_stub(file: Path) -> bool:
    """macOS: git, python3, java and others in /usr/bin ask to install what they stand for."""
    return file.parent == _DARWIN_STUBS and Path("/System/Library/CoreServices").is_dir()


def _calm(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, but nothing is fetched, and no startup file is read, for a version."""
    quiet = dict(environment)
    for name in ("BASH_ENV", "ENV", "NODE_OPTIONS", "PYTHONSTARTUP", "PERL5OPT", "RUBYOPT"):
        quiet.pop(name, None)
    quiet["RUSTUP_AUTO_INSTALL"] = "0"
    quiet["LC_ALL"] = "C"
    return quiet


def read(outcome: child.Outcome) -> str:
    """The version in the first line that has one, on stdout or (java, ssh, Python 2) on stderr."""
    if outcome.timed_out or outcome.status not in (0, 1, 2):
        return ""
    for stream in (outcome.stdout, outcome.stderr):
        for line in stream[:_FIRST].decode("utf-8", "replace").splitlines():
            # gcc (Debian 12.2.0-14) 12.2.0: who built it stands in brackets; perl's own, too.
            bare = re.sub(r"\([^)]*\)", " ", line)
            if match := _NUMBER.search(bare) or _NUMBER.search(line):
                return match[0]
    return ""
