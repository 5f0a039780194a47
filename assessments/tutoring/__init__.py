"""How tutors keep in touch with a cohort: who may need help and why, messages, the log of contact, reminders, announcements.

Imports what people study (courses), who they are (cohorts) and due dates of their own (`attempts`): no script, no mark, no hand-in. Of `marking` it
asks alone whether its reader marks there.
Start with `queries.py`, then `reasons.py`."""
