"""Random startup files: what puts something in front of PATH, leaves early, or takes back."""

from __future__ import annotations

from random import Random

from tests.real.precedence_homes import SHELLS, World

# {n} is a number, so that entries can be told apart; {{ and }} are braces.
_SH = (
    "PATH=/p{n}:$PATH",
    'export PATH="/p{n}:$PATH"',
    "PATH=$PATH:/back{n}",
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "alias ll{n}='ls -l'",
    "export X{n}=1",
    "A_B=mine; export A_B",
    "unset A_B",
    "unset X{n} A_B",
    "[ -d /usr ] && PATH=/d{n}:$PATH",
    "[ -d /not-there ] && PATH=/no{n}:$PATH",
    'if [ -n "$HOME" ]; then\n  PATH=/i{n}:$PATH\nfi',
    "for d in /f{n} /g{n}; do\n  PATH=$d:$PATH\ndone",
    "case :$PATH: in *:/c{n}:*) ;; *) PATH=/c{n}:$PATH ;; esac",
    "add{n}() {{ PATH=$1:$PATH; }}\nadd{n} /fn{n}",
    "late{n}() {{ PATH=/late{n}:$PATH; }}",
    'eval "$(echo PATH=/ev{n}:\\$PATH)"',
    "eval PATH=/e{n}:'$PATH'",
    "cat > /dev/null <<X\nPATH=/heredoc:$PATH\nX",
    ". ~/shared.sh",
    "[ -r ~/shared.sh ] && . ~/shared.sh",
    "PATH=/sub{n}:$PATH true",
    "(PATH=/sub{n}:$PATH)",
    'PATH="$(echo /cmd{n}:$PATH)"',
    "command export PATH=/ce{n}:$PATH",
    "alias front{n}='PATH=/al{n}:$PATH'",
    "export PATH",
    "read -r PATH <<X\n/rd{n}:$PATH\nX",
    ": ${{PATH:=/never}}",
    "set -- a b; PATH=/set{n}:$PATH",
    "trap 'PATH=/trap{n}:$PATH' EXIT",
    "while :; do PATH=/w{n}:$PATH; break; done",
    "true && PATH=/t{n}:$PATH || PATH=/never:$PATH",
    "{{ PATH=/br{n}:$PATH; }}",
    "umask 022",
    "# a comment\n# and another",
)
_LEAVE_SH = (
    "case $- in *i*) ;; *) return ;; esac",
    '[ -z "$PS1" ] && return',
    '[ -n "$NEVER" ] && return',
    '[ -n "$NEVER" ] && exec true',
    '[ "$TERM" = dumb ] && return',
    '[ "$TERM" = linux ] && return',
    'if [ -n "$SSH_CLIENT" ]; then return; fi',
    "[ -r ~/nothing ] || return",
    "return",
)
_BASH = (
    "declare -x PATH=/de{n}:$PATH",
    "typeset -x PATH=/ty{n}:$PATH",
    "export -n A_B",
    "builtin export PATH=/bu{n}:$PATH",
    "PATH+=:/plus{n}",
    "PATH=${{PATH/#/\\/rep{n}:}}",
    "source <(echo 'PATH=/ps{n}:$PATH')",
    "read -r PATH <<< /rr{n}:$PATH",
    "printf -v PATH %s /pv{n}:$PATH",
    "PROMPT_COMMAND='PATH=/pc{n}:$PATH'",
    "munge{n} () {{ case :$PATH: in *:$1:*) ;; *) PATH=$1:$PATH ;; esac; }}; munge{n} /m{n}",
    "f{n}() {{ local x=/lo{n}; export PATH=$x:$PATH; }}; f{n}",
    "f{n}() {{ declare -g PATH=/dg{n}:$PATH; }}; f{n}",
    "declare -n ref{n}=PATH; ref{n}=/nr{n}:$PATH",
    'IFS=: read -r one rest <<< "$PATH"; PATH=/ifs{n}:$PATH',
    "[[ -d /usr && :$PATH: != *:/bb{n}:* ]] && PATH=/bb{n}:$PATH",
    "shopt -s expand_aliases\nalias pre{n}='PATH=/ea{n}:$PATH'\npre{n}",
    "function k{n} {{ PATH=/fk{n}:$PATH; }}\nk{n}",
    "set -o noclobber",
    "let x=1; ((x++)); PATH=/ar{n}:$PATH",
)
_LEAVE_BASH = (
    "[[ $- == *i* ]] || return",
    "[[ $- != *i* ]] && return",
    "shopt -q login_shell || return",
    "(( SHLVL > 9 )) && return",
)
_KORN = (
    "typeset -x PATH=/ty{n}:$PATH",
    "set -o vi",
    "function k{n} {{ PATH=/fk{n}:$PATH; }}\nk{n}",
)
_ZSH = (
    *("path=(/z{n} $path)", "path+=(/zb{n})", "typeset -U path PATH", "path[1,0]=/zi{n}"),
    *("typeset -gU path; path=(/zu{n} $path)", "[[ -o login ]] && PATH=/lo{n}:$PATH"),
    "() {{ local x=/an{n}; PATH=$x:$PATH }}",
    "for d (/s{n} /t{n}) path=($d $path)",
    "emulate sh -c 'PATH=/em{n}:$PATH'",
    "precmd() {{ PATH=/pc{n}:$PATH }}",
    ": ${{PATH::=/cc{n}:$PATH}}",
    "print -v PATH -r -- /pv{n}:$PATH",
    "typeset +x A_B",
    "path=(/x{n} ${{path:#/y}})",
    "export PATH=/e{n}:$PATH",
    "if [[ $OSTYPE == linux* ]] {{ path=(/os{n} $path) }}",
    "autoload -Uz add-zsh-hook",
    "setopt no_unset",
    "path=( $HOME/bin(N) /g{n} $path )",
    "alias pre{n}='path=(/ea{n} $path)'\npre{n}",
    "set -A path /sa{n} $path",
    "source <(echo 'path=(/ps{n} $path)')",
    "(( ${{+commands[true]}} )) && path=(/co{n} $path)",
    "repeat 1 path=(/re{n} $path)",
    "path=(${{(s.:.)PATH}}); path[1]=(/spl{n} $path[1])",
)
_LEAVE_ZSH = (
    *("[[ -o interactive ]] || return", "[[ -o login ]] || return", "return"),
    *(
        "[[ $TERM == dumb ]] && return",
        "[[ -n $NEVER ]] && exec fish",
        "[[ -z $SSH_TTY ]] || return",
    ),
)
_FISH = (
    *("set -gx PATH /f{n} $PATH", "set PATH /f{n} $PATH", "set -x PATH $PATH /fb{n}"),
    *("set -p PATH /fp{n}", "set -a PATH /fa{n}"),
    *("fish_add_path --path /usr/share", "fish_add_path -g /usr/lib", "set -gx A_B mine"),
    *("set -e A_B", "set -gx X{n} 1", "alias ll{n} 'ls -l'"),
    "fish_add_path -gpm /usr/lib /usr/share",
    "set --export --prepend PATH /xp{n}",
    "set -gx fish_user_paths /usr/include $fish_user_paths",
    "if status is-interactive\n    set -gx PATH /fi{n} $PATH\nend",
    "status is-login; and set -gx PATH /fl{n} $PATH",
    "for d in /ff{n} /fg{n}\n    set PATH $d $PATH\nend",
    "function add{n}; set -gx PATH $argv $PATH; end; add{n} /fn{n}",
    "function hook{n} --on-event fish_prompt\n    set PATH /hk{n} $PATH\nend",
    "function var{n} --on-variable NEVER\n    set PATH /hv{n} $PATH\nend",
    "echo 'set -gx PATH /fs{n} $PATH' | source",
    "eval 'set -gx PATH /fe{n} $PATH'",
    "source ~/shared.fish",
    "test -d /usr; and set PATH /ft{n} $PATH",
    "begin\n    set PATH /bg{n} $PATH\nend",
    "switch $TERM\ncase dumb\n    set PATH /sw{n} $PATH\nend",
    "set PATH (string split : /st{n}:(string join : $PATH))",
    "set PATH[1] /ix{n} $PATH[1]",
    "while true\n    set PATH /wh{n} $PATH\n    break\nend",
    "set -xg PATH /usr/local/bin /usr/bin /bin",
)
_LEAVE_FISH = (
    *("status is-interactive; or exit", "status is-interactive; or return"),
    *("if not status is-interactive\n    exit\nend", 'test -n "$NEVER"; and exec true'),
    *("status is-login; or exit", 'test "$TERM" = dumb; and return'),
)
_POOLS = {
    "bash": ((*_SH, *_BASH), (*_LEAVE_SH, *_LEAVE_BASH)),
    "sh": (_SH, _LEAVE_SH),
    "ksh": ((*_SH, *_KORN), _LEAVE_SH),
    "zsh": ((*_SH, *_ZSH), (*_LEAVE_SH, *_LEAVE_ZSH)),
    "fish": (_FISH, _LEAVE_FISH),
}
_FILES = {
    "bash": (
        *((".bash_profile", "bash"), (".bash_login", "bash"), (".profile", "sh")),
        (".bashrc", "bash"),
    ),
    "sh": ((".profile", "sh"),),
    "zsh": tuple((name, "zsh") for name in (".zshenv", ".zprofile", ".zshrc", ".zlogin")),
    "fish": (
        (".config/fish/config.fish", "fish"),
        (".config/fish/conf.d/aa.fish", "fish"),
        (".config/fish/conf.d/zz.fish", "fish"),
    ),
    "ksh93": ((".profile", "ksh"), (".kshrc", "ksh"), (".env", "ksh")),
    "mksh": ((".profile", "ksh"), (".mkshrc", "ksh"), (".env", "ksh")),
}
_MORE = {
    "bash": {".bash_profile": ". ~/.bashrc\n", ".profile": "[ -r ~/.bashrc ] && . ~/.bashrc\n"},
    "ksh93": {".profile": "export ENV=$HOME/.env\n"},
    "mksh": {".profile": "export ENV=~/.env\n"},
}


def text(language: str, random: Random, shared: bool = False) -> str:
    """The lines of one file."""
    pool, leave = _POOLS[language]
    lines = [random.choice(pool) for _ in range(random.randrange(5))]
    if shared:  # which does not read itself
        lines = [line for line in lines if "shared" not in line]
    if random.random() < 0.4:
        lines.insert(random.randrange(len(lines) + 1), random.choice(leave))
    lines = [line.format(n=random.randrange(100)) for line in lines]
    return "\n".join(lines) + ("\n" if lines and random.random() < 0.9 else "")


def world(shell: str, seed: int) -> World:
    """A home of one shell's user; the same for the same seed."""
    random = Random(f"{shell} {seed}")
    assert shell in SHELLS
    files = {}
    for name, language in _FILES[shell]:
        if random.random() < 0.6:
            more = _MORE.get(shell, {}).get(name, "") if random.random() < 0.4 else ""
            files[name] = more + text(language, random)
    files["shared.fish" if shell == "fish" else "shared.sh"] = text(
        "fish" if shell == "fish" else "sh", random, shared=True
    )
    env = {"TERM": random.choice(("dumb", "linux", "xterm-256color"))}
    return World(files, env=env, shells=(shell, "sh") if shell == "bash" else (shell,))
