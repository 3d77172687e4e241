"""Rules about PATH (EK2xx)."""
