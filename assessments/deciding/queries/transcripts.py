"""What a transcript says: the newest decisions on one person's modules, and the award."""

from django.conf import settings
from django.db.models import Count
from django.utils.module_loading import import_string
from django.utils.timezone import localtime

from ...attempts.models import Attempt, PriorCredit
from ...attempts.queries import prior_credits_of
from ..models import Award, BoardDecision, ChairsAction, Transcript
from ..states import Outcome
from .chairs_actions import newest_decisions

CREDITED = "rpl"  # the outcome of a module that counts by prior learning


def content_of_transcript(enrolment, *, is_named=True) -> dict | None:
    """Texts and numbers, so that nothing is looked up again; None where no board has decided on anything. Not `is_named`: by student
    reference alone, for who is not to see a name. A module that counts by prior learning has no mark and no attempt."""
    credited = prior_credits_of([enrolment])
    decisions = [
        one
        for one in newest_decisions(enrolment)
        if one.outcome != Outcome.REOPENED and (enrolment.pk, one.module_id) not in credited
    ]
    if not decisions and not credited:
        return None
    resits = _resits_of(enrolment)
    award = Award.objects.filter(enrolment=enrolment).first()
    return {
        "name": enrolment.person.full_name if is_named else "",
        "reference": enrolment.student_reference,
        "programme": enrolment.cohort.programme.title,
        "cohort": enrolment.cohort.title,
        "modules": [
            *(_credited(one) for one in _in_order(credited.values())),
            *(
                {
                    "code": one.module.code,
                    "title": one.module.title,
                    "credits": one.module.credits,
                    "mark": str(one.mark),
                    "outcome": str(one.outcome or (Outcome.PASS if one.is_pass else Outcome.FAIL)),
                    "is_pass": one.is_pass,
                    "attempt": 1 + resits.get(one.module_id, 0),
                    "board": _day_of(one).isoformat(),
                }
                for one in decisions
            ),
        ],
        "award": award
        and {
            "title": award.title,
            "classification": award.classification,
            "conferred_on": award.conferred_on.isoformat(),
            "is_rescinded": _is_rescinded(enrolment),
        },
    }


def has_results(enrolment) -> bool:
    """Is there anything that a transcript could say? Two queries at most."""
    return (
        BoardDecision.objects.filter(enrolment=enrolment).exists()
        or PriorCredit.objects.that_count().filter(enrolment=enrolment).exists()
    )


def _in_order(credits):
    return sorted(credits, key=lambda one: (one.module.order, one.module_id))


def _credited(credit) -> dict:
    return {
        "code": credit.module.code,
        "title": credit.module.title,
        "credits": credit.credits,
        "mark": "",
        "outcome": CREDITED,
        "is_pass": True,
        "attempt": 0,
        "board": credit.decided_on.isoformat(),
    }


def _resits_of(enrolment) -> dict[int, int]:
    """By module: how many resits of a piece a board has decided on, of the piece with most. One that was only opened, and a deferral, which
    counts as a first attempt, are none."""
    rows = Attempt.objects.filter(
        enrolment=enrolment, kind=Attempt.RESIT, lines__stage="ratified"
    ).order_by()
    found: dict[int, int] = {}
    for module, _piece, count in rows.values_list("assessment__module", "assessment").annotate(
        n=Count("pk", distinct=True)
    ):
        found[module] = max(found.get(module, 0), count)
    return found


def _day_of(decision):
    """When it was decided: the board's day, or that of the chair's action after it."""
    is_chairs = ChairsAction.objects.filter(decision=decision).exists()
    return localtime(decision.decided_at).date() if is_chairs else decision.board.meets_on


def _is_rescinded(enrolment) -> bool:
    """The room above answers; imports go down only, so the settings say where."""
    return bool(import_string(settings.IMSA_STANDINGS)([enrolment])[0].is_rescinded)


def transcripts_of(enrolment):
    """What was issued, the newest first. A QuerySet."""
    return Transcript.objects.filter(enrolment=enrolment).order_by("-number")
