"""The names by which people of a cohort see each other in its discussion."""

from django.db.models import Q
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.people.models import Role, RoleGrant

from ..enrolment.models import Enrolment
from ..enrolment.states import EnrolmentState


def name_among(person) -> str:
    """The display name they chose; else what they are called and the first letter of the family name. Less than `public_name`: people tell
    more here than in a suggestion, and the code of conduct that they accepted promises it."""
    first = person.known_as or person.first_name
    called = f"{first} {person.last_name[:1]}".strip() if first else person.last_name
    return person.display_name or called


def names_shown(people, cohort) -> dict[int, str]:
    """By key of a person: their name in this cohort; of those who teach with their role, of who has left “a former member”. Three queries at most."""
    people = {person.pk: person for person in people}
    learners = set(
        Enrolment.objects.filter(cohort=cohort, person__in=people)
        .exclude(state=EnrolmentState.LEFT)
        .values_list("person_id", flat=True)
    )
    today = clock.today()
    grants = RoleGrant.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        person__in=set(people) - learners,
        role__in=[Role.TUTOR, Role.REGISTRAR],
        starts_on__lte=today,
    ).order_by("role")
    roles = dict(grants.values_list("person_id", "role"))
    found = {}
    for key, person in people.items():
        if key in learners:
            found[key] = name_among(person)
        elif roles.get(key) == Role.TUTOR:
            found[key] = _("%(name)s (tutor)") % {"name": name_among(person)}
        elif key in roles:
            found[key] = _("%(name)s (registry)") % {"name": name_among(person)}
        else:
            found[key] = _("a former member")
    return found
