"""How work is marked: scripts are shared out, read without their author's name and given marks, and two marks become one.

Imports `taking` and `setting`; of `deciding` only who confirmed a sample (`conflicts.py`).
Start with `blind.py` (what a marker is given), then `actions/marks.py` (`seal`) and `reconcile.py` (two marks become one).
"""
