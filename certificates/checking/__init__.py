"""What a checker types and what they read: numbers, names, lists and answer sheets.

Imports accreditation and rules; asks no database. The looking up itself is an action (`actions/checks.py`), since it is kept.
Start with `questions.py`, then `answers.py`; `family_names.py` decides whether a name fits.
"""
