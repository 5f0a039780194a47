"""What a unit must be before it is published, and who has to agree to it.

Imports what stands below the actions; actions and the editor import it, never the other way.
Start with `validation.py` (what is wrong with a unit), then `reviewers.py` (whose review it needs).
"""
