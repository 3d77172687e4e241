"""env.sh under every option, name and trap that a startup file may have set before it reads ours.

The whole state of the shell (variables, functions, aliases, options, traps, arguments) is compared
before and after; the lists with a model of their own. Nothing may be printed, but what the user's
own trap prints.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from envkit import environment
from envkit.plan import Profile
from tests.real.test_environment import SHELLS, expected, shell

PROFILE = Profile(
    "descent",
    (("PLAIN", "1"), ("ODD", "it's $(x) * ~ =ls")),
    ("/first", "/second one"),
    ("/last",),
    Path("x"),
    (),
    (("LD_LIBRARY_PATH", ("/lib",), ()), ("MANPATH", (), ("/man",))),
)
PATH = "/last:/First:/usr/bin:/second one:/*:/bin:/first"
# Beside what the shells set themselves: each is met before our text is read.
EVERYWHERE = {
    "IFS empty": "IFS=",
    "IFS unset": "unset IFS",
    "IFS=x": "IFS=x",
    "IFS=:": "IFS=:",
    "IFS is a newline": "IFS='\n'",
    "IFS is ours": "IFS=_ek",
    "IFS exported": "export IFS",
    "IFS readonly": "readonly IFS",
    "IFS readonly, empty": "IFS=; readonly IFS",
    "IFS readonly, set -eu": "readonly IFS; set -eu",
    "IFS is a pattern": "IFS='*?['",
    "IFS in names, PATH readonly": "IFS=ATP; readonly PATH",
    "noglob": "set -f",
    "nounset": "set -u",
    "errexit": "set -e",
    "noclobber, allexport": "set -C -a",
    "everything": "set -aefuC; IFS=/",
    "stderr is closed": "exec 2>&-",
    "arguments": "set -- one 'two  three' ''",
    "our names taken": "_ek_n=1; export _ek_o=2; _ek_b=x; _ek_p=5; unset _ek_n _ek_o _ek_b _ek_p",
    "an alias: export": "alias export='echo no' eval='echo no' set='echo no' unset='echo no'",
    "an alias: command": "alias command='echo no' builtin='echo no' return='echo no'",
    "an EXIT trap": "trap ': bye' EXIT",
}
BASH = {
    "nocasematch": "shopt -s nocasematch",
    "nocasematch, set -e": "shopt -s nocasematch; set -e",
    "globs": "shopt -s extglob nullglob dotglob nocaseglob",
    "failglob": "shopt -s failglob",
    "expand_aliases": "shopt -s expand_aliases; alias export='echo a' eval='echo b' set='echo c'"
    " unset='echo d' builtin='echo e' command='echo f'",
    "set -o posix": "set -o posix",
    "set -o posix, PATH readonly": "set -o posix; readonly PATH",
    "functions": "export() { echo no; }; unset() { echo no; }; command() { echo no; }",
    "set -k": "set -k",
    "set -k, set -e": "IFS=x; set -ke",
    "no brace expansion, no hash": "set +B +h",
    "functrace": "set -ET; trap ': d' DEBUG; trap ': r' RETURN; trap ': e' ERR",
    "pipefail, lastpipe": "set -o pipefail; shopt -s lastpipe",
    "xpg_echo, shift_verbose": "shopt -s xpg_echo shift_verbose sourcepath",
}
ZSH = {
    option: f"setopt {option}"
    for option in (
        "glob_assign", "glob_subst", "ksh_arrays", "rc_quotes", "sh_word_split",
        "warn_create_global", "warn_nested_var", "no_unset", "err_exit", "err_return",
        "print_exit_value", "typeset_silent", "posix_builtins", "posix_identifiers",
        "posix_aliases", "posix_argzero", "posix_strings", "ignore_braces",
        "ignore_close_braces", "csh_junkie_quotes", "csh_junkie_loops", "csh_null_glob",
        "null_glob", "ksh_glob", "sh_glob", "extended_glob", "no_nomatch", "no_glob",
        "no_equals", "magic_equal_subst", "sh_file_expansion", "ksh_typeset", "ksh_autoload",
        "no_global_export", "all_export", "no_multibyte", "rm_star_silent", "no_case_match",
        "no_case_glob", "no_short_loops", "no_function_argzero", "local_options",
        "local_traps", "local_patterns", "rematch_pcre", "rc_expand_param", "brace_ccl",
        "glob_dots", "mark_dirs", "numeric_glob_sort", "hist_subst_pattern", "auto_pushd",
        "octal_zeroes", "traps_async", "chase_links", "path_dirs", "c_bases", "no_aliases",
        "interactive_comments", "auto_name_dirs", "pipe_fail", "sun_keyboard_hack",
    )
}  # fmt: skip
ZSH |= {
    "typeset -U path": "typeset -U path",
    "a tied list": "typeset -T LD_LIBRARY_PATH ld_library_path",
    "global aliases, commands": "alias -g export=no unset=no builtin=no eval=no",
    "global aliases": "alias -g b=no z=no in1=no f=no 1=no G='| grep' /first=no i=no",
    "functions": "export() { echo no }; unset() { echo no }; command() { echo no }",
    "all that the issue names": "setopt glob_assign glob_subst ksh_arrays rc_quotes sh_word_split",
}
SETUPS = {
    name: {
        **EVERYWHERE,
        **(BASH if name.startswith("bash") else {}),
        **(ZSH if name.startswith("zsh") else {}),
    }
    for name in SHELLS
}
CASES = [
    pytest.param(name, title, setup, marks=() if (number + place) % 5 == 0 else pytest.mark.full)
    for place, (name, setups) in enumerate(SETUPS.items())
    for number, (title, setup) in enumerate(setups.items())
    # A function cannot have the name of a special built-in in POSIX mode.
    if not (title == "functions" and name in ("bash --posix", "bash as sh", "zsh --emulate sh"))
    and not ("lastpipe" in setup and name == "bash 3.2")
]
# What a shell itself changes (the last argument, lines, time), what we set, and one thing that is
# given up: whether IFS is exported, which no shell reads.
_MOVING = re.compile(
    r"^(declare -[-\w]+ |export |typeset -[-\w]+ )?(_|LINENO|RANDOM|SECONDS|EPOCH\w*|SRANDOM|"
    r"PIPESTATUS|BASH_\w+|PATH|path|ODD|PLAIN|LD_LIBRARY_PATH|ld_library_path|MANPATH|manpath|"
    r"KSH_MATCH|_AST_FEATURES|0|argv|IFS)(=|$)"
)


def state(text: bytes) -> list[str]:
    rows = text.decode("utf-8", "surrogateescape").splitlines()
    return [row for row in rows if not _MOVING.match(row)]


def source(name: str, setup: str, folder: Path) -> tuple[dict[str, bytes], int]:
    """Source env.sh after `setup`, the state on either side in files; what a child then has."""
    show = 'set; set +o; trap; alias; typeset -f; typeset +x; printf \'%s|\' "$@"; printf %s "$-"'
    look = "SAVED_STATUS=$?; {{ {show}; printf '<%s>' \"${{IFS-unset}}\"; }} >{file} 2>/dev/null"
    if name in ("dash", "busybox"):
        show = show.replace("typeset -f; typeset +x; ", "")
    line = environment.source_line(folder / "env.sh", folder).decode()
    (folder / "look1").write_text(look.format(show=show, file=folder / "before") + "\n")
    (folder / "look2").write_text(look.format(show=show, file=folder / "after") + "\n")
    last = "/usr/bin/env -0 >" + str(folder / "environ")
    text = f"{setup}\n. {folder}/look1\n{line}. {folder}/look2\n{last}\n"
    (folder / "script").write_text(text)
    given = {"HOME": str(folder), "PATH": PATH, "LD_LIBRARY_PATH": "/x:/lib:/y", "IN": "1"}
    done = subprocess.run(
        [*shell(name), folder / "script"],
        env=given, cwd=folder, capture_output=True, timeout=20, check=False,
    )  # fmt: skip
    read = {part: (folder / part).read_bytes() for part in ("before", "after", "environ")}
    return {**read, "out": done.stdout, "err": done.stderr}, done.returncode


def variables(environ: bytes) -> Mapping[str, str]:
    text = environ.decode("utf-8", "surrogateescape")
    return {one.partition("=")[0]: one.partition("=")[2] for one in text.split("\0")}


@pytest.mark.parametrize(("name", "title", "setup"), CASES, ids=lambda part: part[:30])
def test_nothing_but_the_profile_changes(name: str, title: str, setup: str, tmp_path: Path) -> None:
    (tmp_path / "env.sh").write_bytes(environment.posix(PROFILE, "user"))
    parts, status = source(name, setup, tmp_path)
    assert (status, parts["out"], parts["err"]) == (0, b"", b"")
    got = variables(parts["environ"])
    want = expected(PROFILE, {"PATH": PATH, "LD_LIBRARY_PATH": "/x:/lib:/y"})
    if "PATH readonly" in title:
        want["PATH"] = PATH
    assert {key: got.get(key) for key in want} == want
    assert state(parts["after"]) == state(parts["before"])
    assert b"_ek" not in parts["after"].replace(b"IFS=_ek", b"").replace(b"<_ek>", b"") or (
        b"_ek" in parts["before"]
    )


# Not mksh: the `unset` that tells whether IFS is read-only lets the function's own one out there.
LOCAL = {
    "bash": "outer() { local IFS=,; . ./line; SEEN=$IFS; }; outer",
    "dash": "outer() { local IFS=,; . ./line; SEEN=$IFS; }; outer",
    "busybox": "outer() { local IFS=,; . ./line; SEEN=$IFS; }; outer",
    "ksh93": "function outer { typeset IFS=,; . ./line; SEEN=$IFS; }; outer",
    "zsh": "outer() { local IFS=,; . ./line; SEEN=$IFS; }; outer",
}


@pytest.mark.parametrize(("name", "text"), LOCAL.items(), ids=LOCAL)
def test_a_local_ifs_of_the_function_that_reads_us(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "env.sh").write_bytes(environment.posix(PROFILE, "user"))
    (tmp_path / "line").write_bytes(environment.source_line(tmp_path / "env.sh", tmp_path))
    (tmp_path / "script").write_text(f"IFS=x; {text}; printf '%s' \"$SEEN/$IFS/$PATH\"")
    done = subprocess.run(
        [*shell(name), "script"],
        env={"PATH": PATH, "HOME": str(tmp_path)}, cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    want = expected(PROFILE, {"PATH": PATH})["PATH"]
    assert (done.returncode, done.stderr, done.stdout.decode()) == (0, b"", f",/x/{want}")


@pytest.mark.parametrize("name", ["bash 3.2", "bash", "dash", "busybox", "mksh", "ksh93", "zsh"])
@pytest.mark.parametrize("ifs", ["IFS='*'", "IFS='*?[:'; readonly IFS"], ids=["free", "readonly"])
def test_patterns_in_ifs(name: str, ifs: str, tmp_path: Path) -> None:
    """In bash 3.2 no pattern then matches: nothing hangs, no entry is lost, variables arrive."""
    alone = Profile("descent", (("ALONE", "$1"),), (), (), Path("x"))
    (tmp_path / "alone").write_bytes(environment.posix(alone, "user"))
    (tmp_path / "env.sh").write_bytes(environment.posix(PROFILE, "user"))
    (tmp_path / "script").write_text(
        f"{ifs}; . ./alone; . ./env.sh; printf '%s' \"$ALONE|$PLAIN|$PATH\""
    )
    done = subprocess.run(
        [*shell(name), "script"],
        env={"PATH": "/x:/usr/bin"}, cwd=tmp_path, capture_output=True, timeout=20, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"$1|1|/first:/second one:/x:/usr/bin:/last"


@pytest.mark.parametrize("inherited", ["BASH_VERSION", "ZSH_VERSION", "KSH_VERSION"])
@pytest.mark.parametrize("name", ["bash", "dash", "busybox", "mksh", "ksh93", "zsh"])
def test_an_inherited_version_of_another_shell(name: str, inherited: str, tmp_path: Path) -> None:
    (tmp_path / "env.sh").write_bytes(environment.posix(PROFILE, "user"))
    (tmp_path / "script").write_text(". ./env.sh; printf '%s' \"$PLAIN|$PATH\"")
    done = subprocess.run(
        [*shell(name), "script"],
        env={"PATH": "/usr/bin", inherited: "5.9"}, cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    want = (0, b"", b"1|/first:/second one:/usr/bin:/last")
    assert (done.returncode, done.stderr, done.stdout) == want
