"""Keeps the derived stretches right: by the record's log, by the worker, and at the look of a list where there are few people.

They are made from facts alone, so they may be emptied and made again at any moment; nothing here is an action, and none is recorded.
"""

import contextlib
import hashlib
import logging
from collections import defaultdict
from uuid import uuid4

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.prepared_statements import MOST
from lms.people.models import User
from lms.record.models import Entry, Head, Leaf

from ..accreditation.stretches import ISSUE, STANDING, issue_spans, standing_spans
from ..models import Stretch, StretchBasis, StretchMark
from ..queries.facts import NOBODY, FactLines, FactSet
from ..queries.stretches import Snapshot, behind, current_version
from .standing_tables import CHANGES_NOBODY, CLEARED, PEOPLE_OF

log = logging.getLogger("django.certificates")
FEW = 200  # people: so many are brought up to date at the look of a list
LEAVES = 2000
LOTS_AT_ONCE = 5  # before the worker's other jobs have their turn


# ---- judging ----


def refresh(keys, *, is_compared=False) -> int:
    """Judge these people anew and write what differs; whose facts are as they were is not judged again, unless `is_compared`.
    How many had other stretches. Some hundred people at most."""
    keys = sorted(set(keys))
    if not keys:
        return 0
    known = StretchBasis.objects.filter(person_id__in=keys).values_list(
        "person_id", "digest", "is_stale", "touches"
    )
    return _refresh(FactLines(keys), {key: rest for key, *rest in known}, is_compared)


def _refresh(lines: FactLines, states: dict, is_compared=False) -> int:
    """`states` is what was read before the facts: digest, stale or not, and touches of each person who has them."""
    digests = {key: digest_of(lines, key) for key in lines.keys if key != NOBODY}
    anew = [
        key
        for key in digests
        if is_compared or states.get(key, [None, True])[:2] != [digests[key], False]
    ]
    if not anew:
        return 0
    wanted = {key: rows_for(lines, key) for key in anew}
    return _write(
        anew, wanted, digests, {key: states[key][2] if key in states else 0 for key in anew}
    )


@transaction.atomic
def _write(keys, wanted, digests, touches) -> int:
    """1. whoever has no row gets one, 2. the rows are locked, without those that another refresh has, 3. other stretches are
    replaced, 4. the digest says from what; whoever was touched meanwhile stays stale, 5. the stretches have another version."""
    StretchBasis.objects.bulk_create(
        [StretchBasis(person_id=key) for key in keys], ignore_conflicts=True, batch_size=500
    )
    can_skip = connection.features.has_select_for_update_skip_locked
    rows = {
        row.person_id: row
        for row in StretchBasis.objects.select_for_update(no_key=True, skip_locked=can_skip)
        .filter(person_id__in=keys)
        .order_by("person_id")
    }
    had = defaultdict(set)
    for line in Stretch.objects.filter(person_id__in=rows).values_list(
        "person_id", "subject", "enrolment_id", "from_day", "until_day", "code"
    ):
        had[line[0]].add(line)
    differing = [key for key in rows if had[key] != wanted[key]]
    Stretch.objects.filter(person_id__in=differing).delete()
    columns = ("person_id", "subject", "enrolment_id", "from_day", "until_day", "code")
    Stretch.objects.bulk_create(
        [
            Stretch(**dict(zip(columns, line, strict=True)))
            for key in differing
            for line in sorted(wanted[key])
        ],
        batch_size=500,
    )
    for key, row in rows.items():
        row.digest, row.is_stale = digests[key], row.touches != touches[key]
    StretchBasis.objects.bulk_update(rows.values(), ["digest", "is_stale"], batch_size=200)
    StretchMark.objects.filter(pk=1).update(version=uuid4().hex)
    return len(differing)


def rows_for(lines: FactLines, key) -> set[tuple]:
    """Person, subject, enrolment, first day, last day and code of each stretch of a person."""
    facts = lines.facts[key]
    if not facts.enrolments:
        return set()
    newest = facts.enrolments[-1].key
    found = {
        (key, STANDING, newest, s.from_day, s.until_day, s.code)
        for s in standing_spans(facts, lines.book)
    }
    printed = lines.printed_names(key)
    for enrolment in facts.enrolments:
        name = printed.get(enrolment.certificates[-1].number) if enrolment.certificates else None
        spans = issue_spans(facts, lines.book, enrolment.key, name, lines.names.get(key))
        found |= {(key, ISSUE, enrolment.key, s.from_day, s.until_day, s.code) for s in spans}
    return found


def digest_of(lines: FactLines, key) -> str:
    """Of everything the stretches are made from."""
    said = repr((lines.facts[key], lines.book, lines.names.get(key), lines.printed_names(key)))
    return hashlib.sha256(said.encode()).hexdigest()


# ---- which people, and when ----


def refresh_few() -> Snapshot:
    """Before a list is read. Where the stretches wait for something and people are few, everybody is brought up to date; where they are
    many, the worker follows the record. One question where they wait for nothing, and three or more elsewhere."""
    version, is_current = current_version()
    if is_current:
        return Snapshot(version)
    rows = list(
        User.objects.filter(Exists(Enrolment.objects.filter(person=OuterRef("pk"))))
        .order_by("pk")
        .values_list(
            "pk", "stretch_basis__digest", "stretch_basis__is_stale", "stretch_basis__touches"
        )[: FEW + 1]
    )
    if len(rows) > FEW:
        return Snapshot(version, behind())
    gathered = FactLines([row[0] for row in rows])
    with (
        contextlib.suppress(OperationalError),
        _hardly_waiting(),
    ):  # while somebody writes much, a list shows its last counts
        _refresh(gathered, {row[0]: list(row[1:]) for row in rows if row[1] is not None})
    return Snapshot(facts=FactSet(gathered.facts, gathered.book))


@contextlib.contextmanager
def _hardly_waiting():
    """SQLite has one writer, and a page waits for it no longer than this."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = connection.settings_dict["OPTIONS"].get("timeout", 5)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual * 1000)}")


def keep_stretches() -> dict:
    """The worker's turn: follow the record, judge whom it touched, and compare some with the judgement. Counts of each."""
    followed, refreshed = follow_record(), 0
    for keys in _stale(LOTS_AT_ONCE):
        refresh(keys)
        refreshed += len(keys)
    return {"followed": followed, "refreshed": refreshed, "compared": compare(LOTS_AT_ONCE)}


@transaction.atomic
def follow_record() -> int:
    """Mark as stale whoever the next entries of the log concern. How many entries were followed."""
    mark = _mark()
    head = Head.objects.filter(pk=1).values_list("size", flat=True).first() or 0
    if (
        mark.position < 0
    ):  # made for the first time: everybody is compared, so that nothing before has to be followed
        _touch_everybody()
        mark.position = head
        mark.save(update_fields=["position"])
        return 0
    leaves = list(
        Leaf.objects.filter(
            position__gte=mark.position, position__lt=mark.position + LEAVES
        ).values_list("entry_id", flat=True)
    )
    if not leaves:
        return 0
    keys = people_of(Entry.objects.filter(pk__in=leaves).values_list("thing", flat=True))
    if keys is None:
        _touch_everybody()
    else:
        StretchBasis.objects.bulk_create(
            [StretchBasis(person_id=key) for key in sorted(keys)],
            ignore_conflicts=True,
            batch_size=500,
        )
        StretchBasis.objects.filter(person_id__in=keys).update(
            is_stale=True, touches=F("touches") + 1
        )
    mark.position += len(leaves)
    mark.save(update_fields=["position"])
    return len(leaves)


def people_of(things) -> set[int] | None:
    """Keys of the people whom entries about these things concern; None for everybody."""
    by_model, keys = defaultdict(set), set()
    for thing in set(things):
        label, _, pk = thing.partition(":")
        if label in CHANGES_NOBODY or thing in CLEARED:
            continue
        if label not in PEOPLE_OF or not pk.isdecimal():
            return None
        by_model[label].add(int(pk))
    for label, pks in by_model.items():
        in_order = sorted(pks)
        for start in range(0, len(in_order), MOST):
            rows = apps.get_model(label)._base_manager.filter(pk__in=in_order[start : start + MOST])
            keys |= set(rows.values_list(PEOPLE_OF[label], flat=True)) - {None}
    return keys


def _touch_everybody():
    """Who has no row gets one at the comparison; the others are stale at once."""
    StretchBasis.objects.update(is_stale=True, touches=F("touches") + 1)


def _stale(most):
    """Lots of stale people, each asked for when the one before is done."""
    last = 0
    for _ in range(most):
        keys = list(
            StretchBasis.objects.filter(is_stale=True, person_id__gt=last)
            .order_by("person_id")
            .values_list("person_id", flat=True)[:MOST]
        )
        if not keys:
            return
        yield keys
        last = keys[-1]


def compare(most=None) -> int:
    """Each day everybody once, some lots at a time: their stretches against the judgement. What differs is put right, counted and
    logged. How many were compared."""
    count, today = 0, clock.today()
    while most is None or most > 0:
        mark = _mark()
        if mark.compared_on == today:
            break
        keys = list(
            Enrolment.objects.filter(person_id__gt=mark.compared_to)
            .order_by("person_id")
            .values_list("person_id", flat=True)
            .distinct()[:MOST]
        )
        if keys:
            fresh = set(
                StretchBasis.objects.filter(person_id__in=keys, is_stale=False).values_list(
                    "person_id", flat=True
                )
            )
            refresh(set(keys) - fresh)
            differing = refresh(fresh, is_compared=True)
            mark.compared_to, mark.differing, count = (
                keys[-1],
                mark.differing + differing,
                count + len(keys),
            )
            if differing:
                log.error(
                    "%s people had other stretches than the judgement says; person keys %s to %s. They are put right.",
                    differing,
                    keys[0],
                    keys[-1],
                )
        else:
            mark.compared_on, mark.compared_to, mark.differing = today, 0, 0
        mark.save(update_fields=["compared_on", "compared_to", "differing"])
        most = None if most is None else most - 1
    return count


def rebuild() -> int:
    """Everything anew, from nothing. Of how many people."""
    Stretch.objects.all().delete()
    StretchBasis.objects.all().delete()
    StretchMark.objects.all().delete()
    _mark()
    follow_record()
    return compare()


def _mark() -> StretchMark:
    StretchMark.objects.bulk_create([StretchMark(pk=1)], ignore_conflicts=True)
    return StretchMark.objects.get(pk=1)
