"""The employment register's one doorway: who is employed where on a day; it refuses to be browsed by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from lms.kit.letters import sort_key
from lms.kit.prepared_statements import CompiledQuery, Prepared
from lms.kit.templatetags.kit import short_day
from lms.people.models import User

from .models import EmploymentLine


@dataclass(frozen=True, slots=True)
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
    confirmed_by: str = ""
    kind: str = ""
    hours: Decimal | None = None
    leave_from: date | None = None
    leave_until: date | None = None
    is_void: bool = False

    def is_open_on(self, day: date) -> bool:
        """Its first and its last day count."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def is_on_leave_on(self, day: date) -> bool:
        """Is this a day of its newest leave? It counts as any other day of the post (docs/register.md)."""
        return bool(
            self.leave_from
            and self.leave_from <= day
            and (self.leave_until is None or day <= self.leave_until)
        )

    def overlaps(self, starts_on: date, ends_on: date | None) -> bool:
        return (self.ends_on is None or self.ends_on >= starts_on) and (
            ends_on is None or ends_on >= self.starts_on
        )


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
        confirmed_by=line.confirmed_by,
        kind=line.kind,
        hours=line.hours,
        leave_from=line.leave_from,
        leave_until=line.leave_until,
        is_void=line.is_void,
    )


def last_lines():
    """The newest line of every entry that was not entered by mistake, as a QuerySet to narrow further."""
    return newest_lines().filter(is_void=False)


def newest_lines():
    """The newest line of every entry, of voided ones too. For what shows or corrects an entry; what counts asks `last_lines`."""
    later = EmploymentLine.objects.filter(
        employment=OuterRef("employment"), number__gt=OuterRef("number")
    )
    return (
        EmploymentLine.objects.filter(~Exists(later))
        .select_related("employment", "organisation")
        .order_by("starts_on", "employment__reference")
    )


def lines_open_on(day) -> QuerySet:
    """The newest lines of posts that are open on that day."""
    return last_lines().filter(starts_on__lte=day).exclude(ends_on__lt=day)


def posts_of(person_id) -> list[Post]:
    """Every post of one person, past, present and to come, in order of their first day. One query."""
    return [post_of(line) for line in last_lines().filter(employment__person_id=person_id)]


def posts_and_voided_of(person_id) -> list[Post]:
    """The same, with entries made by mistake. One query."""
    return [post_of(line) for line in newest_lines().filter(employment__person_id=person_id)]


def posts_of_many(person_ids) -> dict[int, list[Post]]:
    """The posts of many people by person; somebody without a post has an empty list. One query."""
    found = {pk: [] for pk in person_ids}
    for line in _last_lines(people=[*found]) if found else ():
        found[line.employment.person_id].append(post_of(line))
    return found


_last_lines = CompiledQuery(lambda *, people: last_lines().filter(employment__person_id__in=people))


def posts_and_managers_of_many(
    person_ids,
) -> tuple[dict[int, list[Post]], dict[str, list[tuple[str, datetime | None]]]]:
    """The posts as `posts_of_many` has them, and by reference each line manager that the register named for one, and until when: None for its newest line. One query."""
    posts: dict[int, list[Post]] = {pk: [] for pk in person_ids}
    managers: dict[str, list[tuple[str, datetime | None]]] = {}
    lines = _all_lines(people=[*posts]) if posts else ()
    for _employment, grouped in groupby(lines, key=lambda line: line.employment_id):
        history = list(grouped)
        if history[-1].is_void:
            continue
        post = post_of(history[-1])
        posts[post.person_id].append(post)
        until = [line.recorded_at for line in history[1:]]
        managers[post.reference] = [
            (line.line_manager, over) for line, over in zip(history, [*until, None], strict=True)
        ]
    for of_one in posts.values():
        of_one.sort(key=lambda post: (post.starts_on, post.reference))
    return posts, managers


_all_lines = CompiledQuery(
    lambda *, people: (
        EmploymentLine.objects.filter(employment__person_id__in=people)
        .select_related("employment", "organisation")
        .order_by("employment", "number")
    )
)


@dataclass(frozen=True)
class EmploymentAnswer:
    """What the register answers for one person and one day.

    `code`: "in_post", "not_begun", "ended", "voided" or "no_post"; `reason`: the same as a sentence; `post`: the entry and line that it rests on, None
    where the register holds none; `posts`: every post open on the day.
    """

    code: str
    reason: str
    post: Post | None
    posts: tuple[Post, ...] = ()

    def __bool__(self):
        return bool(self.posts)


def employment_on(person, day) -> EmploymentAnswer:
    """Was this person in post on that day, as the register knows it now, why, and by which entry? `person` is a person or a key. One query.

    Open posts come first, then the nearest that begins later, then the last that ended, then one entered by mistake.
    Whether a post counts towards an accreditation is asked of `certificates.queries`: this is the employer's side of it.
    """
    return answer_of(_newest_posts(getattr(person, "pk", person)), day)


def answer_of(posts, day) -> EmploymentAnswer:
    """`employment_on` for posts that were read already, voided ones among them. No query."""
    counting = [post for post in posts if not post.is_void]
    open_posts = tuple(post for post in counting if post.is_open_on(day))
    if open_posts:
        first = open_posts[0]
        words = _("In post at %(organisation)s since %(day)s.")
        return EmploymentAnswer(
            "in_post", _in_words(words, first, first.starts_on), first, open_posts
        )
    coming = [post for post in counting if post.starts_on > day]
    if coming:
        first = min(coming, key=lambda post: (post.starts_on, post.reference))
        words = _("The post at %(organisation)s begins on %(day)s.")
        return EmploymentAnswer("not_begun", _in_words(words, first, first.starts_on), first)
    if counting:
        last = max(counting, key=lambda post: (post.ends_on, post.reference))
        words = _("The post at %(organisation)s ended on %(day)s.")
        return EmploymentAnswer("ended", _in_words(words, last, last.ends_on), last)
    if posts:
        words = _(
            "The only post, at %(organisation)s, was entered by mistake and counts on no day."
        )
        return EmploymentAnswer("voided", _in_words(words, posts[-1], day), posts[-1])
    return EmploymentAnswer("no_post", _("The register holds no post of this person."), None)


def _in_words(words, post, on):
    return words % {"organisation": post.organisation_name, "day": short_day(on)}


# The columns of a `Post`, in its order.
COLUMNS = (
    "pk",
    "number",
    "employment__reference",
    "employment__person_id",
    "organisation_id",
    "organisation__code",
    "organisation__name",
    "post",
    "nations",
    "starts_on",
    "ends_on",
    "line_manager",
    "confirmed_on",
    "recorded_at",
    "confirmed_by",
    "kind",
    "hours",
    "leave_from",
    "leave_until",
    "is_void",
)
NATIONS = COLUMNS.index("nations")

_newest_rows = Prepared(
    lambda keys: newest_lines().filter(employment__person_id__in=keys).values_list(*COLUMNS)
)


def _newest_posts(person_id) -> list[Post]:
    """Asked with a plan that the database keeps, and read without instances of three models: this is asked at every sign-off and check."""
    return list(map(_post, _newest_rows([person_id])))


def _post(row) -> Post:
    """A row of `COLUMNS`."""
    values = [*row]
    values[NATIONS] = tuple(values[NATIONS])
    return Post(*values)


def posts_in(lines) -> Iterator[Post]:
    """The posts of a QuerySet of lines, without an instance of three models for each: files ask for tens of thousands."""
    return map(_post, lines.values_list(*COLUMNS))


BY_FAMILY_NAME = ("employment__person__sort_key", "employment__person_id", "starts_on", "pk")


def posts_at(organisation, day) -> list[Post]:
    """The posts open at an organisation on that day."""
    return list(map(post_of, lines_at(organisation, day)))


def lines_at(organisation, day):
    """The same as lines with their people, by family name. A QuerySet."""
    return (
        lines_open_on(day)
        .filter(organisation=organisation)
        .select_related("employment__person", "organisation")
        .order_by(*BY_FAMILY_NAME)
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
        post.line_manager.casefold() == user.email.casefold()
        for post in employment_on(person, day).posts
    )
