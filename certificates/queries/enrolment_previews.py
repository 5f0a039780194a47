"""How a person's standing would change with another last day of an enrolment, or with a new one; it writes nothing."""

from dataclasses import replace

from lms.kit import clock

from ..accreditation.facts import Enrolled, months_after
from ..accreditation.look_ahead import changes_by_scenario
from ..accreditation.standing import standing_on
from ..accreditation.standing_wording import words_for
from ..rules import FIRST_DAY
from .facts import NOBODY, load_facts
from .previews import MONTHS_AHEAD, change_row


def preview_of_departure(enrolment, last_day) -> dict:
    """`last_day`: the last day supposed; None where leaving is undone. A dict of `before` (words for today's standing) and `rows`, each with before, after,
    their nations, on_day and until: the stretches on which the standing would be another one, from the last day before or after the change, where that is
    past, until twelve months ahead. The register answers for past days as it is known now."""

    def scenario(facts):
        return replace(
            facts,
            enrolments=tuple(
                replace(one, until=last_day) if one.key == enrolment.pk else one
                for one in facts.enrolments
            ),
        )

    days = [day for day in (last_day, enrolment.left_on) if day]
    return _preview(enrolment.person_id, scenario, days)


def preview_of_enrolment(person, nations, first_day) -> dict:
    """The same for an enrolment there is not yet; `person`: a key, or None for somebody new."""

    def scenario(facts):
        new = Enrolled(first_day, nations=tuple(nations))
        in_order = sorted((*facts.enrolments, new), key=lambda one: one.from_day)
        return replace(facts, enrolments=tuple(in_order))

    return _preview(person, scenario, [first_day])


def preview_of_nothing(enrolment) -> dict:
    """The same for what changes no standing: a leave of absence, a transfer."""
    return _preview(enrolment.person_id, lambda facts: facts)


def _preview(person, scenario, days=()) -> dict:
    key, today = person or NOBODY, clock.today()
    found = load_facts([person] if person else [])
    facts = found.facts[key]
    last = months_after(today, MONTHS_AHEAD)
    first = max(FIRST_DAY, min([*days, today]))
    changes = changes_by_scenario(
        key, (facts, found.book), (scenario(facts), found.book), first, last
    )
    return {
        "before": words_for(standing_on(today, facts, found.book).code),
        "rows": [change_row(change) for change in changes],
    }
