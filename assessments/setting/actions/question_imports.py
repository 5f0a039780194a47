"""Questions come from another system's file: kept aside to be looked at, then written into a draft; one that stands there already is not written again."""

import json
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist

from .. import kinds
from ..bank import QuestionFile
from ..essays import sound_essay
from ..queries import questions_in
from ..rules import may_set
from .questions import (
    add_question,
    choice_rows,
    keep_together,
    next_place,
    scenario_for,
    sound_gaps,
)
from .versions import MOST_QUESTIONS, lock_draft, save_draft

DAYS_KEPT = 7  # of a file that was looked at and neither imported nor left out


@transaction.atomic
def keep_file(version, name, rows, losses, *, by) -> QuestionFile:
    """Keep aside what a file holds, until its reader says yes; another that they chose for this draft before goes. No question is written, and the record has
    no entry before one is. `rows`: as `question_files.QuestionRow.as_values`."""
    draft = lock_draft(version, by=by)
    QuestionFile.objects.filter(version=draft, person_id=by.pk, imported_at=None).delete()
    return QuestionFile.objects.create(
        version=draft, person_id=by.pk, name=name[:200], rows=rows, losses=losses
    )


@transaction.atomic
def import_questions(file, *, by, seen=None) -> int:
    """Write the questions of a file that was looked at. 1. each that the draft does not have, at its end, or with the others of its scenario, and scenarios
    that the draft does not have, 2. the file is marked as imported, 3. a record entry.
    How many were written. Twice is once. Refused where the draft would hold more than a version can, and where another file took this one's place.
    Raises Outdated when the draft was saved after `seen`, its revision on the page that showed what would come."""
    locked = QuestionFile.objects.filter(pk=file.pk).first()
    if locked and locked.imported_at:
        return 0
    draft = lock_draft(file.version, by=by, seen=seen)
    locked = QuestionFile.objects.select_for_update(no_key=True).filter(pk=file.pk).first()
    if locked is None:
        raise Refused(_("Another file took this one’s place. Choose it again."))
    if locked.person_id != by.pk:
        raise Refused(_("Someone else chose this file. Choose it yourself."))
    if locked.imported_at:
        return 0
    todo = new_rows(draft, locked.rows)
    if draft.places.count() + len(todo) > MOST_QUESTIONS:
        raise Refused(
            _("With these a version would have more than %(most)s questions. Divide the file.")
            % {"most": MOST_QUESTIONS}
        )
    place = next_place(draft)
    scenarios = _scenarios_in(draft)
    keys = []
    for n, row in enumerate(todo):
        text = row["facts"].get("scenario_text", "")
        words = tuple(text.split())
        if words and words not in scenarios and (made := scenario_for(draft, text)):
            scenarios[words] = made.key
        about = {"scenario": scenarios.get(words, "")}
        keys.append(add_question(draft, row["facts"] | about, place + n).key)
    keep_together(draft)
    locked.imported_at = clock.now()
    locked.rows, locked.losses = [], []  # they stand in the draft now
    locked.save(update_fields=["imported_at", "rows", "losses"])
    if keys:
        save_draft(
            draft, "assessments.import_questions", by=by, after={"keys": keys, "file": locked.pk}
        )
    return len(keys)


@transaction.atomic
def drop_file(file, *, by):
    """A file that was looked at is not imported: what was kept of it goes. Twice is once."""
    insist(may_set(by, file.version.assessment.module))
    QuestionFile.objects.filter(pk=file.pk, person_id=by.pk, imported_at=None).delete()


def drop_waiting_files(*, by) -> int:
    """For the worker: files that somebody looked at and left hold right answers. How many went."""
    old = QuestionFile.objects.filter(
        imported_at=None, at__lt=clock.now() - timedelta(days=DAYS_KEPT)
    )
    return old.delete()[0]


def new_rows(version, rows) -> list[dict]:
    """Those that can be taken and that neither the version has nor an earlier one of the file is."""
    there = {_fingerprint_of(question) for question in questions_in(version)}
    found = []
    for row in rows:
        mark = _fingerprint(row["facts"]) if row["facts"] else None
        if mark and mark not in there:
            there.add(mark)
            found.append(row)
    return found


def _scenarios_in(draft) -> dict[tuple[str, ...], str]:
    """The key of each scenario of a draft, by its words, however its lines end; of two alike the first."""
    there = [q.scenario for q in questions_in(draft) if q.scenario]
    return {tuple(one.text.split()): one.key for one in reversed(there)}


def _fingerprint(facts):
    choices = [
        (c["text"].strip(), bool(c.get("is_right")), c.get("pair", "").strip())
        for c in facts.get("choices", [])
    ]
    about = facts.get("scenario_text", "")
    return _identity(facts["kind"], facts["text"], choices, facts.get("solution", {}), about)


def _fingerprint_of(question):
    about = question.scenario.text if question.scenario_id else ""
    rows = choice_rows(question)
    return _identity(question.kind, question.text, rows, question.solution, about)


def _identity(kind, text, choices, solution, scenario):
    """What a question asks, for comparing: its words, its choices, what is right, and what it is about."""
    if kind == kinds.NUMBER:
        figures = [kinds.read_number(str(solution.get(n) or "0")) for n in ("value", "tolerance")]
        solution = (*figures, solution.get("unit", ""))
    elif kind == kinds.SHORT:
        solution = tuple(solution.get("accept", []))
    elif kind == kinds.CLOZE:
        solution = json.dumps(sound_gaps(solution), sort_keys=True)
    elif kind == kinds.ESSAY:
        solution = json.dumps(sound_essay(solution), sort_keys=True)
    else:
        solution = ()
    return (
        kind,
        " ".join(text.split()),
        " ".join(scenario.split()),
        tuple(choices),
        solution,
    )  # a page ends lines otherwise than a file
