"""What is asked of trainees: assessments, their versions with criteria or questions, and when cohorts sit them; in `scale.py`, how a mark is written.

Imports nothing of this room; the other folders import it.
Start with `models.py`, then `queries.py` (what a cohort is asked), `actions/versions.py` and `actions/sittings.py`.
"""
