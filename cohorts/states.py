"""States of those who learn, and of the files that say so."""

from django.db import models


class EnrolmentState(models.TextChoices):
    ENROLLED = "enrolled", "Enrolled"
    INTERRUPTED = "interrupted", "On leave of absence"
    LEFT = "left", "Left the programme"
    COMPLETED = "completed", "Completed"


ENROLMENT_TRANSITIONS = {
    (EnrolmentState.ENROLLED, "interrupt"): EnrolmentState.INTERRUPTED,
    (EnrolmentState.INTERRUPTED, "resume"): EnrolmentState.ENROLLED,
    (EnrolmentState.ENROLLED, "leave"): EnrolmentState.LEFT,
    (EnrolmentState.INTERRUPTED, "leave"): EnrolmentState.LEFT,
    (EnrolmentState.ENROLLED, "complete"): EnrolmentState.COMPLETED,
}
# Those who may study and hand in work.
STUDYING = {EnrolmentState.ENROLLED}


class ImportState(models.TextChoices):
    CHECKED = "checked", "Checked, nothing written yet"
    WRITING = "writing", "Being written"
    WRITTEN = "written", "Written"
    DROPPED = "dropped", "Dropped"


IMPORT_TRANSITIONS = {
    (ImportState.CHECKED, "write_import"): ImportState.WRITTEN,
    (ImportState.CHECKED, "begin_import"): ImportState.WRITING,
    (ImportState.WRITING, "write_import"): ImportState.WRITTEN,
    (ImportState.WRITING, "refuse_import"): ImportState.CHECKED,
    (ImportState.CHECKED, "drop_import"): ImportState.DROPPED,
    (ImportState.WRITING, "drop_import"): ImportState.DROPPED,
}


class ApprovalAction(models.TextChoices):
    APPROVED = "approved", "Approved"
    SUSPENDED = "suspended", "Approval suspended"
    ENDED = "ended", "Approval ended"
