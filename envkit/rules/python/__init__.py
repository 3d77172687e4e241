"""Rules about Python (EK3xx)."""
