"""The external examiner's word to a board: lines that are added, of which the newest counts."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.refusals import Refused, insist
from lms.people.actions import tell_many
from lms.people.models import Role
from lms.people.roles import holders_of
from lms.record.actions import write

from ...attempts.chain import SETTLED
from ...attempts.models import MarkLine
from ..models import Board, ExaminerReport, SampleRequest
from ..queries.boards import modules_of
from ..queries.sample import outside_sample
from ..queries.tallies import verdicts_of
from ..rules import may_confirm, may_ratify
from ..states import LETS_DECIDE, BoardState, Opinion

LONGEST_COMMENT = 4000
MOST_AT_ONCE = 50


@transaction.atomic
def write_report(
    board, opinion, comment, *, by, seen=None, numbers=(), at_random=0
) -> ExaminerReport:
    """Add the examiner's line on a board.

    1. the line, 2. the scripts that are asked for, 3. the board carries who confirmed and when, or nobody where the newest line stops
    it, 4. a record entry, 5. registrars are told. `seen` is the number of the newest line on the page that was sent. The same words
    twice are one line, unless more was marked meanwhile. Raises Refused where there is nothing to confirm, or the board is closed.
    """
    insist(may_confirm(by, board))
    locked = (
        Board.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cohort")
        .get(pk=board.pk)
    )
    _insist_open(locked)
    comment = _comment(comment)
    last = locked.reports.select_related("examiner").first()
    if _is_same(last, locked, opinion, comment, len(numbers) + at_random, by=by):
        return _back(board, last)
    if seen is not None and last and last.number != seen:
        raise Refused(
            _(
                "%(full_name)s wrote to this board since the page was opened. Read that below, then send yours."
            )
            % {"full_name": last.examiner.full_name}
        )
    if opinion in LETS_DECIDE and not _has_results(locked):
        raise Refused(
            _(
                "There is nothing to confirm yet: no module’s work is wholly marked. Look again when it is."
            )
        )
    wishes = _wishes(locked, opinion, numbers, at_random)
    report = ExaminerReport.objects.create(
        board=locked,
        number=last.number + 1 if last else 1,
        examiner=by,
        opinion=opinion,
        comment=comment,
    )
    if wishes:
        SampleRequest.objects.create(report=report, scripts=wishes)
    _carry(locked, report)
    write("assessments.write_report", locked, by=by, after=opinion)
    _tell(locked, report, wishes, by=by)
    return _back(board, report)


def _insist_open(board):
    if board.state == BoardState.CANCELLED:
        raise Refused(_("This board was cancelled, so its sample cannot be confirmed."))
    if board.state != BoardState.CALLED:
        raise Refused(_("This board has decided, so its sample can no longer be confirmed."))


def _comment(comment) -> str:
    comment = comment.strip()
    if not comment:
        raise Refused(_("Write a comment for the board before you confirm."))
    if len(comment) > LONGEST_COMMENT:
        raise Refused(
            _("The comment has %(count)s characters; there is room for %(longest_comment)s.")
            % {"count": len(comment), "longest_comment": LONGEST_COMMENT}
        )
    return comment


def _wishes(board, opinion, numbers, at_random) -> list[str]:
    """The numbers of the scripts that are asked for: those named, and so many more at random of the ones that are not in the sample."""
    if opinion != Opinion.MORE:
        return []
    named = list(dict.fromkeys(number.strip().upper() for number in numbers if number.strip()))
    left = outside_sample(board)
    if unknown := [number for number in named if number not in left]:
        raise Refused(
            _(
                "These are no scripts of this board outside its sample: %(numbers)s. Check the numbers, or ask for some at random."
            )
            % {"numbers": ", ".join(unknown)}
        )
    others = [number for number in left if number not in named]
    if not 0 <= at_random <= MOST_AT_ONCE or len(named) > MOST_AT_ONCE:
        raise Refused(_("Ask for at most %(most)s scripts at once.") % {"most": MOST_AT_ONCE})
    wishes = named + secrets.SystemRandom().sample(others, min(at_random, len(others)))
    if not wishes:
        raise Refused(
            _(
                "Name the scripts you want to see, or how many at random. There are %(count)s outside the sample."
            )
            % {"count": len(left)}
        )
    return wishes


def _is_same(last, board, opinion, comment, count, *, by) -> bool:
    if last is None or (last.examiner_id, last.opinion, last.comment) != (by.pk, opinion, comment):
        return False
    if opinion == Opinion.MORE and len(last.request.scripts) != count:
        return False
    return not MarkLine.objects.filter(
        attempt__enrolment__cohort=board.cohort_id, stage__in=SETTLED, at__gt=last.at
    ).exists()


def _has_results(board) -> bool:
    return any(line.ready for line in verdicts_of(board, modules_of(board), is_seen=True))


def _carry(board, report):
    """What a board's questions ask in the database: since when the newest line lets it decide."""
    lets = report.opinion in LETS_DECIDE
    board.sample_confirmed_by = report.examiner if lets else None
    board.sample_confirmed_at = report.at if lets else None
    board.sample_comment = report.comment if lets else ""
    board.save(update_fields=["sample_confirmed_by", "sample_confirmed_at", "sample_comment"])


def _tell(board, report, wishes, *, by):
    """Registrars who may open the board are told of what stops it: none whose results are before it, and none who marks in its cohort."""
    if report.opinion in LETS_DECIDE:
        return
    body = _("%(title)s: %(opinion)s. %(comment)s") % {
        "title": board.title,
        "opinion": report.get_opinion_display(),
        "comment": report.comment,
    }
    tell_many(
        [
            (p, _("The external examiner stops a board"), body, "/boards/")
            for p in holders_of(Role.REGISTRAR)
            if may_ratify(p, board)
        ]
    )


def _back(board, report):
    board.refresh_from_db()
    return report
