"""Finds names, numbers and places in a person's text before it is saved, so that no survivor is recognisable in a note.

Pure: no Django, no database, nothing of this app.
Start with `guard.py` (`look`), then `names.py`, `places.py` and `numbers.py`; `words.py` is what they know.
"""
