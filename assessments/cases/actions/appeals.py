"""A trainee appeals against a decision, and the office answers; academic judgement is nobody's to appeal against."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day as in_words
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ...deciding.actions.chairs_action import decide_by_chair
from ...deciding.queries.chairs_actions import newest_decision
from ...deciding.states import ChairsKind, Outcome
from ..models.appeals import Appeal
from ..queries.days import appeal_deadline, day_after, months_after
from ..rules import may_appeal, may_handle, may_send
from ..states import OPEN_APPEALS, AppealState, Ground
from .office import tell_office

LONGEST_WORDS, LONGEST_ANSWER, LONGEST_WHY_LATE = 4000, 2000, 1000


@transaction.atomic
def make_appeal(decision, ground, words, *, by, why_late="") -> Appeal:
    """Appeal against the newest decision on a module.

    1. the appeal, with its deadline and the day by which it is answered, 2. a record entry without a word of it, 3. the trainee is told that it came,
    and the registrars who may handle it that there is one. The same again is the appeal there is. Raises Refused against a decision that
    was superseded, or is to be made again, and after the deadline without a reason why it is late.
    """
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    enrolment = rows.select_related("person", "plan").get(pk=decision.enrolment_id)
    insist(may_appeal(by, enrolment))
    words, why_late = words.strip(), why_late.strip()
    there = Appeal.objects.filter(decision=decision).exclude(state=AppealState.WITHDRAWN).first()
    if there:
        if (there.ground, there.words) == (ground, words):
            return there
        raise Refused(_("You have appealed against this decision already. Add to that appeal."))
    _insist_words(ground, words, why_late)
    newest = newest_decision(enrolment, decision.module)
    if newest is None or newest.pk != decision.pk:
        raise Refused(_("This result was decided again since. Load the page again."))
    if newest.outcome == Outcome.REOPENED:
        raise Refused(
            _("This result is to be decided again, so there is nothing to appeal against yet.")
        )
    deadline_on = appeal_deadline(decision, enrolment)
    if clock.today() > deadline_on and not why_late:
        raise Refused(
            _("The time for an appeal ended on %(day)s. Say why yours comes later.")
            % {"day": in_words(deadline_on)}
        )
    appeal = Appeal.objects.create(
        decision=decision,
        ground=ground,
        words=words,
        why_late=why_late if clock.today() > deadline_on else "",
        deadline_on=deadline_on,
        answer_by=day_after(clock.today(), settings.IMSA_APPEAL_ANSWER_WORKING_DAYS, enrolment),
    )
    write("assessments.make_appeal", appeal, by=by, after={"decision": decision.pk})
    _tell_trainee(
        appeal,
        _("We have your appeal. You will hear by %(day)s. Until then the result stands.")
        % {"day": in_words(appeal.answer_by)},
    )
    tell_office(
        enrolment,
        _("An appeal from a trainee"),
        _("A trainee appeals against a decision. An answer is due by %(day)s.")
        % {"day": in_words(appeal.answer_by)},
        f"/registry/appeals/{appeal.pk}/",
    )
    return appeal


def _insist_words(ground, words, why_late):
    if ground not in Ground.values:
        raise Refused(_("Choose on what ground you appeal."))
    if not words or len(words) > LONGEST_WORDS:
        raise Refused(
            _(
                "Say in up to %(longest)s characters what the board did not know, or what went wrong."
            )
            % {"longest": LONGEST_WORDS}
        )
    if len(why_late) > LONGEST_WHY_LATE:
        raise Refused(
            _("Say in up to %(longest)s characters why it comes later.")
            % {"longest": LONGEST_WHY_LATE}
        )


@transaction.atomic
def withdraw_appeal(appeal, *, by) -> Appeal:
    """The trainee appeals no longer. 1. the appeal is withdrawn, 2. the record is written, 3. they are told that it is. Twice is once."""
    locked = lock_appeal(appeal.pk)
    insist(may_send(by, locked.enrolment))
    if locked.state == AppealState.WITHDRAWN:
        return locked
    _insist_open(locked)
    make_transition(locked, "withdraw_appeal", by=by, closed_at=clock.now())
    _tell_trainee(locked, _("Your appeal is withdrawn. The result stands."))
    return locked


@transaction.atomic
def examine_appeal(appeal, *, by) -> Appeal:
    """Begin to look at it. 1. its state, 2. the record is written, 3. the trainee is told. Twice is once."""
    locked = _lock(appeal, by)
    if locked.state == AppealState.LOOKING:
        return locked
    _insist_open(locked)
    make_transition(locked, "examine_appeal", by=by)
    _tell_trainee(locked, _("Your appeal is being looked at."))
    return locked


@transaction.atomic
def uphold_appeal(appeal, answer, *, by, chairs=None, seen=None) -> Appeal:
    """The trainee is right. 1. by `chairs` (outcome, reason, chair, due_at), the chair's decision, as `decide_by_chair` has it; without it the answer says
    how it is put right, 2. the appeal is upheld and names that decision, 3. the record is written, 4. the trainee is told. Twice is once."""
    locked = _lock(appeal, by)
    if locked.state == AppealState.UPHELD and locked.answer == answer.strip():
        return locked
    _insist_seen(locked, seen)
    answer = _words(answer)
    decided = locked.decision
    chairs_action = None
    if chairs:
        new = decide_by_chair(
            decided.enrolment, decided.module, ChairsKind.APPEAL, by=by, seen=decided.pk, **chairs
        )
        chairs_action = new.chairs_action
    _close(locked, "uphold_appeal", answer, by=by, chairs_action=chairs_action)
    return locked


@transaction.atomic
def decline_appeal(appeal, answer, letter_on: date, *, by, seen=None) -> Appeal:
    """Not upheld. 1. the appeal is closed with the reason, and with the last day for the OIA, counted from the day of the University's letter, 2. the
    record is written, 3. the trainee is told the reason and the next step. Twice is once."""
    locked = _lock(appeal, by)
    if locked.state == AppealState.NOT_UPHELD and locked.answer == answer.strip():
        return locked
    _insist_seen(locked, seen)
    answer = _words(answer)
    if letter_on < localtime(locked.made_at).date():
        raise Refused(_("The letter cannot be older than the appeal."))
    next_step_by = months_after(letter_on, settings.IMSA_OIA_MONTHS)
    more = _(
        "You can complain to the Office of the Independent Adjudicator (OIA) until %(day)s, with the University’s Completion of Procedures letter."
    ) % {"day": in_words(next_step_by)}
    _close(
        locked,
        "decline_appeal",
        answer,
        by=by,
        more=more,
        letter_on=letter_on,
        next_step_by=next_step_by,
    )
    return locked


def lock_appeal(pk) -> Appeal:
    """The enrolment first, as a board and a chair do, then the appeal."""
    enrolment = Appeal.objects.values_list("decision__enrolment", flat=True).get(pk=pk)
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment)
    rows = Appeal.objects.select_for_update(of=("self",), no_key=True)
    about = "decision__enrolment__person", "decision__enrolment__plan", "decision__module"
    return rows.select_related(*about).get(pk=pk)


def _lock(appeal, by) -> Appeal:
    locked = lock_appeal(appeal.pk)
    insist(may_handle(by, locked.enrolment))
    return locked


def _insist_open(appeal):
    if appeal.state not in OPEN_APPEALS:
        raise Refused(
            _("This appeal is “%(state)s” already. Load the page again.")
            % {"state": appeal.get_state_display()}
        )


def _insist_seen(appeal, seen):
    _insist_open(appeal)
    if seen is not None and seen != appeal.version:
        raise Refused(
            _("Something came in for this appeal since you opened it. Load the page again.")
        )


def _close(appeal, action, answer, *, by, more="", **changes):
    now = clock.now()
    make_transition(
        appeal,
        action,
        by=by,
        answer=answer,
        answered_by=by,
        answered_at=now,
        closed_at=now,
        **changes,
    )
    body = _("Your appeal: %(state)s.") % {"state": appeal.get_state_display().lower()}
    _tell_trainee(appeal, " ".join(filter(None, [body, answer, more])))


def _words(answer) -> str:
    answer = answer.strip()
    if not answer or len(answer) > LONGEST_ANSWER:
        raise Refused(
            _("Say to the trainee why, in up to %(longest)s characters.")
            % {"longest": LONGEST_ANSWER}
        )
    return answer


def _tell_trainee(appeal, body):
    module = appeal.decision.module
    tell(
        appeal.enrolment.person,
        _("About your result in “%(title)s”") % {"title": module.title[:120]},
        body,
        f"/my-work/appeals/{module.code}/",
    )
