"""fish's own language: its text as a tree, and what one start does with it, nothing run."""
