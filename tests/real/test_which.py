"""What `which` tells is what the real shell says in the same start, line by line."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from envkit import contexts, order, shells, which
from envkit.host import Host
from envkit.model import Context, Start
from envkit.which.found import Found
from tests.real import which_homes
from tests.real.which_homes import NAMES, Home

SHELLS = ("bash", "zsh", "fish", "dash", "ksh93", "mksh")


def _host(folder: Path, user: str) -> Host:
    if user != "root":
        if os.geteuid() != 0:
            pytest.skip("only root can ask about another account's home")
        entry = pwd.getpwnam(user)
        for below, folders, files in os.walk(folder):
            for name in ("", *folders, *files):
                os.chown(Path(below, name), entry.pw_uid, entry.pw_gid, follow_symlinks=False)
    return Host.real(home=folder)


def _where(host: Host, shell: str, context: str) -> list[tuple[Context, Start]]:
    own = shells.get(shell)
    if shells.program(host, own) is None:
        if os.environ.get("ENVKIT_REQUIRE_SHELLS"):
            pytest.fail(f"no {shell} here, and .ci/run installs it")
        pytest.skip(f"no {shell} here")
    one = contexts.get(context)
    return [(one, order.start_for(host, one, own))]


def _files(one: Found, same: bool) -> tuple[str, ...]:
    """All files of the name on PATH, as told; `same`: with those that are the same once more."""
    files = ((one.file,) if one.file and one.file.runnable else ()) + one.shadows
    return tuple(str(each.path) for each in files if same or not each.same_as)


def _check(one: Found, name: str, says: which_homes.Says, made: Home, shell: str) -> None:
    kinds = tuple(dict.fromkeys((one.kind, *one.overrides)))
    told = tuple(kind for kind in kinds if kind != "none")
    where = (one.where.path, one.where.line) if one.where else None
    if shell == "fish" and one.kind == "alias":
        told = ("function", *told[1:])  # an alias of fish is a function
    # dash, mksh: only the first is told.
    assert told[: len(says.kinds)] == says.kinds, (name, told, says)
    if one.kind == "alias":
        assert where == made.aliases[name], (name, where, made.aliases[name])
    if one.kind == "function" and (shell, name) != ("fish", "ls"):  # that is fish's own
        assert where == made.functions[name], (name, where, made.functions[name])
    told_files = _files(one, same=shell != "ksh93")  # it tells a file once, of /bin and /usr/bin
    count = len(says.files) if shell in ("dash", "sh", "mksh") else None
    assert told_files[:count] == says.files, (name, told_files, says.files)
    for file in filter(None, (one.file, *one.shadows)):
        if file.entry in made.entries and file.runnable:
            by = file.set_by
            assert by and (by.path, by.line) == made.entries[file.entry], (name, by, file.entry)


def _compare(tmp_path: Path, shell: str, seed: int, user: str) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    made = which_homes.home(folder, shell, seed)
    host = _host(folder, user)
    context = "login_terminal" if shell in ("dash", "ksh93", "mksh") else "terminal"
    where = _where(host, shell, context)
    says = which_homes.said(host, where[0][1], NAMES, tmp_path / "said")
    told = which.which(host, where, NAMES)
    for each in told:
        _check(each.contexts[0], each.name, says[each.name], made, shell)


@pytest.mark.parametrize(("seed", "user"), [(0, "root"), (1, "nobody")])
@pytest.mark.parametrize("shell", SHELLS)
def test_random_homes(tmp_path: Path, shell: str, seed: int, user: str) -> None:
    _compare(tmp_path, shell, seed, user)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 160))
@pytest.mark.parametrize("shell", SHELLS)
def test_more_random_homes(tmp_path: Path, shell: str, seed: int) -> None:
    _compare(tmp_path, shell, seed, "nobody" if seed % 2 else "root")


# Kinds of thing that random homes have not


def _one(
    tmp_path: Path, shell: str, files: dict[str, str], name: str, context: str = "terminal"
) -> Found:
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
        if path.startswith("bin/"):
            (tmp_path / path).chmod(0o755)
    host = Host.real(home=tmp_path)
    return which.which(host, _where(host, shell, context), [name])[0].contexts[0]


_TOOL = {"bin/tool": "#!/bin/sh\n"}


@pytest.mark.parametrize(
    ("shell", "rc", "name", "kind", "line"),
    [
        pytest.param("bash", "x=1\neval 'f() { :; }'\n", "f", "function", 2, id="bash-eval"),
        pytest.param(
            "bash",
            "eval \"$(printf 'a() { :; }\\n\\n\\nf() { :; }')\"\nx=1\nx=2\n",
            *("f", "function", 1),
            id="bash-eval-of-many-lines",
        ),
        pytest.param(
            "bash", ". <(echo 'f() { :; }')\n", "f", "function", 1, id="bash-source-a-program"
        ),
        pytest.param(
            "bash",
            'eval "$(echo alias a=b)"\neval "$(echo alias zz=tool)"\n',
            *("zz", "alias", 2),
            id="bash-alias-by-one-of-two-evals",
        ),
        pytest.param(
            "bash",
            't() { eval "$(echo alias $1=tool)"; }\neval "$(echo x=1)"\nt zz\n',
            *("zz", "alias", None),
            id="bash-alias-by-nobody-knows-which",
        ),
        pytest.param(
            "bash",
            "eval \"$(echo x=1)\"\nfor n in zz yy; do\n  alias $n='cat'\ndone\n",
            *("zz", "alias", None),
            id="bash-alias-by-a-loop-or-an-eval",
        ),
        pytest.param(
            "bash",
            'm() {\n  alias "$1"=cat\n}\nm zz\n',
            "zz",
            "alias",
            2,
            id="bash-alias-in-a-function",
        ),
        pytest.param(
            "zsh",
            "for n in zz yy; do\n  alias $n='cat'\ndone\n",
            "zz",
            "alias",
            2,
            id="zsh-alias-in-a-loop",
        ),
        pytest.param(
            "bash", "alias a=b \\\n  zz=cat\n", "zz", "alias", 1, id="bash-alias-continued"
        ),
        pytest.param("bash", "builtin alias zz=cat\n", "zz", "alias", 1, id="bash-builtin-alias"),
        pytest.param("bash", "enable -n test\n", "test", "file", None, id="bash-builtin-off"),
        pytest.param("bash", "hash -p $HOME/bin/tool x\n", "x", "file", None, id="bash-hash"),
        pytest.param("bash", "f()\n\n{ :; }\n", "f", "function", 1, id="bash-brace-below"),
        pytest.param("bash", "set -eu; f() { :; }\n", "f", "function", 1, id="bash-set-e"),
        pytest.param(
            "bash", "trap 'echo debug' DEBUG\nf() { :; }\n", "f", "function", 2, id="bash-debug"
        ),
        pytest.param("bash", "alias -- -='cd -'\n", "-", "alias", 1, id="bash-alias-of-a-dash"),
        pytest.param("zsh", "hash x=$HOME/bin/tool\n", "x", "file", None, id="zsh-hash"),
        pytest.param("zsh", "f g() { : }\n", "g", "function", 1, id="zsh-two-names"),
        pytest.param(
            "zsh",
            "setopt ksh_arrays sh_word_split no_unset err_return\nf() { : }\n",
            "f",
            "function",
            2,
            id="zsh-options",
        ),
        pytest.param("zsh", "disable test\n", "test", "file", None, id="zsh-builtin-off"),
        pytest.param(
            "fish", "abbr -a gco git checkout\n", "gco", "abbreviation", 1, id="fish-abbreviation"
        ),
        pytest.param("ksh93", "function f {\n:\n}\n", "f", "function", 1, id="ksh-function"),
        pytest.param("mksh", "x=1; f() { :; }\n", "f", "function", 1, id="mksh-function"),
        *(
            pytest.param(
                *(shell, "eval 'foo() { :; }'\neval 'f() { :; }'\nx=1\n", "f", "function", 2),
                id=f"{shell}-eval",
            )
            for shell in ("ksh93", "mksh")
        ),
    ],
)
def test_kinds(tmp_path: Path, shell: str, rc: str, name: str, kind: str, line: int | None) -> None:
    path = which_homes.RC[shell]
    files = {**_TOOL, path: rc, ".profile": f"ENV=$HOME/{path}; export ENV\n"}
    context = "login_terminal" if shell in ("ksh93", "mksh") else "terminal"
    one = _one(tmp_path, shell, files, name, context)
    assert (one.kind, one.note) == (kind, "")
    if line is None:
        assert one.where is None
    else:
        assert one.where == (tmp_path / path, line)


@pytest.mark.parametrize(
    ("shell", "trap"),
    [
        ("bash", "set -T; trap 'echo debug' DEBUG"),
        ("bash", "trap 'echo bye' EXIT; set -u"),
        ("bash", "set -eE; trap 'echo error' ERR"),
        ("zsh", "trap 'echo debug' DEBUG"),
        ("zsh", "TRAPDEBUG() { echo debug; }"),
        ("zsh", "TRAPEXIT() { echo bye; }"),
        ("zsh", "TRAPZERR() { echo error; }; setopt err_exit"),
        ("ksh93", "trap 'echo debug' DEBUG; set -e"),
        ("dash", "set -eu"),
        ("mksh", "set -eu"),
    ],
)
def test_what_traps_print_is_no_answer(tmp_path: Path, shell: str, trap: str) -> None:
    path = which_homes.RC[shell]
    rc = f"{trap}\nalias zz='x y'\nf() {{ :; }}\nPATH=$HOME/bin:$PATH\n"
    files = {**_TOOL, ".profile": f"ENV=$HOME/{path}; export ENV\n", path: rc}
    context = "login_terminal" if shell in ("dash", "ksh93", "mksh") else "terminal"
    one = _one(tmp_path, shell, files, "zz", context)
    assert (one.kind, one.text, one.where) == ("alias", "x y", (tmp_path / path, 2))
    one = _one(tmp_path, shell, {}, "f", context)
    assert (one.kind, one.where) == ("function", (tmp_path / path, 3))
    one = _one(tmp_path, shell, {}, "tool", context)
    assert one.file is not None
    assert (one.kind, one.file.path) == ("file", tmp_path / "bin/tool")


def test_an_autoloaded_function_of_zsh_is_its_file(tmp_path: Path) -> None:
    files = {".zshrc": "fpath=(~/fn $fpath)\nautoload -Uz af\n", "fn/af": "echo af\n"}
    one = _one(tmp_path, "zsh", files, "af")
    assert (one.kind, one.where) == ("function", (tmp_path / "fn/af", 1))


def test_an_autoloaded_function_of_fish_is_its_file(tmp_path: Path) -> None:
    path = ".config/fish/functions/af.fish"
    one = _one(tmp_path, "fish", {path: "# about\nfunction af\nend\n"}, "af")
    assert (one.kind, one.where) == ("function", (tmp_path / path, 2))


def test_a_file_that_leaves_the_shell_leaves_the_answer_unknown(tmp_path: Path) -> None:
    one = _one(tmp_path, "bash", {".bashrc": "exit 3\n"}, "nowhere")
    assert one.kind == "unknown"
    assert one.note


# Why it does not run: shown true by changing just that


_PUT = "PATH=$HOME/bin:$PATH\n"
_GUARD = "case $- in\n*i*) ;;\n*) return;;\nesac\n"


@pytest.mark.parametrize(
    ("shell", "files", "context", "reason", "change"),
    [
        pytest.param(
            *("bash", {".bashrc": _GUARD + _PUT}, "ssh_command"),
            "line 5 stands below the guard in line 1",
            {".bashrc": _PUT},
            id="guard",
        ),
        pytest.param(
            *("bash", {".bashrc": '[ -z "$PS1" ] && return\n' + _PUT}, "ssh_command"),
            "line 2 stands below the guard in line 1",
            {".bashrc": _PUT},
            id="short-guard",
        ),
        pytest.param(
            *("bash", {".bashrc": f"if [[ $- == *i* ]]\nthen\n{_PUT}fi\n"}, "ssh_command"),
            "line 3 is not run there: it stands within the `if` of line 1",
            {".bashrc": _PUT},
            id="branch",
        ),
        pytest.param(
            *("bash", {".bashrc": f'{_PUT}[ -n "$PS1" ] || PATH=/usr/bin\n'}, "ssh_command"),
            "line 1 runs there, too, but PATH is made anew after it",
            {".bashrc": _PUT},
            id="made-anew",
        ),
        pytest.param(
            *("bash", {".bashrc": f'[ -n "$PS1" ] && {_PUT}'}, "ssh_command"),
            "line 1 is come to there, but what stands before its `&&` fails",
            {".bashrc": _PUT},
            id="and",
        ),
        pytest.param(
            *("zsh", {".zshenv": f"[[ ! -o interactive ]] || {_PUT}"}, "ssh_command"),
            "line 1 is come to there, but what stands before its `||` succeeds",
            {".zshenv": _PUT},
            id="or",
        ),
        pytest.param(
            *("bash", {".bashrc": f'if [ -n "$PS1" ]; then {_PUT[:-1]}; fi\n'}, "ssh_command"),
            "line 1 is come to there, but not that branch of its `if`",
            {".bashrc": _PUT},
            id="branch-of-one-line",
        ),
        pytest.param(
            *("bash", {".bashrc": '[ -n "$PS1" ] && . ~/more\n', "more": _PUT}, "ssh_command"),
            "~/.bashrc:1 reads ~/more: line 1 is come to there, but what stands before its `&&`"
            " fails",
            {".bashrc": ". ~/more\n"},
            id="sourced-behind-a-test",
        ),
        pytest.param(
            *("bash", {".bashrc": f"{_GUARD}. ~/more\n", "more": _PUT}, "ssh_command"),
            "~/.bashrc:5 reads ~/more: line 5 stands below the guard in line 1",
            {".bashrc": ". ~/more\n"},
            id="sourced-below-the-guard",
        ),
        pytest.param(
            *("bash", {".bashrc": _PUT, ".bash_profile": ":\n"}, "login_terminal"),
            "~/.bashrc is not read there: not sourced by ~/.bash_profile",
            {".bash_profile": ". ~/.bashrc\n"},
            id="not-sourced",
        ),
        pytest.param(
            *("zsh", {".zshrc": _PUT}, "ssh_command"),
            "~/.zshrc is not read there: only an interactive shell reads it",
            {".zshenv": _PUT},
            id="zshrc",
        ),
        pytest.param(
            *("bash", {".bashrc": f'[ -z "$PS1" ] ||\n{_PUT}'}, "ssh_command"),
            "line 2 is not run there: it stands within the list of line 1",
            {".bashrc": _PUT},
            id="list",
        ),
        pytest.param(
            *("bash", {".bashrc": f'f() {{\n{_PUT}}}\n[ -z "$PS1" ] || f\n'}, "ssh_command"),
            "line 2 is not run there: it stands within the function f, line 1",
            {".bashrc": _PUT},
            id="function",
        ),
        pytest.param(
            *("bash", {".bashrc": _PUT}, "cron"), "no startup file is read there", {}, id="cron"
        ),
    ],
)
def test_reasons(
    tmp_path: Path,
    shell: str,
    files: dict[str, str],
    context: str,
    reason: str,
    change: dict[str, str],
) -> None:
    _one(tmp_path, shell, {**files, **_TOOL}, "tool")
    host = Host.real(home=tmp_path)
    where = [*_where(host, shell, "terminal"), *_where(host, shell, context)]
    if context == "cron":
        cron = contexts.get("cron")
        where[1] = (cron, order.start_for(host, cron))
    told = which.which(host, where, ["tool"])[0]
    assert [one.kind for one in told.contexts] == ["file", "none"]
    assert [one.reason for one in told.would] == [reason]
    if change:
        _one(tmp_path, shell, change, "tool")
        told = which.which(host, where, ["tool"])[0]
        assert [one.kind for one in told.contexts] == ["file", "file"]


@pytest.mark.parametrize(
    ("text", "reason", "change"),
    [
        pytest.param(
            "alias tool=ls\n",
            "line 1 runs there, too, but bash expands no aliases there",
            "shopt -s expand_aliases\nalias tool=ls\n",
            id="alias",
        ),
        pytest.param(
            '[ -n "$PS1" ] && eval "tool() { :; }"\n',
            "line 1 is come to there, but what stands before its `&&` fails",
            'eval "tool() { :; }"\n',
            id="function",
        ),
    ],
)
def test_reasons_of_definitions(tmp_path: Path, text: str, reason: str, change: str) -> None:
    _one(tmp_path, "bash", {".bashrc": text}, "tool")
    host = Host.real(home=tmp_path)
    where = [*_where(host, "bash", "terminal"), *_where(host, "bash", "ssh_command")]
    told = which.which(host, where, ["tool"])[0]
    assert [one.reason for one in told.would] == [reason]
    (tmp_path / ".bashrc").write_text(change)
    assert all(one.found for one in which.which(host, where, ["tool"])[0].contexts)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(500, 515))
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "mksh"])
def test_random_homes_in_every_context(tmp_path: Path, shell: str, seed: int) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    which_homes.home(folder, shell, seed)
    if shell == "bash":
        (folder / ".profile").write_text(". ~/.bashrc\nPATH=$PATH:~/d1\n")
    host = Host.real(home=folder)
    where = _where(host, shell, "login_terminal") + _where(host, shell, "terminal")
    where += _where(host, shell, "ssh_command")
    where += [(one, order.start_for(host, one)) for one in map(contexts.get, ("script", "cron"))]
    told = which.which(host, where, NAMES)
    for number, (_, start) in enumerate(where):
        says = which_homes.said(host, start, NAMES, tmp_path / f"said-{number}")
        for each in told:
            one, real = each.contexts[number], says[each.name]
            kind = "function" if (shell, one.kind) == ("fish", "alias") else one.kind
            assert kind == (real.kinds[0] if real.kinds else "none"), each.name
            if kind == "file" and one.file:
                assert str(one.file.path) == real.files[0]
