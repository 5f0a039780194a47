"""What the worker does for this room."""

from lms.kit.worker.jobs import Job
from lms.people.roles import Operator

from .taking.actions.submissions import drop_old_files

BY = Operator("work")

KEPT_FILES = Job("kept files", 3600, lambda: drop_old_files(by=BY))
