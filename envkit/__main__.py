"""`envkit` and `python -m envkit`: the one handler of everything that can go wrong."""

from __future__ import annotations

import sys
from contextlib import suppress


def main() -> None:
    """Run the command line; every exit status is decided here (docs/design.md, section 6)."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        # Answered before anything is imported: editors ask often.
        from envkit import __version__

        with suppress(OSError):  # a stdout that cannot be written is told below
            print(f"envkit {__version__}", flush=True)
            return
    try:
        from envkit.cli import run

        sys.exit(run())
    except KeyboardInterrupt:  # while all that is still being imported
        sys.exit(130)


if __name__ == "__main__":
    main()
