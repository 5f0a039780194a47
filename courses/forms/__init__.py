"""What is typed, read and checked before an action gets it.

Imports models, states and, for what they offer, the overview and an action; only views and `wagtail_hooks.py` import it.
Start with the form of your page: each file is named as the views that use it.
"""
