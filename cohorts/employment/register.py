"""The employment register's one doorway: who is employed where on a day; it refuses to be browsed by name."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from lms.kit.letters import sort_key
from lms.kit.prepared_statements import CompiledQuery
from lms.people.models import User

from .models import EmploymentLine


@dataclass(frozen=True)
class Post:
    """What the register says of one post: the last line of its entry."""

    line_id: int
    line_number: int
    reference: str
    person_id: int
    organisation_id: int
    organisation_code: str
    organisation_name: str
    post: str
    nations: tuple[str, ...]
    starts_on: date
    ends_on: date | None
    line_manager: str
    confirmed_on: date | None
    recorded_at: datetime

    def is_open_on(self, day: date) -> bool:
        """Its first and its last day count."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def post_of(line: EmploymentLine) -> Post:
    return Post(
        line_id=line.pk,
        line_number=line.number,
        reference=line.employment.reference,
        person_id=line.employment.person_id,
        organisation_id=line.organisation_id,
        organisation_code=line.organisation.code,
        organisation_name=line.organisation.name,
        post=line.post,
        nations=tuple(line.nations),
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        line_manager=line.line_manager,
        confirmed_on=line.confirmed_on,
        recorded_at=line.recorded_at,
    )


def last_lines():
    """The newest line of every entry, as a QuerySet to narrow further."""
    later = EmploymentLine.objects.filter(
        employment=OuterRef("employment"), number__gt=OuterRef("number")
    )
    return (
        EmploymentLine.objects.filter(~Exists(later))
        .select_related("employment", "organisation")
        .order_by("starts_on", "employment__reference")
    )


def posts_of(person_id) -> list[Post]:
    """Every post of one person, past, present and to come, in order of their first day. One query."""
    return [post_of(line) for line in last_lines().filter(employment__person_id=person_id)]


def posts_of_many(person_ids) -> dict[int, list[Post]]:
    """The posts of many people by person; somebody without a post has an empty list. One query."""
    found = {pk: [] for pk in person_ids}
    for line in _last_lines(people=[*found]) if found else ():
        found[line.employment.person_id].append(post_of(line))
    return found


_last_lines = CompiledQuery(lambda *, people: last_lines().filter(employment__person_id__in=people))


def employment_on(person, day) -> list[Post]:
    """The posts this person held on that day, as the register knows it now. `person` is a person or a key."""
    return [post for post in posts_of(getattr(person, "pk", person)) if post.is_open_on(day)]


def posts_at(organisation, day) -> list[Post]:
    """The posts open at an organisation on that day."""
    return list(map(post_of, lines_at(organisation, day)))


def lines_at(organisation, day):
    """The same as lines with their people, by family name. A QuerySet."""
    lines = (
        last_lines().filter(organisation=organisation, starts_on__lte=day).exclude(ends_on__lt=day)
    )
    return lines.select_related("employment__person", "organisation").order_by(
        "employment__person__sort_key", "employment__person_id", "starts_on", "pk"
    )


def people_of(organisation, day) -> list[User]:
    """The people employed by an organisation on that day, by family name."""
    keys = {post.person_id for post in posts_at(organisation, day)}
    return sorted(User.objects.filter(pk__in=keys), key=by_family_name)


def by_family_name(person) -> tuple[str, int]:
    """Where a person stands in a list, as the database sorts them by ("sort_key", "pk")."""
    return sort_key(person.first_name, person.last_name), person.pk


def is_line_manager_of(user, person, day) -> bool:
    """Does the register name this user as line manager of that person on that day?"""
    if not user.email:
        return False
    return any(
        post.line_manager.casefold() == user.email.casefold() for post in employment_on(person, day)
    )
