"""The questions of a quiz: those asked of one person, and those that rest on a provision of law."""

from .models import Question


def resting_on(provision) -> list[Question]:
    """Those tied to a provision, each with `is_old`: was it written from another reading than the ledger's? One question."""
    found = list(
        Question.objects.filter(provision=provision)
        .select_related("assessment__module")
        .order_by("assessment__code", "order")
    )
    for question in found:
        question.is_old = question.reading != provision.reading  # type: ignore[attr-defined]
    return found


def questions_for(assessment, enrolment) -> list:
    """The quiz's questions for everybody and for this person's nations, with their choices."""
    asked = assessment.questions.filter(nation__in=["", *enrolment.plan.nations])
    return list(asked.prefetch_related("choices"))
