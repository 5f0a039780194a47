"""Finds scripts that are alike, for the office to look at: the same file, or words in common. It judges nobody, and tells nobody else."""

from array import array

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from lms.kit import clock, files
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from ...setting.queries import version_for
from ...taking.essay_answers import essays_of
from ...taking.models import Submission
from ...taking.states import SubmissionState
from .. import similarity
from ..models.misconduct import Resemblance, ScriptText
from ..rules import may_pursue

AT_ONCE = 50  # scripts read in one turn of the worker
NOTHING_ALIKE = {"is_identical": False, "words": 0, "percent": 0, "passages": []}


def find_alike(*, by) -> int:
    """Read what has been handed in since, and compare it with the other work of its assessment. Of each script: 1. the hashes of its words, 2. the pairs it makes, with a record
    entry each, 3. where it is another file since, those it made before have the figures of today. How many pairs are new. Twice is once; a file that cannot be read is compared by its fingerprint alone."""
    insist(may_act_as(by, Role.REGISTRAR))
    unread = unread_scripts().order_by("submitted_at", "pk")[:AT_ONCE]
    return sum(_compare(submission, by=by) for submission in unread)


def unread_scripts():
    """What is handed in and was not read as it is now."""
    read = ScriptText.objects.filter(fingerprint=F("submission__copy_sha256")).values("submission")
    rows = Submission.objects.exclude(state=SubmissionState.DRAFT).exclude(copy="")
    return rows.exclude(pk__in=read).select_related("assessment", "enrolment")


def _compare(submission, *, by) -> int:
    text = _text_of(submission.copy)
    shingles = similarity.shingles(text)
    task = _task_of(submission)
    found = [
        *_identical(submission),
        *(_alike(submission, text, shingles, task) if shingles else []),
    ]
    return _keep(submission, shingles, found, by=by)


def _task_of(submission) -> set[int]:
    """The hashes of what everybody was given: the brief, and of essays in a quiz their headings, questions and scenarios."""
    version = version_for(submission.assessment_id, submission.enrolment.cohort_id)
    given = [version.brief] if version else []
    if submission.assessment.is_quiz:
        for one in essays_of([submission.pk]).get(submission.pk, []):
            given += [one.title, one.question, one.scenario]
    return {one for text in given for one in similarity.shingles(text)}


def _text_of(path) -> str:
    """Before the transaction: to read a file takes longer than the database may be held."""
    try:
        return files.text_of(path.rpartition(".")[2], files.read(path)) or ""
    except FileNotFoundError:
        return ""


def _others(submission):
    rows = Submission.objects.filter(assessment=submission.assessment_id)
    rows = rows.exclude(state=SubmissionState.DRAFT)
    return rows.exclude(enrolment__person=submission.enrolment.person_id)


def _identical(submission):
    same = Q(sha256=submission.sha256) | Q(copy_sha256=submission.copy_sha256)
    return [
        (other, {"is_identical": True, "percent": 100})
        for other in _others(submission).filter(same).values_list("pk", flat=True)
    ]


def _alike(submission, text, shingles, task):
    """Pairs with enough words in common, without those of the task; and those that had enough when the script was another."""
    rows = ScriptText.objects.filter(submission__in=_others(submission))
    before = {other for pair in _pairs_of(submission) for other in (pair.first_id, pair.second_id)}
    found = []
    for other, kept in rows.values_list("submission", "shingles").iterator(chunk_size=200):
        there = array("Q", bytes(kept))
        alike = similarity.compare(shingles, there, task)
        is_enough = (
            alike.words >= settings.IMSA_ALIKE_WORDS
            and alike.percent >= settings.IMSA_ALIKE_PERCENT
        )
        if is_enough or other in before:
            passages = similarity.passages(text, there, task)
            found.append(
                (other, {"words": alike.words, "percent": alike.percent, "passages": passages})
            )
    return found


@transaction.atomic
def _keep(submission, shingles, resemblances, *, by) -> int:
    read = ScriptText.objects.filter(submission=submission).first()
    is_other = read is not None and read.fingerprint != submission.copy_sha256
    ScriptText.objects.update_or_create(
        submission=submission,
        defaults={
            "fingerprint": submission.copy_sha256,
            "shingles": shingles.tobytes(),
            "read_at": clock.now(),
        },
    )
    pairs: dict[tuple[int, int], dict] = {}
    for other, about in resemblances:
        first, second = sorted((submission.pk, other))
        pairs[first, second] = {**about, **pairs.get((first, second), {})}
    for pair in _pairs_of(submission).select_for_update(of=("self",), no_key=True):
        _bring_up_to_date(pair, pairs.pop((pair.first_id, pair.second_id), {}), is_other, by=by)
    count = 0
    for (first, second), about in pairs.items():
        made, is_new = Resemblance.objects.get_or_create(
            first_id=first, second_id=second, defaults=about
        )
        if is_new:
            write("assessments.find_alike", made, by=by)
            count += 1
    return count


def _pairs_of(submission):
    return Resemblance.objects.filter(Q(first=submission) | Q(second=submission)).order_by("pk")


def _bring_up_to_date(pair, about, is_other, *, by):
    """A pair of which one script is another now, or no longer the same file, has the figures of today, and is to be looked at again."""
    now = {**NOTHING_ALIKE, **about}
    is_same = all(getattr(pair, name) == value for name, value in now.items())
    if is_same or not (is_other or pair.is_identical and not now["is_identical"]):
        return
    for name, value in now.items():
        setattr(pair, name, value)
    pair.looked_at, pair.looked_by, pair.found_at = None, None, clock.now()
    pair.save(update_fields=[*now, "looked_at", "looked_by", "found_at"])
    write("assessments.find_alike", pair, by=by)


@transaction.atomic
def look_at_resemblance(resemblance, *, by) -> Resemblance:
    """A registrar has looked at a pair, and it needs no more looking. 1. who and when, 2. a record entry. Twice is once."""
    rows = Resemblance.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("first__enrolment", "second__enrolment").get(pk=resemblance.pk)
    for script in (locked.first, locked.second):
        insist(may_pursue(by, script.enrolment))
    if locked.looked_at is None:
        locked.looked_at, locked.looked_by = clock.now(), by
        locked.save(update_fields=["looked_at", "looked_by"])
        write("assessments.look_at_resemblance", locked, by=by)
    return locked
