"""What the people of a cohort say to each other: a space that a registrar opens, threads and posts in plain words, reports, moderation.

Imports `enrolment` (who is a member); docs/discussion.md says who may do what.
Start with `models.py`, then `actions.py` and `moderating.py`.
"""
