"""Each way known to fool a tracer, in a real bash: every planted folder is unique, so is its line.

A row is a home, and for each entry the place that put it there (`.bashrc:2`); None: it must not be
in PATH at all. The traps are those of the rivals and of five ways of tracing compared.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from envkit import contexts, order
from envkit.host import Host
from envkit.provenance import Trace
from envkit.trace import trace


class Trap(NamedTuple):
    name: str
    files: Mapping[str, str]
    expected: Mapping[str, str | None]
    context: str = "terminal"
    clean: bool = True  # nothing to be said about it


def rc(name: str, text: str, expected: Mapping[str, str | None], clean: bool = True) -> Trap:
    """A trap that stands in ~/.bashrc."""
    return Trap(name, {".bashrc": text}, expected, clean=clean)


B = ".bashrc:"
FILES = {"tool": "#!/bin/sh\necho 'PATH=/t/a:$PATH'\necho\necho 'export PATH=/t/b:$PATH'\n"}
CONDA = """#!/bin/sh
case $1 in
hook) cat <<'X'
__conda_exe() (
    ~/conda "$@"
)
__conda_activate() {
    \\local ask_conda
    ask_conda="$(PS1="${PS1:-}" __conda_exe "$@")" || \\return
    \\eval "$ask_conda"
}
conda() {
    \\local cmd="${1-__missing__}"
    case "$cmd" in
        activate|deactivate) __conda_activate "$@" ;;
    esac
}
conda activate base
X
;;
activate) echo "export PATH='/t/conda/$2:$PATH'" ;;
esac
"""
NVM = """\
nvm_change_path() {
  nvm_echo "/t/nvm/bin:${1}"
}
nvm_echo() {
  command printf %s\\\\n "$*"
}
nvm() {
  PATH="$(nvm_change_path "$PATH")"
  export PATH
}
nvm use
"""
VENV = """\
deactivate () {
    if [ -n "${_OLD_VIRTUAL_PATH:-}" ] ; then
        PATH="${_OLD_VIRTUAL_PATH:-}"
        export PATH
        unset _OLD_VIRTUAL_PATH
    fi
}
deactivate nondestructive
_OLD_VIRTUAL_PATH="$PATH"
PATH="/t/venv/bin:$PATH"
export PATH
"""
TRAPS = [
    rc("prepend", "PATH=/t/a:$PATH\n", {"/t/a": B + "1"}),
    rc("append", "# x\n\nPATH=$PATH:/t/a\n", {"/t/a": B + "3"}),
    rc("export with value", "export PATH=/t/a:$PATH\n", {"/t/a": B + "1"}),
    rc("export later", "PATH=/t/a:$PATH\nexport PATH\n", {"/t/a": B + "1"}),
    rc("braces and quotes", 'PATH="/t/a:${PATH}"\n', {"/t/a": B + "1"}),
    rc("no final newline", "PATH=/t/a:$PATH", {"/t/a": B + "1"}),
    rc("blank in the name", 'PATH="/t/a b:$PATH"\n', {"/t/a b": B + "1"}),
    rc("quote in the name", 'PATH="/t/it\'s:$PATH"\n', {"/t/it's": B + "1"}),
    rc("unicode", "PATH=/t/θ:$PATH\n", {"/t/θ": B + "1"}),
    rc("plus equals", "PATH+=:/t/a\n", {"/t/a": B + "1"}),
    rc("export plus equals", "export PATH+=:/t/a\n", {"/t/a": B + "1"}),
    rc("declare -x", "declare -x PATH=/t/a:$PATH\n", {"/t/a": B + "1"}),
    rc("typeset", "typeset -x PATH=$PATH:/t/a\n", {"/t/a": B + "1"}),
    rc("two in one export", "export A=1 PATH=/t/a:$PATH B=2\n", {"/t/a": B + "1"}),
    rc("two in one line", "PATH=/t/a:$PATH; PATH=$PATH:/t/b\n", {"/t/a": B + "1", "/t/b": B + "1"}),
    rc("assignments in a row", "A=1 PATH=/t/a:$PATH B=2\n", {"/t/a": B + "1"}),
    rc("continued word", "PATH=/t/a:\\\n/t/b:$PATH\n", {"/t/a": B + "1", "/t/b": B + "1"}),
    rc("continued statement", "export \\\n  A=1 \\\n  PATH=/t/a:$PATH\n", {"/t/a": B + "1"}),
    rc(
        "continued, then one more",
        "PATH=/t/a:\\\n$PATH; PATH=/t/b:$PATH\n",
        {"/t/a": B + "1", "/t/b": B + "2"},
    ),
    rc("quoted over lines", 'export PATH="/t/a:\n/t/b:$PATH"\n', {"/t/a": B + "1"}),
    rc("if", "if [ -d / ]; then\n  PATH=/t/a:$PATH\nfi\n", {"/t/a": B + "2"}),
    rc(
        "false branch",
        "if [ -d /no ]; then\nPATH=/t/a:$PATH\nelse\nPATH=/t/b:$PATH\nfi\n",
        {"/t/a": None, "/t/b": B + "4"},
    ),
    rc(
        "and list",
        "[ -d / ] &&\n  PATH=/t/a:$PATH\n[ -d /no ] && PATH=/t/b:$PATH\n",
        {"/t/a": B + "2", "/t/b": None},
    ),
    rc(
        "case",
        "case $- in\n *i*) PATH=/t/a:$PATH ;;\n *) PATH=/t/b:$PATH ;;\nesac\n",
        {"/t/a": B + "2", "/t/b": None},
    ),
    rc(
        "for loop",
        "for d in /t/a /t/b; do\n  PATH=$d:$PATH\ndone\n",
        {"/t/a": B + "2", "/t/b": B + "2"},
    ),
    rc(
        "while read",
        "while read -r d; do\n PATH=$PATH:$d\ndone <<X\n/t/a\n/t/b\nX\nPATH=/t/c:$PATH\n",
        {"/t/a": B + "2", "/t/b": B + "2", "/t/c": B + "7"},
    ),
    rc("glob loop", 'for d in "$HOME"/opt/*; do\n  PATH=$PATH:$d\ndone\n', {}),
    rc(
        "function",
        "add() {\n  PATH=$1:$PATH\n}\nadd /t/a\nadd /t/b\n",
        {"/t/a": B + "2", "/t/b": B + "2"},
    ),
    rc("function keyword", "function add {\n  PATH=$PATH:$1\n}\nadd /t/a\n", {"/t/a": B + "2"}),
    rc(
        "pathmunge",
        'pathmunge () {\n  case ":${PATH}:" in\n    *:"$1":*) ;;\n    *)\n'
        '      if [ "$2" = after ]; then\n        PATH=$PATH:$1\n      else\n'
        "        PATH=$1:$PATH\n"
        "      fi ;;\n  esac\n}\npathmunge /t/a\npathmunge /t/b after\npathmunge /t/a\n",
        {"/t/a": B + "8", "/t/b": B + "6"},
    ),
    rc(
        "local",
        "f() { local PATH=/t/no:$PATH; true; }\nf\nPATH=/t/a:$PATH\n",
        {"/t/no": None, "/t/a": B + "3"},
    ),
    rc("local is last", "PATH=/t/a:$PATH\nf() { local PATH=/t/no; }\nf\n", {"/t/a": B + "1"}),
    rc(
        "prefix assignment",
        "PATH=/t/a:$PATH\nPATH=/t/no:$PATH true\nPATH=/t/b:$PATH\n",
        {"/t/no": None, "/t/a": B + "1", "/t/b": B + "3"},
    ),
    rc(
        "prefix of a function",
        "f() { true; }\nPATH=/t/no:$PATH f\nPATH=/t/b:$PATH\n",
        {"/t/no": None, "/t/b": B + "3"},
    ),
    rc(
        "prefix of an eval",
        "PATH=/t/no:$PATH eval 'true x'\nPATH=/t/b:$PATH\n",
        {"/t/no": None, "/t/b": B + "2"},
    ),
    rc(
        "prefix of a file",
        "PATH=/t/a:$PATH\nPATH=/t/no . /dev/null\n",
        {"/t/no": None, "/t/a": B + "1"},
    ),
    rc("subshell", "(PATH=/t/no:$PATH; true)\nPATH=/t/a:$PATH\n", {"/t/no": None, "/t/a": B + "2"}),
    rc(
        "pipe",
        "echo /t/no | while read d; do PATH=$d:$PATH; done\nPATH=/t/a:$PATH\n",
        {"/t/no": None, "/t/a": B + "2"},
    ),
    rc(
        "lastpipe",
        "shopt -s lastpipe\necho /t/a | while read d; do PATH=$d:$PATH; done\n",
        {"/t/a": B + "2"},
    ),
    rc(
        "command substitution",
        "x=$(PATH=/t/no; echo 1)\nPATH=$(echo /t/a):$PATH\n",
        {"/t/no": None, "/t/a": B + "2"},
    ),
    rc(
        "echo",
        "PATH=/t/a:$PATH\necho PATH=/t/no >/dev/null\n: PATH=/t/no\n",
        {"/t/no": None, "/t/a": B + "1"},
    ),
    rc("comment", "# PATH=/t/no:$PATH\nPATH=/t/a:$PATH # PATH=/t/no\n", {"/t/a": B + "2"}),
    rc(
        "here-document",
        "cat >/dev/null <<X\nPATH=/t/no:$PATH\nX\nPATH=/t/a:$PATH\n",
        {"/t/no": None, "/t/a": B + "4"},
    ),
    rc("alias", "alias p='PATH=/t/no'\nPATH=/t/a:$PATH\n", {"/t/no": None, "/t/a": B + "2"}),
    rc("return", "PATH=/t/a:$PATH\nreturn\nPATH=/t/no:$PATH\n", {"/t/a": B + "1", "/t/no": None}),
    rc("read", 'read -r PATH <<<"/t/a:$PATH"\n', {"/t/a": B + "1"}),
    rc("printf -v", 'printf -v PATH "%s:%s" /t/a "$PATH"\n', {"/t/a": B + "1"}),
    rc("nameref", "declare -n p=PATH\np=/t/a:$p\n", {"/t/a": B + "2"}),
    rc(
        "unset, set anew",
        "PATH=/t/no:$PATH\nunset PATH\nPATH=/t/a:/t/b\n",
        {"/t/no": None, "/t/a": B + "3", "/t/b": B + "3"},
    ),
    rc(
        "replaced",
        "PATH=/t/no\nPATH=/usr/bin:/bin:/t/a\n",
        {"/usr/bin": B + "2", "/bin": B + "2", "/t/a": B + "2"},
    ),
    rc(
        "the same again",
        "PATH=/usr/bin:/bin\ntrue\nPATH=/usr/bin:/bin\n",
        {"/usr/bin": B + "3", "/bin": B + "3"},
    ),
    rc("by another name", "NEW=/t/a:$PATH\nPATH=$NEW\n", {"/t/a": B + "2"}),
    rc("readonly", "PATH=/t/a:$PATH\nreadonly PATH\n", {"/t/a": B + "1"}),
    rc("eval", "eval 'PATH=/t/a:$PATH'\n", {"/t/a": B + "1"}),
    rc(
        "eval of lines",
        "eval 'A=1\n\nPATH=/t/a:$PATH'\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "1", "/t/b": B + "4"},
    ),
    rc("eval in eval", "eval \"eval 'PATH=/t/a:\\$PATH'\"\n", {"/t/a": B + "1"}),
    rc(
        "builtin eval",
        "builtin eval 'PATH=/t/a:$PATH'\ncommand eval 'PATH=/t/b:$PATH'\n",
        {"/t/a": B + "1", "/t/b": B + "2"},
    ),
    Trap(
        "eval of a tool",
        {".bashrc": '\neval "$(~/tool)"\nPATH=/t/c:$PATH\n', **FILES},
        {"/t/a": B + "2", "/t/b": B + "2", "/t/c": B + "3"},
    ),
    Trap(
        "eval of a tool in backticks", {".bashrc": "eval `sh ~/tool`\n", **FILES}, {"/t/b": B + "1"}
    ),
    Trap("eval over lines", {".bashrc": 'eval "$(\n  ~/tool\n)"\n', **FILES}, {"/t/a": B + "1"}),
    Trap(
        "source of a tool",
        {".bashrc": "source <(~/tool)\nPATH=/t/c:$PATH\n", **FILES},
        {"/t/a": B + "1", "/t/b": B + "1", "/t/c": B + "2"},
    ),
    Trap(
        "source from stdin",
        {".bashrc": '. /dev/stdin <<<"$(~/tool)"\n', **FILES},
        {"/t/a": B + "1", "/t/b": B + "1"},
    ),
    Trap(
        "module load",
        {
            ".bashrc": 'module() { eval "$(~/modulecmd "$@")"; }\n'
            "module load /t/a\nmodule load /t/b\n",
            "modulecmd": '#!/bin/sh\necho "PATH=$2:$PATH"\n',
        },
        {"/t/a": B + "2", "/t/b": B + "3"},
    ),
    Trap(
        "module load, by a variable",
        {
            ".bashrc": '_raw() {\n local out\n out="$(~/modulecmd "$@")"\n eval "$out"\n}\n'
            'module() { _raw "$@" 2>&1; }\nmodule load /t/a\n',
            "modulecmd": '#!/bin/sh\necho "PATH=$2:$PATH"\n',
        },
        {"/t/a": B + "7"},
    ),
    rc(
        "function that evals its own text",
        'add() {\n  eval "PATH=$1:\\$PATH"\n}\nadd /t/a\n',
        {"/t/a": B + "2"},
    ),
    Trap(
        "function from an eval",
        {
            ".bashrc": '\n\neval "$(~/hook)"\n\nactivate /t/a\n',
            "hook": "#!/bin/sh\necho 'activate() {'\necho '  PATH=$1:$PATH'\necho '}'\n",
        },
        {"/t/a": B + "5"},
    ),
    Trap(
        "sourced",
        {".bashrc": ". ~/env\nPATH=/t/b:$PATH\n", "env": "#\nPATH=/t/a:$PATH\n"},
        {"/t/a": "env:2", "/t/b": B + "2"},
    ),
    Trap(
        "sourced two deep",
        {
            ".bashrc": 'source "$HOME/a"\n',
            "a": ". ~/b\nPATH=/t/a:$PATH\n",
            "b": "PATH=/t/b:$PATH\n",
        },
        {"/t/a": "a:2", "/t/b": "b:1"},
    ),
    Trap(
        "sourced by a relative name",
        {
            ".bashrc": "cd ~/d && . ./env\ncd /\nadd /t/b\n",
            "d/env": "PATH=/t/a:$PATH\nadd() { PATH=$PATH:$1; }\n",
        },
        {"/t/a": "d/env:1", "/t/b": "d/env:2"},
    ),
    Trap(
        "sourced in an eval",
        {".bashrc": 'eval ". ~/env"\n', "env": "PATH=/t/a:$PATH\n"},
        {"/t/a": "env:1"},
    ),
    Trap(
        "sourced twice",
        {".bashrc": ". ~/env\n. ~/env\n", "env": "PATH=/t/a:$PATH\n"},
        {"/t/a": "env:1"},
    ),
    Trap(
        "sourced in a function",
        {".bashrc": "f() {\n . ~/env\n}\nf\n", "env": "\nPATH=/t/a:$PATH\n"},
        {"/t/a": "env:2"},
    ),
    Trap(
        "function of a sourced file",
        {".bashrc": ". ~/lib\nadd /t/a\n", "lib": "\nadd() {\n PATH=$1:$PATH\n}\n"},
        {"/t/a": "lib:3"},
    ),
    Trap(
        "glob of files",
        {
            ".bashrc": "for f in ~/rc.d/*.sh; do . $f; done\n",
            "rc.d/1.sh": "PATH=/t/a:$PATH\n",
            "rc.d/2.sh": "\nPATH=/t/b:$PATH\n",
        },
        {"/t/a": "rc.d/1.sh:1", "/t/b": "rc.d/2.sh:2"},
    ),
    Trap(
        "guard",
        {".bashrc": "case $- in *i*) ;; *) return ;; esac\nPATH=/t/a:$PATH\n"},
        {"/t/a": B + "2"},
    ),
    Trap(
        "login files",
        {
            ".bash_profile": "PATH=/t/a:$PATH\n. ~/.bashrc\nPATH=/t/c:$PATH\n",
            ".bashrc": "PATH=/t/b:$PATH\n",
            ".profile": "PATH=/t/no\n",
        },
        {"/t/a": ".bash_profile:1", "/t/b": B + "1", "/t/c": ".bash_profile:3", "/t/no": None},
        "login_terminal",
    ),
    rc(
        "set -u",
        "set -u\nPATH=/t/a:$PATH\n: ${X-}\nPATH=$PATH:/t/b\n",
        {"/t/a": B + "2", "/t/b": B + "4"},
    ),
    rc("set -e", "set -e\nPATH=/t/a:$PATH\n[ -d /no ] && true\n", {"/t/a": B + "2"}),
    rc("set -eu", "set -eu\nPATH=/t/a:$PATH\n", {"/t/a": B + "2"}),
    rc(
        "set +x",
        "PATH=/t/a:$PATH\nset +x\nPATH=/t/b:$PATH\ntrue\nPATH=/t/c:$PATH\n",
        {"/t/a": B + "1", "/t/b": B + "3", "/t/c": B + "5"},
    ),
    rc(
        "set -x and back",
        "set -x\nPATH=/t/a:$PATH\nset +x\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "2", "/t/b": B + "4"},
    ),
    rc(
        "set +o xtrace in the middle",
        "set +o xtrace\nPATH=/t/a:$PATH\ntrue\nset -x\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "2", "/t/b": B + "5"},
    ),
    rc(
        "own PS4",
        "PS4='+ '\nPATH=/t/a:$PATH\nexport PS4='$(date) '\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "2", "/t/b": B + "4"},
    ),
    rc("readonly PS4", "readonly PS4\nPATH=/t/a:$PATH\n", {"/t/a": B + "2"}),
    rc(
        "unset PS4",
        "unset PS4\nPATH=/t/a:$PATH\ntrue\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "2", "/t/b": B + "4"},
    ),
    rc(
        "own descriptor",
        "exec 9>/dev/null\nBASH_XTRACEFD=9\nPATH=/t/a:$PATH\nexec 9>&-\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "3", "/t/b": B + "5"},
    ),
    rc(
        "unset BASH_XTRACEFD",
        "unset BASH_XTRACEFD\nPATH=/t/a:$PATH\ntrue\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "2", "/t/b": B + "4"},
    ),
    rc(
        "descriptors closed",
        "exec 9>&- 10>&- 241>&-\nPATH=/t/a:$PATH\ntrue\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "2", "/t/b": B + "4"},
    ),
    rc("stderr closed", "exec 2>/dev/null\nPATH=/t/a:$PATH\n", {"/t/a": B + "2"}),
    rc(
        "own DEBUG trap",
        "trap 'n=$((n+1))' DEBUG\nPATH=/t/a:$PATH\ntrue\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "2", "/t/b": B + "4"},
    ),
    rc("trap - DEBUG", "trap - DEBUG\nPATH=/t/a:$PATH\n", {"/t/a": B + "2"}),
    rc(
        "RETURN trap",
        "f() { true; }\ntrap 'PATH=/t/a:$PATH' RETURN\n. /dev/null\n"
        "trap - RETURN\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "2", "/t/b": B + "5"},
    ),
    rc(
        "ERR trap",
        "trap 'PATH=/t/a:$PATH' ERR\nfalse\ntrap - ERR\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "1", "/t/b": B + "4"},
    ),
    rc(
        "EXIT trap",
        "trap 'PATH=/t/no:$PATH' EXIT\nPATH=/t/a:$PATH\n",
        {"/t/a": B + "2", "/t/no": None},
    ),
    rc(
        "IFS",
        "IFS=:\nPATH=/t/a:$PATH\nfor d in $PATH; do :; done\nPATH=$PATH:/t/b\n",
        {"/t/a": B + "2", "/t/b": B + "4"},
    ),
    rc("noclobber and noglob", "set -Cf\nPATH=/t/a:$PATH\n", {"/t/a": B + "2"}),
    rc(
        "colours and prompts",
        "PS1='\\w$ '\nPROMPT_COMMAND='PATH=/t/b:$PATH'\nPATH=/t/a:$PATH\n",
        {"/t/a": B + "3", "/t/b": B + "2"},
    ),
    rc(
        "syntax error",
        "PATH=/t/a:$PATH\nif true; then\nPATH=/t/no:$PATH\n",
        {"/t/a": B + "1", "/t/no": None},
    ),
    rc(
        "syntax error on a line",
        "PATH=/t/a:$PATH\n)\nPATH=/t/no:$PATH\n",
        {"/t/a": B + "1", "/t/no": None},
    ),
    rc(
        "shopt extglob",
        "shopt -s extglob\ncase x in @(x|y)) PATH=/t/a:$PATH ;; esac\n",
        {"/t/a": B + "2"},
    ),
    rc(
        "array",
        'dirs=(/t/a\n  /t/b)\nfor d in "${dirs[@]}"; do PATH=$PATH:$d; done\n',
        {"/t/a": B + "3", "/t/b": B + "3"},
    ),
    rc(
        "joined array",
        'd=(/t/a /t/b)\nPATH=$(IFS=:; echo "${d[*]}"):$PATH\n',
        {"/t/a": B + "2", "/t/b": B + "2"},
    ),
    rc("default expansion", "unset X\nPATH=/t/a${PATH:+:$PATH}\n", {"/t/a": B + "2"}),
    rc(
        "exit",
        "PATH=/t/a:$PATH\nexit 0\nPATH=/t/no:$PATH\n",
        {"/t/a": B + "1", "/t/no": None},
        False,
    ),
    rc("exec", "PATH=/t/a:$PATH\nexec true\n", {"/t/a": B + "1"}, False),
    rc(
        "error under set -e",
        "set -e\nPATH=/t/a:$PATH\nfalse\nPATH=/t/no:$PATH\n",
        {"/t/a": B + "2", "/t/no": None},
        False,
    ),
    rc("many lines", "true\n" * 500 + "PATH=/t/a:$PATH\n", {"/t/a": B + "501"}),
    rc("CRLF-free tabs", "\tif true\n\tthen\n\t\tPATH=/t/a:$PATH\n\tfi\n", {"/t/a": B + "3"}),
    rc(
        "alias that sets",
        "alias p='PATH=/t/a:$PATH'\nPATH=/t/b:$PATH\np\n",
        {"/t/a": B + "3", "/t/b": B + "2"},
    ),
    rc(
        "redirected assignment",
        "PATH=/t/a:$PATH 2> /dev/null\n>/dev/null PATH=/t/b:$PATH\n",
        {"/t/a": B + "1", "/t/b": B + "2"},
    ),
    rc(
        "here-document in an eval",
        "eval \"$(cat <<'X'\nA=1\nPATH=/t/a:$PATH\nX\n)\"\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "1", "/t/b": B + "6"},
    ),
    rc(
        "here-document as a file",
        ". /dev/stdin <<'X'\n\nPATH=/t/a:$PATH\nX\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "1", "/t/b": B + "5"},
    ),
    rc(
        "arithmetic for",
        "for ((i = 1 << 0; i < 3; i++)); do\n PATH=/t/$i:$PATH\ndone\n",
        {"/t/1": B + "2", "/t/2": B + "2"},
    ),
    rc(
        "quote in a comment",
        "# don't\nPATH=/t/a:$PATH # it's\n\nPATH=/t/b:$PATH\n",
        {"/t/a": B + "2", "/t/b": B + "4"},
    ),
    rc(
        "CRLF",
        "PATH=/t/a:$PATH:/t/b\r\nPATH=/t/c:$PATH\n",
        {"/t/a": B + "1", "/t/b\r": B + "1", "/t/c": B + "2"},
    ),
    rc("global declaration", "f() {\n declare -gx PATH=/t/a:$PATH\n}\nf\n", {"/t/a": B + "2"}),
    rc("in a condition", "if PATH=/t/a:$PATH; then :; fi\n", {"/t/a": B + "1"}),
    rc(
        "taken out",
        "PATH=/t/a:/t/no:$PATH:/t/b\nPATH=${PATH//:\\/t\\/no/}\n",
        {"/t/a": B + "1", "/t/b": B + "1", "/t/no": None},
    ),
    rc("moved to the front", "PATH=$PATH:/t/a\nPATH=/t/a:${PATH%:/t/a}\n", {"/t/a": B + "1"}),
    rc(
        "cleaned by a program",
        "PATH=/t/a:$PATH\nPATH=/t/a:$PATH\n"
        "PATH=$(echo \"$PATH\" | awk -v RS=: '!seen[$0]++' | paste -sd: -)\n",
        {"/t/a": B + "2"},
    ),
    rc("set -o posix", "set -o posix\nPATH=/t/a:$PATH\n", {"/t/a": B + "2"}),
    rc(
        "functrace of its own",
        "set -T\nf() { PATH=$1:$PATH; }\ntrap : RETURN\nf /t/a\n",
        {"/t/a": B + "2"},
    ),
    rc(
        "a function called source",
        'source() { builtin source "$@"; }\nsource ~/env\nPATH=/t/a:$PATH\n',
        {"/t/a": B + "3"},
    ),
    rc("an array's element", "PATH[0]=/t/a:$PATH\n", {"/t/a": B + "1"}),
    rc(
        "case in a substitution",
        "x=$(case a in a) echo /t/a;; esac)\nPATH=$x:$PATH\n",
        {"/t/a": B + "2"},
    ),
    Trap(
        "linked",
        {"dot/bashrc": "\nPATH=/t/a:$PATH\n", ".bashrc": "->dot/bashrc"},
        {"/t/a": B + "2"},
    ),
    rc("background", "sleep 0 &\nPATH=/t/a:$PATH\nwait\n", {"/t/a": B + "2"}),
    rc(
        "coproc",
        "coproc cat\nPATH=/t/a:$PATH\nkill $COPROC_PID\nwait 2>/dev/null\n",
        {"/t/a": B + "2"},
    ),
    rc(
        "dirname in a function",
        'add() {\n  PATH=$(dirname "$1"):$PATH\n}\nadd /t/a/x\n',
        {"/t/a": B + "2"},
    ),
    rc(
        "dedupe",
        "PATH=/t/a:$PATH:/t/b\nPATH=/t/a:$PATH\n"
        'n=; IFS=:; for d in $PATH; do case ":$n:" in *:$d:*) ;; *) n=${n:+$n:}$d;; esac; done\n'
        "unset IFS\nPATH=$n\n",
        {"/t/a": B + "2", "/t/b": B + "1"},
    ),
]


@pytest.mark.parametrize("trap", TRAPS[::2], ids=[trap.name for trap in TRAPS[::2]])
def test_every_line_is_right(trap: Trap, host: Callable[..., Host]) -> None:
    check(trap, host)


@pytest.mark.full
@pytest.mark.parametrize("trap", TRAPS, ids=[trap.name for trap in TRAPS])
def test_every_line_of_all_is_right(trap: Trap, host: Callable[..., Host]) -> None:
    check(trap, host)


def check(trap: Trap, host: Callable[..., Host]) -> None:
    links = {name: text[2:] for name, text in trap.files.items() if text.startswith("->")}
    machine = host(files={name: trap.files[name] for name in trap.files.keys() - links.keys()})
    for name, target in links.items():
        (machine.home / name).symlink_to(target)
    for name in trap.files:
        if trap.files[name].startswith("#!"):
            (machine.home / name).chmod(0o755)
    found = traced(machine, trap.context)
    places = {}
    for entry in found.entries:
        places.setdefault(entry.directory, shown(machine, entry.set_by) or "inherited")
    assert {name: places.get(name) for name in trap.expected} == dict(trap.expected), found.notes
    assert not trap.clean or found.notes == ()


def traced(machine: Host, context: str, variable: str = "PATH", limit: float = 10.0) -> Trace:
    start = order.start_for(machine, contexts.get(context))
    return trace(machine, [start], variable, limit)[0]


def shown(machine: Host, where: object) -> str | None:
    return None if where is None else os.path.relpath(str(where), machine.home)


def test_each_duplicate_has_its_own_line(host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": "PATH=/t/a:$PATH\nPATH=$PATH:/t/a\nPATH=/t/a:$PATH\n"})
    entries = [entry for entry in traced(machine, "terminal").entries if entry.directory == "/t/a"]
    assert [shown(machine, entry.set_by) for entry in entries] == [B + "3", B + "1", B + "2"]
    assert [entry.same_as for entry in entries] == [None, 1, 1]


def test_a_moved_entry_keeps_its_line_and_tells_who_moved_it(host: Callable[..., Host]) -> None:
    tool = '#!/bin/sh\necho "PATH=/usr/bin:/bin:/t/b:/t/a"\n'
    text = 'PATH=/t/a:/usr/bin:/bin\ntrue\neval "$(~/path_helper)"\n'
    machine = host(files={".bashrc": text, "path_helper": tool})
    (machine.home / "path_helper").chmod(0o755)
    found = {entry.directory: entry for entry in traced(machine, "terminal").entries}
    assert shown(machine, found["/t/a"].set_by) == B + "1"
    assert shown(machine, found["/t/a"].moved_by) == B + "3"
    assert shown(machine, found["/usr/bin"].set_by) == B + "1"
    assert found["/usr/bin"].moved_by is None
    assert shown(machine, found["/t/b"].set_by) == B + "3"


def test_home_is_not_the_current_folder_of_the_caller(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    machine = host(files={".bashrc": "PATH=$PWD/t/a:$PATH\n"})
    assert traced(machine, "terminal").entries[0].directory == f"{machine.home}/t/a"
