"""envkit: which startup files a shell reads, which line set what, and a proof that it all works."""

__version__ = "0.1.0"
