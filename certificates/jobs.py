"""What the worker does for this room."""

from lms.kit.refusals import NotNow
from lms.kit.worker.jobs import Job
from lms.people.roles import Operator

from .actions.anchors import anchor_answers
from .actions.announcing import look_at_standings
from .actions.changes import look_at_watches
from .actions.concerns import clear_old_concerns
from .actions.credentials import CROWD, sign_list
from .actions.guesses import forget_wrong_names, tell_of_wrong_names
from .actions.issue_runs import carry_on, running
from .actions.rate_limits import forget
from .actions.reminders import remind
from .actions.stray_files import drop_strays
from .actions.stretches import keep_stretches
from .actions.webhooks import deliver_changes
from .models import StatusList

BY = Operator("work")
MOST_AT_ONCE = 50  # certificates of a run before the other jobs have their turn


def issue_runs():
    try:
        return sum(carry_on(run, most=MOST_AT_ONCE) for run in running())
    except NotNow as refused:
        return str(refused)


def anchor():
    anchored = 0
    while made := anchor_answers(by=BY):
        anchored += made.count
    return anchored


def sign_lists():
    """Lists too long to be made when somebody asks."""
    long_ones = StatusList.objects.filter(taken__gt=CROWD).order_by("made_at")
    return len([sign_list(row) for row in long_ones])


RUNS = Job("runs", 2, issue_runs)
DELIVERIES = Job("deliveries", 5, lambda: deliver_changes(by=BY))
STRETCHES = Job("stretches", 3, keep_stretches)
ANCHORS = Job("seals", 60, anchor)  # the name that heartbeats have
STANDINGS = Job("standings", 60, lambda: look_at_standings(by=BY))
WATCHES = Job("watches", 60, lambda: look_at_watches(by=BY))
STATUS_LISTS = Job("status lists", 300, sign_lists)
REMINDERS = Job("reminders", 3600, lambda: remind(by=BY))
WRONG_NAMES = Job("wrong names", 300, lambda: tell_of_wrong_names(by=BY))
RATE_LIMITS = Job("tallies", 3600, lambda: forget() + forget_wrong_names())
STRAY_FILES = Job("stray files", 6 * 3600, lambda: drop_strays(by=BY))
RETENTION = Job("old concerns", 86400, lambda: clear_old_concerns(by=BY))
