"""What the worker does for this room."""

from lms.kit.worker.jobs import Job
from lms.people.roles import Operator

from .actions import keep_schedule

BY = Operator("work")

SCHEDULE = Job("schedule", 60, lambda: keep_schedule(by=BY))
