"""What stands behind a file: links, shims, interpreters, the Python that it belongs to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from envkit.host import Host
from envkit.which import lookup, programs
from envkit.which.found import File, Shim

PYENV = """\
#!/usr/bin/env bash
set -e
[ -n "$PYENV_DEBUG" ] && set -x

program="${{0##*/}}"

export PYENV_ROOT="{home}/.pyenv"
exec "{home}/.pyenv/libexec/pyenv" exec "$program" "$@"
"""
RBENV = '#!/usr/bin/env bash\nexec "{home}/.pyenv/libexec/rbenv" exec "$program" "$@"\n'
OLD_ASDF = "#!/usr/bin/env bash\n# asdf-plugin: python 3.12.1\n"
OLD_ASDF += 'exec {home}/.pyenv/libexec/asdf exec "python" "$@" # asdf_allow: \' asdf \'\n'
NEW_ASDF = '#!/usr/bin/env bash\n# asdf-plugin: python 3.12.1\nexec asdf exec "python" "$@"\n'
ANSWERS = '#!/bin/sh\n[ "$1" = which ] && echo "$PYENV_ROOT{0}/$2"\n'


def put(path: Path, text: str = "#!/bin/sh\n", mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.fixture
def here(tmp_path: Path) -> Host:
    (tmp_path / "bin").mkdir()
    return Host.real(home=tmp_path)


def environment(host: Host) -> Mapping[str, str]:
    return {"PATH": f"{host.home}/bin:/usr/bin:/bin", "HOME": str(host.home)}


def followed(host: Host, path: Path) -> Shim | None:
    file = programs.behind(host, File(path), environment(host))
    asked = programs.question(host, file, environment(host))
    if asked is None or isinstance(asked, Shim):
        return asked
    return programs.follow(host, [asked], 5.0)[0]


@pytest.mark.parametrize(
    ("text", "manager", "root"),
    [
        pytest.param(PYENV, "pyenv", "{home}/.pyenv", id="pyenv-with-its-own-root"),
        pytest.param(RBENV, "rbenv", "", id="rbenv"),
        pytest.param(OLD_ASDF, "asdf", "", id="asdf"),
        pytest.param(NEW_ASDF, "asdf", "", id="asdf-found-on-PATH"),
    ],
)
def test_a_shim_is_followed(here: Host, text: str, manager: str, root: str) -> None:
    home = str(here.home)
    put(here.home / ".pyenv/libexec" / manager, ANSWERS.format("/versions/3.12.1/bin"))
    if "{home}" not in text:
        put(here.home / "bin" / manager, ANSWERS.format("/versions/3.12.1/bin"))
    shim = put(here.home / "shims/python", text.format(home=home))
    real = Path(f"{root.format(home=home)}/versions/3.12.1/bin/python")
    assert followed(here, shim) == Shim(manager, real)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("#!/bin/sh\necho 'pyenv: python: command not found' >&2; exit 127\n", "not found"),
        ("#!/bin/sh\necho relative\n", "relative"),
        ("#!/bin/sh\n", "gave no answer"),
    ],
)
def test_what_a_manager_does_not_tell_is_unknown(here: Host, answer: str, problem: str) -> None:
    put(here.home / ".pyenv/libexec/pyenv", answer)
    shim = put(here.home / "shims/python", PYENV.format(home=here.home))
    told = followed(here, shim)
    assert told is not None
    assert told.program is None
    assert problem in told.problem


def test_a_manager_that_hangs(here: Host) -> None:
    put(here.home / ".pyenv/libexec/pyenv", "#!/bin/sh\nsleep 60\n")
    shim = put(here.home / "shims/python", PYENV.format(home=here.home))
    file = programs.behind(here, File(shim), environment(here))
    asked = programs.question(here, file, environment(here))
    assert isinstance(asked, tuple)
    assert programs.follow(here, [asked], 0.2)[0].problem == "pyenv gave no answer within 0.2 s"


def test_no_manager_to_ask(here: Host) -> None:
    shim = put(here.home / "shims/python", PYENV.format(home=here.home))
    assert followed(here, shim) == Shim("pyenv", None, problem="there is no pyenv to ask")


def test_a_shim_of_a_version_that_is_not_selected(here: Host) -> None:
    shim = put(here.home / "shims/only", PYENV.format(home=here.home))
    said = "pyenv: only: command not found\n\nThe `only' command exists in these Python versions:"
    said += "\n  3.9.1\n  3.12.4\n\nNote: See 'pyenv help global' for tips.\n"
    put(here.home / ".pyenv/libexec/pyenv", f"#!/bin/sh\ncat >&2 <<'E'\n{said}E\nexit 127\n")
    problem = "pyenv: only: command not found; versions that have it: 3.9.1, 3.12.4"
    assert followed(here, shim) == Shim("pyenv", None, problem=problem)


def test_links_to_mise_and_rustup_are_shims(here: Host) -> None:
    put(here.home / "bin/mise", ANSWERS.format("/m"))
    (here.home / "shims").mkdir()
    (here.home / "shims/node").symlink_to("../bin/mise")
    assert followed(here, here.home / "shims/node") == Shim("mise", Path("/m/node"))
    put(here.home / "bin/rustup", ANSWERS.format("/r"))
    (here.home / "bin/cargo").hardlink_to(here.home / "bin/rustup")
    assert followed(here, here.home / "bin/cargo") == Shim("rustup", Path("/r/cargo"))
    assert followed(here, here.home / "bin/rustup") is None
    assert followed(here, here.home / "bin/mise") is None


@pytest.mark.parametrize(
    ("first", "interpreter", "problem"),
    [
        ("#!/bin/sh", "/bin/sh", ""),
        ("#! /bin/sh -e", "/bin/sh", ""),
        ("#!/usr/bin/env tool", "{home}/bin/tool", ""),
        ("#!/usr/bin/env -S tool -u", "{home}/bin/tool", ""),
        ("#!/usr/bin/env -S A=b tool", "{home}/bin/tool", ""),
        ("#!/usr/bin/env nowhere", "nowhere", "there is no nowhere on PATH to run it"),
        ("#!{home}/gone/python", "{home}/gone/python", "~/gone/python, which should run it,"),
        ('#!/bin/sh\n\'\'\'exec\' "{home}/bin/tool" "$0" "$@"', "{home}/bin/tool", ""),
        ("#!/usr/bin/env -S -u A -C /tmp B=c tool -x", "{home}/bin/tool", ""),
        ("#!/usr/bin/env -vStool -u", "{home}/bin/tool", ""),
        ("#!/usr/bin/env --split-string=tool -u", "{home}/bin/tool", ""),
        ("#!/usr/bin/env -S 'tool' \"a b\"", "{home}/bin/tool", ""),
        ("#!/usr/bin/env -S ${{HOME}}/bin/tool", "{home}/bin/tool", ""),
        ("#!/usr/bin/env -S PATH=/none tool", "tool", "there is no tool on PATH to run it"),
        ("#!/bin/sh\r", "/bin/sh\r", "its first line ends in a carriage return: no /bin/sh"),
        ("#!/usr/bin/env tool\r", "tool\r", "its first line ends in a carriage return: no tool"),
        ("#!/etc/passwd", "/etc/passwd", "/etc/passwd, which should run it, may not be run"),
        ("#!/usr/bin/env", "/usr/bin/env", "env is named no program: it runs this script again"),
        ("#!/usr", "/usr", "/usr, which should run it, may not be run"),
        ("no script", "", ""),
        ("", "", ""),
        ("#!", "", ""),
    ],
)
def test_the_first_line(here: Host, first: str, interpreter: str, problem: str) -> None:
    put(here.home / "bin/tool")
    script = put(here.home / "script", first.format(home=here.home) + "\n")
    file = programs.behind(here, File(script), environment(here))
    assert file.interpreter == interpreter.format(home=here.home)
    assert file.problem.startswith(problem) if problem else file.problem == ""


@pytest.mark.skipif(sys.platform == "darwin", reason="its kernel splits the words")
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("tool -u", "env seeks one program named `tool -u`: -S splits it"),
        ("-i tool", "env takes `-i tool` for one option: -S splits it"),
    ],
)
def test_env_gets_one_word_and_fails(here: Host, words: str, problem: str) -> None:
    put(here.home / "bin/tool")
    script = put(here.home / "script", f"#!/usr/bin/env {words}\n")
    assert programs.behind(here, File(script), environment(here)).problem == problem
    run = subprocess.run([script], env=environment(here), capture_output=True, check=False)
    assert run.returncode  # env says so itself


def test_prefixes(here: Host) -> None:
    put(here.home / "real/bin/python3.12")
    (here.home / "real/bin/python3").symlink_to("python3.12")
    for name in ("venv", "other"):
        (here.home / name / "bin").mkdir(parents=True)
        (here.home / name / "bin/python").symlink_to(here.home / "real/bin/python3")
    put(here.home / "venv/pyvenv.cfg", "home = x\n", 0o644)
    pip = put(here.home / "venv/bin/pip", f"#!{here.home}/venv/bin/python\n")
    (here.home / "bin/pip").symlink_to(pip)

    def prefix(name: str) -> Path | None:
        return programs.behind(here, File(here.home / name), environment(here)).prefix

    assert prefix("venv/bin/python") == here.home / "venv"
    assert prefix("venv/bin/pip") == here.home / "venv"
    assert prefix("bin/pip") == here.home / "venv"
    assert prefix("other/bin/python") == here.home / "real"
    assert prefix("real/bin/python3") == here.home / "real"


def test_links(here: Host) -> None:
    put(here.home / "a/b/tool")
    (here.home / "c").symlink_to("a/b")
    (here.home / "bin/one").symlink_to("../c/two")
    (here.home / "a/b/two").symlink_to("../b/tool")
    (here.home / "bin/loop").symlink_to("loop")
    assert lookup.links(here, here.home / "bin/one") == (
        here.home / "c/two",
        here.home / "a/b/tool",
    )
    assert lookup.links(here, here.home / "a/b/tool") == ()
    assert len(lookup.links(here, here.home / "bin/loop")) == 40
