"""One home under other system files: run in a mount namespace (`unshare -m`) of its own.

`python -m tests.real.shell_system ETC.json HOME.json HOME` puts each text of ETC in the place of a
file of the real /etc, for this process and its children alone, and holds install to the shells.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.real.test_install_shells import held


def main() -> None:
    etc, files = (json.loads(Path(name).read_text()) for name in sys.argv[1:3])
    home = Path(sys.argv[3])
    # Whole folders, so that files can be there that the real ones lack.
    for folder in ("/etc/zsh", "/etc/fish"):
        copy = Path(tempfile.mkdtemp(dir=home.parent))
        for name in ("zshenv", "config.fish"):
            if Path(folder, name).exists() and f"{folder}/{name}" not in etc:
                (copy / name).write_bytes(Path(folder, name).read_bytes())
        for path, text in etc.items():
            if path.startswith(f"{folder}/"):
                place = copy / path.removeprefix(f"{folder}/")
                place.parent.mkdir(exist_ok=True)
                place.write_text(text)
        copy.chmod(0o755)
        subprocess.run(["mount", "--bind", copy, folder], check=True)
    for path, text in etc.items():
        if not path.startswith(("/etc/zsh/", "/etc/fish/")):
            file = Path(tempfile.mkdtemp(dir=home.parent)) / "file"
            file.write_text(text)
            subprocess.run(["mount", "--bind", file, path], check=True)
    held(home, files, {})
    print("held")


if __name__ == "__main__":
    main()
