"""Which learning outcomes of its module the criteria of a version show. A criterion keeps their words, so that an approved version says the same whatever the module's list becomes."""

from django.utils.translation import gettext as _

from lms.kit import files


def outcomes_of(module) -> list[str]:
    """The module's learning outcomes as they are today, in their order, each once."""
    return list(
        dict.fromkeys(one.strip() for one in map(str, module.outcomes or ()) if one.strip())
    )


def choices_for(module, criterion=None) -> list[tuple[str, str]]:
    """What a criterion can be tied to, by a name that is safe in a form: the module's outcomes, and those it names that are in the list no more."""
    there = outcomes_of(module)
    others = [one for one in (criterion.outcomes if criterion else ()) if one not in there]
    words = _("%(outcome)s (not an outcome of this module any more)")
    return [
        *((name_of(one), one) for one in there),
        *((name_of(one), words % {"outcome": one}) for one in others),
    ]


def name_of(outcome) -> str:
    return files.sha256(outcome.encode())[:16]


def named(names, module, criterion=None) -> list[str]:
    """The outcomes that these names of `choices_for` stand for, in the module's order."""
    words = [*outcomes_of(module), *(criterion.outcomes if criterion else ())]
    return [one for one in dict.fromkeys(words) if name_of(one) in set(names)]


def unknown_outcome(module, outcomes, before=()) -> str | None:
    """The first of these outcomes that the module does not have, and the criterion did not name before."""
    there = {*outcomes_of(module), *before}
    return next((one for one in outcomes if one not in there), None)


def outcome_faults(module, criteria) -> list[str]:
    """Why criteria cannot be approved: they name outcomes that the module had once."""
    there = set(outcomes_of(module))
    words = _(
        "Criterion “%(criterion)s” names “%(outcome)s”, which is not a learning outcome of this module any more. Remove it there."
    )
    return [
        words % {"criterion": criterion.title, "outcome": outcome}
        for criterion in criteria
        for outcome in criterion.outcomes
        if outcome not in there
    ]


def unreached(module, criteria) -> list[str]:
    """The module's outcomes that none of these criteria shows; another piece of the module may."""
    shown = {outcome for criterion in criteria for outcome in criterion.outcomes}
    return [one for one in outcomes_of(module) if one not in shown]
