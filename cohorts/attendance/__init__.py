"""Attendance at an online session, from the file that a meeting tool gives.

Imports `sheets`, which reads the file and knows no person, and asks `courses` to record. Nothing of the file is kept: start with `matching.py`.
"""
