"""The plan of install --system: on machines made of texts; nothing is executed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from envkit import block, contexts, order, platforms, system
from envkit.apply import apply
from envkit.cli import system_scope
from envkit.errors import Refused
from envkit.host import Host
from envkit.install import InstallPlan
from envkit.plan import Profile
from envkit.system import refusals
from envkit.uninstall import uninstall_plan
from tests.real import platform_texts

PROFILE = Profile("mine", (("A", "1"),), ("/opt/py/bin",), ("/opt/last",), Path("mine.env"))
ALSO = ("bash", "sh", "zsh", "fish", "ksh93", "mksh")
Files = Mapping[str, str]


@pytest.fixture
def machine(host: Callable[..., Host], tmp_path: Path) -> Callable[[Files], Host]:
    """machine(files): a root of these files; `~` is the skeleton."""

    def build(files: Files) -> Host:
        names = {
            f"etc/skel/{name[2:]}" if name.startswith("~/") else name.lstrip("/"): text
            for name, text in files.items()
        }
        made = host(root_files=names)
        for folder in (made.root, *(path for path in made.root.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        return made.for_system()

    return build


def of(platform: str) -> Files:
    return {**platform_texts.TEXTS[platform], **platform_texts.ZSH[platform]}


def plan(host: Host, platform: str, *shells: str, pam: bool = False) -> InstallPlan:
    target = platforms.get(platform, host)
    return system.plan(
        host, PROFILE, target, asked=shells or ("bash", "sh"), with_environment_file=pam
    )


def paths(found: InstallPlan) -> list[str]:
    return [str(edit.path) for edit in found.plan.edits]


def texts(host: Host) -> dict[str, bytes]:
    return {
        str(path.relative_to(host.root)): path.read_bytes()
        for path in sorted(host.root.rglob("*"))
        if path.is_file() and "var/lib/envkit" not in str(path)
    }


def some(names: Iterable[str], *ordinary: str, but: str = "") -> list[Any]:
    """All of them, those that are not ordinary in the full run alone."""
    return [
        pytest.param(name, marks=[] if name in ordinary else [pytest.mark.full])
        for name in names
        if name != but
    ]


ENV = ["/etc/envkit/env.sh", "/etc/envkit/env.fish"]
FISH = "/etc/fish/conf.d/envkit-system.fish"
DROP_IN = "/etc/profile.d/envkit.sh"
# platform: (what is written, the starts that are not reached)
EXPECTED = {
    "debian": ([DROP_IN, FISH, "/etc/bash.bashrc", "/etc/zsh/zshenv"], {"mksh terminal"}),
    "redhat": ([DROP_IN, FISH, "/etc/zshenv"], {"mksh terminal"}),
    "suse": ([DROP_IN, FISH, "/etc/bash.bashrc.local", "/etc/zshenv"], {"mksh terminal"}),
    "arch": ([DROP_IN, FISH, "/etc/bash.bashrc", "/etc/zsh/zshenv"], {"mksh terminal"}),
    "macos": (
        ["/opt/homebrew/etc/fish/conf.d/envkit-system.fish", "/etc/bashrc", "/etc/zshenv"],
        {
            *("terminal", "ssh_command", "mksh terminal", "mksh login_command"),
            *("mksh login_terminal", "ksh93 login_command"),
        },
    ),
}


@pytest.mark.parametrize("platform", some(EXPECTED, "debian", "suse", "macos"))
def test_each_platforms_own_places(machine: Callable[[Files], Host], platform: str) -> None:
    found = plan(machine(of(platform)), platform, *ALSO)
    wanted, unreached = EXPECTED[platform]
    assert set(paths(found)) >= {*ENV, *wanted}
    assert "/etc/profile" not in paths(found)
    assert {one.start for one in found.unreached} == unreached
    assert all(one.reason for one in found.unreached)


@pytest.mark.parametrize("platform", some(platform_texts.TEXTS, "debian", "macos", but="nixos"))
def test_written_twice_is_written_once_and_taken_back_to_the_byte(
    machine: Callable[[Files], Host], platform: str
) -> None:
    host = machine(of(platform))
    before = texts(host)
    shells = ALSO if platform in ("debian", "macos") else ("bash", "sh")
    apply(host, plan(host, platform, *shells).plan)
    assert paths(plan(host, platform, *shells)) == []
    made = [path for path in host.root.rglob("*") if path.is_file()]
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in made if "etc" in path.parts)
    apply(host, uninstall_plan(host))
    assert texts(host) == before


def test_freebsd_has_no_drop_ins_and_a_profile_of_its_administrators(
    machine: Callable[[Files], Host],
) -> None:
    found = plan(machine(of("freebsd")), "freebsd", "sh")
    assert paths(found) == ["/etc/envkit/env.sh", "/etc/profile"]


# -- who puts something in front ------------------------------------------------------------------

DEBIAN = platform_texts.DEBIAN
FRONT = 'export PATH="/opt/conda/bin:$PATH"\n'
# What stands in /etc/profile.d: what our drop-in is called.
LATER = {
    "nothing": ({}, "envkit.sh"),
    "one that sorts before": ({"conda.sh": FRONT}, "envkit.sh"),
    "one that sorts after and says nothing of PATH": ({"vte.sh": "VTE=1\n"}, "envkit.sh"),
    "one that appends": ({"flatpak.sh": "PATH=$PATH:/opt/flatpak\n"}, "envkit.sh"),
    "one that sorts after": ({"nix.sh": FRONT}, "zz-envkit.sh"),
    "one that wants to be last": ({"zz-mine.sh": FRONT}, "zzz-envkit.sh"),
}


@pytest.mark.parametrize("case", some(LATER, "nothing", "one that wants to be last"))
def test_a_drop_in_comes_after_those_that_would_come_in_front(
    machine: Callable[[Files], Host], case: str
) -> None:
    more, name = LATER[case]
    files = {**DEBIAN, **{f"/etc/profile.d/{one}": text for one, text in more.items()}}
    found = plan(machine(files), "debian", "sh")
    assert paths(found) == ["/etc/envkit/env.sh", f"/etc/profile.d/{name}"]
    assert found.unreached == ()


def test_one_that_comes_later_moves_the_drop_in(machine: Callable[[Files], Host]) -> None:
    host = machine(DEBIAN)
    apply(host, system.plan(host, PROFILE, platforms.get("debian")).plan)
    (host.root / "etc/profile.d/nix.sh").write_text(FRONT)
    found = system.plan(host, PROFILE, platforms.get("debian"))
    assert {(row.action, row.path.name) for row in found.rows} == {
        ("new", "zz-envkit.sh"),
        ("remove", "envkit.sh"),
    }
    apply(host, found.plan)
    assert system.plan(host, PROFILE, platforms.get("debian")).plan.edits == ()


def test_what_cannot_be_outdone_is_named(machine: Callable[[Files], Host]) -> None:
    profile = DEBIAN["/etc/profile"] + FRONT
    found = plan(machine({**DEBIAN, "/etc/profile": profile}), "debian", "sh")
    (one,) = found.unreached
    line = profile.count("\n")
    assert (one.start, f"/etc/profile:{line} puts its entries in front" in one.reason) == (
        "sh_login",
        True,
    )


def test_a_guard_gets_a_block_above_it_and_one_below_what_comes_in_front(
    machine: Callable[[Files], Host],
) -> None:
    bashrc = '# first\n\n# nobody types\n[ -z "$PS1" ] && return\n' + FRONT
    host = machine({**DEBIAN, "/etc/bash.bashrc": bashrc})
    found = plan(host, "debian", "bash")
    (edit,) = [edit for edit in found.plan.edits if edit.path.name == "bash.bashrc"]
    lines = [each.line for each in block.find_all(edit.after or b"")]
    assert lines == [3, 9]
    assert found.unreached == ()


# -- /etc/environment -----------------------------------------------------------------------------

# what stands there: what it says then, our block's markers left out
PAM = {
    "nothing": (None, "PATH=/opt/py/bin:{default}:/opt/last\nA=1\n"),
    "Ubuntu's": (
        'PATH="/usr/bin:/bin"\n',
        'PATH="/usr/bin:/bin"\nPATH=/opt/py/bin:/usr/bin:/bin:/opt/last\nA=1\n',
    ),
    "ours among them": (
        "LANG=C\nPATH=/bin:/opt/py/bin\n",
        "LANG=C\nPATH=/bin:/opt/py/bin\nPATH=/opt/py/bin:/bin:/opt/last\nA=1\n",
    ),
    "export, a comment": (
        "export PATH=/bin # mine\n",
        "export PATH=/bin # mine\nPATH=/opt/py/bin:/bin:/opt/last\nA=1\n",
    ),
}


@pytest.mark.parametrize("case", some(PAM, "nothing", "ours among them"))
def test_on_request_what_no_shell_reaches(machine: Callable[[Files], Host], case: str) -> None:
    before, after = PAM[case]
    files = DEBIAN if before is None else {**DEBIAN, "/etc/environment": before}
    host = machine(files)
    assert "/etc/environment" not in paths(plan(host, "debian", "sh"))
    first = plan(host, "debian", "sh", pam=True)
    (edit,) = [edit for edit in first.plan.edits if edit.path.name == "environment"]
    said = "".join(
        line for line in (edit.after or b"").decode().splitlines(True) if "envkit" not in line
    )
    assert said == after.format(default=platforms.get("debian").default_path)
    apply(host, first.plan)
    assert paths(plan(host, "debian", "sh")) == []  # it stays, and stays up to date
    session = order.start_for(host, contexts.get("jupyter"), None, platforms.get("debian"))
    assert session.environment["PATH"].startswith("/opt/py/bin:")


def test_an_update_that_resets_it_is_repaired_without_asking_again(
    machine: Callable[[Files], Host],
) -> None:
    host = machine({**DEBIAN, "/etc/environment": "LANG=C  # see the envkit of old\n"})
    assert "/etc/environment" not in paths(plan(host, "debian", "sh"))
    apply(host, plan(host, "debian", "sh", pam=True).plan)
    (host.root / "etc/environment").write_text("LANG=C.UTF-8\n")
    assert paths(plan(host, "debian", "sh")) == ["/etc/environment"]
    apply(host, plan(host, "debian", "sh").plan)
    apply(host, uninstall_plan(host))
    assert (host.root / "etc/environment").read_text() == "LANG=C.UTF-8\n"
    assert paths(plan(host, "debian", "sh")) == [*ENV[:1], DROP_IN]  # taken back, and so forgotten


def test_what_pam_cannot_say_is_named(machine: Callable[[Files], Host]) -> None:
    profile = Profile("mine", (("B", "a#b"), ("C", "it's")), ("/opt/py/bin",), (), Path("x"))
    host = machine(DEBIAN)
    found = system.plan(host, profile, platforms.get("debian"), with_environment_file=True)
    assert {"B", "C"} <= {one.start for one in found.unreached}


# -- refused --------------------------------------------------------------------------------------


def refused(host: Host, folder: str) -> str:
    profile = Profile("mine", (), (folder,), (), Path("x"))
    with pytest.raises(Refused) as caught:
        refusals.profile(host, profile)
    return str(caught.value.message)


@pytest.mark.parametrize(
    "folder",
    ["/home/ada/env/bin", "/root/env/bin", "/Users/ada/env/bin", "/data/people/eve/env/bin"],
)
def test_a_folder_of_somebodys(machine: Callable[[Files], Host], folder: str) -> None:
    passwd = "root:x:0:0::/root:/bin/sh\neve:x:1001:1001::/data/people/eve:/bin/zsh\n"
    passwd += "games:x:5:60::/usr/games:/usr/sbin/nologin\nbin:x:2:2::/bin:/usr/sbin/nologin\n"
    host = machine({"/etc/passwd": passwd})
    assert "is below a home directory" in refused(host, folder)
    for fine in ("/opt/env/bin", "/usr/local/bin", "/usr/games", "/bin", "/srv/x/bin"):
        refusals.profile(host, Profile("mine", (), (fine,), (), Path("x")))


@pytest.mark.parametrize("way", ["a link", "a link above it", "its base", "its python"])
def test_by_whatever_way(machine: Callable[[Files], Host], way: str) -> None:
    host = machine({"/home/ada/env/bin/python3": "", "/etc/passwd": ""})
    top = host.root / "opt"
    (top / "env").mkdir(parents=True)
    if way == "a link":
        (top / "env/bin").symlink_to("/home/ada/env/bin")
    elif way == "a link above it":
        (top / "env").rmdir()
        (top / "env").symlink_to("../home/ada/env")
    else:
        (top / "env/bin").mkdir()
        if way == "its python":
            (top / "env/bin/python3").symlink_to("/home/ada/env/bin/python3")
        else:
            (top / "env/bin/python3").touch(0o755)
            (top / "env/pyvenv.cfg").write_text("home = /home/ada/env/bin\n")
    for folder in (top, *(each for each in top.rglob("*") if each.is_dir())):
        folder.chmod(0o755)
    assert "is below a home directory" in refused(host, "/opt/env/bin")


@pytest.mark.parametrize(
    ("mode", "words"), [(0o700, "other accounts cannot use"), (0o777, "every account may write")]
)
def test_a_folder_that_is_not_for_everybody(
    machine: Callable[[Files], Host], mode: int, words: str
) -> None:
    host = machine({"/opt/env/bin/x": "", "/etc/passwd": ""})
    (host.root / "opt/env").chmod(mode)
    assert words in refused(host, "/opt/env/bin")


def test_an_accounts_own_snippet_of_fish_hides_none_of_the_systems(
    machine: Callable[[Files], Host],
) -> None:
    """fish reads the first conf.d file of a name alone; install --user makes envkit.fish."""
    host = machine({**DEBIAN, "~/.config/fish/conf.d/envkit.fish": "set -gx MINE 1\n"})
    found = plan(host, "debian", "fish")
    assert FISH in paths(found)
    assert [one.start for one in found.unreached if one.start.startswith("fish")] == []


def test_a_folder_that_every_account_may_make(machine: Callable[[Files], Host]) -> None:
    host = machine({"/var/tmp/x": "", "/etc/passwd": ""})
    (host.root / "var/tmp").chmod(0o1777)
    assert "every account may make it" in refused(host, "/var/tmp/some/bin")


@pytest.mark.parametrize(
    ("place", "mode", "words"),
    [("/opt/bin", 0o744, "other accounts cannot use"), ("/home/ada", 0o755, "is below a home")],
)
def test_what_a_python_is_to_be_made_with_is_everybodys(
    machine: Callable[[Files], Host], place: str, mode: int, words: str
) -> None:
    host = machine({f"{place}/python3": "", "/opt/bin/fine": "", "/etc/passwd": ""})
    (host.root / place[1:] / "python3").chmod(mode)
    (host.root / "opt/bin/fine").chmod(0o755)
    refusals.maker(host, Path("/opt/bin/fine"))
    with pytest.raises(Refused) as caught:
        refusals.maker(host, Path(place, "python3"))
    assert words in str(caught.value.message)


def test_what_each_shell_fills_in_is_everybodys_own(machine: Callable[[Files], Host]) -> None:
    from envkit.profile import HOME

    host = machine(DEBIAN)
    profile = Profile("mine", (), (f"{HOME}/.local/bin", "/opt/py/bin"), (), Path("x"))
    found = system.plan(host, profile, platforms.get("debian"))
    assert b'"${HOME-}"' in (found.plan.edits[0].after or b"")
    assert not any("\0" in one.reason for one in (*found.unreached, *found.beyond))


def test_where_etc_is_made_from_a_configuration(machine: Callable[[Files], Host]) -> None:
    with pytest.raises(Refused) as caught:
        plan(machine(of("nixos")), "nixos")
    assert 'export PATH="/opt/py/bin":"$PATH":"/opt/last"' in caught.value.hint


def test_a_block_that_somebody_edited(machine: Callable[[Files], Host]) -> None:
    host = machine(DEBIAN)
    apply(host, plan(host, "debian").plan)
    path = host.root / "etc/profile.d/envkit.sh"
    path.write_bytes(path.read_bytes().replace(b"fi\n", b"fi; echo mine\n"))
    with pytest.raises(Refused, match="edited by hand"):
        plan(host, "debian")


def test_nothing_is_read_or_written_in_a_home(machine: Callable[[Files], Host]) -> None:
    host = machine({**DEBIAN, "/home/ada/.bashrc": FRONT, "/root/.bashrc": "exit 1\n"})
    found = plan(host, "debian")
    assert found.unreached == ()
    assert not [path for path in paths(found) if path.startswith(("/home", "/root"))]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may")
def test_another_machines_files_belong_to_who_unpacked_it(machine: Callable[[Files], Host]) -> None:
    host = machine(DEBIAN)
    apply(host, plan(host, "debian").plan)
    assert block.find_all((host.root / "etc/bash.bashrc").read_bytes())


def test_shells_that_nothing_is_written_for_are_named(machine: Callable[[Files], Host]) -> None:
    passwd = "root:x:0:0::/root:/bin/bash\nann:x:1001:1001::/home/ann:/bin/tcsh\n"
    passwd += "www:x:33:33::/var/www:/usr/sbin/nologin\nbob:x:1002:1002::/home/bob:/bin/zsh\n"
    found = plan(machine({**DEBIAN, "/etc/passwd": passwd}), "debian")
    (one,) = found.unreached
    assert one.start == "tcsh"
    assert "setenv PATH /opt/py/bin:$PATH" in one.reason


@pytest.mark.parametrize(
    ("uid", "home", "root", "hint"),
    [
        pytest.param(1000, None, None, "sudo envkit install --system", id="not root"),
        pytest.param(0, Path("/home/ada"), None, "envkit install --user", id="one home"),
        pytest.param(1000, None, Path("/image"), "", id="an image of one's own"),
        pytest.param(0, None, None, "", id="root"),
    ],
)
def test_who_may(
    monkeypatch: pytest.MonkeyPatch, uid: int, home: Path | None, root: Path | None, hint: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    if not hint:
        system_scope.possible("install", home, root)
        return
    with pytest.raises(Refused) as caught:
        system_scope.possible("install", home, root)
    assert caught.value.hint.startswith(hint)


def test_a_system_that_nobody_knows(machine: Callable[[Files], Host]) -> None:
    host = machine({"/etc/os-release": "ID=plan9\n"})
    with pytest.raises(Refused, match="no system that envkit knows"):
        system_scope.known(host, None)
    system_scope.known(host, "debian")
    system_scope.known(machine({"/etc/os-release": "ID=fedora\n"}), None)
