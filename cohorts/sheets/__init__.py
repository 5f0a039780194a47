"""A file read as a table: bytes to cells, and cells to values of the columns that we know. It asks no database.

Imports nothing of this room; forms read what is typed by the same rules.
Start with `reading.py` (`read_sheet`), then `columns.py` (`read_rows`) and `table.py` (what a cell is).
"""
