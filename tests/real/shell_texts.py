"""Random startup files of zsh, fish and ksh, made of what people write in them."""

from __future__ import annotations

from random import Random

_POSIX = (
    "PATH=/p{n}:$PATH",
    "export PATH=/p{n}:$PATH",
    'PATH="/p{n}:/q{n}:$PATH"',
    "PATH=$PATH:/back{n}",
    "alias ll{n}='ls -l'",
    "# a comment about PATH=/no:$PATH",
    "A{n}='x\ny'",
    "[ -d /usr ] && PATH=/d{n}:$PATH",
    "[ -d /not-there ] && PATH=/no{n}:$PATH",
    'if [ -n "$HOME" ]; then\n  PATH=/i{n}:$PATH\nelse\n  PATH=/no:$PATH\nfi',
    "for d in /f{n} /g{n}; do\n  PATH=$d:$PATH\ndone",
    "case :$PATH: in *:/c{n}:*) ;; *) PATH=/c{n}:$PATH ;; esac",
    "add{n}() {{ PATH=$1:$PATH; }}\nadd{n} /fn{n}",
    "late{n}() {{ PATH=/late{n}:$PATH; }}",
    'eval "$(echo PATH=/ev{n}:\\$PATH)"',
    "cat > /dev/null <<X\nPATH=/heredoc:$PATH\nX",
    ". ~/shared.sh",
    "[ -r ~/shared.sh ] && . ~/shared.sh",
    "unset NOTHING{n}",
    "export EDITOR=vi",
    "umask 022",
)
_LEAVE_POSIX = (
    "case $- in *i*) ;; *) return ;; esac",
    '[ -z "$PS1" ] && return',
    '[ -n "$NEVER" ] && return',
    '[ -n "$NEVER" ] && exit 3',
    "if [ -r ~/nothing ]; then return; fi",
    "return",
)
_ZSH = (
    "path=(/z{n} $path)",
    "path+=(/zb{n})",
    "typeset -U path PATH",
    "typeset -gU path; path=(/zu{n} $path)",
    "path[1,0]=/zi{n}",
    "[[ -o login ]] && PATH=/lo{n}:$PATH",
    "if [[ $OSTYPE == linux* ]]; then path=(/os{n} $path); fi",
    "() {{ local x=/an{n}; PATH=$x:$PATH }}",
    "for d (/s{n} /t{n}) path=($d $path)",
    "setopt extendedglob no_nomatch",
    "autoload -Uz compinit",
    "bindkey -e",
    "emulate sh -c 'PATH=/em{n}:$PATH'",
    'export PATH="/e{n}:${{PATH}}"',
)
_LEAVE_ZSH = (
    *("[[ -o interactive ]] || return", "[[ -o login ]] || return", "return"),
    *(
        '[[ -n "$NEVER" ]] && exit 3',
        "[[ $- == *i* ]] || exit 0",
        "(( $+commands[nothing] )) && return",
    ),
)
_FISH = (
    "set -gx PATH /f{n} $PATH",
    "set PATH /f{n} $PATH",
    "set -x PATH $PATH /fb{n}",
    "set -p PATH /fp{n}",
    "set -a PATH /fa{n}",
    "fish_add_path /usr/games",
    "fish_add_path --path /usr/share",
    "fish_add_path -g /usr/lib",
    "alias ll{n} 'ls -l'",
    "set -g fish_greeting",
    "if status is-interactive\n    set -gx PATH /fi{n} $PATH\nend",
    "if status is-login\n    set -gx PATH /fl{n} $PATH\nelse\n    set -gx A b\nend",
    "for d in /ff{n} /fg{n}\n    set PATH $d $PATH\nend",
    "function add{n}; set -gx PATH $argv $PATH; end; add{n} /fn{n}",
    "function late{n}\n    set -gx PATH /late $PATH\nend",
    "echo 'set -gx PATH /fs{n} $PATH' | source",
    "eval 'set -gx PATH /fe{n} $PATH'",
    "test -d /usr; and set PATH /ft{n} $PATH",
    "test -d /not-there; and set PATH /no $PATH",
    "test -r ~/shared.fish; and source ~/shared.fish",
    "switch (uname)\n    case Linux\n        set PATH /sw{n} $PATH\nend",
    "set -gx fish_user_paths /fu{n}",
    "begin\n    set -lx PATH /nothing $PATH\nend",
    "# set PATH /no $PATH",
)
_LEAVE_FISH = (
    "status is-interactive; or exit",
    "status is-interactive; or return",
    "return",
    "exit",
)

_FILES = {
    "zsh": (".zshenv", ".zprofile", ".zshrc", ".zlogin"),
    "fish": (
        ".config/fish/config.fish",
        ".config/fish/conf.d/a.fish",
        ".config/fish/conf.d/z.fish",
    ),
    "ksh93": (".profile", ".kshrc", ".env"),
    "mksh": (".profile", ".mkshrc", ".env"),
}


def home(shell: str, seed: int) -> dict[str, str]:
    """The files of one random home of that shell's."""
    random = Random(f"{shell} {seed}")
    pool, leaving = {
        "zsh": (_POSIX + 2 * _ZSH, _LEAVE_ZSH + _LEAVE_POSIX),
        "fish": (_FISH, _LEAVE_FISH),
    }.get(shell, (_POSIX, _LEAVE_POSIX))
    files = {}
    for name in _FILES[shell]:
        if random.random() < 0.65:
            files[name] = _file(random, pool, leaving)
    files["shared.sh"] = _file(random, _POSIX[:12], ())
    files["shared.fish"] = _file(random, _FISH[:10], ())
    if "ksh" in shell and random.random() < 0.5:
        files[".profile"] = "export ENV=$HOME/.env\n" + files.get(".profile", "")
    if shell == "zsh" and random.random() < 0.2:
        files = {f"z/{name}" if name != ".zshenv" else name: text for name, text in files.items()}
        files["shared.sh"] = files.pop("z/shared.sh")
        files[".zshenv"] = "export ZDOTDIR=~/z\n" + files.get(".zshenv", "")
    return files


def _file(random: Random, pool: tuple[str, ...], leaving: tuple[str, ...]) -> str:
    lines = []
    for number in range(random.randint(1, 5)):
        lines.append(random.choice(pool).format(n=number))
        if leaving and random.random() < 0.12:
            lines.append(random.choice(leaving))
    return "\n".join(lines) + random.choice(("\n", "\n", "\n", "", "\n\n"))
