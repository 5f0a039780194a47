"""Takes a moderator's word on single marks; none of a set counts before its sample is sound, or every script of it is marked again."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cohorts.enrolment.states import EnrolmentState
from lms.kit import clock
from lms.kit.languages import Sentence
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell_many
from lms.record.actions import write

from ...taking.models import Submission
from ...taking.states import SubmissionState
from ..models import Allocation, Moderation, ModerationScript
from ..rules import (
    current_of,
    feedback_version,
    may_follow_moderation,
    may_give_verdict,
    may_moderate,
    may_share_out,
)
from ..states import ModerationState, VerdictState
from .allocation import insist_given, marking_day, tell_marker
from .draws import begin_moderation, extend_sample, tell_moderator, tell_office
from .marks import agree_by_rules, agree_on
from .rows import FIRST, SECOND, current_task, lock_submission

LONGEST_WORDS = 2000


@transaction.atomic
def appoint_moderator(moderation, person, *, by) -> int:
    """Choose who looks at the scripts of a sample that have no verdict yet. How many of them they may not look at: those keep whom they had.

    1. the scripts, 2. a record entry, 3. the moderator is told, and whoever had them before. The same person again changes nothing. Raises Refused where they may look at
    none of them, with why, and once the moderation has ended.
    """
    locked = _lock(moderation)
    insist(may_follow_moderation(by, locked))
    if by.pk is not None and by.pk == person.pk:
        raise Refused(_("You cannot choose yourself. Ask another registrar to choose you."))
    _insist_open(locked)
    waiting = _sample(locked).filter(state=VerdictState.WAITING)
    waiting = waiting.select_related("moderator", "submission__enrolment").prefetch_related(
        "submission__allocations"
    )
    answers = [(one, may_moderate(person, one.submission)) for one in waiting]
    free = [one for one, may in answers if may]
    if not free:
        raise Refused(next((m.reason for _one, m in answers), _("No script waits for a verdict.")))
    if locked.moderator_id != person.pk or any(one.moderator_id != person.pk for one in free):
        earlier = {one.moderator_id: one.moderator for one in free if one.moderator_id}
        locked.moderator = person
        locked.save(update_fields=["moderator"])
        ModerationScript.objects.filter(pk__in=[one.pk for one in free]).update(moderator=person)
        write(
            "assessments.appoint_moderator",
            locked,
            by=by,
            after={"moderator": person.pk, "scripts": len(free)},
        )
        tell_moderator(locked, len(free))
        _tell_replaced(locked, [one for key, one in earlier.items() if key != person.pk])
    return len(answers) - len(free)


def _tell_replaced(moderation, people):
    about = {
        "code": moderation.sitting.assessment.code,
        "title": moderation.sitting.assessment.title,
    }
    subject, words = (
        _("Someone else moderates: %(code)s"),
        _("Scripts of “%(title)s” that waited for you are someone else’s to moderate now."),
    )
    tell_many([(one, subject % about, words % about, "/marking/moderation/") for one in people])


def give_verdict(script, agrees: bool, words: str, *, by, seen=None) -> ModerationScript:
    """A moderator agrees with the single mark of a script in the sample, or does not, with reasons.

    1. the verdict, and of which marks and comment it is, 2. the record is written, 3. after the last one of a draw: the set is sound where nobody
    disagreed in it; else the sample is extended, and where no script is left the whole set is marked again, 4. who goes on is told. Then each
    script of a set that has ended has its agreed mark, or waits for a second marker (`settle_moderated`). Twice is once. Raises Refused
    without reasons, where there is a verdict already, and where the marks were corrected since `seen` (`feedback_version`).
    """
    done = _give_verdict(script, agrees, words, by=by, seen=seen)
    settle_moderated(by=by, moderation=done.moderation)
    return done


@transaction.atomic
def _give_verdict(script, agrees, words, *, by, seen):
    moderation, words = _lock(script.moderation), words.strip()
    locked = (
        ModerationScript.objects.select_for_update(of=("self",), no_key=True)
        .select_related("submission__enrolment")
        .get(pk=script.pk)
    )
    locked.moderation = moderation
    insist(may_give_verdict(by, locked))
    wanted = VerdictState.AGREES if agrees else VerdictState.DISAGREES
    if (locked.state, locked.words) == (wanted, words):
        return locked
    _insist_open(moderation)
    if locked.state != VerdictState.WAITING:
        raise Refused(_("You have said what you think of this mark already, so it stands."))
    if not words or len(words) > LONGEST_WORDS:
        raise Refused(
            _("Give your reasons, in up to %(longest)s characters.") % {"longest": LONGEST_WORDS}
        )
    version = feedback_version(current_of(locked.submission, FIRST))
    if seen is not None and seen != version:
        raise Refused(
            _("The marks or the comment were corrected after you opened this page. Read it again.")
        )
    make_transition(
        locked,
        "agree_in_moderation" if agrees else "disagree_in_moderation",
        by=by,
        words=words,
        answered_at=clock.now(),
        feedback_version=version,
    )
    _go_on(moderation, by=by)
    return locked


@transaction.atomic
def take_back_verdict(script, why: str, *, by) -> ModerationScript:
    """A moderator said what they did not mean, and says it anew, until the moderation has ended.

    1. the script waits for a verdict again, 2. a record entry with the reason and which verdict it was, 3. the registrars are told. Twice is once. A sample that was
    extended after a disagreement stays so. Raises Refused without a reason, and once the moderation has ended.
    """
    moderation, why = _lock(script.moderation), why.strip()
    locked = (
        ModerationScript.objects.select_for_update(of=("self",), no_key=True)
        .select_related("submission__enrolment")
        .get(pk=script.pk)
    )
    insist(may_give_verdict(by, locked))
    if locked.state == VerdictState.WAITING:
        return locked
    _insist_open(moderation)
    if not why or len(why) > LONGEST_WORDS:
        raise Refused(_("Say why, in up to %(longest)s characters.") % {"longest": LONGEST_WORDS})
    make_transition(
        locked,
        "take_back_verdict",
        by=by,
        reason=why,
        words="",
        answered_at=None,
        feedback_version="",
    )
    tell_office(
        moderation,
        _("A verdict is taken back: %(code)s"),
        _("The moderator of “%(title)s” in %(cohort)s looks at a mark again."),
    )
    return locked


def _go_on(moderation, *, by) -> bool:
    """What follows when every script of the sample has its verdict. One whose author has left the programme waits for none. Did it end?"""
    left = Q(state=VerdictState.WAITING, submission__enrolment__state=EnrolmentState.LEFT)
    sample = list(_sample(moderation).exclude(left).values_list("draw", "state"))
    if any(state == VerdictState.WAITING for _draw, state in sample):
        return False
    last = max((draw for draw, _state in sample), default=0)
    if (last, VerdictState.DISAGREES) not in sample:
        action, words = (
            "confirm_marks",
            _("The single marks of “%(title)s” in %(cohort)s are moderated. They stand."),
        )
        if any(state == VerdictState.DISAGREES for _draw, state in sample):
            words = _(
                "The single marks of “%(title)s” in %(cohort)s are moderated. Those that the moderator did not agree with need a second marker."
            )
    elif extend_sample(moderation, by=by):
        return False
    else:
        action, words = (
            "mark_set_again",
            _(
                "The marks of “%(title)s” in %(cohort)s are not sound. Every script needs a second marker."
            ),
        )
    make_transition(moderation, action, by=by, ended_at=clock.now())
    tell_office(moderation, _("Moderation has ended: %(code)s"), words)
    return True


def settle_moderated(*, by, moderation=None) -> int:
    """What a moderation that has ended means for each of its scripts, one a transaction: it is agreed on its single mark, or waits for a second
    marker. How many. Killed between two, the same again (the worker) does the rest."""
    rows = Submission.objects.filter(
        state=SubmissionState.MODERATION,
        moderation_script__moderation__state__in=[ModerationState.SOUND, ModerationState.AGAIN],
    )
    if moderation is not None:
        rows = rows.filter(moderation_script__moderation=moderation)
    return sum(_settle(key, by=by) for key in list(rows.values_list("pk", flat=True)))


@transaction.atomic
def _settle(key, *, by) -> bool:
    submission = lock_submission(key)
    if submission.state != SubmissionState.MODERATION:
        return False
    script = submission.moderation_script
    if script.moderation.state == ModerationState.AGAIN or script.state == VerdictState.DISAGREES:
        why = Sentence("A moderator did not agree with the mark of one marker.")
        make_transition(submission, "mark_again", by=by, reason=why)
    else:
        marks = {FIRST: current_task(submission, FIRST).total}
        agree_on(submission, agree_by_rules(submission, marks), by=by)
    return True


@transaction.atomic
def allocate_second(submission, marker, *, by, due_on=None) -> Allocation:
    """Give a script whose single mark does not stand to a second marker, who sees neither that mark nor what the moderator said. 1. the task,
    2. a record entry, 3. the marker is told. Twice is once. Raises Refused for its moderator, and where it waits for none."""
    locked = lock_submission(submission)
    insist(may_share_out(by, locked, (marker,)))
    there = current_task(locked, SECOND)
    if there and there.marker_id == marker.pk:
        return there
    script = ModerationScript.objects.filter(submission=locked).first()
    if there or locked.state != SubmissionState.MARKING or script is None:
        raise Refused(
            _("Script %(script)s does not wait for a second marker.") % {"script": locked.script}
        )
    insist_given(marker, locked, SECOND)
    task = Allocation.objects.create(
        submission=locked, marker=marker, stage=SECOND, due_on=due_on or marking_day(locked)
    )
    write("assessments.allocate_second", task, by=by, after={"script": locked.script})
    tell_marker(task, locked)
    return task


def begin_all(*, by) -> int:
    """The worker: sets whose last mark came while nobody drew their sample, or whose last open script left. How many moderations began."""
    waiting = Submission.objects.filter(
        state=SubmissionState.MODERATION, moderation_script=None
    ).order_by()
    sets = waiting.values_list("assessment", "enrolment__cohort").distinct()
    return sum(begin_moderation(*keys, by=by) is not None for keys in list(sets))


def end_all(*, by) -> int:
    """The worker: moderations whose last open verdict was of somebody who left. How many ended."""
    going_on = Moderation.objects.filter(state=ModerationState.OPEN)
    return sum(_end_if_done(one, by=by) for one in list(going_on))


@transaction.atomic
def _end_if_done(moderation, *, by) -> bool:
    locked = _lock(moderation)
    return locked.state == ModerationState.OPEN and _go_on(locked, by=by)


def _lock(moderation) -> Moderation:
    rows = Moderation.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("sitting__assessment", "sitting__cohort", "moderator").get(
        pk=moderation.pk
    )


def _sample(moderation):
    return moderation.scripts.filter(draw__gt=0)


def _insist_open(moderation):
    if moderation.state != ModerationState.OPEN:
        raise Refused(
            _("This moderation has ended: %(state)s.") % {"state": moderation.get_state_display()}
        )
