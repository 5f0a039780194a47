"""What the worker does for this room."""

from lms.kit.worker.jobs import Job
from lms.people.roles import Operator

from .actions import keep_schedule
from .actions.offline_sync import drop_old_syncs

BY = Operator("work")

SCHEDULE = Job("schedule", 60, lambda: keep_schedule(by=BY))
RETENTION = Job("old offline syncs", 86400, lambda: drop_old_syncs(by=BY))
