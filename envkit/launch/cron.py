"""Debian's cron in the foreground, with a spool of its own: one @reboot job, which runs at once.

The lines NAME=value of the account's crontab stand above it. No other job is there to run: the
system's tables are hidden.
"""

from __future__ import annotations

from pathlib import Path

from envkit.child import Command
from envkit.contexts import _cron
from envkit.host import Host
from envkit.launch import Launcher, _private, _script
from envkit.model import Start

_SPOOL = "/var/spool/cron"


def why_not(host: Host, one: Start) -> str:
    """Root alone, and the cron that Debian has."""
    if not _script.program("cron"):
        return "no cron of Debian's kind here"
    if not _script.is_account(host):
        return "another home"
    return _private.why_not()


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """The spool and the script; the job says by a file that it is done."""
    spool = folder / "spool"
    tables = spool / "crontabs"
    tables.mkdir(parents=True)
    tables.chmod(0o1730)
    word = "source" if one.shell.name in ("fish", "tcsh") else "."
    file = _script.text_file(host, folder, text)
    job = f"@reboot {word} {file} > {folder}/out 2>&1; echo > {folder}/done"
    table = tables / host.user
    table.write_text("\n".join([*_settings(host), job, ""]), errors="surrogateescape")
    table.chmod(0o600)
    empty = folder / "empty"
    empty.mkdir()
    (folder / "nothing").touch()
    binds = [
        (spool, _SPOOL),
        (empty, "/etc/cron.d"),
        (folder / "nothing", "/etc/crontab"),
        (folder / "nothing", "/etc/anacrontab"),
    ]
    script = f"""cron -f & cron=$!
while [ ! -e {folder}/done ]; do sleep .05; done
kill $cron; wait $cron 2> /dev/null; cat {folder}/out"""
    return _script.script(_private.script(binds, script), {}, limit)


def _settings(host: Host) -> list[str]:
    """The lines of the account's own crontab that set variables."""
    try:
        text = host.read(Path(_SPOOL, "crontabs", host.user)).decode("utf-8", "surrogateescape")
    except OSError:
        return []
    return [line for line in text.split("\n") if _cron.setting(line)]


LAUNCHER = Launcher(why_not, prepare)
