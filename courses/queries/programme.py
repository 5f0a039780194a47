"""Whose programme changes when a unit's text is published for some nations, and how; person by person, before it is done."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy

from lms.kit import nations

from ..models import Progress, Study, StudyPlan, Variant
from ..states import Mark
from .nations import met_by

NEW, REPLACED, BEGUN, KEPT, DROPPED, DONE = "new", "replaced", "begun", "kept", "dropped", "done"
OUTCOMES = {
    NEW: gettext_lazy("New: they get a unit that they did not have"),
    REPLACED: gettext_lazy("Replaced: they get this text in the place of the other one"),
    BEGUN: gettext_lazy("Replaced after they had begun the other text: they begin this one again"),
    KEPT: gettext_lazy("Kept because done: they studied the other text, and it stays done"),
    DROPPED: gettext_lazy("No longer required: the unit leaves their programme"),
    DONE: gettext_lazy("No longer required, and kept because done: it stays in what they studied"),
}


@dataclass(frozen=True)
class Row:
    """One nation: keys of the texts trainees there have today, and would have."""

    nation: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def changes(self):
        return self.before != self.after


@dataclass(frozen=True)
class ProgrammeEffect:
    """`outcomes`: person's key to one of OUTCOMES, for everybody with an open plan whose programme changes."""

    variant: Variant
    rows: tuple[Row, ...]
    outcomes: dict[int, str]
    closed: int  # people whose plan is closed and whose list changes; nothing is asked of them
    variants_without_nation: tuple[Variant, ...] = field(
        default=()
    )  # texts that would be for no nation any more

    @property
    def binds(self) -> bool:
        return bool(self.outcomes)

    @property
    def changes(self) -> bool:
        return any(row.changes for row in self.rows)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """(words, people), in the order of OUTCOMES."""
        counted = Counter(self.outcomes.values())
        return [(str(words), counted[name]) for name, words in OUTCOMES.items() if counted[name]]

    @property
    def seen(self) -> str:
        """A mark that is another one as soon as it would do something else, or to somebody else."""
        said = [
            self.variant.pk,
            [[r.nation, r.before, r.after] for r in self.rows],
            sorted(self.outcomes.items()),
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def programme_effect(variant) -> ProgrammeEffect:
    """What follows when the page of a variant is published now. Five questions, however many people."""
    unit = variant.unit
    siblings = list(Variant.objects.filter(unit=unit).order_by("key"))
    published = set(
        Variant.objects.filter(unit=unit, versions__isnull=False).values_list("pk", flat=True)
    )
    places = {v.pk: v for v in siblings}
    this = places[variant.pk]
    target = list(this.target)
    before = {
        v.pk: set(v.nations) for v in siblings if v.pk in published and v.withdrawn_at is None
    }
    after = {pk: codes - set(target) for pk, codes in before.items() if pk != this.pk} | {
        this.pk: set(target)
    }
    left = tuple(places[pk] for pk, codes in after.items() if not codes)
    rows = tuple(
        Row(
            code,
            *(
                tuple(places[pk].key for pk in sorted(offer) if code in offer[pk])
                for offer in (before, after)
            ),
        )
        for code in nations.NATIONS
    )
    changed = [row.nation for row in rows if row.changes]
    outcomes, closed = {}, set()
    if changed:
        moved = {
            pk: [c for c in places[pk].nations if c in target] for pk in published if pk != this.pk
        }
        outcomes, closed = ask_people(unit, places, before, after, moved, this.pk)
    return ProgrammeEffect(this, rows, outcomes, len(closed), left)


def ask_people(unit, places, before, after, moved, this):
    open_plans, closed_plans = {}, {}
    for person, codes, ended in StudyPlan.objects.filter(
        programme=unit.module.programme_id
    ).values_list("person_id", "nations", "closed_on"):
        (closed_plans if ended else open_plans).setdefault(person, set()).update(codes)
    done, begun = {}, set()
    studies = Study.objects.filter(version__variant__in=places).order_by("-studied_at")
    for person, variant, at in studies.values_list(
        "person_id", "version__variant_id", "studied_at"
    ):
        done.setdefault(person, {})[variant] = at
    for person, variant in Progress.objects.filter(variant__in=places, kind=Mark.PLACE).values_list(
        "person_id", "variant_id"
    ):
        begun.add((person, variant))

    def outcome(person, codes):
        had, has = (
            {pk for pk, offer in offers.items() if offer & codes} for offers in (before, after)
        )
        if had == has:
            return None
        theirs = done.get(person, {})
        gained, lost = has - had, had - has
        if (
            gained
        ):  # this text; what they studied of another that it comes in the place of stays done
            needed = [
                code
                for code in after[this] & codes
                if not met_by(places[this], code, theirs, places)
            ]
            kept_for = {code for pk, passed in moved.items() if pk in theirs for code in passed}
            if all(code in kept_for for code in needed):
                return KEPT
            gives = [pk for pk, passed in moved.items() if pk in before and set(passed) & codes]
            if any((person, pk) in begun and pk not in theirs for pk in gives):
                return BEGUN
            return REPLACED if lost or gives else NEW
        return DONE if lost & set(theirs) else DROPPED

    outcomes = {
        person: found for person, codes in open_plans.items() if (found := outcome(person, codes))
    }
    closed = {
        person
        for person, codes in closed_plans.items()
        if person not in open_plans and outcome(person, codes)
    }
    return outcomes, closed
