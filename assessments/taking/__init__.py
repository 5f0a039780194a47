"""What trainees hand in: written work, quizzes, files, and notes to the programme office.

Imports `setting`; it knows no marker and no board.
Start with `models.py`, then `actions/submissions.py` (`submit`) and `actions/quizzes.py` (`hand_in_quiz`).
"""
