"""Dotfiles as people have them, in every shape that a file can be in, and homes made of them.

The texts are written for these tests, after what the skeletons of systems and the tools' own
installers write; the skeleton of this machine is read at test time. Hypothesis puts them together.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

NAMES = (".bashrc", ".profile", ".bash_profile", ".bash_login", ".zshrc", ".zshenv", ".zprofile")
FISH = ".config/fish/config.fish"
MODES = (0o644, 0o600, 0o444, 0o755, 0o664)
LINKS = ("", "", "", "relative", "absolute", "chain")

_SKELETON = Path("/etc/skel")

#: What stands in files that sh, bash, ksh and zsh read.
PIECES = (
    b"# ~/.bashrc: executed by bash(1) for non-login shells.\n",
    b"export EDITOR=vi\n",
    b"alias ll='ls -alF'\n",
    b'PATH="$HOME/bin:$PATH"\n',
    b"export PATH=$PATH:/opt/x/bin\n",
    b"case $- in\n    *i*) ;;\n      *) return;;\nesac\n",
    b'[ -z "$PS1" ] && return\n',
    b"[[ $- != *i* ]] && return\n",
    b"HISTCONTROL=ignoreboth\nHISTSIZE=1000\nHISTFILESIZE=2000\n",
    b"if [ -f ~/.bash_aliases ]; then\n    . ~/.bash_aliases\nfi\n",
    b"if [ -f /etc/bashrc ]; then\n\t. /etc/bashrc\nfi\n",
    b'if [ -n "$BASH_VERSION" ]; then\n    if [ -f "$HOME/.bashrc" ]; then\n'
    b'\t. "$HOME/.bashrc"\n    fi\nfi\n',
    b'mkcd() {\n    mkdir -p "$1" && cd "$1"\n}\n',
    b"f() {\n    PATH=$1:$PATH\n}\nf /opt/f/bin\n",
    b"cat > /dev/null <<EOF\n# >>> not ours >>>\nPATH=/no\nEOF\n",
    b"cat > /dev/null <<-'X'\n\ttext $(rm nothing)\n\tX\n",
    b"# >>> conda initialize >>>\n# !! Contents within this block are managed by 'conda init' !!\n"
    b"__conda_setup=\"$('/opt/conda/bin/conda' 'shell.bash' 'hook' 2> /dev/null)\"\n"
    b'if [ $? -eq 0 ]; then\n    eval "$__conda_setup"\nelse\n'
    b'    export PATH="/opt/conda/bin:$PATH"\nfi\nunset __conda_setup\n'
    b"# <<< conda initialize <<<\n",
    b'export PYENV_ROOT="$HOME/.pyenv"\n[[ -d $PYENV_ROOT/bin ]] && '
    b'export PATH="$PYENV_ROOT/bin:$PATH"\neval "$(pyenv init -)"\n',
    b'export NVM_DIR="$HOME/.nvm"\n[ -s "$NVM_DIR/nvm.sh" ] && \\. "$NVM_DIR/nvm.sh"\n',
    b'[ -r "$HOME/.cargo/env" ] && . "$HOME/.cargo/env"\n',
    b'eval "$(starship init bash)"\n',
    b'eval "$(direnv hook bash)"\n',
    b"[ -f ~/.fzf.bash ] && source ~/.fzf.bash\n",
    b"PS1='\\[\\e[1;32m\\]\\u@\\h\\[\\e[0m\\]:\\w\\$ '\n",
    b"export A='many\nlines'\n",
    b"# caf\xe9 na\xefve \xff\xfe\n",
    "# Zoë’s κόσμος\nexport GREETING='日本語'\n".encode(),
    b"# envkit would be nice\n",
    b"   \t \n# trailing blanks   \n",
    b"export LONG=1 \\\n    SECOND=2\n",
    b"for d in /opt/*/bin; do\n    PATH=$PATH:$d\ndone\n",
    b"trap 'echo bye' EXIT\n",
    b"bind '\"\\e[A\": history-search-backward' 2>/dev/null\n",
    b"umask 022\nulimit -c 0\n",
    b"\n",
    b"\n\n\n",
)
ZSH_PIECES = (
    b'export ZSH="$HOME/.oh-my-zsh"\nZSH_THEME="robbyrussell"\nplugins=(git z)\n'
    b"[[ -r $ZSH/oh-my-zsh.sh ]] && source $ZSH/oh-my-zsh.sh\n",
    b"autoload -Uz compinit\nzstyle ':completion:*' menu select\n",
    b"setopt HIST_IGNORE_DUPS AUTO_CD EXTENDED_GLOB\n",
    b"typeset -U path\npath=(~/bin $path)\n",
    b'if [[ -r "${XDG_CACHE_HOME:-$HOME/.cache}/p10k-instant-prompt-${(%):-%n}.zsh" ]]; then\n'
    b'  source "${XDG_CACHE_HOME:-$HOME/.cache}/p10k-instant-prompt-${(%):-%n}.zsh"\nfi\n',
    b"bindkey -e\nbindkey '^[[A' up-line-or-search\n",
)
FISH_PIECES = (
    b"# config.fish\n",
    b"set -gx EDITOR vi\n",
    b"set -gx PATH ~/bin $PATH\n",
    b"fish_add_path ~/bin\n",
    b"if status is-interactive\n    set -gx PATH /x $PATH\nend\n",
    b"function f\n    set PATH $argv $PATH\nend\n",
    b"set -gx A 'many\nlines'\n",
    b"# caf\xe9 \xff\xfe\n",
    b"set -g B (echo a \\\n    b)\n",
    b"alias ll 'ls -l'\n",
    b"starship init fish | source\n",
    b"\n",
)
#: Where a block can stand nowhere behind: a refusal is right, and so is a place before it.
OPEN = (
    b"echo 'no end\n",
    b'export X="no end\n',
    b"cat <<EOF\nno end\n",
    b"if true; then\n  echo\n",
    b"f() {\n  echo\n",
    b"export LAST=1 \\\n",
    b"export LAST=1 \\",
)
#: No text to a shell, whatever it holds.
ODD = (
    "export A=1\n".encode("utf-16"),
    b"\xfe\xff" + "export A=1\n".encode("utf-16-be"),
    b"export A=1\n\0\0\0\n",
)


def fixed() -> Iterator[tuple[str, bytes]]:
    """The shapes that are asked for by name, and this machine's own skeleton."""
    for path in sorted(_SKELETON.glob(".*")) if _SKELETON.is_dir() else ():
        with suppress(OSError):
            yield f"skeleton {path.name}", path.read_bytes()
    plain = b"".join(PIECES[:6]) + b"".join(PIECES[8:12])
    yield "plain", plain
    yield "crlf", plain.replace(b"\n", b"\r\n")
    yield "mixed", b"a=1\r\nb=2\nc=3\r\n# x\rd=4\n"
    yield "lone cr", b"a=1\rb=2\r"
    yield "no final newline", plain + b"alias last=ls"
    yield "crlf, no final newline", b"a=1\r\nb=2"
    yield "a cr and no newline", b"a=1\nb=2\r"
    yield "latin-1", "# Größe: naïve café\nexport A=1\n".encode("latin-1")
    yield "utf-8 bom", b"\xef\xbb\xbf# first\nexport A=1\n"
    yield "empty", b""
    yield "one newline", b"\n"
    yield "blanks", b"  \t"
    yield "one backslash", b"# \\"
    yield "all bytes", b"# " + bytes(byte for byte in range(1, 256) if byte != 10)
    yield "5 MB", b"alias a='some words to fill a line with'\n" * 125_000 + b"# no end"
    yield "a line of 1 MB", b"# " + b"x" * 1_000_000 + b"\nexport A=1\n"
    yield "a line of 1 MB without an end", b"export A=1\n# " + b"# envkit " * 111_111
    long = b"".join(b"  typeset -g POWERLEVEL9K_N%d_FOREGROUND=%d\n" % (n, n) for n in range(1600))
    yield "p10k", b"() {\n" + long + b'} "$@"\n'
    yield "all pieces", b"".join(PIECES)
    for number, text in enumerate((*OPEN, *ODD)):
        yield f"refused, perhaps {number}", text


@dataclass(frozen=True)
class Dotfile:
    """A file to be, with all that a file has beside its text."""

    content: bytes
    mode: int
    link: str
    attribute: bool
    acl: bool
    modified: int


def shaped(text: bytes, shape: str) -> bytes:
    """A text as it came to be on another system, or in another editor."""
    if shape == "crlf":
        return text.replace(b"\n", b"\r\n")
    if shape == "mixed":
        rows = text.split(b"\n")
        return b"\n".join(row + b"\r" if len(row) % 3 == 1 else row for row in rows)
    if shape == "no end":
        return text.rstrip(b"\n") if not text.endswith((b"EOF\n", b"X\n")) else text
    if shape == "bom":
        return b"\xef\xbb\xbf" + text
    if shape == "blank end":
        return text + b"\n\n\n"
    return text


def texts(pieces: tuple[bytes, ...] = PIECES) -> st.SearchStrategy[bytes]:
    """Texts made of pieces, in all shapes; and, rarely, any bytes at all."""
    shapes = ("plain", "plain", "plain", "no end", "no end", "crlf", "mixed", "bom", "blank end")
    made = st.lists(st.sampled_from(pieces), max_size=9).map(b"".join)
    shown = st.builds(shaped, made, st.sampled_from(shapes))
    comments = st.binary(max_size=80).map(
        lambda some: b"# " + some.replace(b"\n", b"").replace(b"\0", b"")
    )
    return st.one_of(shown, shown, shown, st.builds(lambda a, b: a + b"\n" + b, shown, comments))


def files(pieces: tuple[bytes, ...] = PIECES) -> st.SearchStrategy[Dotfile]:
    """Files of such texts, in all modes, behind all kinds of links, at all times."""
    return st.builds(
        Dotfile,
        texts(pieces),
        st.sampled_from(MODES),
        st.sampled_from(LINKS),
        st.booleans(),
        st.booleans(),
        st.integers(10**17, 17 * 10**17),
    )


def homes() -> st.SearchStrategy[dict[str, Dotfile]]:
    """What lies in a home: at least four of the startup files."""
    some = {name: files(PIECES + ZSH_PIECES * name.startswith(".z")) for name in NAMES[4:]}
    first = {name: files() for name in NAMES[:3]}
    login = {NAMES[3]: files(), FISH: files(FISH_PIECES)}
    return st.fixed_dictionaries(first, optional={**some, **login})


def build(home: Path, found: dict[str, Dotfile]) -> None:
    """Make a home of these files."""
    for name, file in found.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        real = path
        if file.link:
            real = home / "dotfiles" / name.strip(".").replace("/", "-")
            real.parent.mkdir(exist_ok=True)
            target = real if file.link == "absolute" else Path(os.path.relpath(real, path.parent))
            if file.link == "chain":
                middle = home / "dotfiles" / f"to-{real.name}"
                middle.symlink_to(real.name)
                target = Path(os.path.relpath(middle, path.parent))
            path.symlink_to(target)
        real.write_bytes(file.content)
        _dress(real, file)


def _dress(real: Path, file: Dotfile) -> None:
    real.chmod(file.mode | 0o200)
    if sys.platform == "linux":
        with suppress(OSError):  # a file system without them
            if file.attribute:
                os.setxattr(real, "user.note", b"mine \0\xff")
            if file.acl:
                os.setxattr(real, "system.posix_acl_access", _acl(file.mode))
    if not file.acl:
        real.chmod(file.mode)
    os.utime(real, ns=(file.modified, file.modified))


def _acl(mode: int) -> bytes:
    """An access list (acl(5)): the owner, somebody else who may read, the group, the mask."""
    nobody, undefined = 65534, 0xFFFFFFFF
    entries = ((1, mode >> 6 & 7, undefined), (2, 4, nobody), (4, mode >> 3 & 7, undefined))
    rest = ((0x10, mode >> 3 & 7 | 4, undefined), (0x20, mode & 7, undefined))
    packed = (struct.pack("<HHI", *entry) for entry in (*entries, *rest))
    return struct.pack("<I", 2) + b"".join(packed)


@dataclass(frozen=True)
class Seen:
    """All that lstat and the file say, but what reading it changes."""

    kind: int
    mode: int
    owner: tuple[int, int]
    content: bytes
    attributes: tuple[tuple[str, bytes], ...]
    modified: int


def look(home: Path) -> dict[str, Seen]:
    """Every entry of a home but envkit's own state, and the folders that hold nothing else."""
    found: dict[str, Seen] = {}
    state = home / ".local/state/envkit"
    for path in sorted(home.rglob("*")):
        if path == state or state in path.parents or path in state.parents:
            continue
        status = path.lstat()
        content, attributes = b"", []
        if path.is_symlink():
            content = os.fsencode(path.readlink())
        elif path.is_file():
            content = path.read_bytes()
        if sys.platform == "linux" and not path.is_symlink():
            attributes = [(name, os.getxattr(path, name)) for name in sorted(os.listxattr(path))]
        found[str(path.relative_to(home))] = Seen(
            status.st_mode >> 12,
            status.st_mode & 0o7777,
            (status.st_uid, status.st_gid),
            content,
            tuple(attributes),
            0 if path.is_dir() and not path.is_symlink() else status.st_mtime_ns,
        )
    return found
