"""The texts of a record: the block in a startup file, and the script that it runs.

A program of its own and nothing that is sourced: so it cannot disturb the shell whatever options
that has, sees just what a program of the session would see, and is the same for every shell.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

from envkit import environment
from envkit.environment import fish

#: Seconds after which the blocks are taken out again: most startup files have been read by then.
SETTLE = 10

# Names that a starter has (/proc/PID/status cuts them at 15 characters), and what it starts.
_STARTERS = {
    "cron": "cron|crond|CRON|anacron|fcron|fcrond",
    "at": "atd|atrun",
    "slurm": "slurmstepd|pbs_mom|pbs_demux|sge_shepherd|sbatchd|condor_starter",
    "desktop": "gdm*|lightdm*|sddm*|xdm|lxdm*|kdm*|greetd|xinit|ly-dm|nodm",
}
# A script has its own name there.
_SHELLS = (
    "sh|dash|bash|zsh|ksh|ksh93|mksh|ash|busybox|fish"
    "|slurm_script|Xsession|wayland-session|startx|xinitrc|.xinitrc"
)


def block(script: Path, home: Path, at: str, language: str) -> bytes:
    """The body of the block: inert once the script is gone, quiet, status 0."""
    if language == "fish":
        line, frame = fish.source_line(script, home), b"if test -r ; source ; end\n"
    else:
        line, frame = environment.source_line(script, home), b"if [ -r  ]; then . ; fi\n"
    size = (len(line) - len(frame)) // 2
    start = frame.index(b"-r ") + 3
    word = line[start : start + size]
    quiet = b"</dev/null >/dev/null 2>&1"
    if language == "fish":
        run = b"ENVKIT_PID=$fish_pid ENVKIT_AT=%b /bin/sh %b %b; or true" % (
            at.encode(),
            word,
            quiet,
        )
        return b"if test -r %b; %b; end\n" % (word, run)
    run = b"ENVKIT_PID=$$ ENVKIT_AT=%b /bin/sh %b %b || :" % (at.encode(), word, quiet)
    return b"if [ -r %b ]; then %b; fi\n" % (word, run)


def script(kinds: Iterable[str], settle: Iterable[str]) -> bytes:
    """What the blocks run; `settle` is the command that takes them out, once one was logged."""
    cases = "\n".join(f"      {names}) kind={kind}; break;;" for kind, names in _STARTERS.items())
    text = _SCRIPT.replace("@CASES@", cases).replace("@SHELLS@", _SHELLS)
    text = text.replace("@KINDS@", " ".join(kinds)).replace("@SETTLE@", str(SETTLE))
    return text.replace("@COMMAND@", shlex.join(settle)).encode("utf-8", "surrogateescape")


# The folder `log` is made by one start alone, however many begin at once: mkdir(2) is atomic.
_SCRIPT = r"""# envkit logs the next real start of a session here, once.
# To remove it: envkit trace --record off
umask 077
log=${0%/*}/log pid=${ENVKIT_PID:-0} at=${ENVKIT_AT:-0-top}
unset ENVKIT_PID ENVKIT_AT
run() ( PATH=/usr/bin:/bin:/run/current-system/sw/bin; export PATH; exec "$@" )
about() { # name and parent of process $1; no fork where there is /proc
  name= parent=
  if [ -r "/proc/$1/status" ]; then
    while read -r key value; do
      case $key in Name:) name=$value;; PPid:) parent=$value; break;; esac
    done < "/proc/$1/status"
  else
    name=$(run ps -o comm= -p "$1") parent=$(run ps -o ppid= -p "$1")
    name=${name##*/} parent=${parent##* }
  fi
}
if [ ! -d "$log" ]; then
  case $at in *-top) ;; *) exit 0;; esac
  about "$pid"
  kind= step=0
  while [ "$step" -lt 8 ] && [ "${parent:-0}" -gt 1 ]; do
    about "$parent"
    case $name in
      sshd*|dropbear) [ "$step" = 0 ] && kind=ssh; break;;
@CASES@
      @SHELLS@) step=$((step + 1));;
      *) break;;
    esac
  done
  if [ "$kind" = ssh ]; then
    kind=ssh_command
    run tr '\0' '\n' < "/proc/$pid/cmdline" | { read -r word; case $word in -*) exit 1;; esac; } ||
      kind=ssh_login
  fi
  case " @KINDS@ " in *" $kind "*) ;; *) exit 0;; esac
  run mkdir "$log" && run mkdir "$log/$pid" || exit 0
  {
    echo "kind=$kind"
    echo "starter=$name"
    echo "program=$(run readlink "/proc/$pid/exe")"
    echo "stdin=$(run readlink "/proc/$pid/fd/0")"
    echo "machine=$(run uname -n)"
    echo "when=$(run date '+%Y-%m-%d %H:%M:%S %z')"
  } > "$log/$pid/facts"
  run cat "/proc/$pid/cmdline" > "$log/$pid/argv"
  run cat "/proc/$pid/environ" > "$log/$pid/start"
  # Where envkit is gone, or cannot: without this file the blocks do nothing more.
  ( trap '' HUP; run sleep @SETTLE@; [ -e "$0" ] && { @COMMAND@ || run rm -f "$0"; } ) &
fi
[ -d "$log/$pid" ] || exit 0
cd "$log/$pid" || exit 0
echo "$at" >> events
case $at in *-top) [ -e "$at" ] && exit 0;; esac
/usr/bin/env -0 > "$at"
exit 0
"""
