"""Facts in, standing out: may this person act as an IMSA on a day, why, until when, and what will change.

Pure: no Django, no database, nothing of this app. It is asked for one day and one person; nothing is stored here.
Start with `facts.py` (what is known), then `standing.py` (`standing_on`), then `standing_wording.py` and `sentences.py` (how it is told).
"""
