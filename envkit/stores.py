"""Who else looks after a startup file: a store, a dotfiles manager, a git repository.

A file in a store is never written: its owner would not know, and could not keep it. Everything
else is followed and announced, with what its manager is going to do and what to tell it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit.host import Host

# A store made by nix-user-chroot or nix-portable lies below another root.
_STORE = re.compile(r"(?:\A|/)(?:nix|gnu)/store/")
_HASHED = re.compile(r"/store/[0-9a-z]{32}-")
_INITS = {
    ".bashrc": "programs.bash.initExtra",
    ".bash_profile": "programs.bash.profileExtra",
    ".profile": "programs.bash.profileExtra",
    ".zshenv": "programs.zsh.envExtra",
    ".zprofile": "programs.zsh.profileExtra",
    ".zshrc": "programs.zsh.initContent",
    ".zlogin": "programs.zsh.loginExtra",
    "config.fish": "programs.fish.shellInit",
}
# The attributes of chezmoi's source names (chezmoi reference, "Source state attributes").
_ATTRIBUTES = (
    *("after_", "before_", "create_", "empty_", "encrypted_", "exact_", "executable_"),
    *("external_", "modify_", "onchange_", "once_", "private_", "readonly_", "remove_"),
    *("run_", "symlink_"),
)
_SOURCE_DIR = re.compile(r"""^\s*["']?sourceDir["']?\s*[=:]\s*["']?([^"'\n,]+)""", re.MULTILINE)
_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


class _Repository(NamedTuple):
    """A git repository that may know a file: its folder, the tree that it keeps, its name."""

    folder: Path
    tree: Path
    name: str


def refusal(host: Host, path: Path, at: Path) -> tuple[str, str] | None:
    """Why a file (its real one is `at`) is not to be written, and what to do; None: it may be."""
    inside = _inside(host, at)
    if not _STORE.search(inside) or not (
        inside.startswith(("/nix/store/", "/gnu/store/")) or _HASHED.search(inside)
    ):
        return None
    words = f"is a link into a read-only store ({inside})"
    if "/gnu/store/" in inside:
        place = "home-bash-service-type of your Guix home"
    elif host.home not in path.parents:
        place = "environment.extraInit of configuration.nix"
    else:
        place = f"{_INITS.get(path.name, 'home.file')} of home-manager's home.nix"
    # What generate prints can stand there whole; install cannot, and would write nothing at all.
    return words, f"envkit generate prints what goes into {place}"


def notes(host: Host, paths: Sequence[Path]) -> dict[Path, tuple[str, ...]]:
    """What is to be known before these files are written, for each that somebody looks after.

    Asks git for the files that it may know, and nothing else.
    """
    real = {path: Path(os.path.realpath(host.locate(path))) for path in paths}
    tracked = _tracked(host, real)
    found = {}
    for path, at in real.items():
        words = (*_link(host, path, at), *_store_words(host, path, at), *tracked.get(path, ()))
        if words:
            found[path] = words
    return found


def _link(host: Host, path: Path, at: Path) -> Iterator[str]:
    here, home = host.locate(path), Path(os.path.realpath(host.home_at))
    linked = (host.locate(path.parent) / path.name).is_symlink()
    if linked or is_moved(host, path, at):
        yield f"{'' if linked else 'its folder is '}a link, written is {_show(host, at)}"
        # A ~/.stowrc says how stow is used, not where: only folders that links lead to count.
        folders = [folder for folder in at.parents if folder != home and folder not in home.parents]
        if any(_mode(folder / name) for folder in folders for name in (".stow", ".stowrc")):
            yield "GNU stow's"
    if stat.S_ISREG(_mode(at)) and here.stat().st_nlink > 1:
        yield "its other hard links keep the old text"


def is_moved(host: Host, path: Path, at: Path) -> bool:
    """Whether a folder below the home is a link: the home itself may well be one."""
    if host.home not in path.parents:
        return False
    return at != Path(os.path.realpath(host.home_at)) / path.relative_to(host.home)


def _store_words(host: Host, path: Path, at: Path) -> Iterator[str]:
    yield from _chezmoi(host, path, at)
    # yadm makes a plain file of `NAME##template`, anew each time that it is asked to.
    folder = host.locate(path.parent)
    others = (name for name in host.entries(path.parent) if name.startswith(path.name + "##"))
    first = next(others, None)
    if first is not None and not (folder / path.name).is_symlink():
        yield f"yadm makes it of {host.show(path.parent / first)}: write it there, too"


# -- chezmoi ------------------------------------------------------------------------------------


def _chezmoi(host: Host, path: Path, at: Path) -> Iterator[str]:
    """Whether chezmoi's source has this file, or would remove what it has not."""
    source = _chezmoi_source(host)
    here = host.locate(source)
    if Path(os.path.realpath(here)) in at.parents:
        yield "chezmoi's source"
        return
    if host.home not in path.parents or not stat.S_ISDIR(_mode(here)):
        return
    shown = host.show(path)
    for part in path.relative_to(host.home).parts:
        names = {_target_name(name): name for name in host.entries(source)}
        if part not in names:
            if source.name.startswith("exact_"):
                yield f"chezmoi apply removes it again: chezmoi add {shown}"
            return
        source = source / names[part]
    if source.name.startswith("create_") or stat.S_ISDIR(_mode(host.locate(source))):
        return
    if source.name.startswith("modify_") or source.name.endswith(".tmpl"):
        yield f"chezmoi apply takes it back, unless {host.show(source)} has it, too"
    else:
        yield f"chezmoi apply takes it back, unless told: chezmoi re-add {shown}"


def _chezmoi_source(host: Host) -> Path:
    """The folder of the source state, its .chezmoiroot followed."""
    source = host.data.parent / "chezmoi"
    for ending in ("toml", "yaml", "json", "jsonc"):
        text = _text(host, host.config.parent / f"chezmoi/chezmoi.{ending}")
        if found := _SOURCE_DIR.search(text):
            told = found[1].strip()
            source = host.home / told[2:] if told.startswith("~/") else host.home / told
    below = _text(host, source / ".chezmoiroot").strip()
    return source / below if below else source


def _target_name(name: str) -> str:
    """The name that chezmoi gives to an entry of its source."""
    while name.startswith(_ATTRIBUTES):
        name = name.partition("_")[2]
    if name.startswith("literal_"):
        return name.removeprefix("literal_")
    for ending in (".literal", ".tmpl", ".age", ".asc"):
        name = name.removesuffix(ending)
    return "." + name.removeprefix("dot_") if name.startswith("dot_") else name


# -- git ----------------------------------------------------------------------------------------


def _tracked(host: Host, real: Mapping[Path, Path]) -> dict[Path, tuple[str, ...]]:
    """A word for each file that a git repository keeps."""
    asked: dict[_Repository, list[tuple[Path, Path]]] = {}
    bare = tuple(_bare(host))
    for path, at in real.items():
        here = host.locate(path.parent) / path.name
        for where in dict.fromkeys((here, at)):
            for repository in (*_above(host, where), *bare):
                if repository.tree in where.parents:
                    asked.setdefault(repository, []).append((path, where))
    found: dict[Path, tuple[str, ...]] = {}
    for repository, files in asked.items():
        names = _known(host, repository, [where for _, where in files])
        for path, where in files:
            words = f"tracked by {repository.name}"
            if names is None:
                words = f"perhaps {words}"
            elif where not in names:
                continue
            found[path] = tuple(dict.fromkeys((*found.get(path, ()), words)))
    return found


def _above(host: Host, at: Path) -> Iterator[_Repository]:
    """The work tree around a file, by the `.git` of the nearest folder that has one."""
    for tree in at.parents:
        dot = tree / ".git"
        kind = _mode(dot)
        if stat.S_ISDIR(kind):
            yield _Repository(dot, tree, f"git in {_show(host, tree)}")
            return
        if stat.S_ISREG(kind):  # a submodule, or one of several work trees
            told = _content(dot).removeprefix("gitdir:").strip()
            yield _Repository(tree / told, tree, f"git in {_show(host, tree)}")
            return


def _bare(host: Host) -> Iterator[_Repository]:
    """Repositories beside the home that keep files of it: yadm's, vcsh's, `git --git-dir`'s."""
    home = Path(os.path.realpath(host.home_at))
    config, data = host.config.parent, host.data.parent
    for yadm in (data / "yadm/repo.git", config / "yadm/repo.git", host.home / ".yadm/repo.git"):
        if _is_repository(host.locate(yadm)):
            yield _Repository(host.locate(yadm), home, "yadm")
    folder = config / "vcsh/repo.d"
    for name in host.entries(folder):
        if _is_repository(place := host.locate(folder / name)):
            yield _Repository(place, home, f"vcsh ({name})")
    for name in host.entries(host.home):
        place = host.locate(host.home / name)
        if name != ".git" and _is_repository(place):
            yield _Repository(place, home, f"git in {host.show(host.home / name)}")


def _is_repository(place: Path) -> bool:
    """Whether this is a repository itself, and one that keeps files somewhere: it has an index."""
    return all(_mode(place / name) for name in ("HEAD", "index", "objects"))


def _known(host: Host, repository: _Repository, files: Sequence[Path]) -> set[Path] | None:
    """Those of the files that the repository tracks; None where that cannot be told.

    git is told everything: it looks for no repository (which it refuses to in one of another
    owner: safe.directory), runs neither hook nor monitor and reads no configuration but that one.
    """
    if host.foreign:
        return None
    quiet = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C"}
    environment = {
        "PATH": host.env.get("PATH") or os.defpath,
        "HOME": str(host.home_at),
        "GIT_OPTIONAL_LOCKS": "0",
        **quiet,
    }
    answer = host.but(env=environment).ask(
        (
            *("git", "--literal-pathspecs", *_QUIET, "-C", repository.tree),
            *(f"--git-dir={repository.folder}", f"--work-tree={repository.tree}"),
            *("ls-files", "-z", "--"),
            *(file.relative_to(repository.tree) for file in files),
        )
    )
    if answer is None:
        return None
    return {repository.tree / name for name in answer.split("\0") if name}


def _text(host: Host, path: Path) -> str:
    return _content(host.locate(path))


def _content(here: Path) -> str:
    try:
        text = here.read_bytes() if stat.S_ISREG(_mode(here)) else b""
    except OSError:
        return ""
    return text.decode("utf-8", "surrogateescape")


def _mode(here: Path) -> int:
    """What is there (st_mode); 0 where nothing is, or nobody may look."""
    try:
        return here.stat().st_mode
    except OSError:
        return 0


def _inside(host: Host, at: Path) -> str:
    """A place as the machine names it."""
    root = os.path.realpath(host.root)
    text = str(at)
    return text.removeprefix(root) if host.foreign and text.startswith(root + "/") else text


def _show(host: Host, at: Path) -> str:
    """A real path for people, below the home as they call it."""
    home = Path(os.path.realpath(host.home_at))
    if at == home or home in at.parents:
        return host.show(host.home / at.relative_to(home))
    return host.show(_inside(host, at))
