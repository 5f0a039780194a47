"""How two marks become one; it knows no person, no script and no day but the one it is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from lms.kit.languages import Sentence

from ..setting.scale import band, in_figures, rounded


@dataclass(frozen=True)
class Agreed:
    """One mark for a script, and the rule that gave it, in words."""

    mark: Decimal
    rule: str
    by: str = "mean"  # how, as a line of the mark's history names it
    inputs: Mapping = field(default_factory=dict)  # what it was found from, besides the lines


@dataclass(frozen=True)
class CallThird:
    """Two marks too far apart for a rule to settle, and why; `to_markers` says it to the two who gave them."""

    why: str
    to_markers: str


def total(marks: Mapping[str, int | float], weights: Mapping[str, int]) -> Decimal:
    """The weighted mean of the criteria's marks. Raises KeyError when one is missing."""
    return rounded(
        sum(Decimal(marks[key]) * weight for key, weight in weights.items()) / sum(weights.values())
    )


def look_like_shares(marks: Mapping[str, int | float], weights: Mapping[str, int]) -> bool:
    """Is every mark at or below its criterion's weight, and would adding them up give another total?

    Then somebody may have shared out a hundred, where each criterion is marked out of a hundred.
    """
    return all(marks[key] <= weight for key, weight in weights.items()) and sum(
        marks.values()
    ) != total(marks, weights)


def agree(first, second, distance: int, boundaries: Sequence[int]) -> Agreed | CallThird:
    """The mean of two marks, unless they differ by more than `distance` or lie in different classes."""
    apart = abs(Decimal(first) - Decimal(second))
    if apart > distance:
        return CallThird(
            Sentence(
                "The two marks are %(apart)s apart, which is more than %(distance)s.",
                apart=in_figures(apart),
                distance=distance,
            ),
            Sentence(
                "Your marks differ by more than the set distance, so a third marker reads this script. They are %(apart)s apart; the set distance is %(distance)s.",
                apart=in_figures(apart),
                distance=distance,
            ),
        )
    if band(first, boundaries) != band(second, boundaries):
        between = next(b for b in boundaries if min(first, second) < b <= max(first, second))
        return CallThird(
            Sentence("The two marks lie on either side of %(between)s.", between=between),
            Sentence(
                "Your marks lie on either side of %(between)s, where a class begins, so a third marker reads this script.",
                between=between,
            ),
        )
    return Agreed(
        rounded((Decimal(first) + Decimal(second)) / 2),
        Sentence(
            "The mean of %(first)s and %(second)s.",
            first=in_figures(first),
            second=in_figures(second),
        ),
    )


def settle(first, second, third) -> Agreed:
    """With three marks, the middle one. ASSUMED: see `Rules.third_distance`."""
    marks = sorted(map(Decimal, (first, second, third)))
    return Agreed(
        rounded(median(marks)),
        Sentence(
            "The middle one of %(lowest)s, %(middle)s and %(highest)s.",
            lowest=in_figures(marks[0]),
            middle=in_figures(marks[1]),
            highest=in_figures(marks[2]),
        ),
        by="middle",
    )


def after_discussion(marks: Mapping, weights: Mapping[str, int], reasons: Mapping, answer: str):
    """The mark that two markers stand by after they discussed theirs: marks by criterion, the reasons of the stage that proposed them, and the
    other's answer."""
    return Agreed(
        total(marks, weights),
        Sentence("Agreed by the two markers after discussion."),
        by="discussion",
        inputs={
            "marks": dict(marks),
            "weights": dict(weights),
            "reasons": dict(reasons),
            "answer": answer,
        },
    )


def after_moderation(mark, looked_at: int, count: int) -> Agreed:
    """The single mark of a script, once the marks of its set were moderated."""
    return Agreed(
        rounded(mark),
        Sentence(
            "One marker’s mark. It stands after moderation, in which %(looked_at)s of %(count)s scripts were looked at.",
            looked_at=looked_at,
            count=count,
        ),
        by="moderated",
        inputs={"looked_at": looked_at, "of": count},
    )
