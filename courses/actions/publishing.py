"""What is published: versions that never change, and the rows of the curriculum behind them."""
from django.db import transaction

from lms.kit import clock
from lms.kit.refusals import insist
from lms.record.actions import write

from .. import rules
from ..models import Citation, Provision, UnitVersion, Variant
from ..models.taught import one_part


@transaction.atomic
def publish_version(variant, drawn, *, by, revision=None, reviews=()) -> UnitVersion:
    """Keep what a variant says from now on.

    1. the next version, never to change, with which provisions it cites and as they stood, 2. a
    withdrawn variant is open again, 3. the record is written. The same content as the last
    version makes no new one, unless it was looked at beside a newer core. `reviews`: who looked
    at it first, as `{"task", "by", "on"}`.
    """
    insist(rules.may_publish(by))
    locked = Variant.objects.select_for_update(no_key=True).get(pk=variant.pk)
    last = UnitVersion.objects.filter(variant=locked).order_by("-number").first()
    if locked.withdrawn_at:
        locked.withdrawn_at = None
        locked.save(update_fields=["withdrawn_at"])
        write("courses.restore", locked, by=by)
    variant.withdrawn_at = None
    if last and last.hash == drawn.hash and last.core_revision == drawn.core_revision:
        return last
    version = UnitVersion.objects.create(
        variant=locked, number=last.number + 1 if last else 1, title=drawn.title, outcomes=list(drawn.outcomes),
        content_note=drawn.content_note, html=drawn.html, parts=drawn.parts or one_part(drawn.html), words=drawn.words,
        provisions=drawn.provisions, review_by=drawn.review_by, core_revision=drawn.core_revision,
        reviews=list(reviews), revision=revision, published_by_id=by.pk, hash=drawn.hash,
    )
    law = dict(Provision.objects.filter(key__in=[p["key"] for p in drawn.provisions]).values_list("key", "pk"))
    Citation.objects.bulk_create(
        Citation(version=version, provision_id=law[p["key"]], reading=p["reading"]) for p in drawn.provisions if p["key"] in law
    )
    write("courses.publish", version, by=by, after={"number": version.number, "hash": version.hash})
    return version


@transaction.atomic
def withdraw(variant, *, by) -> Variant:
    """Stop offering a variant whose page was taken down: 1. the moment, 2. the record is written."""
    insist(rules.may_publish(by))
    locked = Variant.objects.select_for_update(no_key=True).get(pk=variant.pk)
    if not locked.withdrawn_at:
        locked.withdrawn_at = clock.now()
        locked.save(update_fields=["withdrawn_at"])
        write("courses.withdraw", locked, by=by)
    variant.withdrawn_at = locked.withdrawn_at
    return variant


@transaction.atomic
def note_curriculum(thing, *, by):
    """Record that an author added or changed a row of the ledger or the curriculum."""
    insist(rules.may_publish(by))
    write("courses.write_curriculum", thing, by=by)


@transaction.atomic
def note_dropped(prerequisite, *, by):
    """Record that a unit no longer waits for another."""
    insist(rules.may_publish(by))
    write("courses.drop_prerequisite", prerequisite.unit, by=by, before={"first": prerequisite.first_id, "why": prerequisite.why})
