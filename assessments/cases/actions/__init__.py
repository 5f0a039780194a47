"""The actions of cases, by noun."""
