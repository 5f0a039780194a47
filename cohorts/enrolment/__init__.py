"""Cohorts, the people in them, and the timetable by which they study.

Imports `employment` for posts and remarks, and `sheets`, by whose rules a name is read.
Start with `models.py`, then `actions.py` (`enrol`) and `views/cohorts.py`.
"""
