"""Wagtail's editor and the authors' overview: what stands between a form and an action.

Imports what stands below forms; views, forms, commands and `wagtail_hooks.py` import it.
Start with `overview.py` (where each unit stands), then `hooks.py` (what the editor does before and after a page is saved).
"""
