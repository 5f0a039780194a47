"""Writes down what is assessed, in versions that never change once approved, and when cohorts sit them. Start with `versions.py`."""
