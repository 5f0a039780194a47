"""Which roles a person holds on a day; it refuses to treat a superuser as anybody special."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.prepared_statements import CompiledQuery
from lms.kit.refusals import YES, May, no

from .models import Role, RoleGrant

# A second factor for every role but learner.
GUARDED = frozenset(set(Role) - {Role.LEARNER})
OFFICERS = (Role.REGISTRAR, Role.HUB_OFFICER)  # who looks after accounts of others


@dataclass(frozen=True)
class Operator:
    """Whoever runs a command at the server's shell, named by the command."""

    command: str
    pk = None
    is_authenticated = True

    @property
    def record_label(self):
        return f"command:{self.command}"


def roles_of(person, day=None) -> frozenset[str]:
    """The roles `person` holds on `day` (today if left out). Today's answer is kept on the object,
    so a page asks the database once."""
    if (
        person is None
        or not person.is_authenticated
        or isinstance(person, Operator)
        or not person.is_active
    ):
        return frozenset()
    if day is None and hasattr(person, "_roles_today"):
        return person._roles_today
    on = day or clock.today()
    found = frozenset(_roles_on(person=person.pk, day=on))
    if day is None:
        person._roles_today = found
    return found


_roles_on = CompiledQuery(
    lambda *, person, day: (
        RoleGrant.objects.filter(person=person, starts_on__lte=day)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        .values_list("role", flat=True)
    )
)


def holders_of(role) -> list:
    """Everybody who holds a role today, by key."""
    return holders_of_each(role)[role]


def holders_of_each(*roles) -> dict:
    """The same of several roles, by role. One question."""
    today, found = clock.today(), {role: set() for role in roles}
    grants = RoleGrant.objects.filter(
        role__in=roles, starts_on__lte=today, person__is_active=True
    ).filter(Q(ends_on=None) | Q(ends_on__gte=today))
    for grant in grants.select_related("person"):
        found[grant.role].add(grant.person)
    return {role: sorted(people, key=lambda p: p.pk) for role, people in found.items()}


def is_operator(by) -> bool:
    return isinstance(by, Operator)


def has_role(person, *roles) -> bool:
    """Does the person hold any of these roles today?"""
    return bool(roles_of(person) & set(roles))


def may_act_as(person, *roles) -> May:
    """Yes for a holder of one of the roles and for an operator at the shell; else no, with who may."""
    if is_operator(person) or has_role(person, *roles):
        return YES
    return no(_("Only %(roles)s can do this.") % {"roles": in_words(roles)})


SOMEBODY = {
    Role.LEARNER: gettext_lazy("a trainee"),
    Role.TUTOR: gettext_lazy("a tutor"),
    Role.EXTERNAL_EXAMINER: gettext_lazy("an external examiner"),
    Role.REGISTRAR: gettext_lazy("a registrar"),
    Role.HUB_OFFICER: gettext_lazy("a Hub officer"),
    Role.EMPLOYER: gettext_lazy("an employer contact"),
    Role.SURVIVOR_CONSULTANT: gettext_lazy("a survivor consultant"),
    Role.AUTHOR: gettext_lazy("a course author"),
}


def in_words(roles) -> str:
    """“a course author, a tutor or a Hub officer”: the roles as people say them."""
    *first, last = [str(SOMEBODY[role]) for role in roles]
    return _("%(words)s or %(word)s") % {"words": ", ".join(first), "word": last} if first else last
