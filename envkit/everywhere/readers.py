"""Why no start ran a line: because its file is not read, or because of what stands in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit import contexts
from envkit.everywhere import known as files
from envkit.everywhere import reasons, structure
from envkit.everywhere.known import Known
from envkit.everywhere.reasons import Otherwise, Reason
from envkit.everywhere.seen import Seen
from envkit.everywhere.structure import Placed
from envkit.host import Host
from envkit.model import Location, Order, StartupFile

_LAST = frozenset((".bash_logout", "bash.bash_logout", ".zlogout", "zlogout", ".logout"))
_RANK = ("hidden", "unreadable", "skipped", "read", "missing")


class Readers:
    """All starts of the account, and the files that any start knows."""

    def __init__(
        self,
        host: Host,
        account: str,
        variable: str,
        seen: Sequence[Seen],
        others: Sequence[Order],
        every: Sequence[Known],
    ) -> None:
        self.host, self.account, self.variable, self.seen = host, account, variable, seen
        self.others = others
        self.known = {one.path: one for one in every}
        self._sources: dict[Path, list[tuple[Known, Placed]]] = {}
        for one in every:
            for placed, word in one.sources():
                target = files.named(host, word)
                if target is not None and target != one.path:
                    self._sources.setdefault(target, []).append((one, placed))

    def show(self, path: Path) -> str:
        """A file for people."""
        return self.host.show(str(path))

    def unknown(self, known: Known) -> str:
        """Why it cannot be told whether a line ran: a shell reads the file that has no tracer."""
        if any(one.lines(known.path) for one in self.seen):
            return ""
        for one in self.seen:
            if one.trace is None and one.reads(known.path):
                return one.why.partition(";")[0]
        return ""

    def why(self, known: Known, placed: Placed | None, depth: int = 0) -> Reason:
        """Why a statement ran in no start; of several reasons that of the nearest start."""
        found = [
            self._in(one, known, placed)
            for one in self.seen
            if placed is not None and one.trace is not None and one.reads(known.path)
        ]
        if found:
            return max(found, key=lambda one: one.line)
        return self._unread(known, depth)

    def _in(self, one: Seen, known: Known, placed: Placed) -> Reason:
        """Why it did not run in a start that read its file: another may have left the shell."""
        found = reasons.not_run(known, placed, one.lines(known.path), self.show(known.path))
        last = one.trace.steps[-1] if one.trace and one.trace.steps else None
        if not found.is_end or last is None or last.path is None or last.path == known.path:
            return found
        by = self.known.get(last.path)
        for each in by.statements() if by else ():
            word = reasons.leaves(each)
            if word in ("exit", "exec") and each.node.line == last.last:
                where = f"{last.path}:{last.last}"
                text = f"after `{word}` at {self.show(last.path)}:{last.last}"
                return Reason(text, Otherwise("earlier", where), found.line)
        return found

    def _unread(self, known: Known, depth: int) -> Reason:
        """Why the file is read in no start."""
        if known.path.name in _LAST or any(one.left(known.path) for one in self.seen):
            return Reason("read when the shell is left: too late for any program")
        broken = structure.broken(known.content, known.dialect)
        if known.dialect == "fish" and broken is not None and self.account == "fish":
            text = f"fish runs no line of a file with a syntax error, at {self.show(known.path)}"
            return Reason(f"{text}:{broken}", Otherwise("earlier", f"{known.path}:{broken}"))
        rows = sorted(self._rows(known.path), key=_rank)
        own = [row for row in rows if row.sourced_at is None]
        if own:
            return _told(own[0])
        sourced = list(self._sourced(known, rows, depth))
        if sourced:
            return max(sourced, key=lambda one: one.line)
        if rows:
            return _told(rows[0])
        return self._elsewhere(known)

    def _elsewhere(self, known: Known) -> Reason:
        """Who else reads the file: this shell in another context, another shell."""
        for one in self.others:
            if one.shell == self.account and any(
                row.path == known.path and row.status == "read" for row in one.files
            ):
                context = contexts.get(one.context)
                title = context.title
                how = [each.start.invocation for each in self.seen]
                change = None
                if context.invocation.interactive and not any(each.interactive for each in how):
                    change = Otherwise("interactive")
                elif context.invocation.login and not any(each.login for each in how):
                    change = Otherwise("login")
                return Reason(f"{self.account} reads it in another context: {title}", change)
        by = [name for name in known.shells if name != self.account]
        if by and self.account not in known.shells:
            names = " and ".join(by[:2])
            text = f"{names} {'read' if len(by) > 1 else 'reads'} it, {self.account} does not"
            return Reason(text, Otherwise("shell", by[0]))
        return Reason("no file that is read sources it")

    def _rows(self, path: Path) -> Iterator[StartupFile]:
        """What the account's own starts say of a file."""
        own = [one.order for one in self.seen if one.start.shell.name == self.account]
        yield from files.rows(own or [one.order for one in self.seen], path)

    def _sourced(self, known: Known, rows: list[StartupFile], depth: int) -> Iterator[Reason]:
        """Why the statements that would read it did not."""
        for by, placed, told in self._sourcing(known, rows) if depth < 9 else ():
            line = f"{self.show(by.path)}:{placed.node.line}"
            if any(one.ran(by, placed.node.line, placed.node.last, placed) for one in self.seen):
                yield Reason(told or f"{line}, which should read it, does not", None)
                continue
            inner = self.why(by, placed, depth + 1)
            why = inner.text.removesuffix(f" at {line}")
            yield inner._replace(text=f"{line} would read it, but {why}")

    def _sourcing(
        self, known: Known, rows: list[StartupFile]
    ) -> Iterator[tuple[Known, Placed, str]]:
        """The statements that name it, by their text, or as reading has worked it out."""
        told = {row.sourced_at: row.reason for row in rows if row.sourced_at}
        for by, placed in self._sources.get(known.path, ()):
            if self.account in by.shells:
                yield by, placed, told.pop(Location(by.path, placed.node.line), "")
        for where, reason in told.items():
            by_path = self.known.get(where.path)
            for placed, _ in by_path.sources() if by_path else ():
                if by_path and placed.node.line == where.line:
                    yield by_path, placed, reason


def _rank(row: StartupFile) -> tuple[int, bool]:
    return _RANK.index(row.status), row.change is None


def _told(row: StartupFile) -> Reason:
    change = Otherwise(row.change.kind, row.change.subject) if row.change else None
    if row.status == "unreadable":
        change = Otherwise("readable", str(row.path))
    return Reason(row.reason or f"it is {row.status}", change)
