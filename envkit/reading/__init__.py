"""Static reading of startup files: what a start would do with their text, nothing executed."""
