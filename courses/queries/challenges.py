"""Answers that trainees think are right, as authors look at them: by question and answer, never by person."""

from django.db.models import Count, Min

from ..models import AnswerChallenge
from ..states import ChallengeState


def open_groups(reader):
    """One line for each answer to each question that has no reply, the longest waiting first. A QuerySet of dicts."""
    rows = AnswerChallenge.objects.visible_to(reader).filter(state=ChallengeState.OPEN)
    return (
        rows.order_by()
        .values("variant_id", "key", "asked", "form")
        .annotate(first=Min("pk"), count=Count("pk"), since=Min("made_at"))
        .order_by("since", "first")
    )


def with_counts(groups) -> list[AnswerChallenge]:
    """The first challenge of each group with `count` and `since`: one question."""
    groups = list(groups)
    found = AnswerChallenge.objects.select_related("version", "variant__unit").in_bulk(
        [group["first"] for group in groups]
    )
    for group in groups:
        found[group["first"]].count = group["count"]
        found[group["first"]].since = group["since"]
    return [found[group["first"]] for group in groups]
