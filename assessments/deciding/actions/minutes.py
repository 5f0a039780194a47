"""Draws the minutes of a board with its decisions; then they are signed and corrected by lines, and never changed."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.kit import clock
from lms.kit.languages import ENGLISH
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell, tell_many
from lms.people.roles import is_operator
from lms.record.actions import write

from ..models import Minutes, MinutesLine
from ..queries.interests import interests_in_words
from ..queries.members import members_of
from ..queries.minutes import (
    content_of,
    decision_row,
    hash_of,
    line_hash,
    lines_of,
    minutes_of,
    prior_learning_rows,
    signature_in,
    signed_text,
)
from ..rules import may_correct_minutes, may_decide_on, may_ratify, may_sign
from ..states import MemberRole, MinutesKind
from .board_calendar import lock_board

LONGEST_TEXT = 2000


def add_minutes(batch, board, cases, decisions, awards, *, chair, members, recusals):
    """The minutes of what `batch` decides, in English whatever the language of whoever records."""
    with override(ENGLISH):
        content = content_of(
            board,
            chair=chair,
            recorded_by="" if is_operator(batch.by) else batch.by.full_name,
            day=clock.today(),
            members=members,
            interests=interests_in_words(board, recusals, members),
            results={
                "decisions": [decision_row(one) for one in decisions],
                "left_out": [
                    [case.enrolment.student_reference, case.module.code, str(case.public_reason)]
                    for case in cases
                    if case.why_not and not case.credit
                ],
                "awards": [[one.enrolment.student_reference, one.label] for one in awards],
                **({"prior_learning": prior} if (prior := prior_learning_rows(board)) else {}),
            },
        )
    drawn = Minutes(board=board, content=content, sha256=hash_of(content), drawn_at=clock.now())
    minutes = batch.add(drawn)
    batch.record("assessments.draw_minutes", minutes, after={"sha256": minutes.sha256})
    for one in members:
        if one.role == MemberRole.CHAIR:
            batch.tell(
                one.person,
                _("Minutes to sign"),
                _("The decisions of “%(title)s” are recorded. Read its minutes, and sign them.")
                % {"title": board.title},
                f"/boards/{board.pk}/minutes/",
            )


@transaction.atomic
def sign_minutes(board, *, by, sha256, day=None) -> MinutesLine:
    """The chair signs what they read (`sha256`); or, with the `day` on which the chair signed on paper, a registrar records that.

    1. a line with who, when and the hash, 2. a record entry, 3. of a signature on paper the chair is told. Signed minutes stay as they are; the same again is the line there is. Raises
    Refused where they are signed by somebody else, and where what was read is not what is there.
    """
    insist(may_sign(by, board) if day is None else may_ratify(by, board))
    minutes = _lock(board, by)
    lines = lines_of(minutes)
    person = None if is_operator(by) else by
    if there := signature_in(lines):
        if there.by_id == getattr(person, "pk", None):
            return there
        raise Refused(_("These minutes are signed already by %(name)s.") % {"name": there.name})
    if sha256 != minutes.sha256:
        raise Refused(_("These are not the minutes that you read. Load the page again."))
    if day is not None and not minutes.board.meets_on <= day <= clock.today():
        raise Refused(_("Give the day on which the chair signed: from the board’s day to today."))
    kind = MinutesKind.SIGNED if day is None else MinutesKind.ON_PAPER
    name = by.full_name if day is None else minutes.content["chair"]
    text = "" if day is None else day.isoformat()
    line = _add_line(minutes, lines, kind, text, name, by=by)
    if day is not None:
        _tell_chair(minutes.board, day)
    return line


def _tell_chair(board, day):
    about = {"title": board.title, "day": f"{day:%A %-d %B %Y}"}
    for one in members_of(board):
        if one.role == MemberRole.CHAIR:
            tell(
                one.person,
                _("Minutes are recorded as signed"),
                _(
                    "The programme office recorded that you signed the minutes of “%(title)s” on paper on %(day)s. If you did not, add a correction under them and tell the office."
                )
                % about,
                f"/boards/{board.pk}/minutes/",
            )


@transaction.atomic
def correct_minutes(board, text, *, by, seen=None) -> MinutesLine:
    """What the minutes should have said: 1. a line under them, 2. a record entry, 3. the chair and the secretary are told. The minutes stay. `seen`: how
    many lines the page showed. The same words by the same person, last of all, are the line there is."""
    insist(may_correct_minutes(by, board))
    minutes = _lock(board, by)
    lines, text = lines_of(minutes), text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise Refused(
            _("Write the correction, in up to %(longest)s characters.") % {"longest": LONGEST_TEXT}
        )
    person = None if is_operator(by) else by
    last = lines[-1] if lines else None
    if last and (last.kind, last.text, last.by_id) == (
        MinutesKind.CORRECTION,
        text,
        getattr(person, "pk", None),
    ):
        return last
    if seen is not None and seen != len(lines):
        raise Refused(_("A line was added since you opened this page. Read it first."))
    name = "" if person is None else person.full_name
    line = _add_line(minutes, lines, MinutesKind.CORRECTION, text, name, by=by)
    told = [
        one for one in members_of(board) if one.role in (MemberRole.CHAIR, MemberRole.SECRETARY)
    ]
    tell_many(
        [
            (
                one.person,
                _("Minutes are corrected"),
                _("A correction stands under the minutes of “%(title)s”.") % {"title": board.title},
                f"/boards/{board.pk}/minutes/",
            )
            for one in told
            if one.person_id != by.pk
        ]
    )
    return line


@transaction.atomic
def sign_chairs_action(action, *, by) -> MinutesLine:
    """The chair signs a decision after the board that was recorded in their name. 1. a line under the minutes of its board, with the number of the decision and a hash of
    what it says, 2. a record entry. Twice is the line there is. Raises Refused for a decision in somebody else's name, and of somebody in whom the chair has
    declared an interest."""
    decision = action.decision
    insist(may_sign(by, decision.board))
    insist(may_decide_on(by, decision.enrolment))
    minutes = _lock(decision.board, by)
    if by.full_name != action.chair:
        raise Refused(
            _("This was recorded as decided by %(name)s, who alone can sign it.")
            % {"name": action.chair}
        )
    lines, text = lines_of(minutes), signed_text(action)
    for line in lines:
        if (line.kind, line.text, line.by_id) == (MinutesKind.ACTION, text, by.pk):
            return line
    return _add_line(minutes, lines, MinutesKind.ACTION, text, by.full_name, by=by)


def tell_chair_of(batch, action, board):
    """As part of a batch: the chair in whose name `action` is recorded, where they are a member of the board with an account, reads it and can sign it."""
    for one in members_of(board):
        if one.role == MemberRole.CHAIR and one.person.full_name == action.chair:
            batch.tell(
                one.person,
                _("A decision is recorded in your name"),
                _(
                    "The programme office recorded a decision of yours after the board “%(title)s”. Read it below the minutes and sign it. If you did not decide so, add a correction there and tell the office."
                )
                % {"title": board.title},
                f"/boards/{board.pk}/minutes/",
            )


def _lock(board, by) -> Minutes:
    """The minutes; of a board from before there were any, they are kept now."""
    locked = lock_board(board)
    minutes = minutes_of(locked)
    if minutes is None:
        raise Refused(_("There are no minutes before the board has decided."))
    if not minutes.pk:
        minutes.drawn_at = clock.now()
        minutes.save()
        write("assessments.draw_minutes", minutes, by=by, after={"sha256": minutes.sha256})
    return minutes


def _add_line(minutes, lines, kind, text, name, *, by) -> MinutesLine:
    line = MinutesLine(
        minutes=minutes,
        number=len(lines) + 1,
        kind=kind,
        text=text,
        by=None if is_operator(by) else by,
        name=name,
        at=clock.now(),
    )
    line.sha256 = line_hash(lines[-1].sha256 if lines else minutes.sha256, line)
    line.save()
    write(
        f"assessments.{'correct' if kind == MinutesKind.CORRECTION else 'sign'}_minutes",
        line,
        by=by,
        after={"minutes": minutes.pk, "kind": str(kind), "sha256": line.sha256},
    )
    return line
