"""What a trace could not see, or had to end: said in words, the same for every shell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from envkit import secrets
from envkit.child import Outcome
from envkit.model import Location


class Seen(NamedTuple):
    """Two starts of a shell and how far the traced one could be followed.

    `reached`: the untouched start came to its end; `alike`: both gave the same value; `whole`: the
    lines came until the end. `last` is the last line that was seen, `text` what stands there;
    `setting`: only lines that set the variable are seen.
    """

    shell: str
    untouched: Outcome
    traced: Outcome
    reached: bool
    alike: bool
    whole: bool
    last: Location | None
    shown: str
    text: str
    setting: bool = False


def notes(seen: Seen) -> Iterator[str]:
    """What has to be said about a trace; nothing where all was seen."""
    shell, traced = seen.shell, seen.traced
    at = (
        f"{seen.shown}:{seen.last.line} ({secrets.line(seen.text)})"
        if seen.last
        else "the first line"
    )
    end = at
    if seen.setting:
        end = f"{at} or a later line" if seen.last else "a line before any that sets the variable"
    if traced.timed_out:
        yield f"after {traced.seconds:.3g} s {shell} was still at {end}; nothing after it was seen"
    elif not seen.reached:
        yield f"{shell} left its startup files at {end}; what stands after it is not run"
    elif not seen.alike:
        yield (
            f"traced, {shell} came to another value than untouched; the last line seen is {at}, "
            "and lines are told as far as the two are alike"
        )
    elif not seen.whole:
        yield f"the trace ends at {at}; what later lines did is put down to it"
    if seen.untouched.timed_out and not traced.timed_out:
        yield f"untouched, {shell} did not end within its limit; the value is the traced one's"
    # Names only: an argument may be a secret.
    lines = (*seen.untouched.leftovers, *traced.leftovers)
    left = dict.fromkeys(Path(line.split()[0]).name for line in lines)
    if left:
        yield f"left running by the startup files, and ended: {', '.join(left)}"
