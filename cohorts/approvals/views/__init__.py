"""Pages of organisations: `organisations` (list, one, the decision), `room` (what an officer records there), `own` (what a contact sees)."""
