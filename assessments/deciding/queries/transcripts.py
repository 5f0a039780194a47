"""What a transcript says: the newest decisions on one person's modules, and the award."""

from django.db.models import Max

from ...attempts.models import Attempt
from ..models import Award, Transcript
from ..states import Outcome
from .chairs_actions import newest_decisions


def content_of_transcript(enrolment, *, is_named=True) -> dict | None:
    """Texts and numbers, so that nothing is looked up again; None where no board has decided on anything. Not `is_named`: by student
    reference alone, for who is not to see a name."""
    decisions = [one for one in newest_decisions(enrolment) if one.outcome != Outcome.REOPENED]
    if not decisions:
        return None
    rows = Attempt.objects.filter(enrolment=enrolment).values("assessment__module")
    attempts = dict(rows.annotate(last=Max("number")).values_list("assessment__module", "last"))
    award = Award.objects.filter(enrolment=enrolment).first()
    return {
        "name": enrolment.person.full_name if is_named else "",
        "reference": enrolment.student_reference,
        "programme": enrolment.cohort.programme.title,
        "cohort": enrolment.cohort.title,
        "modules": [
            {
                "code": one.module.code,
                "title": one.module.title,
                "credits": one.module.credits,
                "mark": str(one.mark),
                "outcome": str(one.outcome or (Outcome.PASS if one.is_pass else Outcome.FAIL)),
                "is_pass": one.is_pass,
                "attempt": attempts.get(one.module_id, 1),
                "board": one.board.meets_on.isoformat(),
            }
            for one in decisions
        ],
        "award": award
        and {
            "title": award.title,
            "classification": award.classification,
            "conferred_on": award.conferred_on.isoformat(),
        },
    }


def transcripts_of(enrolment):
    """What was issued, the newest first. A QuerySet."""
    return Transcript.objects.filter(enrolment=enrolment).order_by("-number")
