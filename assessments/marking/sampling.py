"""Which scripts of a set with one mark each a moderator looks at; it knows scripts, markers and nations by their keys alone.

The same seed, rule and scripts give the same sample on every machine and in every year: `order_of` shuffles, and nothing else is random.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from math import isqrt

from ..setting.judging import PERCENT_OF_SET, YES, Rules
from ..taking.draw import in_order

# why a script is in a sample
EVERY, FAIL, BORDER, MARKER, NATION, CHANCE, EXTENSION = (
    "all",
    "fail",
    "border",
    "marker",
    "nation",
    "chance",
    "extension",
)


@dataclass(frozen=True)
class Candidate:
    """A script with its one mark, who gave it, and the nations that its author studies."""

    script: str
    mark: Decimal
    marker: int
    nations: tuple[str, ...] = ()

    def as_values(self) -> list:
        return [self.script, str(self.mark), self.marker, list(self.nations)]

    @classmethod
    def read(cls, values) -> "Candidate":
        script, mark, marker, nations = values
        return cls(script, Decimal(mark), marker, tuple(nations))


@dataclass(frozen=True)
class SampleRule:
    """The figures of a draw, as they are in the rules of the cohort."""

    size: str
    percent: int
    least: int
    all_below: int
    fails: str
    margin: int
    markers: str
    nations: str
    pass_mark: int
    boundaries: tuple[int, ...]

    @classmethod
    def of(cls, rules: Rules) -> "SampleRule":
        return cls(
            rules.sample_size,
            rules.sample_percent,
            rules.sample_least,
            rules.sample_all_below,
            rules.sample_fails,
            rules.sample_margin,
            rules.sample_markers,
            rules.sample_nations,
            rules.pass_mark,
            tuple(rules.boundaries),
        )

    def as_values(self) -> dict:
        return {**vars(self), "boundaries": list(self.boundaries)}

    @classmethod
    def read(cls, values) -> "SampleRule":
        return cls(**{**values, "boundaries": tuple(values["boundaries"])})


def size_of(count: int, rule: SampleRule) -> int:
    """How many of a set of so many a draw is to have: all of a small set; else the square root or a percentage, rounded up, and never fewer than
    the least."""
    if count < rule.all_below:
        return count
    if rule.size == PERCENT_OF_SET:
        share = int((Decimal(count) * rule.percent / 100).to_integral_value(ROUND_CEILING))
    else:
        share = isqrt(count - 1) + 1 if count else 0
    return min(count, max(rule.least, share))


def first_draw(candidates: Sequence[Candidate], rule: SampleRule, seed: str) -> dict[str, str]:
    """By script: why it is in the sample. All fails, borderlines and one of each marker and nation, as the rule has it; then by chance up to the
    size; more than the size where the rest asks for more."""
    ordered = _shuffled(candidates, seed)
    wanted = size_of(len(ordered), rule)
    if wanted == len(ordered):
        return {one.script: EVERY for one in ordered}
    chosen: dict[str, str] = {}
    for one in ordered:
        if rule.fails == YES and one.mark < rule.pass_mark:
            chosen[one.script] = FAIL
        elif rule.margin and any(abs(one.mark - edge) <= rule.margin for edge in rule.boundaries):
            chosen[one.script] = BORDER
    if rule.markers == YES:
        _add_one_of_each(chosen, ordered, MARKER, lambda one: (one.marker,))
    if rule.nations == YES:
        _add_one_of_each(chosen, ordered, NATION, lambda one: one.nations)
    for one in ordered:
        if len(chosen) >= wanted:
            break
        chosen.setdefault(one.script, CHANCE)
    return chosen


def extension(
    candidates: Sequence[Candidate], rule: SampleRule, seed: str, earlier: Collection[str]
) -> dict[str, str]:
    """The next draw after one that was not sound: as many again, by chance, of those that nobody has looked at. Empty where there is none."""
    rest = [one for one in _shuffled(candidates, seed) if one.script not in earlier]
    return {one.script: EXTENSION for one in rest[: max(1, size_of(len(candidates), rule))]}


def _shuffled(candidates, seed) -> list[Candidate]:
    by_script = {one.script: one for one in candidates}
    return [by_script[script] for script in in_order(seed, sorted(by_script))]


def _add_one_of_each(chosen, ordered, why, groups_of):
    met = {group for one in ordered if one.script in chosen for group in groups_of(one)}
    for one in ordered:
        groups = set(groups_of(one))
        if groups - met:
            chosen.setdefault(one.script, why)
            met |= groups
