"""Pages of organisations: `organisations` (list, one, the decision), `room` (what an officer records there), `for_contacts` (what an employer's contact sees)."""
