"""HTML as a tree: read, compared line by line, and tidied for books.

Pure: no Django, no database, nothing of this app.
Start with `tree.py`; `comparing.py` and `tidy.py` stand on it.
"""
