"""The public form “Apply to become an IMSA Employing Organisation”, its versions, and the Hub's review of what comes in.

Imports `approvals` and `organisations`; an application becomes an organisation by their actions alone.
Start with `states.py`, then `actions/applying.py` (an applicant), `actions/reviewing.py` and `actions/deciding.py` (the Hub).
"""
