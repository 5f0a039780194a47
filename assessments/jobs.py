"""What the worker does for this room."""

from django.contrib.sessions.backends.db import SessionStore

from lms.kit.worker.jobs import Job
from lms.people.roles import Operator

from .attempts.actions import judge_all_late_work
from .attempts.adjusting import fold_all
from .cases.actions.alike import find_alike
from .cases.actions.evidence import drop_old_evidence
from .deciding.actions.exports import drop_old_exports
from .deciding.actions.release import release_by_rule
from .deciding.actions.reminders import remind_of_feedback
from .marking.actions.interests import drop_old_interests
from .marking.actions.moderation import begin_all, end_all, settle_moderated
from .marking.actions.reminders import list_overdue, remind_markers
from .marking.actions.replacing import withdraw_for_leavers
from .setting.actions.question_imports import drop_waiting_files
from .taking.actions.quizzes import close_quizzes
from .taking.actions.submissions import drop_old_files
from .taking.actions.texts import clear_old_texts
from .trainee.actions import remind_of_dates
from .tutoring.actions.nudges import nudge_people

BY = Operator("work")

KEPT_FILES = Job(
    "kept files",
    3600,
    lambda: [
        drop_old_files(by=BY),
        drop_waiting_files(by=BY),
        drop_old_exports(by=BY),
        SessionStore.clear_expired(),  # one can hold answers of a file that was looked at
    ],
)
QUIZZES = Job("quizzes whose time is over", 60, lambda: close_quizzes(by=BY))
LATE_WORK = Job("late work", 300, lambda: judge_all_late_work(by=BY))
ADJUSTMENTS = Job("due dates by adjustments", 3600, lambda: fold_all(by=BY))
LEAVERS = Job("scripts of people who left", 300, lambda: withdraw_for_leavers(by=BY))
EVIDENCE = Job("evidence", 86400, lambda: drop_old_evidence(by=BY))
ALIKE = Job("scripts that are alike", 900, lambda: find_alike(by=BY))
MODERATION = Job(
    "moderation of single marks",
    300,
    lambda: [begin_all(by=BY), end_all(by=BY), settle_moderated(by=BY)],
)
MARKING_REMINDERS = Job(
    "marking reminders", 3600, lambda: [remind_markers(by=BY), list_overdue(by=BY)]
)
RELEASES = Job("marks released by rule", 300, lambda: release_by_rule(by=BY))
FEEDBACK_REMINDERS = Job("feedback dates", 3600, lambda: remind_of_feedback(by=BY))
DATE_REMINDERS = Job("reminders of dates", 3600, lambda: remind_of_dates(by=BY))
STUDY_REMINDERS = Job("study reminders", 6 * 3600, lambda: nudge_people(by=BY))
RETENTION = Job(
    "old typed work", 86400, lambda: [clear_old_texts(by=BY), drop_old_interests(by=BY)]
)
