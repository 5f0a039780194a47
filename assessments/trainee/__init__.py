"""The trainee's own pages: what is next, what to hand in, and what came of it.

Imports the four folders below it, because its pages show all of them; it has no table and writes through their actions (`actions.py` lets the worker remind people of their dates).
Start with `queries.py` (`work_in`), then `views/work.py` and `today.py` (the one thing to do next).
"""
