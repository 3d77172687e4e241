"""One file per shell: which startup files it reads, and how it is started. Each ends in SHELL."""
