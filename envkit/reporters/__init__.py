"""One file per form of output of `doctor`. Each ends in REPORTER."""
