"""`envkit` and `python -m envkit`: the one handler of everything that can go wrong."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_STDOUT = "envkit_stdout"  # the name of our -X option


def main() -> None:
    """Run the command line; every exit status is decided here (docs/design.md, section 6)."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        # Answered before anything is imported: editors ask often.
        from envkit import __version__

        with suppress(OSError):  # a stdout that cannot be written is told below
            print(f"envkit {__version__}", flush=True)
            return
    _speak_utf8()
    try:
        from envkit.cli import run

        status = run()
    except KeyboardInterrupt:  # while all that is still being imported
        status = 130
    if status == 130:
        # An interrupt that met an eval (a namedtuple is made by one) counts as unhandled to
        # CPython till the next eval (pythonrun.c, run_eval_code_obj): it would kill itself by
        # SIGINT at its end, and whoever waits for us saw no exit status.
        eval("None")
    sys.exit(status)


def _speak_utf8() -> None:
    """Start over in Python's UTF-8 mode where file names would be ASCII or Latin-1.

    A path in a startup file is read as UTF-8, and must be the same file when it is opened, or
    given to a shell. What is printed stays in the locale's encoding.
    """
    given = sys._xoptions.get(_STDOUT)
    if isinstance(given, str):
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.reconfigure(encoding=given, errors=stream.errors)  # type: ignore[union-attr]
    elif sys.getfilesystemencoding() != "utf-8" and sys.executable:
        encoding = "utf-8" if sys.stdout is None else sys.stdout.encoding
        options = ("-X", "utf8", "-X", f"{_STDOUT}={encoding}")
        with suppress(OSError):  # then it goes on as it is
            os.execv(sys.executable, [sys.executable, *options, *sys.orig_argv[1:]])


if __name__ == "__main__":
    main()
