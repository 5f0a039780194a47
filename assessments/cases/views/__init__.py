"""The office's pages of cases, by noun."""
