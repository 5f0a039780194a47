"""The employment register: who holds which post, from when to when, and what officers remarked.

Imports `organisations`; of `imports` only the name of the file that a line came from (`views.py`).
Start with `register.py` (what it says on a day), then `actions.py` (`record_post`).
"""
