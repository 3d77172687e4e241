"""Where the blocks go: homes as text, by the order model alone; and plans that are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from envkit import block, install, platforms, receipts
from envkit.apply import apply
from envkit.errors import Refused
from envkit.host import Host
from envkit.install import InstallPlan
from envkit.plan import FileEdit, Plan, Profile
from envkit.uninstall import uninstall_plan

PROFILE = Profile("descent", (("LANGUAGE", "C"),), ("/opt/py/bin",), (), Path("descent.env"))
GUARD = "case $- in\n  *i*) ;;\n  *) return;;\nesac\n"
ETC = {
    "etc/os-release": "ID=debian\n",
    "etc/profile": 'PATH="/usr/bin:/bin"\nexport PATH\n'
    'if [ "$BASH" ] && [ "$PS1" ] && [ -f /etc/bash.bashrc ]; then\n  . /etc/bash.bashrc\nfi\n',
    "etc/bash.bashrc": '[ -z "$PS1" ] && return\n',
}
SKELETON_PROFILE = (
    'if [ -n "$BASH_VERSION" ]; then\n  if [ -f "$HOME/.bashrc" ]; then\n    . "$HOME/.bashrc"\n'
    '  fi\nfi\nif [ -d "$HOME/bin" ]; then\n  PATH="$HOME/bin:$PATH"\nfi\n'
)
SKELETON_RC = "# about this file\n\n# not interactive: nothing to do\n" + GUARD + "alias l=ls\n"

# name: (files, {file: lines before which a block goes, counted in the file as it is}, platform)
WHERE: dict[str, tuple[Mapping[str, str | bytes], dict[str, list[int]], str]] = {
    "a bare home on Debian": ({}, {".profile": [1], ".bashrc": [1]}, "debian"),
    "a bare home on Red Hat": (
        {},
        {".bash_profile": [1], ".profile": [1], ".bashrc": [1]},
        "redhat",
    ),
    "a bare home on macOS": ({}, {".bash_profile": [1], ".profile": [1], ".bashrc": [1]}, "macos"),
    "Debian's skeleton: above the guard's comment, once": (
        {".profile": SKELETON_PROFILE, ".bashrc": SKELETON_RC},
        {".profile": [9], ".bashrc": [3]},
        "debian",
    ),
    ".bash_profile hides .profile: both": (
        {".bash_profile": "A=1\n", ".profile": "B=1\n", ".bashrc": ""},
        {".bash_profile": [2], ".profile": [2], ".bashrc": [1]},
        "debian",
    ),
    ".bash_login is not hidden": (
        {".bash_login": "A=1\n"},
        {".bash_login": [2], ".profile": [1], ".bashrc": [1]},
        "debian",
    ),
    "on macOS nothing is put before .profile": (
        {".profile": "A=1\n"},
        {".profile": [2], ".bashrc": [1]},
        "macos",
    ),
    "PATH below the guard: twice": (
        {".profile": "", ".bashrc": GUARD + "PATH=/x:$PATH\nalias l=ls\n"},
        {".profile": [1], ".bashrc": [1, 7]},
        "debian",
    ),
    "PATH above the guard: below it": (
        {".profile": "", ".bashrc": "PATH=/x:$PATH\n" + GUARD},
        {".profile": [1], ".bashrc": [2]},
        "debian",
    ),
    "an appended entry does not come in front": (
        {".profile": "", ".bashrc": GUARD + "PATH=$PATH:/x\n"},
        {".profile": [1], ".bashrc": [1]},
        "debian",
    ),
    "what only running it can tell": (
        {".profile": "", ".bashrc": GUARD + 'eval "$(conda shell.bash hook)"\n'},
        {".profile": [1], ".bashrc": [1, 6]},
        "debian",
    ),
    "what is known to leave PATH alone": (
        {".profile": "", ".bashrc": GUARD + 'eval "$(dircolors -b)"\neval "$(ssh-agent)"\n'},
        {".profile": [1], ".bashrc": [1]},
        "debian",
    ),
    "a variable of the profile that is set below": (
        {".profile": "", ".bashrc": GUARD + "export LANGUAGE=de\n"},
        {".profile": [1], ".bashrc": [1, 6]},
        "debian",
    ),
    "a function that is called below": (
        {".profile": "", ".bashrc": "p() {\n  PATH=$1:$PATH\n}\n" + GUARD + "p /x\n"},
        {".profile": [1], ".bashrc": [4, 9]},
        "debian",
    ),
    "a file that is sourced below": (
        {".profile": "", ".bashrc": GUARD + ". ~/.more\n", ".more": "PATH=/x:$PATH\n"},
        {".profile": [1], ".bashrc": [1, 6]},
        "debian",
    ),
    "a sourced file that does nothing to PATH": (
        {".profile": "", ".bashrc": GUARD + ". ~/.more\n. ~/.none\n", ".more": "alias l=ls\n"},
        {".profile": [1], ".bashrc": [1]},
        "debian",
    ),
    "an exec at the end: before it": (
        {".profile": "", ".bashrc": "PATH=/x:$PATH\n[[ $- == *i* ]] && exec zsh\n"},
        {".profile": [1], ".bashrc": [2]},
        "debian",
    ),
    "an exec in a sourced file: there": (
        {".bash_profile": ". ~/.bashrc\n", ".bashrc": "PATH=/x:$PATH\nexec zsh\n"},
        {".bashrc": [2], ".profile": [1]},
        "debian",
    ),
    "an exit in the login file": (
        {".profile": "PATH=/x:$PATH\nexit\nPATH=/y:$PATH\n"},
        {".profile": [2], ".bashrc": [1]},
        "debian",
    ),
    "a guard that may be one": (
        {".profile": "", ".bashrc": '[ "$(tool)" ] || return\nPATH=/x:$PATH\n'},
        {".profile": [1], ".bashrc": [1, 3]},
        "debian",
    ),
    "a syntax error: before it": (
        {".profile": "", ".bashrc": "PATH=/x:$PATH\nif true; then\n  A=1\n"},
        {".profile": [1], ".bashrc": [2]},
        "debian",
    ),
    "a function of a sourced file that is called below the guard": (
        {
            ".profile": "",
            ".bashrc": ". ~/.more\n" + GUARD + "p /x\n",
            ".more": "p() { PATH=$1:$PATH; }\n",
        },
        {".profile": [1], ".bashrc": [2, 7]},
        "debian",
    ),
    "PATH is read-only from a line on: above it": (
        {".profile": "", ".bashrc": "PATH=/x:$PATH\nreadonly PATH\nPATH=/y:$PATH\n"},
        {".profile": [1], ".bashrc": [2]},
        "debian",
    ),
    "PATH is read-only below a guard: not for those that leave there": (
        {
            ".bash_profile": ". ~/.bashrc\nPATH=/y:$PATH\n",
            ".profile": "",
            ".bashrc": GUARD + "readonly PATH\n",
        },
        {".bash_profile": [1, 3], ".profile": [1], ".bashrc": [1]},
        "debian",
    ),
    "a variable of the profile that is unset in the file before": (
        {".bash_profile": ". ~/.bashrc\nunset LANGUAGE\n", ".bashrc": "", ".profile": ""},
        {".bash_profile": [3], ".profile": [1], ".bashrc": [1]},
        "debian",
    ),
    "TERM tells terminals apart": (
        {".profile": "", ".bashrc": '[ "$TERM" = dumb ] && return\nPATH=/x:$PATH\n'},
        {".profile": [1], ".bashrc": [1, 3]},
        "debian",
    ),
    "no final newline": (
        {".profile": "A=1", ".bashrc": "A=1\nB=2"},
        {".profile": [2], ".bashrc": [3]},
        "debian",
    ),
    "a link and its target are one file": (
        {".bash_profile": b"->.bashrc", ".bashrc": GUARD + "PATH=/x:$PATH\n"},
        {".bashrc": [1, 6], ".profile": [1]},
        "debian",
    ),
}


@pytest.fixture
def debian(host: Callable[..., Host]) -> Callable[..., Host]:
    """A Debian made of text, with these files in its home; `->x` is a link to x."""

    def build(files: Mapping[str, str | bytes], etc: Mapping[str, str] = ETC) -> Host:
        links = {n: c for n, c in files.items() if c[:2] in ("->", b"->")}
        machine = host({n: c for n, c in files.items() if n not in links}, etc)
        for name, aim in links.items():
            (machine.home_at / name).symlink_to(Path(str(aim[2:], "ascii")))  # type: ignore[arg-type]
        return machine

    return build


def plan_for(machine: Host, platform: str = "debian", **more: bool) -> InstallPlan:
    return install.plan(machine, PROFILE, platforms.get(platform), **more)


def places(machine: Host, found: InstallPlan) -> dict[str, list[int]]:
    """Where each file gets blocks, in lines of the file as it is now; read off the diff itself."""
    result = {}
    for edit in found.plan.edits:
        if edit.path.name == "env.sh":
            continue
        blocks = block.find_all(edit.after or b"")
        size = blocks[0].last - blocks[0].line + 1
        name = str(edit.path.relative_to(machine.home))
        result[name] = [each.line - size * i for i, each in enumerate(blocks)]
    return result


@pytest.mark.parametrize("name", WHERE)
def test_where_the_blocks_go(debian: Callable[..., Host], name: str) -> None:
    files, expected, platform = WHERE[name]
    etc = ETC if platform == "debian" else {"etc/profile": ""}
    machine = debian(files, etc)
    found = plan_for(machine, platform)
    assert places(machine, found) == expected
    assert found.plan.edits[0].path == machine.config / "env.sh"
    assert not found.unreached


@pytest.mark.parametrize("name", WHERE)
def test_a_second_plan_is_empty_and_uninstall_gives_all_back(
    debian: Callable[..., Host], name: str
) -> None:
    files, _, platform = WHERE[name]
    machine = debian(files, ETC if platform == "debian" else {"etc/profile": ""})
    before = contents(machine)
    apply(machine, plan_for(machine, platform).plan)
    assert plan_for(machine, platform).plan.edits == ()
    apply(machine, uninstall_plan(machine))
    assert contents(machine) == before


def contents(machine: Host) -> dict[str, bytes]:
    """All files of the home but the receipts, and the folders."""
    home = machine.home_at
    return {
        str(path.relative_to(home)): path.read_bytes() if path.is_file() else b"folder"
        for path in home.rglob("*")
        if ".local" not in path.parts
    }


def test_a_line_that_came_below_gets_a_block_below_it(debian: Callable[..., Host]) -> None:
    machine = debian({".profile": "", ".bashrc": GUARD})
    apply(machine, plan_for(machine).plan)
    rc = machine.home_at / ".bashrc"
    rc.write_bytes(rc.read_bytes() + b"PATH=/conda:$PATH\n")
    found = plan_for(machine)
    assert [edit.path.name for edit in found.plan.edits] == [".bashrc"]
    apply(machine, found.plan)
    assert block.find_all(rc.read_bytes())[-1].end == len(rc.read_bytes())
    assert len(block.find_all(rc.read_bytes())) == 2
    apply(machine, uninstall_plan(machine))
    assert rc.read_bytes() == GUARD.encode() + b"PATH=/conda:$PATH\n"


def test_text_around_a_block_does_not_move_it(debian: Callable[..., Host]) -> None:
    machine = debian({".profile": "", ".bashrc": "A=1\n"})
    apply(machine, plan_for(machine).plan)
    rc = machine.home_at / ".bashrc"
    rc.write_bytes(b"alias a=b\n" + rc.read_bytes() + b"alias c=d\n")
    assert plan_for(machine).plan.edits == ()


def test_another_profile_takes_the_place_of_the_first(debian: Callable[..., Host]) -> None:
    machine = debian({".profile": "A=1", ".bashrc": GUARD + "PATH=/x:$PATH\n"})
    before = contents(machine)
    apply(machine, plan_for(machine).plan)
    other = Profile("numpy", (), ("/opt/other/bin",), (), Path("numpy.env"))
    apply(machine, install.plan(machine, other, platforms.get("debian")).plan)
    names = {b.name for b in block.find_all((machine.home_at / ".bashrc").read_bytes())}
    assert names == {"numpy"}
    assert b"/opt/other/bin" in (machine.home_at / ".config/envkit/env.sh").read_bytes()
    apply(machine, uninstall_plan(machine))
    assert contents(machine) == before


def test_a_changed_profile_changes_one_file(debian: Callable[..., Host]) -> None:
    machine = debian({})
    apply(machine, plan_for(machine).plan)
    changed = Profile("descent", (("A", "2"),), ("/opt/py/bin",), (), Path("descent.env"))
    found = install.plan(machine, changed, platforms.get("debian"))
    assert [edit.path.name for edit in found.plan.edits] == ["env.sh"]


# -- edits by hand ------------------------------------------------------------------------------


def test_an_edit_within_a_block_is_refused_with_its_diff(debian: Callable[..., Host]) -> None:
    machine = debian({".bashrc": "A=1\n"})
    apply(machine, plan_for(machine).plan)
    rc = machine.home_at / ".bashrc"
    rc.write_bytes(rc.read_bytes().replace(b"if [", b"MINE=1\nif ["))
    before = contents(machine)
    with pytest.raises(Refused, match=r"(?s)~/\.bashrc: .*edited by hand.*\+MINE=1"):
        plan_for(machine)
    assert contents(machine) == before
    apply(machine, plan_for(machine, overwrite_drift=True).plan)
    assert b"MINE" not in rc.read_bytes()


def test_an_edit_of_env_sh_is_refused_with_its_diff(debian: Callable[..., Host]) -> None:
    machine = debian({})
    apply(machine, plan_for(machine).plan)
    env = machine.home_at / ".config/envkit/env.sh"
    env.write_bytes(env.read_bytes() + b"MINE=1\n")
    with pytest.raises(Refused, match=r"(?s)env\.sh was edited by hand.*\+MINE=1"):
        plan_for(machine)
    found = plan_for(machine, overwrite_drift=True)
    assert [edit.path.name for edit in found.plan.edits] == ["env.sh"]


def test_an_env_sh_of_somebody_elses_is_refused(debian: Callable[..., Host]) -> None:
    machine = debian({".config/envkit/env.sh": "MINE=1\n"})
    with pytest.raises(Refused, match=r"(?s)env\.sh is not as envkit writes it.*-MINE=1"):
        plan_for(machine)
    found = plan_for(machine, overwrite_drift=True)
    assert found.plan.edits[0].before == b"MINE=1\n"


BROKEN = {
    "a begin without an end": "# >>> envkit descent >>>\nA=1\n",
    "an end without a begin": "A=1\n# <<< envkit descent <<< 00000000\n",
    "an indented marker": "  # >>> envkit descent >>>\n",
    "a nested block": "# >>> envkit a >>>\n# >>> envkit b >>>\n# <<< envkit b <<<\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_markers_are_refused(debian: Callable[..., Host], name: str) -> None:
    machine = debian({".bashrc": BROKEN[name], ".profile": "A=1\n"})
    before = contents(machine)
    with pytest.raises(Refused, match=r"~/\.bashrc: "):
        plan_for(machine)
    with pytest.raises(Refused, match=r"~/\.bashrc: "):
        uninstall_plan(machine)
    assert contents(machine) == before


OPEN = {
    "a here-document": "cat <<X\ntext\n",
    "a quote": "A='text\n",
    "a list": "true &&\n",
    "a pipe": "true |\n",
    "a continued line": "A=1 \\\n",
}


@pytest.mark.parametrize("name", OPEN)
def test_nothing_is_put_where_a_file_ends_within_a_statement(
    debian: Callable[..., Host], name: str
) -> None:
    machine = debian({".bashrc": OPEN[name], ".profile": "A=1\n"})
    try:
        found = plan_for(machine)
    except Refused as refusal:
        assert refusal.message.startswith("~/.bashrc: ")
    else:
        assert places(machine, found)[".bashrc"] == [1]


# -- what cannot be reached ---------------------------------------------------------------------


def test_a_folder_in_the_way_is_refused(debian: Callable[..., Host]) -> None:
    with pytest.raises(Refused, match=r"~/\.bash_profile is a folder, not a file"):
        plan_for(debian({".bash_profile/x": "", ".bashrc": ""}))


def test_entries_within_the_leaving_statement_are_said(debian: Callable[..., Host]) -> None:
    guard = '[ -z "$PS1" ] && PATH=/x:$PATH && return\n'
    found = plan_for(debian({".profile": "", ".bashrc": guard}))
    (missing,) = found.unreached
    assert missing.start == "ssh_command"
    assert "~/.bashrc:1" in missing.reason


def test_what_is_put_in_front_and_sealed_in_one_line_is_said(debian: Callable[..., Host]) -> None:
    found = plan_for(debian({".profile": "", ".bashrc": "A=1\ndeclare -rx PATH=/x:$PATH\n"}))
    assert {each.start for each in found.unreached} == {"terminal", "ssh_command"}
    assert all("~/.bashrc:2 makes it read-only" in each.reason for each in found.unreached)


def test_an_account_with_another_shell_is_told(debian: Callable[..., Host]) -> None:
    passwd = {"etc/passwd": "ada:x:1000:1000::/home/ada:/usr/bin/tcsh\n"}
    (missing,) = plan_for(debian({}, {**ETC, **passwd})).unreached
    assert (missing.start, "does not write for it" in missing.reason) == ("tcsh", True)
    assert "setenv PATH /opt/py/bin:$PATH" in missing.reason


def test_contexts_without_startup_files_are_said_with_what_to_write(
    debian: Callable[..., Host],
) -> None:
    found = plan_for(debian({}))
    reasons = {each.start: each.reason for each in found.beyond}
    assert {"script", "cron"} <= set(reasons)
    assert "PATH=/opt/py/bin:/usr/bin:/bin" in reasons["cron"]


def test_a_dangling_link_is_refused_when_planning(debian: Callable[..., Host]) -> None:
    machine = debian({".bashrc": b"->nowhere"})
    with pytest.raises(Refused, match=r"~/\.bashrc is a link to a file that does not exist"):
        plan_for(machine)


def test_other_names_of_a_file_are_said(debian: Callable[..., Host]) -> None:
    machine = debian({"dot/rc": "A=1\n", ".bashrc": b"->dot/rc", ".profile": "A=1\n"})
    (machine.home_at / "copy").hardlink_to(machine.home_at / ".profile")
    why = {row.path.name: row.why for row in plan_for(machine).rows}
    assert why[".bashrc"].endswith("/dot/rc")
    assert why[".profile"].endswith("its other hard links keep the old text")


# -- uninstall ----------------------------------------------------------------------------------


def test_uninstall_needs_no_receipt(debian: Callable[..., Host]) -> None:
    machine = debian({".bashrc": GUARD + "PATH=/x:$PATH\n", ".bash_login": ""})
    before = contents(machine)
    apply(machine, plan_for(machine).plan)
    for path in (machine.home_at / ".local/state/envkit/receipts").iterdir():
        path.unlink()
    apply(machine, uninstall_plan(machine))
    after = contents(machine)
    # Nobody knows any more that envkit made ~/.config; it is empty, and not named envkit.
    assert after == {**before, ".config": b"folder"}


def test_a_file_that_envkit_made_stays_when_something_else_is_in_it(
    debian: Callable[..., Host],
) -> None:
    machine = debian({})
    apply(machine, plan_for(machine).plan)
    rc = machine.home_at / ".bashrc"
    rc.write_bytes(rc.read_bytes() + b"alias mine=ls\n")
    apply(machine, uninstall_plan(machine))
    assert contents(machine) == {".bashrc": b"alias mine=ls\n"}


def test_an_empty_file_that_was_there_stays(debian: Callable[..., Host]) -> None:
    machine = debian({".bashrc": "", ".profile": ""})
    apply(machine, plan_for(machine).plan)
    apply(machine, uninstall_plan(machine))
    assert contents(machine) == {".bashrc": b"", ".profile": b""}


def test_a_block_in_a_file_of_another_name_is_found(debian: Callable[..., Host]) -> None:
    machine = debian(
        {".profile": ". ~/.bashrc\n", ".bashrc": ". ~/.aliases\n", ".aliases": "A=1\n"}
    )
    apply(machine, plan_for(machine).plan)
    ours = block.find_all((machine.home_at / ".bashrc").read_bytes())
    aliases = machine.home_at / ".aliases"
    aliases.write_bytes(block.put(aliases.read_bytes(), "descent", ours[0].body))
    apply(machine, uninstall_plan(machine))
    assert aliases.read_bytes() == b"A=1\n"


def test_uninstall_of_nothing_is_nothing(debian: Callable[..., Host]) -> None:
    machine = debian({".bashrc": "A=1\n", ".bash_login/x": ""})
    assert uninstall_plan(machine) == Plan("uninstall", ())


def test_a_users_own_profile_stays(debian: Callable[..., Host]) -> None:
    machine = debian({".config/envkit/profiles/mine.env": "A=1\n"})
    apply(machine, plan_for(machine).plan)
    apply(machine, uninstall_plan(machine))
    assert contents(machine)[".config/envkit/profiles/mine.env"] == b"A=1\n"
    assert ".config/envkit/env.sh" not in contents(machine)


def test_an_uninstall_can_be_rolled_back(debian: Callable[..., Host]) -> None:
    from envkit.apply import undo_plan

    machine = debian({".bashrc": GUARD})
    apply(machine, plan_for(machine).plan)
    installed = contents(machine)
    receipt = apply(machine, uninstall_plan(machine))
    apply(machine, undo_plan(receipt), undoes=receipt)
    assert contents(machine) == installed


def test_what_was_written_since_is_seen_before_a_rollback(debian: Callable[..., Host]) -> None:
    from envkit.apply import undo_plan
    from envkit.rollback import moved_on

    machine = debian({".bashrc": "A=1\n"})
    receipt = apply(machine, plan_for(machine).plan)
    assert moved_on(machine, undo_plan(receipt)).edits == ()
    rc = machine.home_at / ".bashrc"
    now = rc.read_bytes() + b"B=1\n"
    rc.write_bytes(now)
    (edit,) = moved_on(machine, undo_plan(receipt)).edits
    assert edit == FileEdit(machine.home / ".bashrc", now.removesuffix(b"B=1\n"), now)
    assert receipts.latest(machine) == receipt
