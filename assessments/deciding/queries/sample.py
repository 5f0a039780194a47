"""What an external examiner is asked about; always by script number."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page, Paginator

from ...setting.models import Assessment
from ...taking.models import Submission
from .. import module_results
from ..models import Board
from . import tallies

SAMPLE_A_PAGE = 20  # scripts with the lines of their marks, longer than a row of a list


@dataclass
class Sample:
    """What an external examiner is asked about. Callers show scripts by number only.

    `groups` by assessment: how many scripts of how many this board can decide are `chosen`, and the `scripts` of this `page` of the sample;
    `earlier`, a page: what other boards had decided before; `for_later`: marked, but not this board's to decide, because other work of the
    module is missing.
    """

    groups: list[dict]
    page: Page
    earlier: Page
    for_later: int
    unsettled: int

    @property
    def count(self):
        return sum(group["chosen"] for group in self.groups)

    @property
    def of(self):
        return sum(group["of"] for group in self.groups)


def sample_of(board, page=1, earlier=1) -> Sample:
    """The sample of what this board can decide, or has decided; what an earlier board made final is not asked about again.

    The board's written work is read once, a line each, and `module_results.sample` chooses of it; of either list the scripts of one page are
    read whole. Seven queries at most.
    """
    parts, marks, asked, before = Counter(), {}, {}, {}
    for key, assessment, number, part, mark, third, decided_by in tallies.papers_before(board):
        parts[part] += 1
        marks[key] = mark
        if part == tallies.ASKED:
            asked.setdefault(assessment, {})[number] = (
                module_results.Marked(number, mark, third is not None),
                key,
            )
        elif part == tallies.EARLIER:
            before[key] = decided_by
    chosen = {
        assessment: [
            papers[one.number][1]
            for one in module_results.sample(
                [marked for marked, _ in papers.values()], settings.IMSA_CLASS_BOUNDARIES
            )
        ]
        for assessment, papers in asked.items()
    }
    shown, earlier = (
        _page_of([key for keys in chosen.values() for key in keys], marks, page),
        _page_of([*before], marks, earlier, tallies.SELDOM),
    )
    assessments = Assessment.objects.select_related(None).in_bulk(asked) if asked else {}
    groups = [
        {
            "assessment": assessments[key],
            "of": len(papers),
            "chosen": len(chosen[key]),
            "scripts": [script for script in shown if script.assessment_id == key],
        }
        for key, papers in asked.items()
    ]
    boards = (
        Board.objects.in_bulk({before[script.pk] for script in earlier})
        if earlier.object_list
        else {}
    )
    earlier.object_list = [
        {"script": script, "mark": script.mark, "board": boards[before[script.pk]]}
        for script in earlier
    ]
    return Sample(groups, shown, earlier, parts[tallies.LEFT], parts[tallies.UNSETTLED])


def _page_of(keys, marks, number, length=SAMPLE_A_PAGE) -> Page:
    """One page of scripts, in the order of their keys, each with its `mark` and the lines behind it."""
    page = Paginator(keys, length).get_page(number)
    scripts = (
        Submission.objects.select_related("assessment", "attempt")
        .prefetch_related("attempt__lines")
        .in_bulk(page.object_list)
        if page.object_list
        else {}
    )
    page.object_list = [scripts[key] for key in page.object_list]
    for script in page.object_list:
        script.mark = marks[script.pk]
    return page
