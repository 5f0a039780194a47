"""What a device is given to judge by, and what it is told was done already, so that a unit can be studied without a connection."""

from django.db.models import Exists

from ..knowledge_checks.completion import is_passed
from ..models import OfflineSync, Progress
from ..states import Mark

JUDGED_BY = (
    "style",
    "options",
    "items",
    "pairs",
    "accept",
    "also",
    "forms",
    "hint",
    "why",
    "steps",
)


def judging_rules(version, needs) -> dict:
    """What static/js/judging.js judges a version by: its needs, its checks by part, its activities. Nothing about anybody. Only
    knowledge checks, which are for learning: no question of an assessed quiz is part of a unit."""
    return {
        "needs": list(needs),
        "checks": {
            part["id"]: {name: part[name] for name in JUDGED_BY if name in part}
            for part in version.segments
            if part["kind"] == "check"
        },
        "activities": [part["id"] for part in version.segments if part["kind"] == "activity"],
    }


def progress_in(person, versions) -> dict:
    """What the person did in each of these versions, by the key of its variant: the checks they passed in these words, activities,
    and whether they attended. One question."""
    kinds = (Mark.CHECK, Mark.ACTIVITY, Mark.ATTENDED)
    rows = Progress.objects.filter(
        person=person, variant__in=[v.variant_id for v in versions], kind__in=kinds, is_done=True
    )
    marks = {(row.variant_id, row.kind, row.key): row for row in rows}
    has_attended = {key for key, kind, _unused in marks if kind == Mark.ATTENDED}
    return {
        version.variant_id: {
            "checks": [
                part["id"]
                for part in version.segments
                if part["kind"] == "check"
                and is_passed(part, marks.get((version.variant_id, Mark.CHECK, part["id"])))
            ],
            "activities": [
                part["id"]
                for part in version.segments
                if part["kind"] == "activity"
                and (version.variant_id, Mark.ACTIVITY, part["id"]) in marks
            ],
            "attended": version.variant_id in has_attended,
        }
        for version in versions
    }


def has_held(person) -> Exists:
    """Is a writing of the person (a key, or an OuterRef to one) held back? For a query that is asked anyway."""
    return Exists(OfflineSync.objects.filter(person_id=person, is_held=True))


def writings_held_back(person) -> list[OfflineSync]:
    """What the person wrote on a device and the site did not save, for they have to choose: the guard found something, or another
    device wrote too. One question, and none where `has_held` was asked with something else and said no; the words are on the device alone."""
    if not getattr(person, "has_held", True):
        return []
    rows = OfflineSync.objects.filter(person_id=person.pk, is_held=True)
    return list(rows.select_related("version__variant__unit").order_by("came_at", "pk"))
