"""What is stored about the people and organisations of a file, as one whole."""

from hashlib import sha256

from django.db.models import Max, Q
from django.db.models.functions import Lower

from courses.models import StudyPlan, Timetable
from lms.people.models import FormerName, Role, RoleGrant, User

from ..employment.models import Employment
from ..employment.queries import entries_called
from ..enrolment.models import Cohort, Enrolment
from ..organisations.models import Approval, Contact, Organisation
from ..sheets.headers import COHORT


def standing_of(kind, values) -> list[str]:
    """A hash of all that is stored and that verdicts and actions of a file of these rows' values rest on, to be compared with the same a moment later. A handful of
    statements. Whether somebody may be told or invited is asked when they are."""
    emails = [v["email"] for v in values]
    people = User.objects.annotate(e=Lower("email")).filter(e__in=emails)
    keys = list(people.order_by("pk").values_list("pk", flat=True))
    questions = [
        people.order_by("pk").values_list(
            "pk",
            "email",
            "first_name",
            "last_name",
            "known_as",
            "imsa_number",
            "is_active",
            "is_invented",
        )
    ]
    if kind == COHORT:
        families, codes = {v["family_name"].lower() for v in values}, {v["cohort"] for v in values}
        references = {v["student_reference"].lower() for v in values}
        mine = Enrolment.objects.annotate(r=Lower("student_reference")).filter(
            Q(r__in=references) | Q(person__in=keys)
        )
        questions += [
            User.objects.annotate(l=Lower("last_name"))
            .filter(l__in=families)
            .order_by("pk")
            .values_list("pk", "email", "first_name", "last_name"),
            Cohort.objects.filter(code__in=codes).order_by("pk").values_list(),
            mine.order_by("pk").values_list(
                *_columns(Enrolment), *(f"plan__{c}" for c in _columns(StudyPlan)), "person__email"
            ),
            StudyPlan.objects.filter(person__in=keys, closed_on=None).order_by("pk").values_list(),
            FormerName.objects.filter(person__in=keys).order_by("pk").values_list(),
            RoleGrant.objects.filter(person__in=keys, role=Role.LEARNER, ends_on=None)
            .order_by("pk")
            .values_list(),
            Timetable.objects.filter(code__in=codes).order_by("pk").values_list(),
        ]
    else:
        codes = {v["organisation"] for v in values}
        entries = {*entries_called(v["entry"] for v in values).values_list("pk", flat=True)}
        entries |= {*Employment.objects.filter(person__in=keys).values_list("pk", flat=True)}
        questions += [
            Organisation.objects.filter(code__in=codes).order_by("pk").values_list(),
            Employment.objects.filter(pk__in=entries)
            .order_by("pk")
            .annotate(last=Max("lines__number"))
            .values_list("pk", "reference", "person", "last"),
            Approval.objects.filter(organisation__code__in=codes).order_by("pk").values_list("pk"),
            Contact.objects.filter(organisation__code__in=codes).order_by("pk").values_list(),
            Enrolment.objects.filter(person__in=keys)
            .order_by("person")
            .values_list("person", flat=True)
            .distinct(),
        ]
    return list(map(_hash_of, questions))


def _hash_of(rows) -> str:
    found = sha256()
    for row in rows:
        found.update(repr(row).encode())
    return found.hexdigest()


def _columns(model):
    return [field.attname for field in model._meta.concrete_fields]
