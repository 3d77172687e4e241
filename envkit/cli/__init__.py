"""The command line: one file per command, listed by hand, since the order of --help is a decision.

Every command is a straight line: options in, one or two rooms asked, output; exit status last.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback

import typer

from envkit.cli import output
from envkit.cli.output import warn
from envkit.errors import EnvkitError

COMMANDS = (
    "order",
    "contexts",
    "trace",
    "which",
    "doctor",
    "explain",
    "profile",
    "generate",
    "install",
    "uninstall",
    "history",
    "rollback",
    "descent",
    "verify",
)


def run() -> int:
    """Run the command line of this process; the exit status (docs/design.md, section 6)."""
    output.open_closed_streams()
    if any(name.startswith("_ENVKIT") and name.endswith("_COMPLETE") for name in os.environ):
        from envkit.cli import completion

        completion.begin()
    try:
        _app()(prog_name="envkit")
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 1
    except EnvkitError as error:
        warn(f"envkit: {error.message}")
        if error.hint:
            warn(f"  {error.hint}")
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if isinstance(error, OSError) and _in_typer(error):  # its own --help, written
            warn(f"envkit: stdout cannot be written: {error.strerror}")
            return 3
        if isinstance(error, PermissionError) and error.filename is not None:
            # What looks at a file behind a closed folder; writing says so in its own words.
            name = repr(os.fsdecode(error.filename))
            warn(f"envkit: {name} cannot be looked at: {error.strerror}")
            warn(f"  namei -l {name} shows which folder on the way is closed")
            return 3
        traceback.print_exc()
        warn("envkit: this is a bug in envkit; please report the lines above")
        return 4
    finally:
        output.give_up_streams()
    return 0


def _in_typer(error: OSError) -> bool:
    """Whether typer itself met the error: it writes to stdout, and nothing else."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last is not None and str(last.tb_frame.f_globals.get("__name__")).startswith("typer.")


def _app() -> typer.Typer:
    app = typer.Typer(
        name="envkit",
        add_completion=False,  # typer's own installer writes an unmarked line into ~/.bashrc
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # boxes drawn by rich would double the cost of --help
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Which startup files a shell reads, which line set what, safe edits, and a proof.",
        epilog="Exit status: 0 fine, 1 findings or differences, 2 usage, 3 refused, 4 a bug.",
    )
    from envkit.cli.command import Command, statuses

    app.callback()(_options)
    for name in _asked():
        module = importlib.import_module(f"envkit.cli.{name}")
        if isinstance(group := getattr(module, "app", None), typer.Typer):
            app.add_typer(group, name=name)
        else:
            command = getattr(module, name)
            epilog = statuses(getattr(module, "ONE", ""))
            app.command(cls=Command, epilog=epilog)(command)
    return app


def _asked() -> tuple[str, ...]:
    """The command that is named first; all of them for --help, or where none is known.

    typer reads the signature of each command that it is given, at 0.2 times the cost of starting
    Python for one with a dozen options.
    """
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    return (word,) if word in COMMANDS else COMMANDS


def _version(asked: bool) -> None:
    if asked:
        from envkit import __version__

        output.say(f"envkit {__version__}")
        raise typer.Exit


def _completion(shell: str | None) -> None:
    if shell:
        from envkit.cli import completion

        completion.script(shell)


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and leave."
    ),
    completion: str = typer.Option(
        "",
        metavar="SHELL",
        callback=_completion,
        is_eager=True,
        show_default=False,
        help='Print the words that complete envkit in bash, zsh or fish: eval "$(…)".',
    ),
) -> None:
    pass
