"""Attendance at an online session, from the file that a meeting tool gives; nothing of the file is kept.

Imports `sheets`, which reads the file and knows no person, and `courses`, which records.
Start with `matching.py`, then `views.py`.
"""
