"""Which line of a mark's history counts, what follows when a mark is settled, and the same mark found again from what each line rests on.

Pure: it knows no person and no script. A line has a `number`, a `stage`, a `mark` and `inputs`: `by` names how the mark was found (FOUND), `lines` the numbers of the
earlier lines it was found from, and the rest are the figures it was found with, as they were.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from statistics import median

from lms.kit.languages import Sentence, in_english

from ..setting.scale import in_figures, rounded
from .penalties import Policy, penalise

SETTLED = ("agreed", "quiz", "not_submitted")  # stages with which an attempt has a mark
STANDING = (*SETTLED, "late", "capped", "misconduct", "ratified")  # whose mark is a result
BY_MARKERS = ("first", "second", "third")
# They would say something of the author: also how the rest of a quiz went, whose essays somebody marks.
UNSEEN_BY_MARKERS = ("quiz", "late", "capped", "misconduct", "ratified")


@dataclass(frozen=True)
class Line:
    """A line to be added: its stage, its mark of 0 to 100, why it is this mark, and what it was found from."""

    stage: str
    mark: Decimal
    rule: str
    inputs: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Lateness:
    """How late work came, by the due date as it is now, and what that costs."""

    days: int
    policy: Policy
    due_at: str
    in_at: str
    nations: tuple[str, ...] = ()

    def as_values(self) -> dict:
        return {
            "days": self.days,
            "policy": self.policy.as_values(),
            "due_at": self.due_at,
            "in_at": self.in_at,
            "nations": list(self.nations),
        }


# ---- which line counts ----


def standing(lines: Iterable) -> Decimal | None:
    """The mark of the last line that is somebody's result; None where there is none. A single marker's mark is nobody's result.
    `lines` have a `stage` and a `mark`, oldest first."""
    marks = [line.mark for line in lines if line.stage in STANDING]
    return marks[-1] if marks else None


def newest(lines: Iterable, stages: Iterable[str]):
    """The last line of any of these stages, or None."""
    wanted = frozenset(stages)
    return next((line for line in reversed(list(lines)) if line.stage in wanted), None)


def numbers_of(lines: Iterable, stages: Sequence[str]) -> list[int]:
    """The numbers of the last line of each of these stages that has one, in the order of the stages."""
    last = {line.stage: line.number for line in lines}
    return [last[stage] for stage in stages if stage in last]


def before_penalty(lines: Iterable) -> Decimal | None:
    """The mark that the work was given, where a late penalty changed it; None elsewhere."""
    lines = list(lines)
    late, settled = newest(lines, ("late",)), newest(lines, SETTLED)
    if late is None or settled is None or late.number < settled.number or late.mark == settled.mark:
        return None
    return settled.mark


# ---- what follows ----


def settled(
    number: int,
    stage: str,
    mark: Decimal,
    rule: str,
    cap: Decimal | None,
    lateness: Lateness | None = None,
    inputs: Mapping | None = None,
    cap_version: int | None = None,
) -> list[Line]:
    """The lines that a settled mark adds, from line `number` on: itself, what a late penalty leaves of it, and then, where the attempt has a cap
    below that, what the attempt counts."""
    lines = [Line(stage, mark, rule, dict(inputs or {}))]
    if lateness is not None and penalise(mark, lateness.days, lateness.policy) != rounded(mark):
        lines.append(late_line(number, mark, lateness))
    return lines + capped(number + len(lines) - 1, lines[-1].mark, cap, cap_version)


def judged_anew(
    number: int,
    lines: Sequence,
    cap: Decimal | None,
    lateness: Lateness | None,
    cap_version: int | None = None,
) -> list[Line]:
    """The lines that another due date adds to a settled mark, from line `number` on; none where it costs the same."""
    last = newest(lines, SETTLED)
    if last is None or last.stage == "not_submitted" or lateness is None:
        return []
    late = newest(lines, ("late",))
    is_now = late.mark if late is not None and late.number > last.number else rounded(last.mark)
    line = late_line(last.number, last.mark, lateness)
    if line.mark == is_now:
        return []
    return [line, *capped(number, line.mark, cap, cap_version)]


def with_misconduct(added: list[Line], lines: Iterable) -> list[Line]:
    """What a mark that is settled or judged again adds, and over it what a case of misconduct had made of the mark before."""
    case = newest(lines, ("misconduct",))
    if case is None or not added or not is_zero(case):
        return added
    return [*added, Line("misconduct", case.mark, case.rule, dict(case.inputs))]


def is_zero(line) -> bool:
    """Is a line of misconduct a mark of zero, and not the one that lifted it?"""
    return line.inputs.get("by") == "nothing"


def lifted(lines: Iterable, rule: str) -> Line:
    """The line that gives an attempt back what its work and its due date had made of it, in the place of a mark of zero."""
    last = newest(lines, (*SETTLED, "late", "capped"))
    return Line("misconduct", last.mark, rule, {"by": "same", "lines": [last.number]})


def late_line(of: int, mark, lateness: Lateness) -> Line:
    """What a late penalty leaves of the mark of line `of`."""
    left = penalise(mark, lateness.days, lateness.policy)
    inputs = {"by": "penalty", "lines": [of], **lateness.as_values()}
    return Line("late", left, penalty_in_words(mark, left, lateness), inputs)


def capped(of: int, mark, cap: Decimal | None, version: int | None = None) -> list[Line]:
    """`version`: of the assessment, where it says the cap itself and the rules of the cohort do not count."""
    if cap is None or mark <= cap:
        return []
    inputs = {"by": "cap", "lines": [of], "cap": in_figures(cap)}
    if version is None:
        return [
            Line(
                "capped",
                cap,
                in_english(f"Another attempt counts at most {in_figures(cap)}."),
                inputs,
            )
        ]
    rule = Sentence(
        "Another attempt counts at most %(cap)s, as version %(version)s of this assessment says.",
        cap=in_figures(cap),
        version=version,
    )
    return [Line("capped", cap, rule, inputs | {"version": version})]


def penalty_in_words(mark, remainder, lateness: Lateness) -> str:
    """Why, in plain words."""
    policy, days = lateness.policy, lateness.days
    about = {"raw": in_figures(mark), "left": in_figures(remainder)}
    if rounded(mark) == remainder:
        if days:
            return Sentence.counting(
                "Handed in %(count)s day late: no penalty. The mark is %(raw)s.",
                "Handed in %(count)s days late: no penalty. The mark is %(raw)s.",
                count=days,
                **about,
            )
        return Sentence("In time by the due date as it is now. The mark is %(raw)s.", **about)
    charged = max(0, days - policy.grace)
    if policy.zero_after and charged > policy.zero_after:
        return Sentence.counting(
            "Handed in %(count)s day late. After %(most)s the work counts 0; its mark was %(raw)s.",
            "Handed in %(count)s days late. After %(most)s the work counts 0; its mark was %(raw)s.",
            count=days,
            most=policy.zero_after,
            **about,
        )
    if policy.kind == "cap":
        return Sentence.counting(
            "Handed in %(count)s day late. It counts at most %(cap)s; its mark was %(raw)s.",
            "Handed in %(count)s days late. It counts at most %(cap)s; its mark was %(raw)s.",
            count=days,
            cap=policy.cap,
            **about,
        )
    if policy.kind == "marks":
        return Sentence.counting(
            "Handed in %(count)s day late: %(step)s marks a day are taken off. %(raw)s becomes %(left)s.",
            "Handed in %(count)s days late: %(step)s marks a day are taken off. %(raw)s becomes %(left)s.",
            count=days,
            step=policy.step,
            **about,
        )
    return Sentence.counting(
        "Handed in %(count)s day late: %(step)s percent of the mark are taken off for each. %(raw)s becomes %(left)s.",
        "Handed in %(count)s days late: %(step)s percent of the mark are taken off for each. %(raw)s becomes %(left)s.",
        count=days,
        step=policy.step,
        **about,
    )


# ---- the same mark, found again ----


def _of_criteria(inputs, _marks):
    weights, marks = inputs["weights"], inputs["marks"]
    total = sum([_exact(marks[key]) * weight for key, weight in weights.items()])
    return rounded(Decimal(total) / sum(weights.values()))


def _exact(mark):
    """Half marks come out of JSON as floats."""
    return mark if type(mark) is int else Decimal(str(mark))


def _mean(_inputs, marks):
    return rounded(sum(marks, Decimal(0)) / len(marks))


def _middle(_inputs, marks):
    return rounded(median(marks))


def _share(inputs, _marks):
    return rounded(Decimal(100 * inputs["right"]) / inputs["of"])


def _credits(inputs, _marks):
    share = sum(map(Fraction, inputs["credits"]), Fraction(0)) / len(inputs["credits"])
    return rounded(Decimal(100 * share.numerator) / share.denominator)


def _points(inputs, marks):
    """Answers by their points; the essays among them by the mark that people agreed on, which is the line it rests on."""
    points, essays = inputs["points"], inputs.get("essays", 0)
    earned = sum(map(_worth, inputs["credits"], points), Fraction(0))
    if essays:
        earned += Fraction(str(marks[0])) / 100 * essays
    share = earned / (sum(points) + essays)
    return rounded(Decimal(100 * share.numerator) / share.denominator)


def _worth(credit, points):
    return Fraction(credit) * points


def _nothing(_inputs, _marks):
    return rounded(0)


def _penalty(inputs, marks):
    return penalise(marks[0], inputs["days"], Policy.read(inputs["policy"]))


def _cap(inputs, marks):
    return min(marks[0], rounded(inputs["cap"]))


def _same(_inputs, marks):
    return marks[0]


FOUND: dict[str, Callable] = {
    "criteria": _of_criteria,  # the criteria's marks by their weights
    "mean": _mean,  # of two markers
    "discussion": _of_criteria,  # which two markers agreed on, each with their reasons
    "middle": _middle,  # of three
    "moderated": _same,  # one marker's, once its set was moderated
    "share": _share,  # right answers out of a hundred
    "credits": _credits,  # what each answer of a quiz earned, out of a hundred
    "points": _points,  # the same where answers count different points, or people marked essays among them
    "nothing": _nothing,  # was handed in, or a case of misconduct leaves nothing of it
    "penalty": _penalty,  # for late work
    "cap": _cap,  # of an attempt after the first
    "same": _same,  # a board confirmed it, or a mark of zero was lifted
}
TYPED = "typed"  # a line from before lines kept what they were found from: its mark is taken as it stands


def found_by(inputs: Mapping, marks: Sequence[Decimal]) -> Decimal:
    """A mark from the inputs of its line and the marks of the lines that it rests on. Raises KeyError for a way that there is not."""
    return FOUND[inputs["by"]](inputs, marks)


def recompute(lines: Iterable) -> list[Decimal]:
    """Each line's mark found again from its inputs, oldest first; what rests on an earlier line rests on that line's mark found again. Raises
    KeyError where a line rests on one that is not there before it."""
    found: dict[int, Decimal] = {}
    for line in lines:
        inputs = line.inputs
        if inputs.get("by", TYPED) == TYPED:
            found[line.number] = rounded(line.mark)
        else:
            found[line.number] = found_by(inputs, [found[n] for n in inputs.get("lines", ())])
    return list(found.values())


def differing(lines: Iterable) -> list[int]:
    """The numbers of the lines whose mark is not what their inputs give."""
    lines = list(lines)
    again = recompute(lines)
    return [line.number for line, mark in zip(lines, again, strict=True) if line.mark != mark]


def explain(lines: Iterable) -> list[str]:
    """Why the mark that stands is what it is: the words of every line it rests on, oldest first. Empty where no mark stands."""
    by_number = {line.number: line for line in lines}
    last = newest(by_number.values(), STANDING)
    wanted, left = set(), [last.number] if last else []
    while left:
        number = left.pop()
        wanted.add(number)
        left.extend(by_number[number].inputs.get("lines", ()))
    return [
        in_english(f"{in_figures(by_number[n].mark)}: {by_number[n].rule}") for n in sorted(wanted)
    ]
