"""Blocks to HTML: a unit as it is read, its parts, and the glossary's words marked in it.

Imports blocks and models; imports no action, query or view.
Start with `units.py` (`draw_stream`).
"""
