"""A board's written work by script number, in sections and pages."""

from django.core.paginator import Paginator
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Q,
    Value,
    When,
    Window,
    prefetch_related_objects,
)
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy

from cohorts.enrolment.states import EnrolmentState
from lms.kit.lists import A_PAGE
from lms.kit.prepared_statements import CompiledQuery

from ...taking.models import Submission
from ...taking.states import SubmissionState
from .tallies import SELDOM, values_there

PROVISIONAL, MARKING, DECIDED = (
    "marked",
    "marking",
    "decided",
)  # the sections of scripts, as addresses name them
SECTIONS = {
    PROVISIONAL: (gettext_lazy("Marked, provisional"), 6),
    MARKING: (gettext_lazy("Being marked"), 4),
    DECIDED: (gettext_lazy("Decided"), 5),
}  # heading, columns
LENGTHS = {PROVISIONAL: A_PAGE, MARKING: SELDOM, DECIDED: SELDOM}


def work_in_writing(cohort, programme, wanted=""):
    """The written work that is in, of a board's people, each with its `part`: one of SECTIONS. Of those with `wanted` in their number."""
    rows = Submission.objects.filter(
        enrolment__cohort_id=cohort, assessment__module__programme_id=programme
    )
    rows = rows.filter(script__icontains=wanted) if wanted else rows
    return (
        rows.exclude(enrolment__state=EnrolmentState.LEFT)
        .exclude(state=SubmissionState.DRAFT)
        .annotate(
            part=Case(
                When(state=SubmissionState.AGREED, then=Value(PROVISIONAL)),
                When(state=SubmissionState.RATIFIED, then=Value(DECIDED)),
                default=Value(MARKING),
                output_field=CharField(),
            )
        )
    )


def script_counts(board, wanted="") -> dict[str, int]:
    """How much of a board's written work is in each of SECTIONS. One query."""
    counted = _counts(
        cohort=board.cohort_id, programme=board.cohort.programme_id, **values_there(wanted=wanted)
    )
    return dict.fromkeys(SECTIONS, 0) | dict(counted)


def _counts_of(*, cohort, programme, wanted=""):
    rows = work_in_writing(cohort, programme, wanted).order_by()
    return rows.values("part").annotate(n=Count("pk")).values_list("part", "n")


_counts = CompiledQuery(_counts_of)


def scripts_of(board, pages, *, wanted="") -> dict:
    """{section: page} of the written work that is in, by assessment and number, with the lines of its marks. Three queries; one where
    there is no script."""
    found, lines, counts = {}, {}, script_counts(board, wanted)
    for section, count in counts.items():
        found[section] = Paginator(range(count), LENGTHS[section]).get_page(pages.get(section))
        found[section].object_list = lines[section] = []
    if any(counts.values()):
        edges = {
            f"{section}_{edge}": (page.number - at) * LENGTHS[section]
            for section, page in found.items()
            for edge, at in (("from", 1), ("to", 0))
        }
        scripts = _scripts(
            cohort=board.cohort_id,
            programme=board.cohort.programme_id,
            **edges,
            **values_there(wanted=wanted),
        )
        prefetch_related_objects(scripts, "attempt__lines")
        for script in scripts:
            lines[script.part].append(script)
    return found


def _scripts_between(*, cohort, programme, wanted="", **edges):
    """The scripts of each section after `<section>_from` of them, up to `<section>_to`."""
    order, asked = ["assessment__code", "script"], Q(pk__in=[])
    for section in SECTIONS:
        asked |= Q(
            part=section,
            row_number__gt=edges[f"{section}_from"],
            row_number__lte=edges[f"{section}_to"],
        )
    rows = work_in_writing(cohort, programme, wanted).select_related(
        "assessment__module", "attempt"
    )
    return (
        rows.annotate(row_number=Window(RowNumber(), partition_by=[F("part")], order_by=order))
        .filter(asked)
        .order_by(*order)
    )


_scripts = CompiledQuery(_scripts_between)
