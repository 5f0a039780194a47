"""Writes the criteria of a draft with their levels and learning outcomes; inside the transaction of whoever holds the draft."""

from django.utils.translation import gettext as _

from lms.kit.refusals import Refused

from ..models import Criterion, Level
from ..outcomes import unknown_outcome
from ..queries import rubric_of
from ..rubric import level_faults


def insist_levels(rows, step):
    for _key, title, _weight, _text, levels, _outcomes in rows:
        for _place, words in level_faults([bounds for *bounds, _words in levels], step):
            raise Refused(
                _("Levels of “%(criterion)s”: %(fault)s") % {"criterion": title, "fault": words}
            )


def rubric_rows(version) -> list[tuple]:
    """The rubric of a version, as `make_criteria` takes it."""
    return [
        (
            one.key,
            one.title,
            one.weight,
            one.description,
            [(level.mark_from, level.mark_to, level.descriptor) for level in one.levels.all()],
            one.outcomes,
        )
        for one in rubric_of(version)
    ]


def write_criteria(version, wanted) -> bool:
    """The rubric of a draft. Was it another?"""
    before = rubric_rows(version)
    by_key = {key: rest for key, *rest in before}
    keys = {one.get("key") for one in wanted}
    rows = []
    for one in wanted:
        key = one.get("key") or _new_key(keys)
        keys.add(key)
        *_unused, levels, shows = by_key.get(key, ([], []))
        if "levels" in one:
            levels = _sorted(one["levels"])
        outcomes = list(one.get("outcomes", shows))
        _insist_outcomes(version, one["title"], outcomes, shows)
        text = one.get("description", "").strip()
        rows.append((key, one["title"].strip(), one["weight"], text, levels, outcomes))
    if before == rows:
        return False
    insist_levels(rows, version.step)
    version.criteria.all().delete()
    make_criteria(version, rows)
    return True


def _insist_outcomes(version, title, outcomes, before):
    if unknown := unknown_outcome(version.assessment.module, outcomes, before):
        raise Refused(
            _("“%(outcome)s” of criterion “%(criterion)s” is no learning outcome of this module.")
            % {"outcome": unknown, "criterion": title}
        )


def _sorted(levels):
    """As `rubric_rows` has them: the highest first."""
    rows = [(one["mark_from"], one["mark_to"], one["descriptor"].strip()) for one in levels]
    return sorted(rows, reverse=True)


def make_criteria(version, rows):
    made = Criterion.objects.bulk_create(
        Criterion(
            version=version,
            key=key,
            title=title,
            weight=weight,
            description=text,
            outcomes=outcomes,
            order=n,
        )
        for n, (key, title, weight, text, _unused, outcomes) in enumerate(rows, start=1)
    )
    Level.objects.bulk_create(
        Level(criterion=criterion, mark_from=low, mark_to=high, descriptor=text)
        for criterion, (*_unused, levels, _outcomes) in zip(made, rows, strict=True)
        for low, high, text in levels
    )


def _new_key(keys) -> str:
    number = len(keys) + 1
    while f"c{number}" in keys:
        number += 1
    return f"c{number}"
