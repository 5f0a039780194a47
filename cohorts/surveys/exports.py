"""The results of a survey as a file, by the same rule as its page."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.refusals import Refused, insist
from lms.kit.spreadsheets import WRITERS
from lms.record.actions import write

from .queries import results_of
from .questions import TEXT
from .rules import may_run_survey


@transaction.atomic
def export_survey(survey, ending, *, by) -> bytes:
    """1. the record says who took the file, 2. the file. Refused where the page shows nothing either."""
    insist(may_run_survey(by, survey.cohort, survey.module))
    results = results_of(survey)
    if not results.is_shown:
        raise Refused(
            _("There is nothing to download: the survey is not over, or too few people answered.")
        )
    write("cohorts.export_survey", survey, by=by, after={"ending": ending})
    return WRITERS[ending](rows_of(survey, results))


def rows_of(survey, results) -> list[list]:
    rows = [
        [survey.title, survey.cohort.title],
        [_("Answered"), results.people, _("of"), results.of],
        [],
        [_("Question"), _("Answer"), _("People"), _("Percent"), _("Earlier cohort, percent")],
    ]
    for one in results.questions:
        words = one.question["text"]
        if one.texts:
            rows += [[words, text, "", "", ""] for text in one.texts]
        elif one.question["kind"] == TEXT:
            rows.append([words, _("No one wrote anything."), "", "", ""])
        elif not one.is_shown:
            rows.append([words, _("Not shown: too few answers"), "", "", ""])
        else:
            rows += [
                [
                    words,
                    line.label,
                    line.count,
                    line.percent,
                    "" if line.earlier is None else line.earlier,
                ]
                for line in one.lines
            ]
    return rows
