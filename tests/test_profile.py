"""Profiles: what a `.env` file comes to, what is wrong with one, which Python comes first."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkit import profile
from envkit.errors import Refused, Unreadable, UsageError
from envkit.host import Host
from envkit.profile.reading import HOME, read

VALUES = {"HOME": "/home/ada", "ENVKIT_PYTHON_BIN": "/py/bin", "ONE": "1", "TWO": "a:b", "NONE": ""}


def parse(text: str, scope: str = "user", values: Mapping[str, str] = VALUES):  # type: ignore[no-untyped-def]
    return read(text.encode("utf-8", "surrogateescape"), Path("x.env"), "x", values, scope)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("# a comment\n\n", {}, id="comments"),
        pytest.param("A=1\nexport B=2\n C = 3 \n", {"A": "1", "B": "2", "C": "3"}, id="plain"),
        pytest.param("A=\n", {"A": ""}, id="empty value"),
        pytest.param("A=1 # note\nB='1 # no note'\n", {"A": "1", "B": "1 # no note"}, id="comment"),
        pytest.param("A=${ONE}\nB=${A}${A}\n", {"A": "1", "B": "11"}, id="references"),
        pytest.param("ONE=2\nA=${ONE}\n", {"ONE": "2", "A": "2"}, id="the file's own come first"),
        pytest.param(
            "A=${NO:-x y}\nB=${NO:-}\nC=${NONE:-x}", {"A": "x y", "B": "", "C": ""}, id="defaults"
        ),
        pytest.param("A='${ONE}'\nB=\"${ONE}\"\n", {"A": "${ONE}", "B": "1"}, id="single quotes"),
        pytest.param("A=$ONE\nB=$\n", {"A": "$ONE", "B": "$"}, id="no braces, no reference"),
        pytest.param("A=${HOME}/x", {"A": "/home/ada/x"}, id="home"),
        pytest.param("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}, id="CRLF"),
        pytest.param('A="x\\ry"\n', {"A": "x\ry"}, id="a carriage return"),
        pytest.param("COLUMNS=80\n", {"COLUMNS": "80"}, id="a number"),
        pytest.param("\ufeffA=1\n", {"A": "1"}, id="BOM"),
        pytest.param("A=\udce9\n", {"A": "\udce9"}, id="undecodable"),
        pytest.param(
            "ENVKIT_TITLE=x\nA=${ENVKIT_TITLE}", {"A": "x"}, id="directions are not exported"
        ),
        pytest.param("TWO=/x:/y\n", {"TWO": "/x:/y"}, id="a list that does not keep its old value"),
    ],
)
def test_variables(text: str, variables: dict[str, str]) -> None:
    found, findings = parse(text)
    assert (dict(found.variables), findings) == (variables, ())


@given(st.text(st.characters(exclude_characters="'\\\n\0", exclude_categories=["Cs"]), max_size=30))
def test_single_quotes_keep_everything(value: str) -> None:
    found, findings = parse(f"A='{value}'\n")
    assert (dict(found.variables), findings) == ({"A": value}, ())


@given(
    st.dictionaries(
        st.sampled_from("ABCDE"), st.sampled_from(["1", "", "${ONE}", "x${HOME}y", "${NO:-d:e}"])
    )
)
def test_what_python_dotenv_makes_of_it(pairs: dict[str, str]) -> None:
    """Where both understand a file, both understand the same."""
    from dotenv.main import DotEnv

    text = "".join(f"{name}={value}\n" for name, value in pairs.items())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in VALUES.items():
            patch.setenv(name, value)
        patch.delenv("NO", raising=False)
        theirs = DotEnv(None, stream=io.StringIO(text)).dict()
    assert dict(parse(text)[0].variables) == dict(theirs)


@pytest.mark.parametrize(
    ("text", "front", "back"),
    [
        pytest.param("PATH=/a:/b:${PATH}:/c", ("/a", "/b"), ("/c",), id="around"),
        pytest.param("PATH=${PATH}", (), (), id="alone"),
        pytest.param("PATH=${ENVKIT_PYTHON_BIN}:${PATH}", ("/py/bin",), (), id="the chosen Python"),
        pytest.param("PATH=${NO:-/d}/x:${PATH}", ("/d/x",), (), id="a colon in a default"),
        pytest.param(
            "PATH=/a:${PATH}:/z\nPATH=/b:${PATH}:/y", ("/b", "/a"), ("/z", "/y"), id="twice"
        ),
        pytest.param("PATH=/a b:/é:${PATH}", ("/a b", "/é"), (), id="spaces"),
    ],
)
def test_path(text: str, front: tuple[str, ...], back: tuple[str, ...]) -> None:
    found, findings = parse(text)
    assert (found.path_prepend, found.path_append) == (front, back)
    assert not [finding for finding in findings if finding.severity == "error"]


def test_other_lists_keep_their_old_value() -> None:
    found, findings = parse(
        "LD_LIBRARY_PATH=/x:${LD_LIBRARY_PATH}\nTEXINPUTS=${TEXINPUTS}:.:/t//\n"
    )
    assert found.lists == (("LD_LIBRARY_PATH", ("/x",), ()), ("TEXINPUTS", (), (".", "/t//")))
    assert findings == ()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("A=1\n\n\nwhat is this\n", 4, "cannot be read", id="unparsable"),
        pytest.param("\n\nA\n", 3, "no value", id="a name alone"),
        pytest.param("1A=2", 1, "no name", id="bad name"),
        pytest.param("A-B=2", 1, "no name", id="dash in a name"),
        pytest.param("IFS=x", 1, "belongs to the shells", id="IFS"),
        pytest.param("path=x", 1, "belongs to the shells", id="zsh's path"),
        pytest.param("PGRP='a[$(x)]'", 1, "belongs to the shells", id="mksh executes it"),
        pytest.param("USER_ID='a[$(x)]'", 1, "belongs to the shells", id="so it does here"),
        pytest.param("KSHEGID='a[$(x)]'", 1, "belongs to the shells", id="and here"),
        pytest.param("TRY_BLOCK_ERROR=x", 1, "belongs to the shells", id="zsh says an error"),
        pytest.param("SRANDOM='a[$(x)]'", 1, "belongs to the shells", id="bash evaluates it"),
        pytest.param("COLUMNS='a[$(x)]'", 1, "is a number", id="mksh evaluates it"),
        pytest.param("HISTSIZE=${NO:-much}", 1, "is a number", id="zsh evaluates it"),
        pytest.param('A="x\\ny"', 1, "newline", id="newline escaped"),
        pytest.param('B=1\nA="x\ny"', 2, "newline", id="newline"),
        pytest.param("A=x\0y", 1, "NUL", id="NUL"),
        pytest.param("A=${NO}", 1, "${NO} is not set", id="not set"),
        pytest.param("A=${ONE:+x}", 1, "not understood", id="other expansion"),
        pytest.param("A=${ONE", 1, "not understood", id="no end"),
        pytest.param("A=${A}x", 1, "cannot stand here", id="itself"),
        pytest.param("PATH=/x", 1, "${PATH}", id="PATH dropped"),
        pytest.param("PATH='/x:${PATH}'", 1, "${PATH}", id="PATH in single quotes"),
        pytest.param("PATH=/x:$PATH", 1, "${PATH}", id="PATH without braces"),
        pytest.param("PATH=/x${PATH}", 1, "${PATH}", id="PATH glued"),
        pytest.param("PATH=${PATH:-/bin}:/x", 1, "${PATH}", id="PATH with a default"),
        pytest.param("PATH=${PATH}:/x:${PATH}", 1, "twice", id="PATH twice"),
        pytest.param("PATH=bin:${PATH}", 1, "relative", id="relative"),
        pytest.param("PATH=~/bin:${PATH}", 1, "~", id="tilde"),
        pytest.param("PATH=$HOME/bin:${PATH}", 1, "plain text", id="no braces"),
        pytest.param("PATH=/x::${PATH}", 1, "empty entry", id="empty entry"),
        pytest.param("PATH=:${PATH}", 1, "empty entry", id="empty first"),
        pytest.param("PATH=${NONE}:${PATH}", 1, "empty entry", id="empty by reference"),
        pytest.param("PATH=${TWO}:${PATH}", 1, "colon", id="a colon inside"),
        pytest.param("MANPATH=:${MANPATH}", 1, "empty entry", id="empty in another list"),
        pytest.param("PATH=/x:${PATH}\nA=${PATH}", 2, "after it was set here", id="a list used"),
    ],
)
def test_errors_have_a_line_and_a_remedy(text: str, line: int, says: str) -> None:
    _, findings = parse(text)
    errors = [finding for finding in findings if finding.severity == "error"]
    assert len(errors) == 1
    assert str(errors[0].where) == f"x.env:{line}"
    assert says in errors[0].message
    assert errors[0].expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("A=1\nA=2\n", 2, id="set twice"),
        pytest.param("PATH=/a:/a:${PATH}\n", 1, id="an entry twice"),
        pytest.param("PATH=/a:${PATH}:/a\n", 1, id="an entry on both sides"),
        pytest.param("ENVKIT_REQUIRE=x\n", 1, id="an unknown direction"),
    ],
)
def test_warnings(text: str, line: int) -> None:
    found, findings = parse(text)
    assert [(finding.severity, str(finding.where)) for finding in findings] == [
        ("warning", f"x.env:{line}")
    ]
    assert found.path_prepend in ((), ("/a",))
    assert found.path_append == ()


def test_for_every_user_the_home_directory_stays_open() -> None:
    found, findings = parse(
        "PATH=${HOME}/bin:${ENVKIT_PYTHON_BIN}:${PATH}\nA='${HOME}'\n", "system"
    )
    assert findings == ()
    assert found.path_prepend == (f"{HOME}/bin", "/py/bin")
    assert dict(found.variables) == {"A": "${HOME}"}
    _, findings = parse("A=${ONE}\nB=${ONE:-x}\n", "system")
    assert [str(finding.where) for finding in findings] == ["x.env:1", "x.env:2"]


# -- where profiles are ---------------------------------------------------------------------------


def test_the_default_comes_first(host: Callable[..., Host]) -> None:
    assert profile.names(host()) == ("descent", "numpy", "torch-cpu")


@pytest.mark.parametrize("scope", ["user", "system"])
@pytest.mark.parametrize("name", ["descent", "numpy", "torch-cpu"])
def test_every_bundled_profile_is_in_order(
    host: Callable[..., Host], name: str, scope: str
) -> None:
    machine = host()
    assert profile.check(machine, name, scope) == ()  # type: ignore[arg-type]
    found = profile.load(machine, name, Path("/py/bin"), scope)  # type: ignore[arg-type]
    assert found.path_prepend == ("/py/bin",)
    assert profile.title(machine, name)
    assert profile.wants_python(machine, name)


def test_the_users_own_profiles(host: Callable[..., Host], tmp_path: Path) -> None:
    folder = ".config/envkit/profiles"
    machine = host(
        {f"{folder}/mine.env": "A=1\n", f"{folder}/numpy.env": "A=2\n", f"{folder}/.x.env": ""}
    )
    assert profile.names(machine) == ("descent", "mine", "numpy", "torch-cpu")
    assert profile.load(machine, "mine").variables == (("A", "1"),)
    assert profile.load(machine, "numpy").variables == (("A", "2"),)
    by_path = tmp_path / "home" / folder / "mine.env"
    assert profile.load(machine, str(by_path)).name == "mine"
    assert not profile.wants_python(machine, "mine")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("nump", "did you mean numpy?"), ("zzz", "known: descent"), ("./no.env", "no such file")],
)
def test_unknown_profiles(host: Callable[..., Host], name: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        profile.load(host(), name)
    assert hint in error.value.hint


def test_a_broken_profile_says_where(host: Callable[..., Host], tmp_path: Path) -> None:
    (tmp_path / "broken.env").write_text("A=1\nPATH=/x\nB\n")
    with pytest.raises(Unreadable, match=r"broken\.env:2: .*1 more"):
        profile.load(host(), str(tmp_path / "broken.env"))
    (tmp_path / "a b.env").write_text("A=1\n")
    with pytest.raises(UsageError, match="called so"):
        profile.load(host(), str(tmp_path / "a b.env"))


def test_profiles_are_found_in_a_zip(tmp_path: Path) -> None:
    """A zip of the checkout: the folder `profiles` stands beside the package, in no order."""
    top = Path(profile.__file__).parents[2]
    archive = tmp_path / "envkit.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted((top / "profiles").glob("*.env"), reverse=True):
            packed.write(path, f"top/profiles/{path.name}")
        for path in (top / "envkit").rglob("*.py"):
            packed.write(path, f"top/{path.relative_to(top)}")
    script = (
        "from pathlib import Path; from envkit import profile; from envkit.host import Host\n"
        f"host = Host.real(home=Path({str(tmp_path)!r}))\n"
        "print(*profile.names(host)); print(*profile.load(host, 'numpy', Path('/p')).path_prepend)"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(archive / 'top')!r})\n{script}",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.stdout.splitlines() == ["descent numpy torch-cpu", "/p"], done.stderr


# -- the choice of the Python ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment at `venv`, one that looks like conda's at `conda`."""
    folder = tmp_path_factory.mktemp("environments")
    for name in ("venv", "conda"):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / name], check=True)
    (folder / "conda/conda-meta").mkdir()
    return folder


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if envkit ran in no virtual environment."""
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)


def with_env(machine: Host, **variables: Path | str) -> Host:
    given = {name: str(value) for name, value in variables.items()}
    return machine.but(env={**machine.env, **given})


def test_the_active_environment(host: Callable[..., Host], environments: Path) -> None:
    machine = with_env(
        host(), VIRTUAL_ENV=environments / "venv", CONDA_PREFIX=environments / "conda"
    )
    choice = profile.choose_python(machine, None, "descent")
    assert choice.executable == environments / "venv/bin/python"
    assert choice.version == ".".join(map(str, sys.version_info[:3]))
    assert (choice.create, choice.reason) == (False, "because its virtual environment is active")


def test_an_active_conda_environment(host: Callable[..., Host], environments: Path) -> None:
    machine = with_env(host(), CONDA_PREFIX=environments / "conda", CONDA_DEFAULT_ENV="work")
    assert profile.choose_python(machine, None, "descent").bin == environments / "conda/bin"


@pytest.mark.parametrize("base", ["by name", "by its folder"])
def test_condas_base_is_passed_over(
    host: Callable[..., Host], environments: Path, outside: None, base: str, tmp_path: Path
) -> None:
    prefix = environments / "conda"
    name = "base"
    if base == "by its folder":
        prefix, name = tmp_path / "conda", ""
        (prefix / "condabin").mkdir(parents=True)
        (prefix / "conda-meta").mkdir()
    machine = with_env(host(), CONDA_PREFIX=prefix, CONDA_DEFAULT_ENV=name)
    choice = profile.choose_python(machine, None, "descent")
    assert choice.bin == machine.data / "envs/descent/bin"


def test_where_envkit_runs(
    host: Callable[..., Host], environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(environments / "venv"))
    choice = profile.choose_python(host(), None, "descent")
    assert (choice.bin, choice.create) == (environments / "venv/bin", False)
    assert "envkit itself" in choice.reason


@pytest.mark.parametrize(
    "mark", ["venv/uv-receipt.toml", "venv/pipx_metadata.json", "uv-receipt.toml", "CACHEDIR.TAG"]
)
def test_an_environment_that_a_tool_owns(
    host: Callable[..., Host], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    folder = tmp_path / "tools/venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (tmp_path / "tools" / mark).touch()
    monkeypatch.setattr(sys, "prefix", str(folder))
    choice = profile.choose_python(host(), None, "descent")
    assert choice.create
    assert str(folder) in choice.reason
    with pytest.raises(UsageError, match="belongs to"):
        profile.choose_python(host(), folder, "descent")


@pytest.mark.parametrize("variable", ["UV_CACHE_DIR", "XDG_CACHE_HOME", "HOME"])
def test_uvs_cache(
    host: Callable[..., Host], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    machine = host()
    caches = {
        "UV_CACHE_DIR": tmp_path / "c",
        "XDG_CACHE_HOME": tmp_path / "x",
        "HOME": machine.home,
    }
    below = {"UV_CACHE_DIR": "", "XDG_CACHE_HOME": "uv", "HOME": ".cache/uv"}
    folder = caches[variable] / below[variable] / "archive-v0/abc"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    monkeypatch.setattr(sys, "prefix", str(folder))
    choice = profile.choose_python(
        with_env(machine, **{variable: caches[variable]}), None, "descent"
    )
    assert choice.create


def test_an_environment_that_is_gone(
    host: Callable[..., Host], tmp_path: Path, outside: None
) -> None:
    choice = profile.choose_python(with_env(host(), VIRTUAL_ENV=tmp_path / "gone"), None, "descent")
    assert choice.create
    assert "does not run" in choice.reason


def test_the_profiles_own_is_made_once(host: Callable[..., Host], outside: None) -> None:
    machine = host()
    choice = profile.choose_python(machine, None, "numpy")
    assert choice.create
    assert choice.bin == machine.home / ".local/share/envkit/envs/numpy/bin"
    subprocess.run([*choice.command, "--without-pip"], check=True)
    again = profile.choose_python(machine, None, "numpy")
    assert (again.create, again.executable, again.version) == (
        False,
        choice.executable,
        choice.version,
    )
    for name in ("python", "python3"):
        (choice.bin / name).unlink()
    with pytest.raises(Refused, match="does not run"):
        profile.choose_python(machine, None, "numpy")


@pytest.mark.parametrize("given", ["venv", "venv/bin/python", "venv/bin/python3", "conda"])
def test_python_given(host: Callable[..., Host], environments: Path, given: str) -> None:
    choice = profile.choose_python(host(), environments / given, "descent")
    assert choice.bin == environments / given.partition("/")[0] / "bin"
    assert choice.reason == "because --python names it"


def test_a_system_interpreter_makes_an_environment(host: Callable[..., Host]) -> None:
    """Its own `bin` would put a whole system folder in front."""
    base = Path(sys.base_prefix) / "bin/python3"
    machine = host()
    choice = profile.choose_python(machine, base, "descent")
    assert choice.create
    assert choice.bin == machine.data / "envs/descent/bin"
    assert "-m" in choice.command


@pytest.mark.parametrize("given", ["/nope", "/var", "/bin/true", "no-such-python", "/etc/passwd"])
def test_python_given_that_is_none(host: Callable[..., Host], given: str) -> None:
    with pytest.raises(UsageError, match="--python"):
        profile.choose_python(host(), Path(given), "descent")


def test_python_and_python3_must_be_the_same(host: Callable[..., Host], tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "v"], check=True)
    (tmp_path / "v/bin/python").unlink()
    (tmp_path / "v/bin/python").symlink_to("/bin/false")
    with pytest.raises(UsageError, match="python and python3"):
        profile.choose_python(host(), tmp_path / "v", "descent")


def test_a_system_profile_never_points_into_a_home(
    host: Callable[..., Host], environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", "/root/venv")
    choice = profile.choose_python(host(), None, "descent", "system")
    assert choice.bin == Path("/usr/local/lib/envkit/envs/descent/bin")


def test_another_machines_python_is_not_executed(host: Callable[..., Host]) -> None:
    machine = host(root_files={"opt/v/bin/python": "not run"})
    choice = profile.choose_python(machine, Path("/opt/v"), "descent")
    assert (choice.executable, choice.version) == (Path("/opt/v/bin/python"), "")
    own = profile.choose_python(machine, None, "descent")
    assert own.bin == Path("/home/ada/.local/share/envkit/envs/descent/bin")
    with pytest.raises(UsageError):
        profile.choose_python(machine, Path("/opt/w"), "descent")
