"""What stands in the way of another email address, and whether one officer is enough; asked by the room of people, which knows no certificates."""

from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.portfolio.models import SignOff
from assessments.portfolio.states import SignOffState
from cohorts.employment.register import last_lines
from lms.kit import clock

from ..models import Certificate


def address_checks(person) -> tuple[list[str], bool]:
    """`(barriers, needs_second)`: sentences where the old address is still in use; does the person hold a certificate, so that a second officer approves it? Three queries."""
    barriers = []
    posts = last_lines().filter(line_manager__iexact=person.email)
    if posts.filter(Q(ends_on=None) | Q(ends_on__gte=clock.today())).exists():
        barriers.append(
            _(
                "The employment register names the old address as a line manager’s. Change it in those posts first."
            )
        )
    if SignOff.objects.filter(
        email__iexact=person.email, person=None, state=SignOffState.WAITING
    ).exists():
        barriers.append(
            _(
                "Someone’s practice waits to be confirmed by the old address. It is answered or cancelled first."
            )
        )
    return barriers, Certificate.objects.filter(enrolment__person=person).exists()
