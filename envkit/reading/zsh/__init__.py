"""zsh text: its grammar, and what one start does with it where zsh is not like the rest."""
