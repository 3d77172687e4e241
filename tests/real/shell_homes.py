"""Homes of people who use zsh, fish and ksh, and how their shells are really started there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

SHELLS = ("zsh", "fish", "ksh93", "mksh")
# What a home is said to be: contents of files; `->x` a link to x, `mode:0400 …` a mode.
Files = Mapping[str, str]

_OH_MY_ZSH = """\
export ZSH="$HOME/.oh-my-zsh"
ZSH_THEME="robbyrussell"
plugins=(git)
source $ZSH/oh-my-zsh.sh
# User configuration
export PATH="$HOME/bin:/usr/local/bin:$PATH"
alias zshconfig="vi ~/.zshrc"
"""
_CONDA_ZSH = """\
# >>> conda initialize >>>
__conda_setup="$(printf 'export PATH=/opt/conda/bin:$PATH\\n')"
if [ $? -eq 0 ]; then
    eval "$__conda_setup"
else
    export PATH="/opt/conda/bin:$PATH"
fi
unset __conda_setup
# <<< conda initialize <<<
"""
_CONDA_FISH = """\
# >>> conda initialize >>>
if test -f /usr/bin/printf
    eval /usr/bin/printf 'set -gx PATH /opt/conda/bin %s\\n' '$PATH' | source
end
# <<< conda initialize <<<
"""

HOMES: dict[str, Files] = {
    "bare": {},
    "zsh: oh-my-zsh": {".zshrc": _OH_MY_ZSH, ".oh-my-zsh/oh-my-zsh.sh": "autoload -U compinit\n"},
    "zsh: prezto, ZDOTDIR in .zshenv": {
        ".zshenv": "export ZDOTDIR=$HOME/.config/zsh\n"
        "[[ -r $ZDOTDIR/.zshenv ]] && . $ZDOTDIR/.zshenv\n",
        ".config/zsh/.zprofile": "typeset -gU cdpath fpath mailpath path\n"
        "path=($HOME/{,s}bin(N) /opt/{homebrew,local}/{,s}bin(N) /usr/local/{,s}bin(N) $path)\n",
        ".config/zsh/.zshrc": "source ${ZDOTDIR:-$HOME}/init.zsh\n",
        ".config/zsh/init.zsh": "path=(/prezto $path)\n",
    },
    "zsh: conda in .zshrc": {".zshrc": "bindkey -e\n" + _CONDA_ZSH},
    "zsh: path array and -U": {".zshrc": "typeset -U path PATH\npath=(/y $path)\npath+=(/z)\n"},
    "zsh: a guard": {".zshrc": "[[ -o interactive ]] || return\nPATH=/x:$PATH\n"},
    "zsh: a guard at the end": {
        ".zshrc": "PATH=/x:$PATH\n[[ $TERM == dumb ]] && return\nPATH=/y:$PATH\n"
    },
    "zsh: .zshenv puts in front": {".zshenv": "PATH=/env:$PATH\n", ".zshrc": "alias a=b\n"},
    "zsh: .zshenv leaves": {
        ".zshenv": "PATH=/env:$PATH\n[[ -o login ]] || return\nPATH=/l:$PATH\n"
    },
    "zsh: .zlogin puts in front": {".zlogin": "PATH=/login:$PATH\n"},
    "zsh: all four": {
        ".zshenv": "PATH=/1:$PATH\n",
        ".zprofile": "PATH=/2:$PATH\n",
        ".zshrc": "PATH=/3:$PATH\n",
        ".zlogin": "PATH=/4:$PATH\n",
    },
    "zsh: .zprofile sources .profile": {
        ".profile": "PATH=/p:$PATH\n",
        ".zprofile": "emulate sh -c '. ~/.profile'\n",
    },
    "zsh: exec at the end": {".zshrc": "PATH=/x:$PATH\n[[ -n $NEVER ]] && exec fish\n"},
    "zsh: no final newline": {".zshrc": "PATH=/x:$PATH", ".zshenv": "A=1"},
    "zsh: CRLF in a comment": {".zshrc": "# a\r\nPATH=/x:$PATH\n"},
    "zsh: a syntax error": {".zshrc": "PATH=/x:$PATH\nif true; then\n"},
    "zsh: a heredoc and a loop": {
        ".zshrc": "cat > /dev/null <<EOF\nPATH=/no\nEOF\nfor d (/a /b) path=($d $path)\n"
    },
    "zsh: a function": {".zshrc": "add() { path=($1 $path) }\nadd /f\n[[ -o login ]] && add /g\n"},
    "zsh: a link": {"dot/zshrc": "PATH=/x:$PATH\n", ".zshrc": "->dot/zshrc"},
    "zsh: one file by two names": {".zshrc": "PATH=/x:$PATH\n", ".zprofile": "->.zshrc"},
    "zsh: global aliases": {".zshrc": "alias -g G='| grep'\nPATH=/x:$PATH\n"},
    "zsh: strict": {".zshrc": "setopt nounset noclobber\nPATH=/x:$PATH\n"},
    "zsh: sh-ish options": {".zshrc": "setopt shwordsplit ksharrays\nIFS=:\nPATH=/x:$PATH\n"},
    "fish: fish_add_path": {".config/fish/config.fish": "fish_add_path /usr/games\n"},
    "fish: set -gx": {".config/fish/config.fish": "set -gx PATH /x $PATH\nset -gx EDITOR vi\n"},
    "fish: a guard": {
        ".config/fish/config.fish": "set -gx PATH /x $PATH\n"
        "status is-interactive; or exit\nset -gx PATH /y $PATH\n"
    },
    "fish: interactive alone": {
        ".config/fish/config.fish": "if status is-interactive\n    set -gx PATH /i $PATH\nend\n"
    },
    "fish: conf.d after ours": {".config/fish/conf.d/rustup.fish": "set -gx PATH /rust $PATH\n"},
    "fish: conf.d before ours": {".config/fish/conf.d/aa.fish": "set -gx PATH /aa $PATH\n"},
    "fish: conda": {".config/fish/config.fish": _CONDA_FISH},
    "fish: source": {
        ".config/fish/config.fish": "source ~/.config/fish/more.fish\n",
        ".config/fish/more.fish": "set PATH /more $PATH\n",
    },
    "fish: an alias of set": {
        ".config/fish/config.fish": "function add; set -gx PATH $argv $PATH; end\nadd /f\n"
    },
    "fish: no final newline": {".config/fish/config.fish": "set -gx PATH /x $PATH"},
    "fish: a link": {
        "dot/config.fish": "set -p PATH /x\n",
        ".config/fish/config.fish": "->../../dot/config.fish",
    },
    "fish: universal": {
        ".config/fish/fish_variables": "# This file contains fish universal variable definitions.\n"
        "# VERSION: 3.0\nSETUVAR fish_user_paths:/usr/games\n"
    },
    "fish: a user's own envkit.fish": {".config/fish/conf.d/envkit.fish": "set -gx MINE 1\n"},
    "ksh: .kshrc": {".kshrc": "PATH=/k:$PATH\nset -o vi\n", ".mkshrc": "PATH=/m:$PATH\n"},
    "ksh: ENV in .profile": {
        ".profile": "export ENV=$HOME/.env\nPATH=/p:$PATH\n",
        ".env": "PATH=/e:$PATH\n",
    },
    "ksh: ENV with a guard": {
        ".profile": "ENV=$HOME/.env; export ENV\n",
        ".env": "case $- in *i*) ;; *) return ;; esac\nPATH=/e:$PATH\n",
    },
    "ksh: ENV names nothing": {".profile": "export ENV=$HOME/.nothing\n"},
    "ksh: .profile reads .kshrc": {
        ".profile": ". ~/.kshrc\n. ~/.mkshrc\n",
        ".kshrc": "PATH=/k:$PATH\n",
        ".mkshrc": "",
    },
    "ksh: strict": {
        ".profile": "set -eu\nPATH=/p:$PATH\n",
        ".kshrc": "set -u\n",
        ".mkshrc": "set -u\n",
    },
    "everything at once": {
        ".profile": "PATH=/p:$PATH\n",
        ".bashrc": "case $- in *i*) ;; *) return;; esac\nPATH=/b:$PATH\n",
        ".zshrc": _OH_MY_ZSH.replace("source $ZSH", ": $ZSH") + _CONDA_ZSH,
        ".config/fish/config.fish": _CONDA_FISH + "fish_add_path -g /usr/games\n",
        ".kshrc": "PATH=/k:$PATH\n",
        ".mkshrc": "PATH=/m:$PATH\n",
    },
}

_WAYS = {
    "command": ("{}", "-c"),
    "login command": ("-{}", "-c"),
    "terminal": ("{}", "-i", "-c"),
    "login terminal": ("-{}", "-i", "-c"),
}
# Of the ksh family: a terminal that has ENV from the login before it.
_NAMED = "terminal with ENV"


def put(home: Path, files: Files) -> None:
    """Make the files of a home."""
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("->"):
            path.symlink_to(text[2:])
        else:
            path.write_bytes(text.encode("utf-8", "surrogateescape"))


def installed(name: str) -> str:
    """The program of a shell; skipped, or failed where CI has promised it."""
    program = shutil.which(name)
    if program is None:
        if os.environ.get("ENVKIT_REQUIRE_SHELLS"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return program


def ways(shell: str) -> tuple[str, ...]:
    """The ways to start it in which it reads something of its user's."""
    return (*tuple(_WAYS)[1:], _NAMED) if shell in ("ksh93", "mksh") else tuple(_WAYS)


def path_of(home: Path, shell: str, way: str, env: Mapping[str, str]) -> str | None:
    """PATH as a program sees it that this shell really starts; None where it never does."""
    words = [word.format(shell) for word in _WAYS["terminal" if way == _NAMED else way]]
    base = {"HOME": str(home), "TERM": "dumb", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    base |= {"HISTFILE": "/dev/null", **env}
    try:
        done = subprocess.run(
            [*words, "/usr/bin/env -0"],
            executable=installed(shell),
            env=base,
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    pairs = [entry.partition(b"=") for entry in done.stdout.split(b"\0")]
    found = [value for name, _, value in pairs if name.rpartition(b"\n")[2] == b"PATH"]
    return os.fsdecode(found[-1]) if found else None


def session(home: Path, shell: str) -> dict[str, str]:
    """What a terminal has from the login before it: ENV, for the ksh family."""
    if shell not in ("ksh93", "mksh"):
        return {}
    done = subprocess.run(
        [f"-{shell}", "-c", 'printf %s "${ENV-}"'],
        executable=installed(shell),
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=20,
        check=False,
    )
    return {"ENV": os.fsdecode(done.stdout)} if done.stdout else {}


def paths(home: Path, shells: tuple[str, ...], env: Mapping[str, str]) -> dict[str, str | None]:
    """PATH of every start of these shells."""
    cells = [(shell, way) for shell in shells for way in ways(shell)]
    given = {shell: session(home, shell) for shell in shells}

    def one(cell: tuple[str, str]) -> str | None:
        shell, way = cell
        more = given[shell] if way == _NAMED else {}
        return path_of(home, shell, way, {**env, **more})

    with ThreadPoolExecutor(2) as pool:
        return {
            f"{shell} {way}": found
            for (shell, way), found in zip(cells, pool.map(one, cells), strict=True)
        }
