"""Answers that a quiz does not take any more reach the programme office instead of being lost; no mark changes by it."""

import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.record.actions import write

from ..models import LateAnswers, QuizAttempt
from ..rules import may_answer_late_answers, may_send_late_answers
from .registrars import tell_registrars_who_may

LONGEST = 1000  # of a note, and of the office's answer
MOST = 5  # sendings of one quiz


def digest_of(answers) -> str:
    """Of `recovery_files.DeviceAnswer`s: by their keys, which are each answer's own."""
    keys = sorted(one.client_key for one in answers)
    return hashlib.sha256(json.dumps(keys).encode()).hexdigest()


@transaction.atomic
def send_late_answers(quiz, lines, note, *, by) -> LateAnswers:
    """Send answers that were not taken (`recovery_files.RecoveryLine`s of one quiz) to the programme office, with a note.

    1. the row, 2. a record entry with how many, 3. registrars who may answer are told; where there is none, Hub officers that one is missing. The same answers again are the same row. Raises
    Refused where there is nothing to send, for a note that is too long, and after MOST sendings.
    """
    locked = (
        QuizAttempt.objects.select_for_update(of=("self",), no_key=True)
        .select_related("assessment", "enrolment__person", "enrolment__cohort")
        .get(pk=quiz.pk)
    )
    insist(may_send_late_answers(by, locked.enrolment))
    note = _sound(note)
    if not lines:
        raise Refused(_("There is nothing to send: every answer in this file can be saved."))
    digest = digest_of([line.answer for line in lines])
    if there := LateAnswers.objects.filter(quiz=locked, digest=digest).first():
        return there
    if locked.late_answers.count() >= MOST:
        raise Refused(
            _("You have sent several files for this quiz. Write to the programme office.")
        )
    answers = [
        {
            "position": line.item.position,
            "question": line.item.question_id,
            "values": list(line.answer.values),
            "at": line.answer.at,
        }
        for line in lines
    ]
    made = LateAnswers.objects.create(
        quiz=locked, digest=digest, answers=answers, note=note, at=clock.now()
    )
    write("assessments.send_late_answers", made, by=by, after={"count": len(answers)})
    tell_registrars_who_may(
        locked.enrolment.person_id,
        lambda registrar: may_answer_late_answers(registrar, locked),
        _("Quiz answers that came too late"),
        _(
            "A trainee has sent answers to “%(title)s” that were on a device without a connection and came too late. Nothing has changed by it. Look at them and answer."
        )
        % {"title": locked.assessment.title},
        "/registry/late-answers/",
    )
    return made


@transaction.atomic
def answer_late_answers(row, outcome, *, by, seen=0) -> LateAnswers:
    """The office says what comes of them. 1. what, who and when, 2. a record entry, 3. the trainee is told. The same again changes nothing. Another answer to what is
    answered already puts that right: the earlier one stays with the row. It is refused where `seen` (`LateAnswers.version` on the registrar's page) is not the
    newest. What a registrar then does (another attempt, extra time) they do on its own page."""
    rows = LateAnswers.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related(
        "quiz__assessment", "quiz__enrolment__person", "quiz__enrolment__cohort"
    ).get(pk=row.pk)
    insist(may_answer_late_answers(by, locked.quiz))
    outcome = _sound(outcome)
    if not outcome:
        raise Refused(_("Write what comes of these answers. The trainee reads it."))
    words = _("The programme office has looked at the answers that came too late. %(outcome)s")
    if locked.answered_at:
        if locked.outcome == outcome:
            return locked
        if locked.version != seen:
            raise Refused(_("Someone else has answered this meanwhile. Load the page again."))
        before = {"outcome": locked.outcome, "at": locked.answered_at.isoformat()}
        locked.earlier_outcomes.append(before | {"by": locked.answered_by_id})
        words = _(
            "The programme office has corrected its answer about your late answers. %(outcome)s"
        )
    locked.outcome, locked.answered_at, locked.answered_by = outcome, clock.now(), by
    locked.save(update_fields=["outcome", "answered_at", "answered_by", "earlier_outcomes"])
    write("assessments.answer_late_answers", locked, by=by, after={"version": locked.version})
    tell(
        locked.quiz.enrolment.person,
        (_("Your late answers: %(title)s") % {"title": locked.quiz.assessment.title})[:200],
        words % {"outcome": outcome},
        f"/my-work/{locked.quiz.assessment.code}/",
    )
    return locked


def _sound(words) -> str:
    words = words.replace("\0", "").strip()
    if len(words) > LONGEST:
        raise Refused(
            _("This has %(count)s characters; there is room for %(longest)s.")
            % {"count": len(words), "longest": LONGEST}
        )
    return words
