"""Reading csh and tcsh startup files: text, expansion, expressions, the walk; nothing is run.

The C shell has no grammar to speak of: it reads line by line, and a false `if` skips lines until
it finds one whose first word is `else` or `endif`. So this is a machine with a line counter, not a
tree; what it does was found by experiment with tcsh 6.24.
"""
