"""Finds names, numbers and places in a person's text before it is saved, so that no survivor is recognisable in a note.

Pure: no Django, no database, nothing of this app.
Start with `guard.py`; `words.py` and `numbers.py` are what it knows.
"""
