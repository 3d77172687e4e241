"""sshd on a loopback port of its own, with host and user keys that are thrown away.

Of the machine's sshd_config those lines are kept that bear on the environment. As root, sshd runs
PAM for any account; an ordinary user's own sshd cannot, so PAM's variables would be missing.
"""

from __future__ import annotations

import os
import shlex
import socket
from collections.abc import Iterator
from pathlib import Path

from envkit.child import Command
from envkit.contexts import _sshd_config
from envkit.host import Host
from envkit.launch import Launcher, _script, _typed
from envkit.model import Start

_KEPT = ("acceptenv", "setenv", "permituserenvironment", "permituserrc", "usepam", "match")
_CLIENT = (
    *("-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
    *("-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"),
    *("-o", "BatchMode=yes", "-o", "SendEnv=LANG LC_*"),
)


def why_not(host: Host, one: Start) -> str:
    """What is missing for a session as the real sshd gives it."""
    for name in ("sshd", "ssh", "ssh-keygen"):
        if not _script.program(name):
            return f"no {name} here"
    if reason := _script.other_account(host, one):
        return reason
    if os.geteuid() != 0 and any(given.by.startswith("pam_env") for given in one.given):
        return "not root: an sshd of your own runs without PAM"
    if one.invocation.interactive:
        # sshd hands the terminal over with chown(2), and ends where it may not.
        return _typed.why_not(one) if os.geteuid() == 0 else "not root"
    return ""


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """One script: keys, sshd in the foreground behind it, ssh, and the end of both."""
    port = _free_port()
    (folder / "config").write_text(_config(host, folder, port))
    client = ["ssh", *_CLIENT, "-i", str(folder / "key"), "-p", str(port)]
    if one.invocation.interactive:
        (folder / "typed").write_text(_typed.line(host, one, text, folder) + "\n")
        client += ["-tt", "-o", "SetEnv=HISTFILE=/dev/null", f"{host.user}@127.0.0.1"]
        typed, done = (shlex.quote(str(folder / name)) for name in ("typed", "done"))
        call = f"{shlex.join(client)} < {typed}; [ -e {done} ]"
    else:
        call = f"{shlex.join([*client, f'{host.user}@127.0.0.1', text])} < /dev/null"
    # sshd wants /run/sshd, which a machine that runs no sshd lacks; a folder of ours goes again.
    script = f"""cd {shlex.quote(str(folder))} || exit 126
for key in key host; do ssh-keygen -q -t ed25519 -N '' -f $key || exit 126; done
cat key.pub > authorized; chmod 644 authorized
made=; [ "$(id -u)" = 0 ] && [ ! -d /run/sshd ] && mkdir -m 755 /run/sshd && made=1
{_script.program("sshd")} -D -e -f config 2> log & sshd=$!
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  grep -q 'Server listening' log && break; sleep .05
done
{call}
status=$?
kill $sshd; wait $sshd 2> /dev/null
[ -z "$made" ] || rmdir /run/sshd
exit $status"""
    environment = {
        name: one.environment[name] for name in ("TERM", "LANG") if name in one.environment
    }
    return _script.script(script, {"HOME": str(folder), **environment}, limit)


def _config(host: Host, folder: Path, port: int) -> str:
    """What is ours, then what the machine's own configuration says about the environment."""
    own = {
        "ListenAddress": f"127.0.0.1:{port}",
        "HostKey": folder / "host",
        "AuthorizedKeysFile": folder / "authorized",
        "StrictModes": "no",
        "PidFile": "none",
        "PermitRootLogin": "yes",
        "PrintMotd": "no",
        "PrintLastLog": "no",
        "AcceptEnv": "HISTFILE",
    }
    lines = [f"{name} {value}" for name, value in own.items()]
    if os.geteuid() != 0:
        lines.append("UsePAM no")
    return "\n".join([*lines, *_kept(host, Path("/etc/ssh/sshd_config"), folder)]) + "\n"


def _kept(host: Host, path: Path, folder: Path) -> Iterator[str]:
    """The lines that bear on the environment; what is included is filtered in files of its own.

    A Match block ends with its file: the text of an Include cannot stand in its place.
    """
    try:
        text = host.read(path).decode("utf-8", "surrogateescape")
    except OSError:
        return
    for line in text.split("\n"):
        keyword, rest = _sshd_config.split(line)
        if keyword == "include":
            for pattern in _sshd_config.words(rest):
                for each in _sshd_config.included(host, pattern):
                    own = folder / f"include-{len(list(folder.iterdir()))}"
                    own.touch()
                    own.write_text("\n".join(_kept(host, each, folder)) + "\n")
                    yield f"Include {own}"
        elif keyword in _KEPT:
            yield line


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


LAUNCHER = Launcher(why_not, prepare)
