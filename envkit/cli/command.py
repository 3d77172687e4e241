"""What every command has beside its own options: its exit statuses in --help, and --schema."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperOption

from envkit.cli import output


def statuses(one: str = "") -> str:
    """The exit statuses as --help tells them; `one` is what 1 means in this command.

    docs/design.md, section 6.
    """
    mine = f"1 {one}; " if one else ""
    return f"Exit status: 0 fine; {mine}2 usage; 3 refused or not done; 4 a bug; 130 interrupted."


class Command(TyperCommand):
    """A command; one with --json also has --schema."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line; typer has no option whose word may be left out, as --record's."""
        if "--record" in args:
            at = args.index("--record") + 1
            if args[at : at + 1] == [] or args[at].startswith("-"):
                args.insert(at, "on")
        return super().parse_args(ctx, args)

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters that the function declares, and --schema before --help."""
        *own, help_ = super().get_params(ctx)
        if ctx.resilient_parsing:  # a shell asks what may follow
            from envkit.cli import completion

            for each in own:
                completion.offer(self.name or "", each)
        if not any("--json" in each.opts for each in own):
            return [*own, help_]
        words = "Print the JSON schema of --json."
        schema = TyperOption(
            param_decls=["--schema"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print,
            help=words,
        )
        return [*own, schema, help_]


def _print(ctx: Any, _option: Any, asked: bool) -> None:
    """Print the schema of the command that is asked, and leave."""
    if not asked or ctx.resilient_parsing:
        return
    import json

    from envkit import schemas

    path = ctx.command_path.removeprefix(ctx.find_root().command_path).strip()
    output.say(json.dumps(schemas.of(path), indent=2))
    ctx.exit()
