"""`envkit` and `python -m envkit`: the one handler of everything that can go wrong."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; every exit status is decided here (docs/design.md, section 6)."""
    if sys.argv[1:] == ["--version"]:  # answered before anything is imported: editors ask often
        from envkit import __version__

        print(f"envkit {__version__}")
        return
    from envkit.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
