"""The programme office reads what a trainee wrote to it, gives it to one registrar, and answers; all of it refuses the author and the markers."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.record.actions import write

from ..models import Submission
from ..notes import LONGEST, NoteLine, lines_of
from ..rules import may_read_note


@transaction.atomic
def read_note(submission, *, by) -> Submission:
    """A registrar has read a trainee's note. 1. who and when, 2. a record entry. Twice is once, and the first reader stays."""
    locked = _lock(submission, by)
    _read(locked, by=by)
    return locked


@transaction.atomic
def assign_note(submission, registrar, *, by, seen=None) -> NoteLine:
    """Give a note to one registrar to answer. 1. the line, 2. a record entry, 3. the registrar is told, unless it is `by`. The same again changes nothing.
    Raises Refused for somebody who may not read it, and where another line than number `seen` is the newest."""
    locked = _lock(submission, by)
    lines = lines_of(locked)
    last = next((one for one in lines[::-1] if one.kind == NoteLine.ASSIGNMENT), None)
    if last and last.registrar_id == registrar.pk:
        return last
    if not may_read_note(registrar, locked):
        raise Refused(_("Choose another registrar: this one cannot read the note."))
    _insist_newest(lines, seen)
    made = _add(locked, lines, NoteLine.ASSIGNMENT, by=by, registrar=registrar)
    write("assessments.assign_note", locked, by=by, after={"registrar": registrar.pk})
    if registrar.pk != by.pk:
        tell(
            registrar,
            _("A note is yours to answer"),
            _("A trainee’s note with receipt %(receipt)s has been assigned to you.")
            % {"receipt": locked.receipt},
            f"/registry/notes/{locked.receipt}/",
        )
    return made


@transaction.atomic
def answer_note(submission, words, *, by, seen=None) -> NoteLine:
    """Answer a note in words. 1. the line, 2. the note is read, 3. a record entry without a word of it, 4. the trainee is told that there is an answer. The
    same again changes nothing; another answer puts the one before right, and both stay. Raises Refused without words, and where another line than
    number `seen` is the newest."""
    locked = _lock(submission, by)
    words, lines = words.strip(), lines_of(locked)
    answers = [one for one in lines if one.kind == NoteLine.ANSWER]
    if answers and (answers[-1].words, answers[-1].by_id) == (words, by.pk):
        return answers[-1]
    if not words or len(words) > LONGEST:
        raise Refused(_("Write an answer of up to %(longest)s characters.") % {"longest": LONGEST})
    _insist_newest(lines, seen)
    made = _add(locked, lines, NoteLine.ANSWER, by=by, words=words)
    _read(locked, by=by)
    write("assessments.answer_note", locked, by=by, after={"line": made.number})
    tell(
        locked.enrolment.person,
        _("The programme office has answered your note"),
        _("You wrote it when you handed in “%(title)s”. Your note and the answer are on its page.")
        % {"title": locked.assessment.title},
        f"/my-work/receipts/{locked.receipt}/",
    )
    return made


def _lock(submission, by):
    """The work, with whom and what it is about. Asked here once more: it may have been given to `by` to mark since."""
    rows = Submission.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("enrolment__person", "assessment").get(pk=submission.pk)
    insist(may_read_note(by, locked))
    if not locked.note or locked.submitted_at is None:
        raise Refused(_("There is no note with this work."))
    return locked


def _insist_newest(lines, seen):
    newest = lines[-1] if lines else None
    if seen is not None and seen != (newest.number if newest else 0):
        raise Refused(
            _(
                "%(name)s was here since you opened this page. Read what is new, then send this again."
            )
            % {"name": newest.by.full_name if newest else ""}
        )


def _add(submission, lines, kind, *, by, **values):
    number = lines[-1].number + 1 if lines else 1
    return NoteLine.objects.create(
        submission=submission, number=number, kind=kind, by=by, at=clock.now(), **values
    )


def _read(locked, *, by):
    if not locked.note_read_at:
        locked.note_read_at, locked.note_read_by = clock.now(), by
        locked.save(update_fields=["note_read_at", "note_read_by"])
        write("assessments.read_note", locked, by=by)
