"""Keeps who opened a name beside anonymous work, when and why."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.letters import folded
from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from ...taking.models import QuizAttempt, Submission
from ..models.appeals import Appeal
from ..models.claims import Claim
from ..models.evidence import Evidence
from ..models.misconduct import MisconductCase
from ..models.readings import CaseReading
from ..models.unmasking import Unmasking
from ..rules import may_handle

LONGEST = 200
LEFT_OUT = "…"
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
    """A registrar who has work by its receipt opens whose it is, and says why. 1. the row, with the reason without the trainee's name, 2. they are given no script of its author from now on, 3. a record entry without a word of it. Twice
    is once. Raises Refused without a reason. One that names the trainee is not refused: a refusal would tell a name to whoever guesses it, and leave no row."""
    rows = Submission.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("enrolment__person", "assessment").get(pk=submission.pk)
    insist(may_handle(by, found.enrolment))
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST:
        raise Refused(
            _("Say in up to %(longest)s characters why you need the name.") % {"longest": LONGEST}
        )
    CaseReading.objects.get_or_create(enrolment=found.enrolment, by=by)
    return note_unmasking(found, by=by, reason=_without_name(found.enrolment, reason))


def _without_name(enrolment, reason) -> str:
    """A reason without the parts of its trainee's names, and of their reference where it is in it. Never longer than it was."""
    person = enrolment.person
    names = f"{person.first_name} {person.last_name} {person.known_as} {person.display_name}"
    if enrolment.student_reference.casefold() in reason.casefold():
        names += f" {enrolment.student_reference}"
    parts = {folded(part) for part in WORD.findall(names)} - {""}
    return WORD.sub(lambda word: LEFT_OUT if folded(word[0]) in parts else word[0], reason)
