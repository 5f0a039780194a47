"""The names by which people of a cohort see each other."""

from django.db.models import Q
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.people.models import Role, RoleGrant
from lms.people.names import public_name

from ..enrolment.models import Enrolment
from ..enrolment.states import EnrolmentState


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
            found[key] = public_name(person)
        elif roles.get(key) == Role.TUTOR:
            found[key] = _("%(name)s (tutor)") % {"name": public_name(person)}
        elif key in roles:
            found[key] = _("%(name)s (registry)") % {"name": public_name(person)}
        else:
            found[key] = _("a former member")
    return found
