"""Employing Organisations: who they are, which decision on them is in force on a day, and who may act for them.

Imports no other folder with tables; whom a decision touches is known in `approvals`, above.
Start with `models.py`, then `queries.py` (`approvals_of`) and `actions.py` (`tell_organisation`).
"""
