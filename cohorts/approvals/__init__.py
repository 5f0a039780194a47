"""Decisions on organisations, which touch the people they employ; and the Hub's pages of organisations.

Imports `employment` and `organisations`, whose table of decisions it alone writes.
Start with `actions.py` (`decide_approval`), then `rules.py` (`may_decide`) and `views.py`.
"""
