"""What recording a board's decisions would do, counted and in pages, before anybody does it."""

from collections import Counter
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator

from lms.kit.lists import A_PAGE

from ..states import Outcome
from .boards import NOBODY, Case, cases_of
from .tallies import shown_on, verdicts_of

FAILING, PASSING, LEFT_OUT = "failing", "passing", "left"


@dataclass
class Forecast:
    """`counts` of modules by outcome, `awards` of people, `for_later` modules that are left to a later board, `people` with a result now;
    `pages` of students by list, `cases` of those on them."""

    counts: dict[str, int]
    awards: int
    for_later: int
    people: int
    pages: dict[str, Page]
    cases: dict[int, list[Case]] = field(default_factory=dict)

    @property
    def ready(self) -> int:
        return sum(self.counts.values())


def forecast_of(board, modules, pages, recusals=NOBODY) -> Forecast:
    """Those with a module that is not passed stand first; everybody who waits for something stands in the last list. Four queries."""
    keys, counts, awards, left = {FAILING: [], PASSING: [], LEFT_OUT: []}, Counter(), 0, 0
    for line in verdicts_of(board, modules, with_repeats=True, recusals=recusals):
        counts[Outcome.PASS.value] += line.passes
        counts[Outcome.REFER.value] += line.repeats
        counts[Outcome.FAIL.value] += line.ready - line.passes - line.repeats
        awards += line.is_award
        left += line.waiting
        if line.ready:
            keys[PASSING if line.passes == line.ready else FAILING].append(line.student)
        if line.waiting:
            keys[LEFT_OUT].append(line.student)
    found = {
        name: Paginator(these, A_PAGE).get_page(pages.get(name)) for name, these in keys.items()
    }
    cases: dict[int, list[Case]] = {}
    for case in cases_of(
        board,
        shown_on({student: None for page in found.values() for student in page}),
        modules,
        recusals,
    ):
        cases.setdefault(case.enrolment.pk, []).append(case)
    return Forecast(
        counts=dict(+counts),
        awards=awards,
        for_later=left,
        people=len(keys[FAILING]) + len(keys[PASSING]),
        pages=found,
        cases=cases,
    )
