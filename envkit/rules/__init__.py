"""One file per rule; its docstring is its page. Each ends in RULE."""
