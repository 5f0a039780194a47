"""Keeps who opened a name beside anonymous work, when and why."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from ...taking.models import QuizAttempt, Submission
from ...taking.rules import may_read_note
from ..models.appeals import Appeal
from ..models.claims import Claim
from ..models.evidence import Evidence
from ..models.misconduct import MisconductCase
from ..models.readings import CaseReading
from ..models.unmasking import Unmasking

LONGEST = 200
WORD = re.compile(r"\w+")


def note_unmasking(thing, *, by, reason="") -> Unmasking:
    """In the transaction of whoever opens `thing` (a claim, an appeal, a case, evidence, a quiz with late answers, or work by its receipt): one row for
    each task of each opener, and a record entry with it. Again is the row there is."""
    task, enrolment, assessment = _about(thing)
    made, is_new = Unmasking.objects.get_or_create(
        by=by,
        task=task,
        key=thing.pk,
        defaults={
            "enrolment": enrolment,
            "assessment": assessment,
            "reason": reason,
            "at": clock.now(),
        },
    )
    if is_new:
        write("assessments.open_name", made, by=by, after={"task": task, "thing": thing.pk})
    return made


def _about(thing):
    """(the task, whose it is, the piece of work; None where it is about a whole module)"""
    if isinstance(thing, Claim):
        return Unmasking.CLAIM, thing.enrolment, thing.attempt.assessment
    if isinstance(thing, Appeal):
        return Unmasking.APPEAL, thing.enrolment, None
    if isinstance(thing, MisconductCase):
        return Unmasking.CASE, thing.enrolment, thing.submission.assessment
    if isinstance(thing, Evidence):
        claim = thing.claim
        return Unmasking.EVIDENCE, thing.case.enrolment, claim and claim.attempt.assessment
    if isinstance(thing, QuizAttempt):
        return Unmasking.ANSWERS, thing.enrolment, thing.assessment
    return Unmasking.RECEIPT, thing.enrolment, thing.assessment


@transaction.atomic
def open_author(submission, reason, *, by) -> Unmasking:
    """A registrar who has work by its receipt opens whose it is, and says why. 1. the row, 2. they are given no script of its author from now on, 3. a record entry without a word of it. Twice is once. Raises
    Refused without a reason, and where it names the trainee."""
    rows = Submission.objects.select_related("enrolment__person", "assessment")
    found = rows.get(pk=submission.pk)
    insist(may_read_note(by, found))
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST:
        raise Refused(
            _("Say in up to %(longest)s characters why you need the name.") % {"longest": LONGEST}
        )
    if _names(found.enrolment, reason):
        raise Refused(_("Leave the trainee’s name and reference out of the reason."))
    CaseReading.objects.get_or_create(enrolment=found.enrolment, by=by)
    return note_unmasking(found, by=by, reason=reason)


def _names(enrolment, reason) -> bool:
    """Does a reason name its trainee, by a part of the name or the reference?"""
    person, words = enrolment.person, set(WORD.findall(reason.casefold()))
    parts = WORD.findall(f"{person.first_name} {person.last_name}".casefold())
    return bool(words & set(parts)) or enrolment.student_reference.casefold() in reason.casefold()
