"""install on real homes, with real shells: found afterwards, or taken back, and never half done.

The shells that are asked afterwards are started here, by plain subprocess; envkit's own proof is
not asked.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

BASH, SH = shutil.which("bash"), shutil.which("dash")
pytestmark = pytest.mark.skipif(not (BASH and SH), reason="needs bash and dash")
SKELETON = {
    ".profile": 'if [ -n "$BASH_VERSION" ]; then\n  if [ -f "$HOME/.bashrc" ]; then\n'
    '    . "$HOME/.bashrc"\n  fi\nfi\nif [ -d "$HOME/bin" ]; then\n  PATH="$HOME/bin:$PATH"\nfi\n',
    ".bashrc": "# not interactive: nothing\ncase $- in\n    *i*) ;;\n      *) return;;\nesac\n"
    "alias ll='ls -l'\n",
    "bin/tool": "",
}
CONDA = """\
# >>> conda initialize >>>
__conda_setup="$(printf 'export PATH=/opt/conda/bin:$PATH\\n')"
if [ $? -eq 0 ]; then
    eval "$__conda_setup"
fi
unset __conda_setup
# <<< conda initialize <<<
"""
PYENV = """\
export PYENV_ROOT="$HOME/.pyenv"
export PATH="$PYENV_ROOT/bin:$PATH"
eval "$(echo 'PATH=$PYENV_ROOT/shims:$PATH')"
"""
GUARD = "[[ $- != *i* ]] && return\n"
FULL = pytest.mark.full
# Where other shells than the two that are asked would only take time.
BASH = ("--shell", "bash", "--shell", "sh")


def some(cases: Iterable[str], *always: str) -> list[object]:
    """All cases, most of them only in a full run: each starts a dozen shells."""
    return [name if name in always else pytest.param(name, marks=FULL) for name in cases]


REACHED: dict[str, dict[str, str]] = {
    "a bare home": {},
    "Debian's skeleton": SKELETON,
    ".bash_profile hides .profile": {**SKELETON, ".bash_profile": "export A=1\n"},
    "PATH below the guard": {".bashrc": GUARD + "PATH=/below:$PATH\n", ".profile": ". ~/.bashrc\n"},
    "conda below the guard": {**SKELETON, ".bashrc": SKELETON[".bashrc"] + CONDA},
    "pyenv below the guard": {**SKELETON, ".bashrc": SKELETON[".bashrc"] + PYENV},
    "only .bash_login": {".bash_login": "PATH=$HOME/bin:$PATH\n"},
    "a chain": {
        ".bash_profile": ". ~/.bashrc\n",
        ".bashrc": GUARD + ". ~/.x\n",
        ".x": "PATH=/x:$PATH\n",
    },
    "set -eu": {".bashrc": "set -eu\nPATH=/x:$PATH\n", ".profile": "set -eu\nPATH=/y:$PATH\n"},
    "an odd IFS": {".bashrc": "IFS=/\n", ".profile": "IFS=:\n"},
    "CRLF": {".bashrc": "PATH=/x:$PATH\r\n", ".profile": "A=1\r\n"},
    "no final newline": {".bashrc": "PATH=/x:$PATH", ".profile": "PATH=/y:$PATH"},
    "a function called below": {".bashrc": "p() { PATH=$1:$PATH; }\n" + GUARD + "p /x\n"},
    "here-documents": {".bashrc": "cat >/dev/null <<X\n" + GUARD + "X\n" + GUARD + "A=1\n"},
    "BASH_ENV": {".profile": "export BASH_ENV=~/.env\n", ".env": "PATH=/env:$PATH\n"},
    "a guard in a function": {
        ".bashrc": "g() { case $- in *i*) ;; *) return 1 ;; esac; }\ng || return\nPATH=/x:$PATH\n"
    },
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


def put(home: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes(text.encode())


def contents(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes() if path.is_file() else b"folder"
        for path in home.rglob("*")
        if ".local" not in path.parts
    }


def dates(home: Path) -> dict[Path, int]:
    """When each file of the home was written; envkit's own state is where its lock is."""
    return {p: p.stat().st_mtime_ns for p in home.rglob("*") if ".local" not in p.parts}


def envkit(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "envkit", *map(str, arguments), "--home", str(home)]
    return subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)


STARTS = {
    "login terminal": ["bash", "-l", "-i", "-c"],
    "terminal": ["bash", "-i", "-c"],
    "ssh": ["env", "SSH_CLIENT=::1 2 3", "bash", "-c"],
    "bash -lc": ["bash", "-lc"],
    "sh -lc": ["dash", "-lc"],
}


def first_entries(home: Path) -> dict[str, str]:
    """The first entry of PATH in each start, as that shell says it; "" where it does not."""
    found = {}
    for name, argv in STARTS.items():
        clean = ["env", "-i", f"HOME={home}", "USER=ada", "TERM=dumb", "PATH=/usr/bin:/bin"]
        done = subprocess.run(
            ["setsid", "-w", *clean, *argv, 'echo "@${PATH%%:*}"'],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=30,
        )
        found[name] = next((ln[1:] for ln in done.stdout.splitlines() if ln.startswith("@")), "")
    return found


@pytest.mark.parametrize("name", some(REACHED, "a bare home", "conda below the guard"))
def test_every_shell_finds_it_and_uninstall_gives_all_back(
    home: Path, python: Path, name: str
) -> None:
    put(home, REACHED[name])
    before = contents(home)
    done = envkit(home, "install", "--yes", "--python", python, *BASH)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every shell that reads a startup file now finds it." in done.stdout
    assert set(first_entries(home).values()) == {str(python / "bin")}
    times = dates(home)
    again = envkit(home, "install", "--yes", "--python", python, *BASH)
    assert (again.returncode, "Already so" in again.stdout) == (0, True)
    assert envkit(home, "install", "--check", "--python", python, *BASH).returncode == 0
    assert dates(home) == times
    assert envkit(home, "uninstall", "--yes").returncode == 0
    assert contents(home) == before


def test_a_start_that_leaves_for_another_program_is_said(home: Path, python: Path) -> None:
    put(home, {**SKELETON, ".bashrc": "[[ $- == *i* ]] && exec true\n"})
    done = envkit(home, "install", "--yes", "--python", python, *BASH)
    assert done.returncode == 1
    assert "Not found first in: login terminal, terminal, " in done.stdout
    found = first_entries(home)
    assert (found["ssh"], found["terminal"]) == (str(python / "bin"), "")


def test_a_read_only_path_is_left_alone_and_said(home: Path, python: Path) -> None:
    put(home, {".bashrc": "readonly PATH=/x:$PATH\n"})
    done = envkit(home, "install", "--yes", "--python", python, *BASH)
    assert done.returncode == 1
    assert "Not found first in: terminal, ssh host command, " in done.stdout
    assert "~/.bashrc:1 makes it read-only" in done.stdout


def test_above_a_line_that_makes_path_read_only_there_is_room(home: Path, python: Path) -> None:
    put(home, {".bashrc": "PATH=/x:$PATH\nreadonly PATH\nPATH=/y:$PATH\n"})
    done = envkit(home, "install", "--yes", "--python", python, *BASH)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(first_entries(home).values()) == {str(python / "bin")}


WORSE = {
    "it says every command": ({".bashrc": "set -x\n"}, "says what it did not"),
    "a trap speaks": ({".bashrc": "trap 'echo \"$BASH_COMMAND\" >&2' DEBUG\n"}, "what it did not"),
    "it counts its own lines": (
        {".bashrc": '[ "$(wc -l < ~/.bashrc)" -eq 2 ] ||\n  exit 7\n'},
        "no longer gets as far as its command",
    ),
    "it checks its own sum": (
        {".profile": '[ "$(wc -c < ~/.profile)" -lt 60 ] && export KEEP=1\nA=1\n'},
        "lacks the variable KEEP",
    ),
    "its own if": ({".profile": "alias if='exit 5;'\n"}, "/.profile: line"),
    "it hangs": (
        {".bashrc": '[ "$(wc -l < ~/.bashrc)" -eq 2 ] ||\n  sleep 600\n'},
        "no longer starts within its limit",
    ),
}


@pytest.mark.parametrize("name", some(WORSE, "it says every command", "it counts its own lines"))
def test_worse_than_before_is_taken_back(home: Path, python: Path, name: str) -> None:
    files, words = WORSE[name]
    put(home, files)
    before = contents(home)
    done = envkit(home, "install", "--yes", "--python", python, *BASH)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "rolled back" in done.stderr
    assert words in done.stderr
    assert contents(home) == before


def test_what_a_shell_wrote_meanwhile_is_not_lost(home: Path, python: Path) -> None:
    put(home, {".bashrc": "[ ! -e ~/.config/envkit/env.sh ] || echo A=1 >> ~/.bashrc\nset -x\n"})
    done = envkit(home, "install", "--yes", "--python", python, *BASH)
    assert done.returncode == 3
    assert "It could not be taken back: ~/.bashrc is not as it was" in done.stderr
    assert (home / ".bashrc").read_bytes().endswith(b"A=1\n")
    assert envkit(home, "uninstall", "--yes").returncode == 0
    assert (home / ".bashrc").read_bytes().startswith(b"[ ! -e ")


BROKEN_BEFORE = {
    "it complains": {".bashrc": "nosuchcommand\nls /nosuchfile\n"},
    "it fails": {".profile": "false\n", ".bashrc": "(exit 4)\n"},
    "it lets nobody in": {".profile": "exit 1\n"},
    "it speaks": {".bashrc": "echo hello\n", ".profile": "echo hello\n"},
    "another answer each time": {".bashrc": 'export "S_$RANDOM=1"\necho "$RANDOM$RANDOM" >&2\n'},
}


@pytest.mark.parametrize("name", some(BROKEN_BEFORE, "it complains"))
def test_what_was_broken_before_does_not_count(home: Path, python: Path, name: str) -> None:
    put(home, BROKEN_BEFORE[name])
    done = envkit(home, "install", "--yes", "--python", python, *BASH)
    assert "rolled back" not in done.stderr
    assert done.returncode in (0, 1), done.stdout + done.stderr


@pytest.mark.parametrize(
    "sent",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=FULL),
        pytest.param(signal.SIGHUP, marks=FULL),
    ],
)
def test_a_signal_during_the_proof_takes_all_back(
    home: Path, python: Path, sent: signal.Signals
) -> None:
    put(home, {".profile": "[ ! -e ~/.config/envkit/env.sh ] || sleep 5\n", ".bashrc": "A=1\n"})
    before = contents(home)
    argv = [
        sys.executable,
        "-m",
        "envkit",
        "install",
        "--yes",
        "--home",
        home,
        "--python",
        python,
        *BASH,
    ]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (home / ".config/envkit/env.sh").exists():
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(sent)
    process.communicate(timeout=60)
    assert process.returncode in (130, 128 + sent)
    assert contents(home) == before


def test_the_profiles_own_python_is_made_and_stays(home: Path) -> None:
    if not shutil.which("python3", path="/usr/bin"):
        pytest.skip("no system Python to make an environment with")
    base = Path(sys.prefix if sys.prefix == sys.base_prefix else sys.base_prefix) / "bin/python3"
    done = envkit(home, "install", "--yes", "--python", base, *BASH)
    assert done.returncode == 0, done.stdout + done.stderr
    own = home / ".local/share/envkit/envs/descent"
    assert (own / "bin/python").exists()
    assert "a virtual environment" in done.stdout
    assert set(first_entries(home).values()) == {str(own / "bin")}
    done = envkit(home, "uninstall", "--yes")
    assert "rm -r ~/.local/share/envkit/envs/descent" in done.stdout
    assert (own / "bin/python").exists()
    assert contents(home) == {}


@FULL
def test_where_install_fails_the_python_goes_again(home: Path) -> None:
    put(home, {".bashrc": "set -x\n"})
    base = Path(sys.base_prefix) / "bin/python3"
    done = envkit(home, "install", "--yes", "--python", base, *BASH)
    assert done.returncode == 3, done.stdout + done.stderr
    assert not (home / ".local/share").exists()


# -- a plan is only a plan ------------------------------------------------------------------------

CHANGING = (
    "openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,"
    "symlink,symlinkat,truncate,ftruncate,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,"
    "utime,utimes,utimensat,futimesat,setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,"
    "fremovexattr,mknod,mknodat,fallocate,execve"
)


@pytest.fixture
def traced(home: Path, tmp_path: Path) -> Iterator[Callable[..., list[str]]]:
    if not shutil.which("strace"):
        pytest.skip("needs strace")

    def run(*arguments: str) -> list[str]:
        log = tmp_path / "strace"
        envkit(home, *arguments)  # the interpreter writes its .pyc files now, or never
        command = [sys.executable, "-m", "envkit", *arguments, "--home", str(home)]
        argv = ["strace", "-f", "-qq", "-e", f"trace={CHANGING}", "-o", str(log), *command]
        done = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL)
        if b"ptrace" in done.stderr or not log.exists():
            pytest.skip("strace is not allowed here")
        return log.read_text(errors="replace").splitlines()

    yield run


@pytest.mark.parametrize(
    "options",
    [
        ["--dry-run", "--shell", "zsh", "--shell", "fish", "--shell", "mksh"],
        pytest.param(["--check"], marks=FULL),
    ],
)
def test_a_dry_run_changes_no_file_and_starts_no_shell(
    home: Path, traced: Callable[..., list[str]], options: list[str]
) -> None:
    put(home, {**SKELETON, ".bashrc": SKELETON[".bashrc"] + CONDA})
    lines = traced("install", "--user", *options)
    calls = [line.split(None, 1)[1] for line in lines if "(" in line]
    reading = [call for call in calls if call.startswith(("open", "execve"))]
    assert [c for c in calls if c not in reading and not c.startswith(("+++", "---", "<..."))] == []
    writing = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC")
    assert [c for c in reading if any(w in c for w in writing) and "/dev/null" not in c] == []
    programs = [c.split('"')[1] for c in reading if c.startswith("execve(") and c.endswith("= 0")]
    assert all("python" in Path(program).name for program in programs), programs


def test_json_is_one_object_and_nothing_else(home: Path, python: Path) -> None:
    put(home, SKELETON)
    planned = envkit(home, "install", "--dry-run", "--json", "--python", python, *BASH)
    data = json.loads(planned.stdout)
    assert (data["version"], data["status"], data["receipt"]) == (1, "would change", None)
    assert data["plan"]["edits"][0]["path"].endswith("/env.sh")
    assert {"script", "cron"} <= {each["start"] for each in data["unreached"]}
    done = json.loads(envkit(home, "install", "--yes", "--json", "--python", python, *BASH).stdout)
    assert done["status"] == "applied"
    assert {row["result"] for row in done["contexts"] if row["reached"]} == {"ok"}
    back = json.loads(envkit(home, "rollback", done["receipt"], "--yes", "--json").stdout)
    assert (back["status"], back["receipt"]) == ("rolled back", done["receipt"])
    gone = json.loads(envkit(home, "uninstall", "--yes", "--json").stdout)
    assert gone["status"] == "already so"
