"""One file per kind of fact, gathered once, in child processes. Each ends in FACT."""
