"""Who comes into a cohort by nomination: places per nation, what employers nominate, offers that are answered by a link, deferral.

Imports `enrolment` (an acceptance enrols) and `organisations`.
Start with `models.py`, then `actions.py`.
"""
