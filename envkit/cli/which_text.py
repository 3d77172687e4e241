"""What `which` tells, as text: the answer first, contexts alike together, within 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from envkit.cli import output, which_table
from envkit.cli.which_words import printable, titles

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.which.found import Told

_IMITATED = (
    "Each context is imitated: its shell, flags and variables, without what starts it"
    " (sshd, cron); envkit contexts NAME says how."
)


def text(host: Host, told: Sequence[Told], verbose: bool) -> str:
    """All names: one in full, several as one table; then where those are that no context has."""
    from envkit.cli import which_missing, which_one

    parts: list[str] = []
    if len(told) == 1:
        parts += which_one.blocks(host, told[0], verbose)
    else:
        parts += which_table.blocks(host, told, verbose)
    for each in told:
        if any(not one.found for one in each.contexts) and (len(told) == 1 or not each.found):
            parts.append(which_missing.block(host, each, alone=len(told) == 1))
    partly = [each for each in told if each.found and any(o.kind == "none" for o in each.contexts)]
    if len(told) > 1 and partly:
        parts.append(f"Why it is not found somewhere: envkit which {printable(partly[0].name)}")
    contexts = told[0].contexts
    imitated = [one for one in contexts if one.imitated]
    if imitated:
        words = _IMITATED
        if len(imitated) < len(contexts):
            words = f"Imitated, without what would start them: {titles(imitated)}."
        parts.append(output.columns([(words,)], indent="", width=79))
    return "\n\n".join(part for part in parts if part)
