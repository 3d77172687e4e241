"""Homes with entries of PATH planted in them, each in a folder of its own: so its line is known.

The 26 homes and 48 entries at which the rivals were measured, built anew from their table of kinds;
then what of them makes sense in zsh and fish. A text that begins with `->` is a link. All
else in PATH must be the system's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

PROFILE = """\
if [ "$(id -u)" -eq 0 ]; then
  PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
else
  PATH="/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
fi
export PATH
if [ "${PS1-}" ]; then
  if [ "${BASH-}" ] && [ "$BASH" != "/bin/sh" ]; then
    if [ -f /etc/bash.bashrc ]; then
      . /etc/bash.bashrc
    fi
  fi
fi
for i in /etc/profile.d/*.sh; do
  if [ -r $i ]; then
    . $i
  fi
done
unset i
"""
ETC = {
    "profile": PROFILE,
    "bash.bashrc": '[ -z "${PS1-}" ] && return\nshopt -s checkwinsize\n',
    "profile.d/lang.sh": "LANG=${LANG:-C}\n",
    "zsh/zshenv": (
        'if [[ -z "$PATH" || "$PATH" == "/bin:/usr/bin" ]]\nthen\n'
        '\texport PATH="/usr/local/bin:/usr/bin:/bin:/usr/games"\nfi\n'
    ),
    "zsh/zprofile": "",
    "zsh/zshrc": "READNULLCMD=${PAGER:-/usr/bin/pager}\n",
    "zsh/zlogin": "",
}
TOOL = "#!/bin/sh\necho 'export PATH=\"/t/tool:$PATH\"'\n"
CARGO = """\
#!/bin/sh
# rustup shell setup
case ":${PATH}:" in
    *:"$HOME/.cargo/bin":*)
        ;;
    *)
        export PATH="$HOME/.cargo/bin:$PATH"
        ;;
esac
"""
SKELETON_RC = """\
case $- in
    *i*) ;;
      *) return;;
esac
HISTCONTROL=ignoreboth
shopt -s histappend
case "$TERM" in
    xterm-color|*-256color) color_prompt=yes;;
esac
if [ "$color_prompt" = yes ]; then
    PS1='\\u@\\h:\\w\\$ '
fi
if [ -f ~/.bash_aliases ]; then
    . ~/.bash_aliases
fi
"""
SKELETON_PROFILE = """\
# ~/.profile: executed by the command interpreter for login shells.
if [ -n "$BASH_VERSION" ]; then
    # include .bashrc if it exists
    if [ -f "$HOME/.bashrc" ]; then
\t. "$HOME/.bashrc"
    fi
fi
if [ -d "$HOME/bin" ] ; then
    PATH="$HOME/bin:$PATH"
fi
if [ -d "$HOME/.local/bin" ] ; then
    PATH="$HOME/.local/bin:$PATH"
fi
"""


class Home(NamedTuple):
    """`planted`: folder and the place that put it there, in PATH's own order.

    `absent` must not be in PATH. `replaces`: the line that has set all of PATH anew, "" where the
    system's entries are still those of /etc/profile, or inherited. `environment`: what the start is
    given besides. `as_root`: what is planted where root reads what it may not, if that differs.
    """

    name: str
    files: Mapping[str, str]
    planted: tuple[tuple[str, str], ...]
    absent: tuple[str, ...] = ()
    context: str = "login_terminal"
    shell: str = "bash"
    etc: Mapping[str, str] = {}
    replaces: str = ""
    environment: Mapping[str, str] = {}
    unreadable: tuple[str, ...] = ()
    as_root: tuple[tuple[str, str], ...] | None = None


P, RC, Q = "~/.bash_profile:", "~/.bashrc:", "~/.profile:"
HOMES = (
    Home("plain", {".bash_profile": "PATH=/t/a:$PATH\n"}, (("/t/a", P + "1"),)),
    Home(
        "symlinked file",
        {
            "dotfiles/bash_profile": "\nexport PATH=/t/a:$PATH\n",
            ".bash_profile": "->dotfiles/bash_profile",
        },
        (("/t/a", P + "2"),),
    ),
    Home(
        ".profile hidden",
        {".bash_profile": "export PATH=/t/a:$PATH\n", ".profile": "export PATH=/t/no:$PATH\n"},
        (("/t/a", P + "1"),),
        ("/t/no",),
    ),
    Home(
        "/etc/profile replaces PATH",
        {".profile": "PATH=/t/a:$PATH\nPATH=$PATH:/t/b\n"},
        (("/t/a", Q + "1"), ("/etc/own", "/etc/profile:2"), ("/t/b", Q + "2")),
        etc={"profile": ": as some images have it\nPATH=/usr/bin:/bin:/etc/own\nexport PATH\n"},
        replaces="/etc/profile:2",
    ),
    Home(
        "put twice",
        {".bash_profile": "PATH=/t/a:$PATH\ntrue\nPATH=/t/a:$PATH\n"},
        (("/t/a", P + "3"), ("/t/a", P + "1")),
    ),
    Home(
        "Debian's skeleton",
        {".profile": SKELETON_PROFILE, ".bashrc": SKELETON_RC, "bin/x": "", ".local/bin/x": ""},
        (("~/.local/bin", Q + "12"), ("~/bin", Q + "9")),
    ),
    Home(
        "sourced two levels",
        {
            ".bash_profile": ". ~/.bashrc\nPATH=/t/a:$PATH\n",
            ".bashrc": "[ -r ~/.config/paths ] && source ~/.config/paths\nPATH=$PATH:/t/b\n",
            ".config/paths": "\n\nPATH=/t/c:$PATH\n",
        },
        (("/t/a", P + "2"), ("/t/c", "~/.config/paths:3"), ("/t/b", RC + "2")),
    ),
    Home(
        "$HOME/.cargo/env",
        {".profile": '. "$HOME/.cargo/env"\n', ".cargo/env": CARGO},
        (("~/.cargo/bin", "~/.cargo/env:7"),),
    ),
    Home(
        "function",
        {
            ".bashrc": "add_path() {\n  case :$PATH: in\n    *:$1:*) ;;\n"
            "    *) PATH=$1:$PATH ;;\n  esac\n}\nadd_path /t/a\nadd_path /t/b\n"
        },
        (("/t/b", RC + "4"), ("/t/a", RC + "4")),
        context="terminal",
    ),
    Home(
        "loop over a glob",
        {
            ".bashrc": 'for d in "$HOME"/opt/*/bin; do\n  PATH=$PATH:$d\ndone\n',
            "opt/1/bin/x": "",
            "opt/2/bin/x": "",
            "opt/3/bin/x": "",
        },
        (("~/opt/1/bin", RC + "2"), ("~/opt/2/bin", RC + "2"), ("~/opt/3/bin", RC + "2")),
        context="terminal",
    ),
    Home(
        "false branch",
        {
            ".bashrc": 'if [ -n "$NOT_SET" ]; then\n  PATH=/t/no:$PATH\nelse\n'
            "  PATH=/t/a:$PATH\nfi\n"
        },
        (("/t/a", RC + "4"),),
        ("/t/no",),
        context="terminal",
    ),
    Home(
        "return guard",
        {".bashrc": 'export PATH=/t/a:$PATH\n\n[ -z "$NOT_SET" ] && return\nPATH=/t/no:$PATH\n'},
        (("/t/a", RC + "1"),),
        ("/t/no",),
        context="terminal",
    ),
    Home(
        "here-document",
        {".bashrc": "cat >/dev/null <<EOF\nPATH=/t/no:$PATH\nEOF\nPATH=/t/a:$PATH\n"},
        (("/t/a", RC + "4"),),
        ("/t/no",),
        context="terminal",
    ),
    Home(
        "comment and echo",
        {
            ".bashrc": "# PATH=/t/no:$PATH\nPATH=/t/a:$PATH\n"
            "echo PATH=/t/no:$PATH >/dev/null\necho 'export PATH=/t/no' >/dev/null\n"
        },
        (("/t/a", RC + "2"),),
        ("/t/no",),
        context="terminal",
    ),
    Home(
        "PATH=… cmd",
        {".bashrc": "PATH=/t/no:$PATH true\nPATH=/t/a:$PATH\nPATH=/t/no env >/dev/null\n"},
        (("/t/a", RC + "2"),),
        ("/t/no",),
        context="terminal",
    ),
    Home(
        'eval "$(tool)" and the next line',
        {".bashrc": 'eval "$(~/tool)"\nPATH=/t/a:$PATH\n', "tool": TOOL},
        (("/t/a", RC + "2"), ("/t/tool", RC + "1")),
        context="terminal",
    ),
    Home(
        "PATH+=, declare -x, export A=1 PATH=",
        {
            ".bashrc": "PATH+=:/t/a\nexport PATH+=:/t/b\ndeclare -x PATH=/t/c:$PATH\n"
            "export A=1 PATH=/t/d:$PATH\ntypeset -x PATH=$PATH:/t/e\n"
        },
        (
            ("/t/d", RC + "4"),
            ("/t/c", RC + "3"),
            ("/t/a", RC + "1"),
            ("/t/b", RC + "2"),
            ("/t/e", RC + "5"),
        ),
        context="terminal",
    ),
    Home(
        "continued line",
        {".bashrc": "PATH=/t/a:\\\n/t/b:\\\n$PATH\n"},
        (("/t/a", RC + "1"), ("/t/b", RC + "1")),
        context="terminal",
    ),
    Home(
        "unset PATH, set anew",
        {".bashrc": "PATH=/t/no:$PATH\nunset PATH\nPATH=/t/a:/t/b\nexport PATH=$PATH:/t/c\n"},
        (("/t/a", RC + "3"), ("/t/b", RC + "3"), ("/t/c", RC + "4")),
        ("/t/no", "/usr/bin"),
        context="terminal",
    ),
    Home(
        "zsh: typeset -U path, path=(), path+=()",
        {
            ".zshenv": "typeset -U path PATH\npath=(/t/a $path)\npath+=(/t/b)\n",
            ".zshrc": "path=(\n  /t/c\n  $path\n)\npath+=(/t/a)\n",
        },
        (("/t/c", "~/.zshrc:1"), ("/t/a", "~/.zshenv:2"), ("/t/b", "~/.zshenv:3")),
        shell="zsh",
    ),
    Home(
        "zsh: ZDOTDIR set in ~/.zshenv",
        {
            ".zshenv": "ZDOTDIR=~/.config/zsh\nexport PATH=/t/a:$PATH\n",
            ".zshrc": "path=(/t/no $path)\n",
            ".config/zsh/.zprofile": "path=(/t/b $path)\n",
            ".config/zsh/.zshrc": "\npath=(/t/c $path)\n",
        },
        (
            ("/t/c", "~/.config/zsh/.zshrc:2"),
            ("/t/b", "~/.config/zsh/.zprofile:1"),
            ("/t/a", "~/.zshenv:2"),
        ),
        ("/t/no",),
        shell="zsh",
    ),
    Home(
        "fish: conf.d and config.fish",
        {
            ".config/fish/conf.d/paths.fish": "\nfish_add_path -g ~/tools\n",
            "tools/x": "",
            ".config/fish/config.fish": "set -gx PATH /t/c $PATH\n",
        },
        (
            ("/t/c", "~/.config/fish/config.fish:1"),
            ("~/tools", "~/.config/fish/conf.d/paths.fish:2"),
        ),
        shell="fish",
    ),
    Home(
        "BASH_ENV with -c",
        {"bash_env": "\nPATH=$PATH:/t/a\n", ".bashrc": "PATH=/t/no:$PATH\n"},
        (("/t/a", "~/bash_env:2"),),
        ("/t/no",),
        context="script",
        environment={"BASH_ENV": "~/bash_env"},
    ),
    Home(
        "set +x in a startup file",
        {".bashrc": "PATH=/t/a:$PATH\nset +x\nPATH=/t/b:$PATH\n"},
        (("/t/b", RC + "3"), ("/t/a", RC + "1")),
        context="terminal",
    ),
    Home(
        "a PS4 of its own",
        {".bashrc": "PS4='+ '\nPATH=/t/a:$PATH\n"},
        (("/t/a", RC + "2"),),
        context="terminal",
    ),
    Home(
        "unreadable .bash_profile",
        {".bash_profile": "PATH=/t/no:$PATH\n", ".profile": "PATH=/t/a:$PATH\n"},
        (),
        ("/t/no", "/t/a"),
        unreadable=(".bash_profile",),
        as_root=(("/t/no", P + "1"),),
    ),
)


def zsh(
    name: str,
    text: str,
    planted: tuple[tuple[str, str], ...],
    absent: tuple[str, ...] = (),
    more: Mapping[str, str] = {},
) -> Home:
    """A home whose ~/.zshrc is `text`; places in it are lines."""
    rows = tuple((d, f"~/.zshrc:{at}" if at.isdigit() else at) for d, at in planted)
    return Home(name, {".zshrc": text, **more}, rows, absent, "terminal", "zsh")


ZSH = (
    zsh("plain", "path=(/t/a $path)\n", (("/t/a", "1"),)),
    Home(
        "symlinked file",
        {"dot/zprofile": "\npath=(/t/a $path)\n", ".zprofile": "->dot/zprofile"},
        (("/t/a", "~/.zprofile:2"),),
        shell="zsh",
    ),
    Home(
        "the files of other shells",
        {
            ".profile": "PATH=/t/no:$PATH\n",
            ".bashrc": "PATH=/t/no:$PATH\n",
            ".zlogin": "path+=/t/a\n",
        },
        (("/t/a", "~/.zlogin:1"),),
        ("/t/no",),
        shell="zsh",
    ),
    Home(
        "/etc/zsh/zprofile replaces PATH",
        {".zshenv": "path=(/t/no $path)\n", ".zprofile": "path=(/t/a $path)\n"},
        (("/t/a", "~/.zprofile:1"), ("/etc/own", "/etc/profile:1")),
        ("/t/no",),
        shell="zsh",
        etc={
            "zsh/zprofile": "emulate sh -c 'source /etc/profile'\n",
            "profile": "PATH=/usr/bin:/bin:/etc/own\nexport PATH\n",
        },
        replaces="/etc/profile:1",
    ),
    zsh(
        "put twice", "path=(/t/a $path)\ntrue\npath=(/t/a $path)\n", (("/t/a", "3"), ("/t/a", "1"))
    ),
    zsh(
        "sourced two levels",
        "source ~/one\npath=(/t/a $path)\n",
        (("/t/a", "2"), ("/t/c", "~/two:2"), ("/t/b", "~/one:2")),
        more={"one": "[[ -r ~/two ]] && . ~/two\npath+=/t/b\n", "two": "\npath=(/t/c $path)\n"},
    ),
    zsh(
        "$HOME/.cargo/env",
        '. "$HOME/.cargo/env"\n',
        (("~/.cargo/bin", "~/.cargo/env:7"),),
        more={".cargo/env": CARGO},
    ),
    zsh(
        "function",
        "add() {\n  (( ${path[(Ie)$1]} )) ||\n    path=($1 $path)\n}\n"
        "add /t/a\nadd /t/b\nadd /t/b\n",
        (("/t/b", "3"), ("/t/a", "3")),
    ),
    zsh(
        "loop over a glob",
        "for d in ~/opt/*/bin(N); do\n  path+=$d\ndone\n",
        (("~/opt/1/bin", "2"), ("~/opt/2/bin", "2")),
        more={"opt/1/bin/x": "", "opt/2/bin/x": ""},
    ),
    zsh(
        "false branch",
        "if [[ -n $NOT_SET ]]; then\n  path+=/t/no\nelse\n  path+=/t/a\nfi\n",
        (("/t/a", "4"),),
        ("/t/no",),
    ),
    zsh(
        "return guard",
        "path+=/t/a\n[[ -z $NOT_SET ]] && return\npath+=/t/no\n",
        (("/t/a", "1"),),
        ("/t/no",),
    ),
    zsh(
        "here-document, comment, echo",
        "cat >/dev/null <<EOF\npath+=/t/no\nEOF\n# path+=/t/no\n"
        "echo 'path+=/t/no' PATH=/t/no >/dev/null\npath+=/t/a\n",
        (("/t/a", "6"),),
        ("/t/no",),
    ),
    zsh("PATH=… cmd", "PATH=/t/no:$PATH true\npath+=/t/a\n", (("/t/a", "2"),), ("/t/no",)),
    zsh(
        "eval and the next line",
        'eval "$(~/tool)"\npath=(/t/a $path)\n',
        (("/t/a", "2"), ("/t/tool", "1")),
        more={"tool": TOOL},
    ),
    zsh(
        "other ways",
        "PATH+=:/t/a\nexport PATH=$PATH:/t/b\n"
        "typeset -x PATH=/t/c:$PATH\nexport A=1 PATH=/t/d:$PATH\n",
        (("/t/d", "4"), ("/t/c", "3"), ("/t/a", "1"), ("/t/b", "2")),
    ),
    zsh("continued line", "PATH=/t/a:\\\n/t/b:\\\n$PATH\n", (("/t/a", "1"), ("/t/b", "1"))),
    zsh(
        "unset PATH, set anew",
        "path+=/t/no\nunset PATH\nexport PATH=/t/a:/t/b\nPATH=$PATH:/t/c\n",
        (("/t/a", "3"), ("/t/b", "3"), ("/t/c", "4")),
        ("/t/no", "/usr/bin"),
    ),
    zsh(
        "set +x",
        "path+=/t/a\nset +x\nunsetopt xtrace\npath+=/t/b\n",
        (("/t/a", "1"), ("/t/b", "4")),
    ),
    zsh("a PS4 of its own", "PS4='+ '\npath+=/t/a\n", (("/t/a", "2"),)),
    Home(
        "unreadable .zprofile",
        {".zprofile": "path+=/t/no\n", ".zshrc": "path+=/t/a\n"},
        (("/t/a", "~/.zshrc:1"),),
        ("/t/no",),
        shell="zsh",
        unreadable=(".zprofile",),
        as_root=(("/t/no", "~/.zprofile:1"), ("/t/a", "~/.zshrc:1")),
    ),
)

_CONFIG = "~/.config/fish/config.fish:"


def fish(
    name: str,
    text: str,
    planted: tuple[tuple[str, str], ...],
    absent: tuple[str, ...] = (),
    more: Mapping[str, str] = {},
) -> Home:
    """A home whose config.fish is `text`; places in it are lines."""
    rows = tuple((d, f"{_CONFIG}{at}" if at.isdigit() else at) for d, at in planted)
    return Home(name, {".config/fish/config.fish": text, **more}, rows, absent, "terminal", "fish")


FISH = (
    fish("plain", "set -gx PATH /t/a $PATH\n", (("/t/a", "1"),)),
    Home(
        "symlinked file",
        {"dot/fish": "\nset -gx PATH /t/a $PATH\n", ".config/fish/config.fish": "->../../dot/fish"},
        (("/t/a", _CONFIG + "2"),),
        shell="fish",
    ),
    fish(
        "the files of other shells",
        "set -a PATH /t/a\n",
        (("/t/a", "1"),),
        ("/t/no",),
        {".bash_profile": "PATH=/t/no:$PATH\n", ".profile": "PATH=/t/no:$PATH\n"},
    ),
    Home(
        "the system's config.fish replaces PATH",
        {".config/fish/config.fish": "set -p PATH /t/a\n"},
        (("/t/a", _CONFIG + "1"), ("/etc/own", "/etc/fish/config.fish:2")),
        shell="fish",
        etc={"fish/config.fish": "\nset -gx PATH /usr/bin /bin /etc/own\n"},
        replaces="/etc/fish/config.fish:2",
    ),
    fish(
        "put twice",
        "set -p PATH /t/a\ntrue\nset -p PATH /t/a\n",
        (("/t/a", "3"), ("/t/a", "1")),
    ),
    fish(
        "sourced two levels",
        "source ~/one.fish\nset -p PATH /t/a\n",
        (("/t/a", "2"), ("/t/c", "~/two.fish:2"), ("/t/b", "~/one.fish:2")),
        more={
            "one.fish": "test -r ~/two.fish; and source ~/two.fish\nset -a PATH /t/b\n",
            "two.fish": "\nset -p PATH /t/c\n",
        },
    ),
    fish(
        "$HOME/.cargo/env.fish",
        'source "$HOME/.cargo/env.fish"\n',
        (("~/.cargo/bin", "~/.cargo/env.fish:4"),),
        more={
            ".cargo/env.fish": '# rustup shell setup\nif not contains "$HOME/.cargo/bin" $PATH\n'
            "    # in front\n"
            '    set -x PATH "$HOME/.cargo/bin" $PATH\nend\n'
        },
    ),
    fish(
        "function",
        "function add\n  contains $argv[1] $PATH\n  or set -gx PATH $argv[1] $PATH\nend\n"
        "add /t/a\nadd /t/b\nadd /t/b\n",
        (("/t/b", "3"), ("/t/a", "3")),
    ),
    fish(
        "loop over a glob",
        "for d in ~/opt/*/bin\n  set -a PATH $d\nend\n",
        (("~/opt/1/bin", "2"), ("~/opt/2/bin", "2")),
        more={"opt/1/bin/x": "", "opt/2/bin/x": ""},
    ),
    fish(
        "false branch",
        'if test -n "$NOT_SET"\n  set -a PATH /t/no\nelse\n  set -a PATH /t/a\nend\n',
        (("/t/a", "4"),),
        ("/t/no",),
    ),
    fish(
        "return guard",
        'set -a PATH /t/a\ntest -z "$NOT_SET"; and return\nset -a PATH /t/no\n',
        (("/t/a", "1"),),
        ("/t/no",),
    ),
    fish(
        "comment and echo",
        "# set -a PATH /t/no\necho set -a PATH /t/no >/dev/null\nset -a PATH /t/a\n",
        (("/t/a", "3"),),
        ("/t/no",),
    ),
    fish(
        "PATH=… cmd", "PATH=/t/no env >/dev/null\nset -a PATH /t/a\n", (("/t/a", "2"),), ("/t/no",)
    ),
    fish(
        "a tool's text and the next line",
        "~/tool | source\nset -p PATH /t/a\n",
        (("/t/a", "2"), ("/t/tool", "1")),
        more={"tool": "#!/bin/sh\necho 'set -gx PATH /t/tool $PATH'\n"},
    ),
    fish(
        "eval (tool) and the next line",
        "eval (~/tool)\nset -p PATH /t/a\n",
        (("/t/a", "2"), ("/t/tool", "1")),
        more={"tool": "#!/bin/sh\necho 'set -gx PATH /t/tool $PATH;'\n"},
    ),
    fish(
        "other ways",
        'set PATH $PATH /t/a\nset -x -p PATH /t/b\nexport PATH=/t/d:"$PATH"\n',
        (("/t/d", "3"), ("/t/b", "2"), ("/t/a", "1")),
    ),
    fish(
        "one element",
        "set -a PATH /t/a\nset -p PATH /t/no\nset PATH[1] /t/b\n",
        (("/t/b", "3"), ("/t/a", "1")),
        ("/t/no",),
    ),
    fish(
        "continued line",
        "set -gx PATH /t/a \\\n  /t/b \\\n  $PATH\n",
        (("/t/a", "1"), ("/t/b", "1")),
    ),
    fish(
        "erased, set anew",
        "set -a PATH /t/no\nset -e PATH\nset -gx PATH /t/a /t/b\nset -a PATH /t/c\n",
        (("/t/a", "3"), ("/t/b", "3"), ("/t/c", "4")),
        ("/t/no", "/usr/bin"),
    ),
    Home(
        "unreadable file of conf.d",
        {
            ".config/fish/conf.d/a.fish": "set -a PATH /t/no\n",
            ".config/fish/conf.d/b.fish": "set -a PATH /t/a\n",
        },
        (("/t/a", "~/.config/fish/conf.d/b.fish:1"),),
        ("/t/no",),
        shell="fish",
        unreadable=(".config/fish/conf.d/a.fish",),
        as_root=(
            ("/t/no", "~/.config/fish/conf.d/a.fish:1"),
            ("/t/a", "~/.config/fish/conf.d/b.fish:1"),
        ),
    ),
)
