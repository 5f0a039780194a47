"""What is published: versions that never change, and the rows of the curriculum behind them."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from .. import rules
from ..models import Citation, Provision, SearchWord, Unit, UnitVersion, Variant
from ..models.curriculum import one_part
from ..models.search_words import words_in


@transaction.atomic
def publish_version(variant, content, *, by, revision=None, reviews=(), moves=True) -> UnitVersion:
    """Keep what a variant says from now on.

    1. its nations count from now: another text of the unit that was for one of them is no longer for it, and what was studied
    of that one stays done, 2. the next version, never to change, with which provisions it cites and as they stood, and its words for the search, 3. a
    withdrawn variant is open again, 4. the record is written. The same content as the last
    version makes no new one, unless it was looked at beside a newer core. `reviews`: who looked
    at it first, as `{"task", "by", "on"}`. `moves`: False leaves a coming choice of nations for another time. Refused where another text would be left for no nation.
    """
    insist(rules.may_publish(by))
    Unit.objects.select_for_update(no_key=True).get(
        pk=variant.unit_id
    )  # one text of a unit at a time
    locked = Variant.objects.select_for_update(no_key=True).get(pk=variant.pk)
    take_nations(locked, by, moves)
    variant.nations, variant.coming, variant.was, variant.took_over = (
        locked.nations,
        locked.coming,
        locked.was,
        locked.took_over,
    )
    last = UnitVersion.objects.filter(variant=locked).order_by("-number").first()
    if locked.withdrawn_at:
        locked.withdrawn_at = None
        locked.save(update_fields=["withdrawn_at"])
        write("courses.restore", locked, by=by)
    variant.withdrawn_at = None
    if last and last.hash == content.hash and last.core_revision == content.core_revision:
        return last
    version = UnitVersion.objects.create(
        variant=locked,
        number=last.number + 1 if last else 1,
        title=content.title,
        outcomes=list(content.outcomes),
        content_note=content.content_note,
        html=content.html,
        parts=content.parts or one_part(content.html),
        words=content.words,
        provisions=content.provisions,
        review_by=content.review_by,
        core_revision=content.core_revision,
        reviews=list(reviews),
        revision=revision,
        published_by_id=by.pk,
        hash=content.hash,
    )
    law = dict(
        Provision.objects.filter(key__in=[p["key"] for p in content.provisions]).values_list(
            "key", "pk"
        )
    )
    Citation.objects.bulk_create(
        Citation(version=version, provision_id=law[p["key"]], reading=p["reading"])
        for p in content.provisions
        if p["key"] in law
    )
    SearchWord.objects.bulk_create(
        SearchWord(version=version, word=word)
        for word in sorted(words_in(f"{version.title} {version.plain_words()}"))
    )
    write("courses.publish", version, by=by, after={"number": version.number, "hash": version.hash})
    return version


def take_nations(variant, by, moves):
    """From the moment it is published each nation has this text in the place of the one it had."""
    now, target = clock.now().isoformat(), list(variant.target if moves else variant.nations)
    for other in (
        published_beside(variant)
        .select_related("unit")
        .select_for_update(of=("self",), no_key=True)
    ):
        both = [code for code in other.nations if code in target]
        left = [code for code in other.nations if code not in target]
        if (
            not both
            or not left
            and other.withdrawn_at
            and {"from": other.pk, "nations": both}
            in [{"from": line["from"], "nations": line["nations"]} for line in variant.took_over]
        ):
            continue
        if not left and not other.withdrawn_at:
            raise Refused(other.if_left_for_none)
        variant.took_over = [*variant.took_over, {"from": other.pk, "nations": both, "at": now}]
        if left:  # one that was taken down keeps the last of its nations, for the day on which it comes back
            set_nations(other, left, now)
            if other.coming is not None:
                other.coming = [code for code in other.coming if code not in both] or None
            other.save(update_fields=["nations", "was", "coming"])
        write(
            "courses.hand_over_nations",
            other,
            by=by,
            before=[*left, *both],
            after={"nations": left, "to": variant.pk},
        )
    if moves and variant.coming is not None:
        before = list(variant.nations)
        set_nations(variant, target, now)
        variant.coming = None
        write("courses.change_nations", variant, by=by, before=before, after=target)
    variant.save(update_fields=["nations", "was", "coming", "took_over"])


def set_nations(variant, codes, now):
    if set(codes) != set(variant.nations):
        variant.was = [*variant.was, {"until": now, "nations": list(variant.nations)}]
    variant.nations = codes


def published_beside(variant):
    """The other variants of its unit that were ever published."""
    return Variant.objects.filter(
        Exists(UnitVersion.objects.filter(variant=OuterRef("pk"))), unit_id=variant.unit_id
    ).exclude(pk=variant.pk)


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
    write(
        "courses.drop_prerequisite",
        prerequisite.unit,
        by=by,
        before={"first": prerequisite.first_id, "why": prerequisite.why},
    )
