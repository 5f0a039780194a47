"""One go of one person at one assessment, its due date, and the history of its mark.

Imports `setting`; it knows no file, no marker and no board.
Start with `models.py`, then `chain.py` (which line of a mark counts) and `actions.py` (`open_next`).
"""
