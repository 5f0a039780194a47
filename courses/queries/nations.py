"""What a nation still asks of a person, on a day."""
from datetime import date, datetime, time

from django.db.models import Min
from django.utils import timezone

from lms.kit import clock, nations

from ..models import Study, Variant


def outstanding(person, programme, nation, on: date | None = None) -> list[Variant]:
    """The variants covering a nation that the person had not studied, in any version, by the end of `on`."""
    return outstanding_for([person], programme, on)[person.pk][nation]


def outstanding_for(people, programme, on: date | None = None) -> dict[int, dict[str, list[Variant]]]:
    """The same for many people and every nation, in two questions: person's key to nation to variants.

    What counts is what was on offer that day. Where nothing yet was, everything counts: a
    programme nobody had written endorses nobody.
    """
    until = timezone.make_aware(datetime.combine(on or clock.today(), time.max))
    variants = list(
        Variant.objects.filter(unit__module__programme=programme).select_related("unit__module")
        .annotate(first_published=Min("versions__published_at"))
    )
    taken = {person.pk: set() for person in people}
    studies = Study.objects.filter(
        person_id__in=list(taken), studied_at__lte=until, version__variant__unit__module__programme=programme
    )
    for person_id, variant_id in studies.values_list("person_id", "version__variant_id"):
        taken[person_id].add(variant_id)
    needed = {nation: needed_for(nation, variants, until) for nation in nations.NATIONS}
    return {
        person_id: {nation: [v for v in needed[nation] if v.pk not in done] for nation in needed}
        for person_id, done in taken.items()
    }


def needed_for(nation, variants, until) -> list[Variant]:
    covering = [v for v in variants if nation in v.nations]
    on_offer = [
        v for v in covering
        if v.first_published and v.first_published <= until and not (v.withdrawn_at and v.withdrawn_at <= until)
    ]
    return on_offer or covering
