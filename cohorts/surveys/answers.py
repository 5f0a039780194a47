"""One person's answers join the tally of all. Nothing here is logged or recorded, and no row says which answers are whose."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.privacy_guard.guard import look
from lms.kit.refusals import Refused, insist

from ..enrolment.models import Enrolment
from ..enrolment.states import STUDYING
from .actions import lock_survey
from .models import SurveyInvitation, SurveyTally
from .questions import LONGEST_TEXT, TEXT, add_answers, unanswered
from .rules import may_answer, place_in


class Guarded(Refused):
    """A text seems to tell who somebody is. `findings`: what, by the key of the question."""

    def __init__(self, reason, findings):
        super().__init__(reason)
        self.findings = findings


def hand_in(survey, answers: dict, *, by, keep_anyway=False) -> bool:
    """Hand in one's answers (by key, see `questions`).

    1. who answered is marked as such, 2. the one row of the survey's answers is written anew as a whole, its texts shuffled. No record is written and no time kept, so that
    nobody can tell which answers are whose. Whether they were counted: answers of somebody who has answered before are not. Raises Guarded where a text seems to tell who somebody is,
    unless `keep_anyway`; Refused where a required answer is missing or is none that the question offers; NotAllowed for who is not asked, or not today.
    """
    with transaction.atomic():
        insist(may_answer(by, survey))
        _insist_answers(survey.question_set.questions, answers, keep_anyway)
        # One after another: each writes the same row anew.
        locked = lock_survey(survey)
        insist(may_answer(by, locked))
        invitation = _invitation_of(locked, place_in(by, locked.cohort_id).get())
        if invitation.has_answered:
            return False
        invitation.has_answered = True
        invitation.save(update_fields=["has_answered"])
        tally = SurveyTally.objects.get(survey=locked)
        tally.people += 1
        tally.counts, tally.texts = add_answers(
            locked.question_set.questions, tally.counts, tally.texts, answers
        )
        tally.save(update_fields=["people", "counts", "texts"])
        return True


def _invitation_of(survey, place) -> SurveyInvitation:
    """Theirs. Whoever comes before the messages went out gets it with everybody else's: one row alone would say who answered first."""
    rows = SurveyInvitation.objects.filter(survey=survey)
    if found := rows.filter(enrolment=place).first():
        return found
    places = Enrolment.objects.filter(cohort=survey.cohort_id, state__in=STUDYING)
    SurveyInvitation.objects.bulk_create(
        [SurveyInvitation(survey=survey, enrolment=one) for one in places.order_by("pk")],
        ignore_conflicts=True,
    )
    return rows.get(enrolment=place)


def _insist_answers(questions, answers, keep_anyway):
    if unanswered(questions, answers):
        raise Refused(_("Answer every question that is not optional."))
    try:
        add_answers(questions, {}, {}, answers)
    except ValueError:
        raise Refused(_("This page is out of date. Open the survey again.")) from None
    texts = {
        q["key"]: answers[q["key"]]
        for q in questions
        if q["kind"] == TEXT and answers.get(q["key"])
    }
    if any(len(text) > LONGEST_TEXT for text in texts.values()):
        raise Refused(_("Write at most %(most)s characters.") % {"most": LONGEST_TEXT})
    findings = {key: found for key, text in texts.items() if (found := look(text))}
    if findings and not keep_anyway:
        raise Guarded(
            _("Your answers are not sent yet. They seem to tell who someone is."), findings
        )
