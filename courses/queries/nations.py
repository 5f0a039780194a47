"""What a nation still asks of a person, on a day."""

from datetime import date, datetime, time

from django.db.models import Min
from django.utils import timezone

from lms.kit import clock, nations

from ..models import Study, Variant


def outstanding(person, programme, nation, on: date | None = None) -> list[Variant]:
    """The variants covering a nation that the person had not studied, in any version, by the end of `on`."""
    return outstanding_for([person], programme, on)[person.pk][nation]


def outstanding_for(
    people, programme, on: date | None = None
) -> dict[int, dict[str, list[Variant]]]:
    """The same for many people and every nation, in two questions: person's key to nation to variants.

    What counts is what was on offer that day. Where nothing yet was, everything counts: a
    programme nobody had written endorses nobody.
    """
    until = timezone.make_aware(datetime.combine(on or clock.today(), time.max))
    variants = list(
        Variant.objects.filter(unit__module__programme=programme)
        .select_related("unit__module")
        .annotate(first_published=Min("versions__published_at"))
    )
    study = {person.pk: {} for person in people}
    studies = Study.objects.filter(
        person_id__in=list(study),
        studied_at__lte=until,
        version__variant__unit__module__programme=programme,
    )
    for person_id, variant_id, at in studies.order_by("-studied_at").values_list(
        "person_id", "version__variant_id", "studied_at"
    ):
        study[person_id][variant_id] = at
    places = {v.pk: v for v in variants}
    needed = {nation: needed_for(nation, variants, until) for nation in nations.NATIONS}
    return {
        person_id: {
            nation: [v for v in needed[nation] if not met_by(v, nation, done, places)]
            for nation in needed
        }
        for person_id, done in study.items()
    }


def met_by(variant, nation, studied_at, places, until=None, visited=()) -> int | None:
    """The key of the variant by whose study a person met this one for a nation; None where they have it to do.

    What was studied before another text came in its place stays done. `studied_at`: variant's key to when it was first studied;
    `places`: variants by key.
    """
    at = studied_at.get(variant.pk)
    if at and (until is None or at <= until):
        return variant.pk
    for line in variant.took_over:
        old = places.get(line["from"])
        if old and nation in line["nations"] and old.pk not in visited:
            moment = datetime.fromisoformat(line["at"])
            moment = moment if until is None else min(moment, until)
            if found := met_by(old, nation, studied_at, places, moment, (*visited, variant.pk)):
                return found
    return None


def needed_for(nation, variants, until) -> list[Variant]:
    covering = [v for v in variants if nation in v.nations_at(until)]
    on_offer = [
        v
        for v in covering
        if v.first_published
        and v.first_published <= until
        and not (v.withdrawn_at and v.withdrawn_at <= until)
    ]
    return on_offer or covering
