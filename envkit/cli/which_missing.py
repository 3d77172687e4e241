"""A name that does not run somewhere: where it is, and which line did not put it on PATH."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit.cli import output
from envkit.cli.which_words import listed, printable, table, titles

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.which.found import Told, Would


def block(host: Host, told: Told, alone: bool) -> str:
    """Where the name is not found, why, and what may have been meant."""
    lacking = [one for one in told.contexts if one.kind == "none"]
    having = [one for one in told.contexts if one.found]
    if not lacking:
        return ""
    if "/" in told.name and (file := lacking[0].file):
        return output.columns(
            [(f"{host.show(file.path)} does not run: {file.problem}",)], indent=""
        )
    lines = [
        output.columns([(f"{printable(told.name)}: not found in {titles(lacking)}",)], indent="")
    ]
    for one in lacking:
        if one.file and not one.file.runnable:
            words = f"{host.show(one.file.path)} is there, but {one.file.problem}"
            lines.append(output.columns([(words,)]))
            break
    for note in dict.fromkeys(one.note for one in lacking if one.note):
        where = titles(one for one in lacking if one.note == note)
        lines.append(output.columns([(f"{note} in {where}",)]))
    on_path = {entry.directory for entry in told.would if entry.elsewhere}
    rows = [
        (host.show(copy.path), " ".join(filter(None, (copy.kind, copy.name))))
        for copy in told.copies
        if str(copy.path.parent) not in on_path
    ]
    if rows:
        lines += ["  off PATH:", table(rows, indent="    ")]
    lines += _would(host, told.would)
    if having and not alone:
        lines.append(output.columns([("found in:", titles(having))], gap=1))
    # Where one line gives it to all of these, they have been named with it.
    if told.others and not any(set(told.others) <= set(one.elsewhere) for one in told.would):
        lines.append(output.columns([("found in:", ", ".join(told.others))], gap=1))
    if told.near:
        lines.append(output.columns([("like it:", ", ".join(told.near))], gap=1))
    return "\n".join(lines)


def _elsewhere(named: tuple[str, ...]) -> str:
    both = {"terminal", "login terminal"}
    return "terminals" if set(named) == both else listed(named)


def _would(host: Host, would: tuple[Would, ...]) -> list[str]:
    """By line: what it does elsewhere, then for each group of contexts why not there."""
    lines: list[str] = []
    said: set[tuple[object, ...]] = set()
    for one in would:
        key = (one.path, one.line, one.directory)
        if key not in said:
            said.add(key)
            place = f"{host.show(one.path)}:{one.line}"
            where = _elsewhere(one.elsewhere)
            shown = host.show(one.directory)
            if not one.elsewhere:
                words = f"{place} would put {shown} on PATH:"
            elif one.directory:
                words = f"it is in {shown}, which {place} puts on PATH in {where} only:"
            else:
                words = f"{place} defines it in {where} only:"
            lines.append(output.columns([(words,)]))
        contexts = f"{', '.join(one.contexts)}:"
        if len(contexts) + len(one.reason) < 76 or len(contexts) < 28:
            lines.append(output.columns([(contexts, one.reason)], indent="    ", gap=1))
        else:
            lines += [
                output.columns([(each,)], indent=" " * n)
                for n, each in ((4, contexts), (6, one.reason))
            ]
    return lines
