"""Takes what markers declare of people they are near to; it never says whether such a person is there."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.clearing import drop_rows, years_before
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell_many
from lms.people.models import Role, RoleGrant
from lms.people.roles import holders_of
from lms.record.actions import write

from ..conflicts import reference_key
from ..models import DeclaredInterest
from ..rules import may_declare_interest, may_lift_interest

LONGEST = 40


@transaction.atomic
def declare_interest(*, by, cohort=None, reference="") -> DeclaredInterest:
    """Say that one is near to a cohort, or to the person of a student reference: marks no work of theirs, and decides on no result.

    1. the line, 2. a record entry, 3. the registrars are told, who look whether a script needs another marker. The same again: the line there is.
    Raises Refused without either, and with both.
    """
    insist(may_declare_interest(by))
    return write_interest(by, by=by, cohort=cohort, reference=reference)


def write_interest(person, *, by, cohort=None, reference="") -> DeclaredInterest:
    """The line itself, inside the caller's transaction: of `person`, who declares it, or for whom the office (`by`) writes it down."""
    reference = reference_key(reference)
    if (cohort is None) == (not reference):
        raise Refused(_("Choose a cohort, or give a student reference; one of the two."))
    if len(reference) > LONGEST:
        raise Refused(
            _("A student reference has up to %(longest)s characters.") % {"longest": LONGEST}
        )
    facts = {"marker": person, "cohort": cohort, "reference": reference}
    there = DeclaredInterest.objects.filter(lifted_at=None, **facts).first()
    if there:
        return there
    try:
        with transaction.atomic():
            told_to = by if by.pk not in (None, person.pk) else None
            made = DeclaredInterest.objects.create(**facts, written_by=told_to)
    except IntegrityError:  # from two pages at once
        return DeclaredInterest.objects.get(lifted_at=None, **facts)
    write("assessments.declare_interest", made, by=by, after={"marker": person.pk})
    tell_many(
        [
            (
                registrar,
                _("Someone has declared an interest"),
                _(
                    "They mark no work of that person or cohort, and decide on no result of theirs. Look whether a script needs another marker."
                ),
                "/registry/interests/",
            )
            for registrar in holders_of(Role.REGISTRAR)
            if registrar.pk not in (by.pk, person.pk)
        ]
    )
    return made


@transaction.atomic
def lift_interest(interest, *, by) -> DeclaredInterest:
    """Let an interest count no more, where it was a mistake. 1. the line says when and who, 2. a record entry. Twice is once."""
    insist(may_lift_interest(by, interest))
    locked = DeclaredInterest.objects.select_for_update(of=("self",), no_key=True).get(
        pk=interest.pk
    )
    if locked.lifted_at:
        return locked
    locked.lifted_at, locked.lifted_by = clock.now(), by
    locked.save(update_fields=["lifted_at", "lifted_by"])
    write("assessments.lift_interest", locked, by=by, after={"marker": locked.marker_id})
    return locked


def drop_old_interests(*, by) -> int:
    """IMSA_INTEREST_YEARS after a marker had the last of their roles: 1. the student references they gave are deleted, 2. a record entry. Cohorts they named stay. How many. Twice is once."""
    before = years_before(settings.IMSA_INTEREST_YEARS).date()
    held = RoleGrant.objects.exclude(role=Role.LEARNER)
    here = held.filter(Q(ends_on=None) | Q(ends_on__gte=before)).values("person")
    gone = held.exclude(person__in=here).values("person")
    old = DeclaredInterest.objects.filter(marker__in=gone).exclude(reference="")
    return drop_rows(old, "assessments.drop_old_interests", by=by)
