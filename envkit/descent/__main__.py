"""`python -m envkit.descent REQUEST`: one run of one backend, as JSON for another process.

A library that crashes, hangs or prints when it is imported then does so in a process of its own.
REQUEST is a JSON object with the arguments of `report.run`; the answer is the last line.
"""

from __future__ import annotations

import json
import sys

from envkit.descent.report import as_data, run


def main(request: str) -> None:
    """Answer one request on stdout."""
    arguments = json.loads(request)
    if arguments["x0"] is not None:
        arguments["x0"] = tuple(arguments["x0"])
    print("\n" + json.dumps(as_data(run(**arguments))))


if __name__ == "__main__":
    main(sys.argv[1])
