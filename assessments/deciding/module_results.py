"""How marks become a module's result, and which scripts an examiner is shown; it decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from ..setting.judging import BY_BETTER, NO_ROUNDING, UNCLASSIFIED, WHOLE, Rules
from ..setting.scale import band, rounded

SHOWN, NEAR = (
    10,
    2,
)  # of a sample: up to how many scripts all are shown, and how many marks off a boundary is near it


UNCLASSIFIED_AWARD, PASS_CLASS, MERIT, DISTINCTION = "", "pass", "merit", "distinction"


@dataclass(frozen=True)
class Classification:
    """The class of an award, or "", and what it was found from."""

    name: str
    inputs: dict


def classify(results: Iterable[tuple[str, int, Decimal]], rules: Rules) -> Classification:
    """Of (module's code, credits, mark), all of them passed: by the mean, weighted by credits; by the better rule also by how many of the
    credits lie at or above a class. Unclassified where the rules say so, or where there are no credits to weigh."""
    results = [(code, credits, Decimal(mark)) for code, credits, mark in results]
    total = sum(credits for _code, credits, _mark in results)
    if rules.classification == UNCLASSIFIED or not total:
        return Classification(UNCLASSIFIED_AWARD, {})
    mean = module_mark(((credits, mark) for _code, credits, mark in results), rules.class_rounding)
    bounds = ((DISTINCTION, rules.distinction), (MERIT, rules.merit))
    reached = {
        name: sum(credits for _code, credits, mark in results if mark >= bound)
        for name, bound in bounds
    }
    inputs = {
        "by": rules.classification,
        "results": [[code, credits, str(mark)] for code, credits, mark in results],
        "mean": str(mean),
        "credits": reached,
        "merit": rules.merit,
        "distinction": rules.distinction,
        "rounding": rules.class_rounding,
        "share": rules.class_share,
    }
    for name, bound in bounds:
        by_credits = reached[name] * 100 >= rules.class_share * total
        if mean >= bound or (rules.classification == BY_BETTER and by_credits):
            return Classification(name, inputs)
    return Classification(PASS_CLASS, inputs)


@dataclass(frozen=True)
class Marked:
    """One script with its agreed mark, by number."""

    number: str
    mark: Decimal
    had_third: bool = False


def module_mark(components: Iterable[tuple[int, Decimal]], rounding: str = NO_ROUNDING) -> Decimal:
    """The weighted mean of (weight, mark) pairs, to two places, halves up; by the rule WHOLE then to a whole mark, halves up again. Raises
    ValueError when there is nothing to weigh."""
    components = list(components)
    weights = sum(weight for weight, _ in components)
    if not weights:
        raise ValueError("A module's mark needs a component with a weight.")
    mark = rounded(sum(weight * Decimal(mark) for weight, mark in components) / weights)
    return mark.quantize(Decimal(1), ROUND_HALF_UP) if rounding == WHOLE else mark


def least_pass(pass_mark, rounding: str = NO_ROUNDING) -> int:
    """The least weighted mean, in hundredths and before it is rounded to a whole mark, that passes."""
    least = Decimal(pass_mark)
    if rounding == WHOLE:
        least = least.to_integral_value(ROUND_CEILING) - Decimal("0.5")
    return int((least * 100).to_integral_value(ROUND_CEILING))


PASS, REFER, FAIL = "pass", "refer", "fail"


def outcome(mark, pass_mark, may_repeat: bool, is_short: bool = False) -> str:
    """What a board decides on a module of this mark, or one of which a piece is short of its least: passed, another attempt at what failed, or not passed. ASSUMED: `Rules.attempts`."""
    if is_pass(mark, pass_mark) and not is_short:
        return PASS
    return REFER if may_repeat else FAIL


def least_of_piece(pass_mark, minimum: int | None, must_pass: bool, default: int = 0):
    """The least mark of a piece with which its module can be passed: its own minimum, else the rules', and the pass mark where it must be passed.
    0: whatever it is, the others may make up for it."""
    least = default if minimum is None else minimum
    return max(least, pass_mark) if must_pass else least


def to_repeat(parts, pass_mark) -> list:
    """The pieces of a module that was not passed which are done again: those below the pass mark, or below their own least."""
    return [part for part in parts if part.mark < max(pass_mark, part.least)]


def codes_below(components: Iterable[dict], pass_mark, leasts: Mapping) -> list[str]:
    """The codes of the pieces below the pass mark or their own least (by code), of a decision's components."""
    return [
        part["code"]
        for part in components
        if Decimal(part["mark"]) < max(pass_mark, leasts.get(part["code"], 0))
    ]


def is_pass(mark, pass_mark) -> bool:
    return Decimal(mark) >= pass_mark


def sample(
    scripts: Sequence[Marked],
    boundaries: Sequence[int],
    everything_below: int = SHOWN,
    near: int = NEAR,
) -> list[Marked]:
    """Which scripts the external examiner is shown first. ASSUMED: all of up to ten; of more, the
    highest and lowest, one of each class, every one settled by a third marker and every one
    within `near` marks of a class boundary."""
    ordered = sorted(scripts, key=lambda s: (-s.mark, s.number))
    if len(ordered) <= everything_below:
        return ordered
    chosen = {ordered[0].number, ordered[-1].number}
    chosen |= {
        s.number for s in ordered if s.had_third or any(abs(s.mark - b) <= near for b in boundaries)
    }
    classes = {}
    for script in ordered:
        classes.setdefault(band(script.mark, boundaries), script.number)
    chosen |= set(classes.values())
    return [s for s in ordered if s.number in chosen]
