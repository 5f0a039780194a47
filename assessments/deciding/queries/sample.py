"""What an external examiner is asked about; always by script number."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from lms.kit.prepared_statements import CompiledQuery

from ...attempts.models import MarkLine
from ...marking import blind
from ...marking.criteria import criteria_of
from ...marking.feedback_files import NoSuchFeedback, feedback_rows, file_among
from ...marking.models import Allocation
from ...marking.states import AllocationState
from ...setting.models import Assessment
from ...setting.queries import version_for
from ...taking.essay_answers import essays_of
from ...taking.models import Submission
from .. import module_results
from ..models import Board, SampleRequest
from . import tallies

SAMPLE_A_PAGE = 10  # scripts with the lines of their marks, each as long as two rows of a list


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
    read whole. Eight queries at most.
    """
    parts, marks, asked, before = Counter(), {}, {}, {}
    requested, boundaries = requested_by(board), board.judging.rules.boundaries
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
        assessment: [papers[number][1] for number in _chosen(papers, requested, boundaries)]
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


def _chosen(papers, requested, boundaries) -> list[str]:
    """The numbers of one assessment's sample: those of the rule, and then those that an examiner asked for."""
    rule = module_results.sample([marked for marked, _ in papers.values()], boundaries)
    numbers = [one.number for one in rule]
    return numbers + [n for n in papers if n in requested and n not in numbers]


def requested_by(board) -> set[str]:
    """The numbers of the scripts that examiners asked for besides the rule's. One query."""
    rows = SampleRequest.objects.filter(report__board=board.pk)
    return {number for numbers in rows.values_list("scripts", flat=True) for number in numbers}


def outside_sample(board) -> list[str]:
    """The numbers of the scripts that this board can decide and nobody has been shown. Three queries."""
    asked: dict[int, dict] = {}
    for key, assessment, number, part, mark, third, _board in tallies.papers_before(board):
        if part == tallies.ASKED:
            marked = module_results.Marked(number, mark, third is not None)
            asked.setdefault(assessment, {})[number] = (marked, key)
    requested, boundaries = requested_by(board), board.judging.rules.boundaries
    return [
        number
        for papers in asked.values()
        for number in papers.keys() - set(_chosen(papers, requested, boundaries))
    ]


def judgements_of(board, number) -> dict:
    """One marked script of the board's cohort: `script`, what was `asked` (a version), its `criteria`, and `markers` with a mark a criterion and their words, without a name;
    where it is the essays of a quiz, those `essays`.
    Raises NoSuchScript."""
    script = (
        Submission.objects.filter(
            script=number, enrolment__cohort_id=board.cohort_id, state__in=tallies.MARKED
        )
        .select_related("assessment", "attempt", "enrolment")
        .prefetch_related("attempt__lines")
        .first()
    )
    if script is None:
        raise blind.NoSuchScript(number)
    tasks = Allocation.objects.filter(submission=script, state=AllocationState.SEALED)
    asked = version_for(script.assessment_id, board.cohort_id)
    criteria = criteria_of(script, levels=True)
    markers = [
        {
            "label": task.get_stage_display(),
            "marks": [(one, task.marks.get(one.key)) for one in criteria],
            "total": task.total,
            "comment": task.comment,
            "remarks": task.remarks,
            "feedback": feedback_rows(task.feedback),
        }
        for task in sorted(
            tasks, key=lambda task: [key for key, _ in task.STAGES].index(task.stage)
        )
    ]
    essays = essays_of([script.pk]).get(script.pk, []) if script.assessment.is_quiz else []
    found = {"script": script, "asked": asked, "criteria": criteria, "markers": markers}
    return found | {"essays": essays}


def sample_feedback(board, number, key) -> tuple[str, str]:
    """The private path of a marker's feedback file on such a script, and its name. Raises NoSuchFeedback."""
    tasks = Allocation.objects.filter(
        submission__script=number,
        submission__enrolment__cohort=board.cohort_id,
        submission__state__in=tallies.MARKED,
        state=AllocationState.SEALED,
    )
    for task in tasks:
        if any(one["file"] == key for one in task.feedback):
            return file_among(task.feedback, key, number, task.stage)
    raise NoSuchFeedback(key)


def _page_of(keys, marks, number, length=SAMPLE_A_PAGE) -> Page:
    """One page of scripts, in the order of their keys, each with its `mark` and the `chain` of lines behind it."""
    page = Paginator(keys, length).get_page(number)
    scripts, lines = {}, {}
    if page.object_list:
        for line in _lines(scripts=page.object_list):
            lines.setdefault(line.attempt_id, []).append(line)
        scripts = {script.pk: script for script in _scripts(scripts=page.object_list)}
    page.object_list = [scripts[key] for key in page.object_list]
    for script in page.object_list:
        script.mark = marks[script.pk]
        script.chain = blind.chain_from(lines.get(script.attempt_id, ()))
    return page


_scripts = CompiledQuery(
    lambda *, scripts: (
        Submission.objects.filter(pk__in=scripts)
        .select_related("assessment")
        .only("script", "attempt_id", "assessment__code", "assessment__title")
    )
)
_lines = CompiledQuery(
    lambda *, scripts: (
        MarkLine.objects.filter(attempt__submission__in=scripts)
        .only("attempt_id", "number", "stage", "mark", "rule", "at")
        .order_by("attempt_id", "number")
    )
)
