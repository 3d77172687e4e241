"""One file per way that a process comes to have its environment. Each ends in CONTEXT."""
