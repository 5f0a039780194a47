"""Anchors the answers in the record by the stretch: an answer that is edited or removed later shows."""

import hashlib
import json
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.record.actions import thing_label, write
from lms.record.models import Entry

from ..models import Check, CheckAnchor

YOUNG = timedelta(minutes=2)  # an answer may still be on its way into the database
MOST = 20_000  # answers under one anchor
# What was typed is in no anchor, so that it could be forgotten without breaking one. The first anchors did not bind who asked and why.
SCOPES = {
    1: ("pk", "receipt", "on_day", "answer", "person_id", "asked_at"),
    2: (
        "pk",
        "receipt",
        "on_day",
        "answer",
        "person_id",
        "asked_at",
        "asked_by_id",
        "organisation_id",
        "purpose",
        "why",
        "list_check_id",
    ),
}
NEWEST = max(SCOPES)
FORMER_LABEL = "certificates.checkseal"  # in entries until 2026-11-30


@transaction.atomic
def anchor_answers(*, by) -> CheckAnchor | None:
    """Anchor what was answered since the last anchor, but for the youngest.

    1. the hash of those answers, 2. a record entry that holds it: the record binds them all without an entry for each.
    Nothing happens when nothing is old enough.
    """
    last = CheckAnchor.objects.select_for_update(no_key=True).order_by("-last").first()
    after = last.last if last else 0
    rows = Check.objects.filter(pk__gt=after)
    young = rows.filter(asked_at__gt=_settled() - YOUNG).aggregate(first=Min("pk"))["first"]
    rows = rows.filter(pk__lt=young) if young else rows
    until = (
        rows.order_by("pk").values_list("pk", flat=True)[:MOST].aggregate(last=Max("pk"))["last"]
    )
    if until is None:
        return None
    count, digest = hash_of(after, until)
    made = CheckAnchor.objects.create(
        first=after + 1, last=until, count=count, sha256=digest, scope=NEWEST
    )
    write(
        "certificates.seal_checks",
        made,
        by=by,
        after={"first": made.first, "last": until, "count": count, "sha256": digest},
    )
    return made


def _settled():
    """Now, or when the oldest action that is still under way began: it may yet put an answer among older ones."""
    now = clock.now()
    if connection.vendor != "postgresql":
        return now
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        (oldest,) = cursor.fetchone()
    return min(now, oldest or now)


def hash_of(after: int, until: int, scope=NEWEST) -> tuple[int, str]:
    """(how many, one hash) of the answers with keys in (after, until]."""
    digest, count = hashlib.sha256(), 0
    rows = (
        Check.objects.filter(pk__gt=after, pk__lte=until).order_by("pk").values_list(*SCOPES[scope])
    )
    for row in rows.iterator(chunk_size=2000):
        line = [value.isoformat() if isinstance(value, date) else value for value in row]
        digest.update(
            json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        )
        count += 1
    return count, digest.hexdigest()


def check_anchors() -> dict:
    """Are all anchored answers as they were? {"whole": bool, "seals": how many anchors, "why": text}, as `manage.py check_record` has said it since they were called
    seals."""
    count, expected = 0, 1
    entries = Entry.objects.filter(action="certificates.seal_checks").values_list("thing", "after")
    written = {(thing, after["sha256"]): after for thing, after in entries if after}
    for anchor in CheckAnchor.objects.order_by("first"):
        count += 1
        if anchor.first != expected:
            return {
                "whole": False,
                "seals": count,
                "why": _("the answers %(expected)s to %(first)s are under no anchor")
                % {"expected": expected, "first": anchor.first - 1},
            }
        label = thing_label(anchor)
        former = label.replace(CheckAnchor._meta.label_lower, FORMER_LABEL)
        entry = written.pop((label, anchor.sha256), None) or written.pop(
            (former, anchor.sha256), None
        )
        if not entry:
            return {
                "whole": False,
                "seals": count,
                "why": _(
                    "the anchor of the answers %(first)s to %(last)s is not the one in the record"
                )
                % {"first": anchor.first, "last": anchor.last},
            }
        if hash_of(anchor.first - 1, anchor.last, anchor.scope) != (anchor.count, anchor.sha256):
            return {
                "whole": False,
                "seals": count,
                "why": _("answers between %(first)s and %(last)s were changed, added or removed")
                % {"first": anchor.first, "last": anchor.last},
            }
        expected = anchor.last + 1
    for gone in written.values():
        return {
            "whole": False,
            "seals": count,
            "why": _("the answers %(first)s to %(last)s were removed, and their anchor with them")
            % {"first": gone["first"], "last": gone["last"]},
        }
    return {"whole": True, "seals": count, "why": ""}
