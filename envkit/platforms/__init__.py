"""One file per system: what its /etc does to a shell. Each ends in PLATFORM."""
