"""The portfolio of practice: its log and reflections, who confirmed which item of it, and the file that is handed in.

Imports `taking`, by whose actions the file is handed in; it knows no marker and no board.
Start with `models.py`, then `actions/entries.py` (`write_entry`), `actions/requests.py` (`ask`), `actions/signing.py` (`sign`) and `actions/handing.py`.
"""
