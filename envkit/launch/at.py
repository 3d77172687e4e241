"""atd in the foreground, with a spool of its own: one job that is due now."""

from __future__ import annotations

import os
import pwd
import shlex
from pathlib import Path

from envkit import start
from envkit.child import Command
from envkit.host import Host
from envkit.launch import Launcher, _private, _script
from envkit.model import Start


def why_not(host: Host, one: Start) -> str:
    """Root alone; atd, and the account that owns its spool."""
    for name in ("at", "atd", "setpriv"):
        if not _script.program(name):
            return f"no {name} here"
    if reason := _private.why_not():
        return reason
    return "" if _owner() else "no spool of at's here"


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """`at -f TEXT now` as the account, with the context's environment; atd runs it."""
    owner = _owner()
    assert owner is not None
    spool = folder / "spool"
    for path, mode in ((spool, 0o755), (spool / "atjobs", 0o1770), (spool / "atspool", 0o1770)):
        path.mkdir()
        path.chmod(mode)
        if path != spool:
            os.chown(path, *owner)
    (spool / "atjobs/.SEQ").touch(0o600)
    os.chown(spool / "atjobs/.SEQ", *owner)
    file = _script.text_file(host, folder, f"{text}\necho > {folder}/done")
    who = start.account(host) or (0, 0, ())
    groups = ",".join(map(str, who[2]))
    become = ["setpriv", "--reuid", str(who[0]), "--regid", str(who[1])]
    become += ["--groups", groups] if groups else ["--clear-groups"]
    pairs = [f"{name}={value}" for name, value in _script.caller(one).items()]
    at = ["env", "-i", *pairs, _script.program("at"), "-f", str(file), "now"]
    home = shlex.quote(str(host.home_at))
    script = f"""cd {home}; {shlex.join([*become, *at])} 2> {folder}/log || cat {folder}/log
atd -f & atd=$!
while [ ! -e {folder}/done ]; do sleep .2; kill -HUP $atd; done
kill -9 $atd; wait $atd 2> /dev/null
exit 0"""
    binds = [
        (spool / "atjobs", "/var/spool/cron/atjobs"),
        (spool / "atspool", "/var/spool/cron/atspool"),
    ]
    return _script.script(_private.script(binds, script), {}, limit)


def _owner() -> tuple[int, int] | None:
    """Who owns the machine's own spool."""
    try:
        status = Path("/var/spool/cron/atjobs").stat()
        pwd.getpwuid(status.st_uid)
    except (OSError, KeyError):
        return None
    return status.st_uid, status.st_gid


LAUNCHER = Launcher(why_not, prepare)
