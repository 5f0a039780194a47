"""What a trainee asks of the office about their work, and what the office follows up: claims, appeals, misconduct.

Imports every folder below it, and nothing below imports it; whoever marks learns nothing of what stands here.
Start with `models/claims.py`, `rules.py` (who in the office may read it), then `actions/claims.py`.
"""
