"""zsh: each way to set a list, and each home that hides it, in a real zsh; every folder is unique.

A row is a ~/.zshrc, or a home, and for each entry the place that put it there; None: not in PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.provenance import Trace
from envkit.trace import trace

pytestmark = pytest.mark.skipif(
    shutil.which("zsh") is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1",
    reason="there is no zsh here",
)

Z = ".zshrc:"


class Case(NamedTuple):
    name: str
    files: Mapping[str, str]
    expected: Mapping[str, str | None]
    context: str = "terminal"
    variable: str = "PATH"
    notes: str = ""


def rc(name: str, text: str, expected: Mapping[str, str | None], notes: str = "") -> Case:
    """A case that stands in ~/.zshrc."""
    return Case(name, {".zshrc": text}, expected, notes=notes)


WAYS = [
    rc("array in front", "path=(/t/a $path)\n", {"/t/a": Z + "1"}),
    rc("array at the end", "\npath=($path /t/a)\n", {"/t/a": Z + "2"}),
    rc("array appended", "path+=(/t/a)\npath+=/t/b\n", {"/t/a": Z + "1", "/t/b": Z + "2"}),
    rc("array over lines", "path=(\n  /t/a\n  $path\n)\n", {"/t/a": Z + "1"}),
    rc("array around", "path=(/t/a $path /t/b)\n", {"/t/a": Z + "1", "/t/b": Z + "1"}),
    rc("array anew", "path=(/t/a /usr/bin /bin)\n", {"/t/a": Z + "1", "/usr/bin": Z + "1"}),
    rc("first element", "true\npath[1]=/t/a\n", {"/t/a": Z + "2"}),
    rc("slice", "path[1,0]=(/t/a /t/b)\n", {"/t/a": Z + "1", "/t/b": Z + "1"}),
    rc("typeset -U", "typeset -U path PATH\npath=(/t/a $path)\n", {"/t/a": Z + "2"}),
    rc("typeset -U with a value", "typeset -U path=(/t/a $path)\n", {"/t/a": Z + "1"}),
    rc("typeset -gU", "f() {\n typeset -gU path=(/t/a $path)\n}\nf\n", {"/t/a": Z + "2"}),
    rc("export", "export PATH=/t/a:$PATH\n", {"/t/a": Z + "1"}),
    rc("scalar appended", "PATH+=:/t/a\n", {"/t/a": Z + "1"}),
    rc("taken out", "path=(/t/a /t/no $path)\npath=(${path:#/t/no})\n", {"/t/a": Z + "1"}),
    rc(
        "taken out by name",
        'path=(/t/a $path /t/b)\npath=("${(@)path:#/t/b}")\n',
        {"/t/a": Z + "1", "/t/b": None},
    ),
    rc("existing only", "path=(/t/no(N-/) /t/a $path)\n", {"/t/a": Z + "1", "/t/no": None}),
    rc("glob", "path=(~/opt/*/bin(N) $path)\n", {}),
    rc("unique flag", "path=(/t/a $path)\npath=(${(u)path} /t/b)\n", {"/t/b": Z + "2"}),
    rc("split", "path=(/t/a ${(s.:.)PATH})\n", {"/t/a": Z + "1"}),
    rc("set -A", "set -A path /t/a $path\n", {"/t/a": Z + "1"}),
    rc("shift", "path=(/t/no $path)\npath=(/t/a $path)\nshift path\n", {"/t/no": Z + "1"}),
    rc("print -v", "print -v PATH /t/a:$PATH\n", {"/t/a": Z + "1"}),
    rc("read", "read -r PATH <<< /t/a:$PATH\n", {"/t/a": Z + "1"}),
    rc("by way of a name", "new=/t/a:$PATH\nPATH=$new\n", {"/t/a": Z + "2"}),
    rc("two in a line", "path+=/t/a; path+=/t/b\n", {"/t/a": Z + "1", "/t/b": Z + "1"}),
    rc("and list", "[[ -d / ]] &&\n  path+=/t/a\n[[ -d /no ]] && path+=/t/no\n", {"/t/a": Z + "2"}),
    rc(
        "and list in braces",
        "for d (/) {\n if [[ -d $d ]] {\n  [[ -d / ]] &&\n   path+=/t/a\n }\n}\n",
        {"/t/a": Z + "4"},
    ),
    rc("two names", "function f g {\n  path+=/t/a\n}\ng\n", {"/t/a": Z + "2"}),
    rc("function of no name", "function {\n  path+=$1\n} /t/a\n", {"/t/a": Z + "2"}),
    rc("loop in a list", "true && for d (/t/a) {\n path+=$d\n}\n", {"/t/a": Z + "2"}),
    rc("gathered", "n=()\nfor d ($path) {\n n+=$d\n}\npath=(/t/a $n)\n", {"/t/a": Z + "5"}),
    rc("short if", "if [[ -d / ]] path+=/t/a\n", {"/t/a": Z + "1"}),
    rc("if", "if [[ -d / ]]; then\n  path+=/t/a\nfi\n", {"/t/a": Z + "2"}),
    rc("for", "for d in /t/a /t/b; do\n path+=$d\ndone\n", {"/t/a": Z + "2", "/t/b": Z + "2"}),
    rc("short for", "for d (/t/a /t/b) path+=$d\n", {"/t/a": Z + "1", "/t/b": Z + "1"}),
    rc("foreach", "foreach d (/t/a)\n path+=$d\nend\n", {"/t/a": Z + "2"}),
    rc("repeat", "repeat 1 path+=/t/a\n", {"/t/a": Z + "1"}),
    rc("case", "case x in\n (x) path+=/t/a ;;\nesac\n", {"/t/a": Z + "2"}),
    rc("always", "{ true } always {\n path+=/t/a\n}\n", {"/t/a": Z + "2"}),
    rc("function", "add() {\n  path=($1 $path)\n}\nadd /t/a\n", {"/t/a": Z + "2"}),
    rc("function keyword", "function add {\n  path+=$1\n}\nadd /t/a\n", {"/t/a": Z + "2"}),
    rc("anonymous function", "() {\n  path+=$1\n} /t/a\n", {"/t/a": Z + "2"}),
    rc("function that evals", 'add() {\n eval "PATH=$1:\\$PATH"\n}\nadd /t/a\n', {"/t/a": Z + "2"}),
    rc("eval", "eval 'true\nPATH=/t/a:$PATH'\n", {"/t/a": Z + "1"}),
    rc("eval of a tool", 'true\neval "$(~/tool)"\n', {"/t/a": Z + "2", "/t/b": Z + "2"}),
    rc("tool kept first", 'x="$(~/tool)"\neval "$x"\n', {"/t/a": Z + "2", "/t/b": Z + "2"}),
    rc("sourced tool", "source <(~/tool)\n", {"/t/a": Z + "1", "/t/b": Z + "1"}),
    rc("tool in a file", "source =(~/tool)\n", {"/t/a": Z + "1", "/t/b": Z + "1"}),
    rc(
        "module",
        'module() {\n  eval "$(~/tool)"\n}\ntrue\nmodule load x\n',
        {"/t/a": Z + "5", "/t/b": Z + "5"},
    ),
    rc("function of a tool", 'eval "$(~/maker)"\nmade /t/a\n', {"/t/a": Z + "2"}),
    rc("pipe", "echo /t/a | read x; path+=$x\n", {"/t/a": Z + "1"}),
    rc("pipe into a loop", "echo /t/a | while read x; do\n path+=$x\ndone\n", {"/t/a": Z + "2"}),
    rc("emulate sh", "emulate sh\nPATH=/t/a:$PATH\n", {"/t/a": Z + "2"}),
    rc("emulate -R", "emulate -R zsh\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("emulate ksh", "emulate ksh\ntrue\nPATH=/t/a:$PATH\n", {"/t/a": Z + "3"}),
    rc("emulate -c", "true\nemulate sh -c 'PATH=/t/a:$PATH'\n", {"/t/a": Z + "2"}),
    Case(
        "emulate -c of a file",
        {".zshrc": "true\nemulate sh -c '. ~/env'\n", "env": "true\nPATH=/t/a:$PATH\n"},
        {"/t/a": "env:2"},
    ),
    Case(
        "files two deep",
        {".zshrc": "source ~/one\n", "one": "\n. ~/two\n", "two": "\n\npath+=/t/a\n"},
        {"/t/a": "two:3"},
    ),
    Case(
        "relative name",
        {
            ".zshrc": "cd ~/d && . ./env\ncd /\nadd /t/b\n",
            "d/env": "path+=/t/a\nadd() { path+=$1 }\n",
        },
        {"/t/a": "d/env:1", "/t/b": "d/env:2"},
    ),
    Case(
        "one relative name, two files",
        {
            ".zshrc": "cd ~/d; . ./env\ncd ~/e\n. ./env\ncd ~/d; . ./env\n",
            "d/env": "true\npath+=/t/a\n",
            "e/env": "true\n\ncd /\npath+=/t/b\n",
        },
        {"/t/a": "d/env:2", "/t/b": "e/env:4"},
    ),
    Case(
        "autoloaded function",
        {
            ".zshrc": "fpath=(~/fn $fpath)\nautoload -Uz add\nadd /t/a\n",
            "fn/add": "true\npath+=$1\n",
        },
        {"/t/a": "fn/add:2"},
    ),
    Case(
        "autoloaded, with its name",
        {
            ".zshrc": "fpath=(~/fn $fpath)\nautoload -Uz add\nadd /t/a\nadd /t/b\n",
            "fn/add": "add() {\n path+=$1\n}\nadd \"$@\"\n",
        },
        {"/t/a": "fn/add:2", "/t/b": "fn/add:2"},
    ),
    Case(
        "each file",
        {
            ".zshenv": "path+=/t/env\n",
            ".zprofile": "path+=/t/profile\n",
            ".zshrc": "path+=/t/rc\n",
            ".zlogin": "path+=/t/login\n",
        },
        {
            "/t/env": ".zshenv:1",
            "/t/profile": ".zprofile:1",
            "/t/rc": ".zshrc:1",
            "/t/login": ".zlogin:1",
        },
        "login_terminal",
    ),
    Case(
        "ZDOTDIR set in ~/.zshenv",
        {".zshenv": "ZDOTDIR=~/zd\n", ".zshrc": "path+=/t/no\n", "zd/.zshrc": "path+=/t/a\n"},
        {"/t/a": "zd/.zshrc:1", "/t/no": None},
    ),
    Case("ssh command", {".zshenv": "path+=/t/a\n"}, {"/t/a": ".zshenv:1"}, "ssh_command"),
    Case("cron", {".zshenv": "export PATH=/t/a:$PATH\n"}, {"/t/a": ".zshenv:1"}, "cron"),
    Case(
        "fpath",
        {".zshrc": "true\nfpath=(/t/a $fpath)\n"},
        {"/t/a": Z + "2"},
        variable="fpath",
    ),
    Case("FPATH", {".zshrc": "true\nfpath+=/t/a\n"}, {"/t/a": Z + "2"}, variable="FPATH"),
    Case("manpath", {".zshrc": "manpath=(/t/a '')\n"}, {"/t/a": Z + "1"}, variable="MANPATH"),
    Case("cdpath", {".zshrc": "cdpath=(~ /t/a)\n"}, {"/t/a": Z + "1"}, variable="CDPATH"),
    Case(
        "tied by hand",
        {".zshrc": "typeset -TUx LD_LIBRARY_PATH ld_library_path\nld_library_path+=/t/a\n"},
        {"/t/a": Z + "2"},
        variable="LD_LIBRARY_PATH",
    ),
]  # fmt: skip
NOTHING = [
    rc("prefix", "PATH=/t/no:$PATH true\npath+=/t/a\n", {"/t/no": None, "/t/a": Z + "2"}),
    rc(
        "prefix of a function",
        "f() {\n path+=/t/no\n}\nPATH=/t/x:$PATH f\npath+=/t/a\n",
        {"/t/no": None, "/t/x": None, "/t/a": Z + "5"},
    ),
    rc("subshell", "(path+=/t/no; true)\npath+=/t/a\n", {"/t/no": None, "/t/a": Z + "2"}),
    rc("substitution", "x=$(path+=/t/no; echo x)\npath+=/t/a\n", {"/t/no": None, "/t/a": Z + "2"}),
    rc(
        "local",
        "f() {\n local PATH=/t/no\n true\n}\nf\npath+=/t/a\n",
        {"/t/no": None, "/t/a": Z + "6"},
    ),
    rc("echo", "path+=/t/a\necho PATH=/t/no > /dev/null\n", {"/t/no": None, "/t/a": Z + "1"}),
    rc("background", "{ path+=/t/no } &\nwait\npath+=/t/a\n", {"/t/no": None, "/t/a": Z + "3"}),
    rc("false branch", "if false; then path+=/t/no; else\npath+=/t/a\nfi\n", {"/t/a": Z + "2"}),
    rc("here-document", "cat > /dev/null <<X\npath+=/t/no\nX\npath+=/t/a\n", {"/t/a": Z + "4"}),
    rc("return", "path+=/t/a\nreturn\npath+=/t/no\n", {"/t/no": None, "/t/a": Z + "1"}),
]
HARD = [
    rc("set +x", "set +x\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("unsetopt xtrace", "unsetopt xtrace\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("xtrace of its own", "setopt xtrace\npath+=/t/a\nset +x\n", {"/t/a": Z + "2"}),
    rc("case $-", "case $- in *x*) set +x; path+=/t/no ;; esac\npath+=/t/a\n", {"/t/no": None}),
    rc("PS4", "PS4='+%N'\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("typeset -r PS4", "typeset -r PS4=x\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("no_prompt_subst", "setopt no_prompt_subst\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("exec 2>", "exec 2>/dev/null\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("exec >", "exec >/dev/null 2>&1 </dev/null\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("block >", "{\n path+=/t/a\n} 2>/dev/null\n", {"/t/a": Z + "2"}),
    rc("descriptors closed", "exec 9>&- 8>&- 3>&-\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("DEBUG trap of its own", "trap : DEBUG\npath+=/t/a\ntrue\n", {"/t/a": Z + "2"}),
    rc("and evals", "trap : DEBUG\neval path+=/t/a\n:\n", {"/t/a": Z + "2"}),
    rc("TRAPDEBUG of its own", "TRAPDEBUG() { : }\npath+=/t/a\ntrue\n", {"/t/a": Z + "2"}),
    rc(
        "trap - DEBUG", "trap - DEBUG\npath+=/t/a\npath+=/t/b\n", {"/t/a": Z + "2", "/t/b": Z + "3"}
    ),
    rc("unfunction", "unfunction -m 'TRAP*'\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("local traps", "f() {\n emulate -L zsh\n path+=/t/a\n}\nf\n", {"/t/a": Z + "3"}),
    rc("debug after", "unsetopt debug_before_cmd\npath+=/t/a\npath+=/t/b\n", {"/t/a": Z + "2"}),
    rc("set -eu", "set -eu\npath+=/t/a\n[[ -n ${NO-} ]] || path+=/t/b\n", {"/t/b": Z + "3"}),
    rc("err_return", "setopt err_return\nfalse || true\npath+=/t/a\n", {"/t/a": Z + "3"}),
    rc("nounset", "set -u\nunset PATH\nPATH=/t/a\n", {"/t/a": Z + "3"}),
    rc("unset PATH", "unset PATH\ntrue\nPATH=/t/a:/bin\n", {"/t/a": Z + "3", "/bin": Z + "3"}),
    rc("read-only", "path+=/t/a\ntypeset -r PATH\n", {"/t/a": Z + "1"}),
    rc("ksh arrays", "setopt ksh_arrays\nPATH=/t/a:$PATH\n", {"/t/a": Z + "2"}),
    rc("sh_word_split", "setopt sh_word_split\nIFS=:\npath+=/t/a\n", {"/t/a": Z + "3"}),
    rc("noclobber", "setopt noclobber noglob\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("localoptions", "setopt localoptions localtraps\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("no functions argzero", "unsetopt function_argzero\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("no eval_lineno", "unsetopt eval_lineno\neval '\npath+=/t/a'\n", {"/t/a": Z + "2"}),
    rc("aliases", "alias print=false builtin=false\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("a function print", "print() { false }\npath+=/t/a\n", {"/t/a": Z + "2"}),
    rc("syntax error", "path+=/t/a\nif ; ; then\npath+=/t/no\n", {"/t/a": Z + "1", "/t/no": None}),
    rc("error", "path+=/t/a\n: ${NO?gone}\npath+=/t/no\n", {"/t/a": Z + "1"}, "left its"),
    rc("trap", "trap 'path+=/t/a' USR1\nkill -USR1 $$\ntrue\n", {"/t/a": Z + "1"}),
    rc("chpwd", "chpwd() {\n path+=/t/a\n}\ncd /\n", {"/t/a": Z + "2"}),
    rc("exit", "path+=/t/a\nexit 0\npath+=/t/no\n", {"/t/a": Z + "1"}, "left its startup files at"),
    rc("exec", "path+=/t/a\nexec true\n", {"/t/a": Z + "1"}, "left its startup files at"),
    rc("agent", "(sleep 60 &)\npath+=/t/a\n", {"/t/a": Z + "2"}, "left running"),
]


EVERY = [*WAYS, *NOTHING, *HARD]


@pytest.mark.parametrize("case", EVERY[::3], ids=lambda case: case.name)
def test_every_line_is_right(case: Case, host: Callable[..., Host]) -> None:
    check(case, host)


@pytest.mark.full
@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.name)
def test_every_line_of_all_is_right(case: Case, host: Callable[..., Host]) -> None:
    check(case, host)


def test_a_compiled_file(host: Callable[..., Host]) -> None:
    """A FILE.zwc runs in FILE's place, also where there is no FILE; its lines are FILE's."""
    machine = host(files={".zshrc": "true\npath+=/t/a\n", ".zshenv": "true\n\npath+=/t/b\n"})
    for name in (".zshrc", ".zshenv"):
        subprocess.run(["zsh", "-fc", f"zcompile {machine.home / name}"], check=True)
    (machine.home / ".zshenv").unlink()
    found = traced(machine)
    assert [str(e.set_by and e.set_by.line) for e in found.entries[-2:]] == ["3", "2"]
    assert found.notes == ()


@pytest.mark.full
def test_completions(host: Callable[..., Host]) -> None:
    """compinit without a dump runs 60,000 commands of zsh's own functions."""
    text = "autoload -Uz compinit\ncompinit -u\npath+=/t/a\n"
    found = traced(host(files={".zshrc": text}), limit=60.0)
    assert found.entries[-1].set_by is not None
    assert (found.entries[-1].set_by.line, found.notes) == (3, ())


def test_an_endless_loop_is_named(host: Callable[..., Host]) -> None:
    machine = host(files={".zshrc": "path+=/t/a\nwhile true; do\n  :\ndone\npath+=/t/no\n"})
    found = traced(machine, limit=1.0)
    assert "zsh was still at ~/.zshrc:" in found.notes[0]
    assert found.entries[-1].directory == "/t/a"


def check(case: Case, host: Callable[..., Host]) -> None:
    tools = {
        "tool": "#!/bin/sh\necho 'PATH=/t/a:$PATH'\necho\necho 'export PATH=/t/b:$PATH'\n",
        "maker": "#!/bin/sh\necho 'made() {'\necho 'path+=$1'\necho '}'\n",
    }
    machine = host(files={**tools, **case.files})
    for name in tools:
        (machine.home / name).chmod(0o755)
    found = traced(machine, case.context, case.variable)
    places: dict[str, str] = {}
    for entry in found.entries:
        where = os.path.relpath(str(entry.set_by), machine.home) if entry.set_by else "inherited"
        places.setdefault(entry.directory, where)
    assert {name: places.get(name) for name in case.expected} == dict(case.expected), found
    assert case.notes in "".join(found.notes) and bool(case.notes) == bool(found.notes)


def traced(
    machine: Host, context: str = "terminal", variable: str = "PATH", limit: float = 10.0
) -> Trace:
    start = order.start_for(machine, contexts.get(context), shells.get("zsh"))
    return trace(machine, [start], variable, limit)[0]
