"""What the worker does for this room."""

from lms.kit.worker.jobs import Job
from lms.people.roles import Operator

from .applications.actions.applying import drop_old_drafts
from .applications.actions.clearing import clear_closed_applications
from .approvals.reminders import remind_organisations
from .confirming.actions import ask_organisations
from .confirming.clearing import clear_old_remarks
from .discussion.actions import clear_old_spaces, send_digests
from .enrolment.status_actions import carry_out_changes
from .imports.actions import carry_on_import, imports_under_way
from .imports.clearing import clear_old_files
from .intake.answers import lapse_offers
from .intake.clearing import clear_closed_nominations, drop_old_places
from .surveys.actions import run_surveys


def write_files():
    """Each in its turn; one that fails keeps no other from being written."""
    written, failed = 0, None
    for file in imports_under_way():
        try:
            written += carry_on_import(file)
        except Exception as fault:
            failed = fault
    if failed:
        raise failed
    return written


BY = Operator("work")

FILES = Job("files", 2, write_files)
REMINDERS = Job("reminders to organisations", 3600, lambda: remind_organisations(by=BY))
DRAFTS = Job(
    "drafts of applications",
    3600,
    lambda: drop_old_drafts(by=BY) + clear_closed_applications(by=BY),
)
POSTS = Job("posts to confirm", 3600, lambda: ask_organisations(by=BY))
STATUS_CHANGES = Job("changes of enrolments", 60, lambda: carry_out_changes(by=BY))
OFFERS = Job("offers of places", 300, lambda: lapse_offers(by=BY))
SURVEYS = Job("surveys", 900, lambda: run_surveys(by=BY))
DISCUSSIONS = Job("discussions", 1800, lambda: send_digests(by=BY) + clear_old_spaces(by=BY))
OLD_FILES = Job("old files of people and posts", 3600, lambda: clear_old_files(by=BY))
NOMINATIONS = Job(
    "closed nominations",
    3600,
    lambda: clear_closed_nominations(by=BY) + drop_old_places(by=BY),
)
RETENTION = Job("old remarks", 86400, lambda: clear_old_remarks(by=BY))
