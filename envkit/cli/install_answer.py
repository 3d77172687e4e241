"""What `envkit install` says and does with a plan: as text, or as one JSON object."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from envkit.cli import output
from envkit.errors import Refused

if TYPE_CHECKING:
    from envkit.commit import Committed
    from envkit.host import Host
    from envkit.install import InstallPlan
    from envkit.model import Platform
    from envkit.plan import Profile
    from envkit.profile import PythonChoice
    from envkit.verify import Row


class Answer:
    """What is said about one install, as text or as one JSON object."""

    def __init__(
        self,
        host: Host,
        profile: Profile,
        python: PythonChoice | None,
        found: InstallPlan,
        platform: Platform,
        as_json: bool,
    ) -> None:
        self.host, self.profile, self.python = host, profile, python
        self.found, self.platform, self.as_json = found, platform, as_json

    @property
    def nothing_to_do(self) -> bool:
        """Whether all is as the plan wants it."""
        return not self.found.plan.edits and not (self.python and self.python.create)

    def show(self, status: str, diff: bool = True) -> None:
        """The plan: all that is said when nothing is written."""
        if self.as_json:
            self._json(status)
            return
        self._head()
        if status == "already so":
            output.say("Already so: nothing to write.")
            if self.found.unreached:
                from envkit.cli import install_text

                output.say("\n" + install_text.unreached(self.found.unreached))
            return
        self._plan(diff=diff, table_follows=False)
        output.say("\nNothing was written.")

    def present(self, table_follows: bool) -> None:
        """The plan: what is said before it is written."""
        if not self.as_json:
            self._head()
            self._plan(diff=True, table_follows=table_follows)

    def ask(self) -> None:
        """Ask; leaves with status 1 when the answer is no."""
        from envkit.cli import install_text

        install_text.ask(False, "Apply these changes to {}?", self.found.plan)

    def commit(self, prove: bool) -> Committed:
        """Write and prove; Refused, with everything as it was, where that is not possible."""
        from envkit.commit import commit

        if self.python is not None and self.python.create and not self.host.foreign:
            output.warn(f"making {self.host.show(self.python.bin.parent)} …")
        with output.progress("writing, and starting every shell before and after"):
            if self.host.scope == "system":
                from envkit.system import commit as everybody

                return everybody.commit(self.host, self.found, self.python, self.platform, prove)
            return commit(self.host, self.found, self.python, prove)

    def told(self, done: Committed, prove: bool, why_not: str) -> None:
        """Say how it went; exit status 1 where a shell finds another Python."""
        if done.receipt.reason:
            output.warn(done.receipt.reason)
        try:
            fine = self._report(done, prove, why_not)
        except Refused as problem:
            raise Refused(problem.message, f"receipt {done.receipt.id} is applied") from problem
        if not fine:
            raise typer.Exit(1)

    def _report(self, done: Committed, prove: bool, why_not: str) -> bool:
        """Say what was done and whether every shell finds it; the latter is the answer."""
        if not self.as_json:
            output.say(f"\nApplied. Receipt {done.receipt.id}\n")
        rows = self._verified() if prove else ()
        if self.as_json:
            self._json("applied", done, rows)
        else:
            self._applied(done, rows, why_not)
        return all(self._is_ours(row) for row in rows if row.reached)

    def _head(self) -> None:
        from envkit.cli import install_text

        output.say(install_text.head(self.host, self.profile, self.python) + "\n")

    def _plan(self, diff: bool, table_follows: bool) -> None:
        from envkit.cli import install_text

        missing = self.found.unreached + (() if table_follows else self.found.beyond)
        output.say(install_text.plan(self.host, self.found, self.python))
        if missing:
            output.say("\n" + install_text.unreached(missing))
        if diff:
            output.say("\n" + install_text.edits(self.host, self.found.plan))

    def _verified(self) -> tuple[Row, ...]:
        from envkit import verify

        if self.host.scope == "system":
            from envkit.system import commit as everybody

            return everybody.verified(self.host, self.found, self.platform)
        used = {one.shell.name: one.shell for one in self.found.starts}
        starts = verify.starts(self.host, (), tuple(used.values()))
        starts = tuple(one for one in starts if not self.found.leaves_out(one))
        return verify.verify(self.host, starts)

    def _is_ours(self, row: Row) -> bool:
        if self.python is None:
            return row.result == "ok"
        return row.result == "ok" and Path(row.python).parent == self.python.bin

    def _applied(self, done: Committed, rows: tuple[Row, ...], why_not: str) -> None:
        from envkit.cli import install_text

        if rows:
            ours = [self._is_ours(row) for row in rows]
            output.say(install_text.table(rows, ours, self.host) + "\n")
            output.say(install_text.verdict(rows, ours, self.found.unreached))
            elsewhere = install_text.elsewhere(self.found.beyond)
            if elsewhere:
                output.say(elsewhere)
            for note in done.notes:
                output.say(f"Note: {note}.")
        elif why_not:
            output.say(f"Not proved: {why_not}.")
        output.say(install_text.go_on(self.host, self.python, done))

    def _json(self, status: str, done: Committed | None = None, rows: tuple[Row, ...] = ()) -> None:
        data: dict[str, Any] = {
            "status": status,
            "profile": self.profile.name,
            "python": self.python,
            "plan": self.found.plan,
            "diff": self.found.plan.diff(),
            "unreached": (*self.found.unreached, *self.found.beyond),
            "receipt": done.receipt.id if done else None,
            "contexts": rows,
            "notes": done.notes if done else (),
        }
        output.say_json(data)
