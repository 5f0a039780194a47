"""Organisations with their approval and how many people they employ."""

from ..employment.register import last_lines
from ..organisations.queries import approval_in_words, approvals_of


def with_approval(organisations, day) -> list[dict]:
    """Each organisation with its approval in words and how many people it employs on a day. Two queries and that for `organisations`."""
    organisations = list(organisations)
    lines, employed = approvals_of([o.pk for o in organisations]), {}
    posts = (
        last_lines()
        .filter(organisation__in=organisations, starts_on__lte=day)
        .exclude(ends_on__lt=day)
    )
    for organisation, person in posts.values_list("organisation_id", "employment__person_id"):
        employed.setdefault(organisation, set()).add(person)
    return [
        {
            "organisation": o,
            "approval": approval_in_words(lines[o.pk], day),
            "people": len(employed.get(o.pk, ())),
        }
        for o in organisations
    ]
