"""What the people of a cohort think of a module: question sets in versions, surveys without names, what was changed because of them.

Imports `enrolment` (who is asked); why nobody can be told from an answer stands in docs/surveys.md.
Start with `models.py`, then `answers.py` and `queries.py`.
"""
