"""One file per problem; each ends in PROBLEM, and its docstring names its source."""
