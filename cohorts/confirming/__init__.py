"""Employers confirm their posts, or say what is not so any more; who was asked, and from whom the Hub has heard.

Imports `employment` and `organisations`.
Start with `queries.py` (what is to be confirmed), then `actions.py` (`confirm_by_employer`).
"""
