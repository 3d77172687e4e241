"""rustup: toolchains/NAME, and in cargo's bin folder links to rustup itself."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import below, folders

_PROXIES = (
    *("rustup", "cargo", "rustc", "rustdoc", "rustfmt", "cargo-fmt", "cargo-clippy", "cargo-miri"),
    *("clippy-driver", "rls", "rust-analyzer", "rust-gdb", "rust-gdbgui", "rust-lldb"),
)


def find(host: Host, path: Path) -> Owner | None:
    """Say which toolchain a program is part of, or that it is one of rustup's own."""
    for top in folders(host, "RUSTUP_HOME", ".rustup"):
        parts = below(path, top)
        if parts[:1] == ("toolchains",) and len(parts) > 2:
            return Owner("rustup", parts[1], "", f"rustup toolchain uninstall {parts[1]}")
    for top in folders(host, "CARGO_HOME", ".cargo"):
        if path.parent == top / "bin" and path.name in _PROXIES:
            return Owner("rustup", "rustup", "", "rustup self uninstall")
    return None


OWNER = Finder(45, find, ("rustup",))
