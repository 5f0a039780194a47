"""Files of people and posts: each row has a verdict, and a file is written whole or not at all.

Imports the folders below it, because a file may speak of all of them; reading it is the work of `sheets`.
Start with `verdicts.py` (`check`), then `cohort_rows.py`, `register_rows.py` and `actions.py` (`write_import`).
"""
