"""Lists of people by how they stand, counted and paged in the database from the derived stretches; whoever is shown is judged."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce
from operator import or_

from django.db.models import Case, CharField, Count, Exists, F, Q, Subquery, Value, When, Window
from django.db.models.functions import Replace, RowNumber
from django.db.models.lookups import IContains

from cohorts.enrolment.models import Enrolment
from lms.kit.counting import counting
from lms.kit.keyset import page_of
from lms.kit.letters import folded
from lms.kit.prepared_statements import CompiledQuery
from lms.people.models import User
from lms.record.models import Head, Leaf, SequencerQueue

from ..accreditation.facts import withheld_on
from ..accreditation.stretches import ISSUE, STANDING
from ..models import Stretch, StretchBasis, StretchMark
from .facts import FactSet, load_facts
from .people import Stood

IN_ORDER = ("person__sort_key", "person_id")
SHOWN_OF = ("person", "enrolment__person", "enrolment__cohort", "enrolment__plan")


@dataclass(frozen=True)
class Snapshot:
    """What a list knows of the stretches before it reads them: their `version` ("" where they may just have changed), how many people
    or actions they are `behind`, and what is known of everybody (`facts`) where all were judged just now."""

    version: str = ""
    behind: int = 0
    facts: FactSet | None = None

    def cached(self, what: tuple, ask: Callable):
        """What `ask` answers, asked once for each version of the stretches. Whoever gets it does not change it."""
        if not self.version:
            return ask()
        cell = _cell(self.version, what)
        if not cell:
            cell.append(ask())
        return cell[0]


@lru_cache(maxsize=16)  # some are lists of as many keys as people wait
def _cell(version, what) -> list:
    return []


def on_day(day: date, subject=STANDING):
    """The stretches that run on a day."""
    return Stretch.objects.filter(subject=subject, from_day__lte=day, until_day__gte=day)


def to_issue_on(day: date, snapshot: Snapshot) -> dict[str, dict[int, int]]:
    """How many certificates wait in each cohort, by code: ready, blocked, again. One question at most."""
    return snapshot.cached(("to issue", day), lambda: _to_issue_on(day))


def _to_issue_on(day):
    found = defaultdict(dict)
    lines = (
        on_day(day, ISSUE)
        .order_by()
        .values_list("code", "enrolment__cohort_id")
        .annotate(Count("pk"))
    )
    for code, cohort, count in lines:
        found[code][cohort] = count
    return found


def waiting_on(day: date, code: str, snapshot: Snapshot, cohort=None) -> list[int]:
    """The enrolments whose certificates are ready, blocked or due again, by key, the oldest award first. One question at most."""

    def ask():
        rows = on_day(day, ISSUE).filter(code=code)
        rows = rows.filter(enrolment__cohort=cohort) if cohort else rows
        return list(
            rows.order_by("enrolment__award__conferred_on", *IN_ORDER).values_list(
                "enrolment_id", flat=True
            )
        )

    return snapshot.cached(("waiting", day, code, cohort and cohort.pk), ask)


def standing_counts_on(
    day: date, last: date, snapshot: Snapshot, wanted: str = ""
) -> tuple[dict[str, int], int]:
    """How many people, of those who fit what was typed, have each standing that day, and for how many it is over by the `last`. One
    question at most."""
    return (
        _standing_counts_on(day, last, fitting(wanted))
        if wanted
        else snapshot.cached(("tally", day, last), lambda: _standing_counts_on(day, last))
    )


def _standing_counts_on(day, last, which=None):
    rows = on_day(day).filter(which or Q()).order_by().values_list("code")
    lines = list(rows.annotate(all_=Count("pk"), soon_=Count("pk", filter=soon_over(day, last))))
    return {code: count for code, count, _ in lines}, sum(count for *_, count in lines)


def soon_over(day: date, last: date) -> Q:
    """Standings that end in these days, of people who are past their training."""
    return Q(until_day__gte=day, until_day__lte=last) & ~Q(code__in=("not_found", "in_training"))


def fitting(wanted: str) -> Q:
    """Every word that was typed stands in the name or the number, whatever its case and accents."""
    found, number = Q(), Replace(F("person__imsa_number"), Value("-"), Value(""))
    for word in filter(None, map(folded, wanted.split())):
        found &= Q(person__search_key__contains=word) | Q(IContains(number, word))
    return found


def people_on(rows, query):
    """A page of stretches in the order of names."""
    return page_of(rows.select_related(*SHOWN_OF), IN_ORDER, _place_of, query)


def _place_of(key):
    person = User.objects.filter(pk=key).only("sort_key").first()
    return person and (person.sort_key, person.pk)


def first_of_each(day: date, lists: dict[str, Q], size: int, snapshot: Snapshot) -> list:
    """Of each list the stretches of a day that end first, `size` of them; one stands in the first list that it fits. By last day, then
    by name. Two questions at most."""
    keys = snapshot.cached(
        ("first", day, size, *lists.items()), lambda: _first_of_each(on_day(day), lists, size)
    )
    found = {row.pk: row for row in _shown(stretches=keys)} if keys else {}
    return [found[key] for key in keys if key in found]


_shown = CompiledQuery(
    lambda *, stretches: Stretch.objects.filter(pk__in=stretches).select_related(*SHOWN_OF)
)


def _first_of_each(rows, lists, size):
    in_lists = rows.filter(reduce(or_, lists.values())).annotate(
        which=Case(
            *(When(fits, then=Value(name)) for name, fits in lists.items()),
            default=Value(""),
            output_field=CharField(),
        ),
    )
    order = ("until_day", *IN_ORDER)
    nth = in_lists.annotate(nth=Window(RowNumber(), partition_by="which", order_by=order)).filter(
        nth__lte=size
    )
    return list(nth.order_by(*order).values_list("pk", flat=True))


def judged(rows, day, fact_set: FactSet | None = None) -> list[Stood]:
    """How the people of these stretches stand, by the judgement: what is shown of a person never comes from the table. One question,
    and none where they are known already (`fact_set`)."""
    rows = list(rows)
    if not rows:
        return []
    fact_set = fact_set or load_facts([row.person_id for row in rows])
    return [
        Stood(
            row.enrolment.person,
            row.enrolment,
            fact_set.standing(row.person_id, day),
            day,
            withheld_on(day, fact_set.facts[row.person_id]),
        )
        for row in rows
    ]


def waiting_rows() -> dict:
    """What the stretches wait for, as rows to be counted: people touched since, and entries of the record that nobody followed yet.
    Before the first time: everybody."""
    return {
        "stale": StretchBasis.objects.filter(is_stale=True),
        "unsequenced": SequencerQueue.objects.all(),
        "unfollowed": Leaf.objects.filter(
            position__gte=Subquery(StretchMark.objects.values("position")[:1])
        ),
        "unmade": Enrolment.objects.filter(~Exists(StretchMark.objects.all())),
    }


def current_version() -> tuple[str, bool]:
    """The version of the stretches, and whether they wait for nothing. One question."""
    found = _version()
    if not found:
        return "", False
    version, position, size, *waits = found[0]
    return version, 0 <= (size or 0) <= position and not any(waits)


_version = CompiledQuery(
    lambda: (
        StretchMark.objects.annotate(
            size=Subquery(Head.objects.values("size")[:1]),
            has_stale=Exists(StretchBasis.objects.filter(is_stale=True)),
            has_unsequenced=Exists(SequencerQueue.objects.all()),
        )
        .order_by("pk")
        .values_list("version", "position", "size", "has_stale", "has_unsequenced")[:1]
    )
)


def behind() -> int:
    """How many people or actions the stretches wait for: 0 where the lists are up to date. One question."""
    return sum(count for _name, count in _waiting())


_waiting = CompiledQuery(lambda: counting(**waiting_rows()))
