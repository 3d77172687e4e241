"""Rules about startup files (EK1xx)."""
