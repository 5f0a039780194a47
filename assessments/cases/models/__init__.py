"""The tables of cases, by noun."""
