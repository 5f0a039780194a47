"""The verbs of a portfolio."""
