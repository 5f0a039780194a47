"""The questions inside a unit: their shape, how an answer is judged and what it is told, and when a unit is complete.

Pure: no Django, no database, nothing of this app but `states.py`.
Start with `questions.py` (the shapes), then `feedback.py` (`judge` and what the person reads).
"""
