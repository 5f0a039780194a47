"""What is asked of trainees: assessments, criteria, questions, deadlines; in `scale.py`, how a mark is written.

Imports nothing of this room; the other folders import it.
Start with `models.py`, then `actions.py` (`keep_assessment`, `set_deadline`).
"""
