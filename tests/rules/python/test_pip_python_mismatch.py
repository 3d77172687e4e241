"""EK301: a pip that installs for another Python. The Pythons are real virtual environments."""

from __future__ import annotations

import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ASK = f"#!{sys.executable}\n"
FRONT = {".bashrc": 'export PATH="$HOME/front/bin:$PATH"\n'}
PIP = "#!/bin/sh\necho 'pip 9.0.1 from /opt/old/lib/python2.7/site-packages/pip (python 2.7)'\n"
HEALTHY = {
    "empty": {},
    "a whole virtual environment": {**FRONT, "front/bin/pip3": "#!{home}/front/bin/python3\n"},
}
LOOKS_SICK = {
    "pip by env": {**FRONT, "front/bin/pip3": "#!/usr/bin/env python3\n"},
    "pip by another name of the same Python": {
        **FRONT,
        "front/bin/pip3": "#!{home}/front/bin/python\n",
    },
    "a first line that is too long": {
        **FRONT,
        "front/bin/pip3": "#!/bin/sh\n'''exec' {home}/front/bin/python3 \"$0\" \"$@\"\n' '''\n",
    },
    "pip that does not run": {**FRONT, "front/bin/pip3": "#!/no/such/python3\n"},
    "a shim of pyenv": {
        ".bashrc": 'export PATH="$HOME/tool:$HOME/shims:$PATH"\n',
        "tool/pyenv": '#!/bin/sh\necho "$HOME/front/bin/$2"\n',
        "shims/python3": '#!/bin/sh\nexec pyenv exec python3 "$@"\n',
        "shims/pip3": '#!/bin/sh\nexec pyenv exec pip3 "$@"\n',
        "front/bin/pip3": "#!{home}/front/bin/python3\n",
    },
}
SICK = {
    "another environment's pip": (
        {**FRONT, "front/bin/pip3": "#!{home}/other/bin/python3\n"},
        "~/.bashrc:1",
    ),
    "pip of an old Python": ({**FRONT, "front/bin/pip": PIP}, "~/.bashrc:1"),
    "behind a shim of pyenv": (
        {
            ".bashrc": ':\nexport PATH="$HOME/tool:$HOME/shims:$HOME/front/bin:$PATH"\n',
            "tool/pyenv": '#!/bin/sh\necho "$HOME/other/bin/$2"\n',
            "shims/pip3": '#!/bin/sh\nexec pyenv exec pip3 "$@"\n',
            "other/bin/pip3": "#!{home}/other/bin/python3\n",
        },
        "~/.bashrc:2",
    ),
}


@pytest.fixture
def home(tmp_path: Path) -> Callable[[dict[str, str]], dict[str, str]]:
    """Two virtual environments without pip in the home, and its name put into the files."""

    def build(files: dict[str, str]) -> dict[str, str]:
        folder = tmp_path / "home"
        for name in ("front", "other"):
            venv.create(folder / name, symlinks=True)
        return {name: text.replace("{home}", str(folder)) for name, text in files.items()}

    return build


@pytest.mark.parametrize(
    "files", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(examine, home, files: dict[str, str]) -> None:
    found = examine.report(home(files), "EK301").findings
    assert [one for one in found if "pip3 installs" in one.message and one.severity != "info"] == []


@pytest.mark.parametrize(("files", "where"), SICK.values(), ids=SICK)
def test_speaks(examine, home, files: dict[str, str], where: str) -> None:
    found = examine.report(home(files), "EK301").findings
    assert ("error", where) in [(one.severity, str(one.where)) for one in found]


def test_names_both_and_the_cure(examine, home) -> None:
    files = {**FRONT, "front/bin/pip3": "#!{home}/other/bin/python3\n"}
    found = examine.report(home(files), "EK301").findings
    (finding,) = (one for one in found if one.message.startswith("pip3"))
    assert "~/front/bin/pip3 is for" in finding.message
    assert "in ~/other" in finding.message
    assert finding.fix.commands == ("python3 -m pip install …",)
    assert set(finding.contexts) == {"terminal", "ssh_command"}


def test_a_python_that_says_nothing_is_told(examine, home) -> None:
    files = home({**FRONT, "front/bin/mute": "#!/bin/sh\nexit 3\n"})
    files[".bashrc"] = 'export PATH="$HOME/mute:$PATH"\n'
    files["mute/python3"] = "#!/bin/sh\nexit 3\n"
    found = examine.report(files, "EK301")
    assert found.findings == ()
    assert any("~/mute/python3 gave no answer" in one.reason for one in found.skipped)
