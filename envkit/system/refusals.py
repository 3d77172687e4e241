"""What a system-wide install refuses: what would serve one account only, or be undone at once."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from envkit.errors import Refused
from envkit.host import Host
from envkit.model import Platform
from envkit.plan import Profile
from envkit.profile import HOME
from envkit.system import accounts

# Where accounts are kept, whoever they are (hier(7), systemd's file-hierarchy(7), macOS, FreeBSD).
_HOMES = ("/home", "/root", "/Users", "/var/home", "/usr/home", "/export/home", "/var/root")
# Accounts of the system's own have these for a home: nobody's.
_NOBODYS = (
    *("/usr/local", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/share", "/usr/games"),
    *("/var/lib", "/var/cache", "/var/spool", "/var/run", "/var/empty", "/var/log", "/var/tmp"),
)
_TOPS = (("bin",), ("dev",), ("sbin",), ("proc",), ("run",))
_MAKE = "make one that is everybody's: sudo python3 -m venv /opt/NAME, then --python /opt/NAME"


def generated(profile: Profile, one: Platform) -> None:
    """Refused, with the text to write instead, where /etc is made from a configuration."""
    if not one.generated:
        return
    lines = [
        f"  environment.extraInit = ''\n    export PATH={_nix(':'.join(profile.path_prepend))}"
    ]
    lines[0] += ':"$PATH"' + "".join(f":{_nix(each)}" for each in profile.path_append)
    lines += [f"    export {name}={_nix(value)}" for name, value in profile.variables]
    raise Refused(
        f"the files of {one.title}'s /etc are {one.generated}, and writing to them does not last",
        "write it into configuration.nix:\n" + "\n".join(lines) + "\n  '';",
    )


def profile(host: Host, one: Profile) -> None:
    """Refused where a folder that is put on PATH is somebody's, or not everybody's to use."""
    for entry in (*one.path_prepend, *one.path_append):
        if HOME in entry:
            continue  # each shell fills in its own account's
        folder = Path(entry)
        for path in _ways(host, folder):
            _nobodys(host, folder, path)
        if host.locate(folder).exists():
            _everybodys(host, folder)
        else:
            _nobody_makes(host, folder)
        if any(os.path.lexists(host.locate(folder) / name) for name in ("python", "python3")):
            python(host, folder)


def python(host: Host, bin_folder: Path) -> None:
    """Refused where a Python lies below a home, by whatever links, or others cannot run it."""
    program = bin_folder / "python3"
    if not os.path.lexists(host.locate(bin_folder) / "python3"):
        program = bin_folder / "python"
    base = _base(host, bin_folder.parent)
    for start in (program, *([base] if base else [])):
        for path in _ways(host, start):
            _nobodys(host, bin_folder, path)
        if host.locate(start).exists():
            _everybodys(host, start)


def maker(host: Host, program: Path) -> None:
    """Refused where the interpreter that an environment is to be made with is not everybody's."""
    for path in _ways(host, program):
        _nobodys(host, program, path)
    _everybodys(host, program)


def _nobodys(host: Host, asked: Path, path: Path) -> None:
    owner = next((home for home in homes(host) if path.is_relative_to(home)), None)
    if owner is None:
        return
    through = "" if path == asked or asked in path.parents else f" leads to {path}, which"
    raise Refused(
        f"{asked}{through} is below a home directory ({owner}): other accounts depend on its owner",
        _MAKE,
    )


def _everybodys(host: Host, path: Path) -> None:
    here = host.locate(path).resolve()
    for each in (here, *here.parents):
        if host.foreign and each == host.root.resolve():
            return
        mode = each.stat().st_mode
        bits = stat.S_IXOTH if each.is_dir() else stat.S_IXOTH | stat.S_IROTH
        if mode & bits != bits:
            raise Refused(
                f"other accounts cannot use {path}: {each} has mode {stat.S_IMODE(mode):04o}",
                f"chmod o+rX {each}; or {_MAKE}",
            )
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise Refused(
                f"every account may write to {each}, and so could change what all of them run",
                f"chmod o-w {each}; or {_MAKE}",
            )


def _nobody_makes(host: Host, folder: Path) -> None:
    """Refused where any account could make a folder that is not there: what is in it runs first."""
    above = next((each for each in folder.parents if host.locate(each).exists()), None)
    if above is not None and host.locate(above).stat().st_mode & stat.S_IWOTH:
        raise Refused(
            f"{folder} is not there, and every account may make it: {above} is open to all",
            f"make it first: mkdir -p {folder}; or name a folder of the system's",
        )


def homes(host: Host) -> tuple[Path, ...]:
    """Folders that are somebody's home, or hold homes."""
    found = [Path(each) for each in _HOMES]
    found += [home for home, _ in accounts.people(host) if not _is_systems(home)]
    return tuple(dict.fromkeys(found))


def _is_systems(home: Path) -> bool:
    """Whether an account's home is a folder of the system's own: /, /bin, /usr/games, /dev/null."""
    top = home.parts[1:2]
    return len(home.parts) < 3 or top in _TOPS or str(home) in _NOBODYS


def _ways(host: Host, path: Path) -> Iterator[Path]:
    """A path, and what it comes to through each link on the way (40 at most, as open(2))."""
    for _ in range(40):
        yield path
        onward = _first_link(host, path)
        if onward is None:
            return
        path = onward


def _first_link(host: Host, path: Path) -> Path | None:
    for index in range(2, len(path.parts) + 1):
        part = Path(*path.parts[:index])
        here = host.locate(part.parent) / part.name
        if here.is_symlink():
            target = part.parent / here.readlink()
            return Path(os.path.normpath(target.joinpath(*path.parts[index:])))
    return None


def _base(host: Host, folder: Path) -> Path | None:
    """The interpreter that a virtual environment was made with (PEP 405: `home`)."""
    try:
        text = host.read(folder / "pyvenv.cfg").decode("utf-8", "replace")
    except OSError:
        return None
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "home" and value.strip():
            return Path(value.strip()) / "python3"
    return None


def _nix(text: str) -> str:
    """A shell word inside Nix's '' string, where `''` and `${` are its own."""
    word = '"' + "".join("\\" + c if c in '\\"`$' else c for c in text.replace(HOME, "\0")) + '"'
    return word.replace("\0", "$HOME").replace("''", "'''").replace("${", "''${")
