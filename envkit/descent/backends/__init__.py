"""One file per way to compute; each ends in BACKEND."""
