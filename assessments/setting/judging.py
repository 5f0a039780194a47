"""The figures by which work is judged, and presets of public policies; it knows no person, no script and no table."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

NO_ROUNDING, WHOLE = "none", "whole"
CALL_THIRD, DISCUSS = "third", "discussion"
ROOT_OF_SET, PERCENT_OF_SET = "root", "percent"
YES, NO = "yes", "no"
NO_PENALTY, PERCENT, MARKS, CAP = "none", "percent", "marks", "cap"
WORKING, EVERY = "working", "every"
WITHOUT_EXTERNAL, WITH_EXTERNAL = "without", "with"
UNCLASSIFIED, BY_MEAN, BY_BETTER = "none", "mean", "better"
BY_OFFICE, BY_LEADER, BY_ITSELF = "office", "leader", "automatic"
AS_AGREED, ALL_MARKED, ON_DATE = "agreed", "complete", "feedback"
NO_CAP = 100  # of a piece that has none though the rules have one


@dataclass(frozen=True)
class Rules:
    """By what a cohort's work is judged. None of it is known of St Mary's: ASSUMED, each of them that is not `confirmed`."""

    pass_mark: int = 50
    boundaries: tuple[int, ...] = (50, 60, 70)  # where classes of marks begin
    third_distance: int = 10  # marks apart beyond which two markers call a third
    disagreement: str = CALL_THIRD  # what follows two marks that no rule makes one
    discussion_days: int = 5  # working days that two markers have to agree on a mark
    rounding: str = NO_ROUNDING  # of a module's mark, before it is held against the pass mark
    attempts: int = 2  # at each piece below the pass mark, the first among them
    cap: int | None = 50  # what an attempt after the first counts at most
    attempt_days: int = 42  # after the decision is recorded, when that attempt is due
    marking_days: int = 15  # working days
    moderation_days: int = 10  # working days to moderate a sample
    sample_size: str = ROOT_OF_SET  # of scripts with one marker that a moderator looks at
    sample_percent: int = 10
    sample_least: int = 5
    sample_all_below: int = 10  # of a set smaller than this, all
    sample_fails: str = YES  # every fail is in it
    sample_margin: int = 2  # and every mark so near a class boundary; 0: none
    sample_markers: str = YES  # and one script of every marker
    sample_nations: str = YES  # and of every nation
    small_group: int = 5  # people under which blindness and a statistic say nothing
    component_minimum: int = (
        0  # below it a piece fails its module, whatever the others are; 0: none
    )
    compensation_modules: int | None = None  # how many a chair may compensate; None: no limit
    compensation_margin: int | None = None  # how far below the pass mark; None: no limit
    late: str = NO_PENALTY
    late_step: int = 0  # percent of the mark, or marks, for each day
    late_zero_after: int = 0  # days late after which nothing counts; 0: never
    late_cap: int = 50
    late_counts: str = WORKING  # which days count as days late
    late_day_from: str = (
        ""  # at what time in London a day late begins; empty: at the time of the due date
    )
    late_grace: int = 0  # days late that cost nothing
    late_answers: int = 0  # minutes after the end of a quiz in which answers that waited on a device without a connection are taken; 0: none
    fit_to_sit: str = ""  # what trainees declare when they hand in; empty: it is not asked
    closures: tuple[str, ...] = ()  # days on which the University is closed, besides bank holidays
    release_by: str = BY_OFFICE  # who releases marks and feedback
    release_when: str = AS_AGREED  # and from when they can
    quorum: int = (
        0  # members who are there when a board decides, its secretary not counted; 0: none
    )
    quorum_external: str = WITHOUT_EXTERNAL  # must an external member be there?
    classification: str = UNCLASSIFIED  # of the award
    merit: int = 60
    distinction: int = 70
    class_rounding: str = NO_ROUNDING  # of the mean of all modules, by their credits
    class_share: int = (
        50  # percent of the credits at or above a class that give it, by the better rule
    )
    rpl_credits: int = 30  # at most, by what was learned before; 0: none
    rpl_years: int = 5  # how old that may be on the first day of the cohort
    rpl_experience: str = (
        YES  # may learning from experience have credit, without an assessment of then?
    )
    confirmed: tuple[str, ...] = ()  # the figures that the University has confirmed


NAMES = tuple(field.name for field in fields(Rules))
FIGURES = tuple(name for name in NAMES if name != "confirmed")


def read(values: Mapping) -> Rules:
    """As `written` stored them. A figure that a rule set from before did not have is what it was until then."""
    found: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if name in NAMES
    }
    return Rules(**found)


def as_values(rules: Rules) -> dict:
    """For JSON."""
    return {n: list(v) if isinstance(v, tuple) else v for n, v in asdict(rules).items()}


@dataclass(frozen=True)
class AttemptRule:
    """How many attempts a piece has, and what a later one counts at most (None: no cap). `is_own_cap`: its version says so, and not the rule set."""

    limit: int
    cap: int | None
    is_own_cap: bool


def attempt_rule(rules: Rules, piece) -> AttemptRule:
    """Of a piece with the `attempt_limit` and `attempt_cap` of its version, which stand over the rules where they are given."""
    limit = piece.attempt_limit or rules.attempts
    if piece.attempt_cap is None:
        return AttemptRule(limit, rules.cap, False)
    return AttemptRule(limit, None if piece.attempt_cap == NO_CAP else piece.attempt_cap, True)


@dataclass(frozen=True)
class ReleaseRule:
    """Who releases the marks of a piece, and from when they can. `is_own`: its version says so of one of them at least."""

    by: str
    when: str
    is_own: bool


def release_rule(rules: Rules, piece) -> ReleaseRule:
    """Of a piece with the `release_by` and `release_when` of its version, which stand over the rules where they are given."""
    by, when = piece.release_by or rules.release_by, piece.release_when or rules.release_when
    return ReleaseRule(by, when, bool(piece.release_by or piece.release_when))


def differences(before: Rules, after: Rules) -> list[str]:
    """The names of the figures that are others, in their order."""
    return [name for name in NAMES if getattr(before, name) != getattr(after, name)]


@dataclass(frozen=True)
class Preset:
    """A university's published rule, which fills the form. `source` names whose it is, the year and the address."""

    key: str
    source: str
    figures: Mapping

    def on(self, rules: Rules) -> Rules:
        """A figure that is another one now is no longer confirmed."""
        found = replace(rules, **self.figures)
        others = differences(rules, found)
        return replace(found, confirmed=tuple(n for n in rules.confirmed if n not in others))


PRESETS = (
    Preset(
        "sheffield",
        "University of Sheffield, ScHARR, late submission for postgraduate courses (read in 2026): https://www.sheffield.ac.uk/scharr/current/pgt/penalties",
        {
            "late": PERCENT,
            "late_step": 5,
            "late_zero_after": 5,
            "late_counts": WORKING,
            "late_day_from": "13:00",
            "late_grace": 0,
        },
    ),
    Preset(
        "southampton",
        "University of Southampton, penalties for late coursework (read in 2026): https://www.efolio.soton.ac.uk/blog/handbook-jw-bsc-education-and-psychology/coursework/penalties-for-late-coursework-submission/",
        {
            "late": PERCENT,
            "late_step": 10,
            "late_zero_after": 5,
            "late_counts": WORKING,
            "late_day_from": "",
            "late_grace": 0,
        },
    ),
    Preset(
        "warwick",
        "University of Warwick, Philosophy, taught postgraduates (2015–16): https://warwick.ac.uk/fac/soc/philosophy/postgraduate/ma_submission/penalties/",
        {
            "late": MARKS,
            "late_step": 3,
            "late_zero_after": 0,
            "late_counts": EVERY,
            "late_day_from": "12:01",
            "late_grace": 0,
        },
    ),
    Preset(
        "birkbeck",
        "Birkbeck, University of London, late submission, postgraduates (read in 2026): https://www.bbk.ac.uk/mybirkbeck/services/administration/assessment/coursework/late-submission",
        {
            "late": CAP,
            "late_step": 0,
            "late_cap": 50,
            "late_zero_after": 0,
            "late_counts": WORKING,
            "late_day_from": "",
            "late_grace": 0,
        },
    ),
    Preset(
        "queenmary",
        "Queen Mary University of London, Mathematical Sciences, late submission penalties (read in 2026): https://qmplus.qmul.ac.uk/mod/book/view.php?chapterid=236293&id=2699291",
        {
            "late": MARKS,
            "late_step": 5,
            "late_zero_after": 7,
            "late_counts": EVERY,
            "late_day_from": "",
            "late_grace": 0,
        },
    ),
    Preset("none", "No penalty for late work", {"late": NO_PENALTY, "late_step": 0}),
    Preset(
        "exeter",
        "University of Exeter, CEDAR, classification (read in 2026): https://cedar.exeter.ac.uk/iapt/iapt/marking/award/",
        {
            "boundaries": (50, 60, 70),
            "rounding": WHOLE,
            "classification": BY_MEAN,
            "merit": 60,
            "distinction": 70,
            "class_rounding": WHOLE,
        },
    ),
    Preset(
        "leicester",
        "University of Leicester, Senate Regulation 6, award: mean by credits or preponderance, whichever is better (2025–26); half of the credits is our reading: https://le.ac.uk/policies/regulations/senate-regulations/senate-regulation-6/from-25-26/award",
        {
            "classification": BY_BETTER,
            "merit": 60,
            "distinction": 70,
            "class_rounding": NO_ROUNDING,
            "class_share": 50,
        },
    ),
    Preset("unclassified", "The award is not classified", {"classification": UNCLASSIFIED}),
    Preset(
        "keele",
        "Keele University, Regulation D3, quorum of a board: the chair, two internal members and an external examiner (read in 2026): https://www.keele.ac.uk/regulations/regulationd3/",
        {"quorum": 4, "quorum_external": WITH_EXTERNAL},
    ),
)


def preset(key: str) -> Preset | None:
    return next((one for one in PRESETS if one.key == key), None)


def sound_boundaries(boundaries: Iterable[int]) -> bool:
    """Do the classes begin one above the other, within 1 and 100?"""
    found = list(boundaries)
    return bool(found) and found == sorted(set(found)) and 1 <= found[0] and found[-1] <= 100
