"""In whose results the members of a board have declared an interest, and who is left to a later board because of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cohorts.enrolment.models import Enrolment
from lms.kit.prepared_statements import CompiledQuery

from ...marking.conflicts import reference_key
from ...marking.models import DeclaredInterest
from ..models import BoardMember
from .members import quorum_lack

WHOLE = gettext_noop("the whole cohort")  # as minutes have it, which are in English
HELD_BACK = gettext_noop("Held back: a declared interest")


@dataclass(frozen=True)
class Recusals:
    """`in_all`: keys of the people with an interest in the whole cohort of a board; `in_one`: of those with one in a person, by the key of
    the student reference. `reasons`: why nobody can decide on a person now, by that key."""

    in_all: frozenset[int] = frozenset()
    in_one: Mapping[str, frozenset[int]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


def interests_before(members: Sequence[BoardMember], by=None) -> list[tuple]:
    """(key, person, cohort, reference) of what the members of a board, and whoever records, have declared. One query."""
    keys = {member.person_id for member in members} | {getattr(by, "pk", None)} - {None}
    return _declared(people=sorted(keys)) if keys else []


_declared = CompiledQuery(
    lambda *, people: (
        DeclaredInterest.objects.filter(marker_id__in=people, lifted_at=None)
        .order_by("pk")
        .values_list("pk", "marker_id", "cohort_id", "reference")
    )
)


def interests_of_reader(reader) -> set[str]:
    """The student references (keys) in whom somebody has an interest: whoever told the office a name does not find its marks by it."""
    rows = DeclaredInterest.objects.filter(marker_id=reader.pk, lifted_at=None)
    return set(rows.exclude(reference="").values_list("reference", flat=True))


def recusals_of(board, members: Sequence[BoardMember], interests, by=None) -> Recusals:
    """On a person in whom a member has an interest the others decide, where they are still a quorum; the person is left out where they are
    not, and where whoever records has the interest. References that nobody before the board has do no harm. No query."""
    in_all = frozenset(
        person for _key, person, cohort, _r in interests if cohort == board.cohort_id
    )
    in_one: dict[str, frozenset[int]] = {}
    for _key, person, _cohort, reference in interests:
        if reference:
            in_one[reference] = in_one.get(reference, frozenset()) | {person}
    reasons = {
        reference: _(HELD_BACK)
        for reference, people in in_one.items()
        if getattr(by, "pk", None) in people or _lacks_quorum(board, members, in_all | people)
    }
    return Recusals(in_all, in_one, reasons)


def _lacks_quorum(board, members, away) -> bool:
    there = [one for one in members if one.is_present is not False and one.person_id not in away]
    lack = quorum_lack([one for one in there if one.counts], board.judging.rules)
    return bool(members and lack)


def interests_in_words(board, recusals: Recusals, members) -> list[dict]:
    """What the members have declared of those before the board: `name`, and `what` it is in. One query where there is any."""
    whole = [
        {"name": one.person.full_name, "what": _(WHOLE)}
        for one in members
        if one.person_id in recusals.in_all
    ]
    if not recusals.in_one:
        return whole
    rows = Enrolment.objects.filter(cohort=board.cohort_id).order_by("student_reference")
    return whole + [
        {"name": one.person.full_name, "what": reference}
        for reference in rows.values_list("student_reference", flat=True)
        for one in members
        if one.person_id in recusals.in_one.get(reference_key(reference), ())
    ]
