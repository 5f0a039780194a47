"""What the worker does for this room."""

from lms.kit.worker.jobs import Job
from lms.people.roles import Operator

from .attempts.actions import judge_all_late_work
from .marking.actions.replacing import withdraw_for_leavers
from .taking.actions.submissions import drop_old_files

BY = Operator("work")

KEPT_FILES = Job("kept files", 3600, lambda: drop_old_files(by=BY))
LATE_WORK = Job("late work", 300, lambda: judge_all_late_work(by=BY))
LEAVERS = Job("scripts of people who left", 300, lambda: withdraw_for_leavers(by=BY))
