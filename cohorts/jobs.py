"""What the worker does for this room."""

from lms.kit.worker.jobs import Job
from lms.people.roles import Operator

from .enrolment.status_actions import carry_out_changes
from .imports.actions import carry_on_import, imports_under_way
from .intake.answers import lapse_offers


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


FILES = Job("files", 2, write_files)
STATUS_CHANGES = Job("changes of enrolments", 60, lambda: carry_out_changes(by=Operator("work")))
OFFERS = Job("offers of places", 300, lambda: lapse_offers(by=Operator("work")))
