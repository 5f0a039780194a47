"""Decisions on organisations, which touch the people they employ; and the Hub's pages of organisations.

Imports `employment` and `organisations`, whose table of decisions it alone writes.
Start with `actions.py` (`decide_approval`), then `rules.py` (`may_decide`) and `views/`. What an approved organisation owes is in `oversight.py`, what it is reminded of in `reminders.py`.
"""
