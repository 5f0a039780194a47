"""A marker tells the office about something in a script; the office looks into it, hears the trainee, and decides. Marking goes on beside it."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.languages import in_english
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day as in_words
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ...attempts import chain
from ...attempts.actions import add_line
from ...deciding.actions.holds import lift_hold, place_hold
from ...deciding.actions.reopening import reopen_decision
from ...deciding.models import Award, Hold
from ...deciding.queries.boards import decision_on
from ...deciding.states import HoldKind
from ...marking.actions.rows import lock_submission
from ...marking.queries import corrections_of
from ...taking.states import WITH_MARKERS, SubmissionState
from ..models.misconduct import CaseReply, MisconductCase, MisconductFlag
from ..queries.days import day_after
from ..rules import may_flag, may_pursue, may_send
from ..states import OUTCOMES, CaseOutcome, CaseState, Level
from .office import tell_office

LONGEST_FLAG, LONGEST_PLACE, LONGEST_WORDS = 2000, 200, 4000


@transaction.atomic
def flag_script(allocation, words, place="", *, by) -> MisconductFlag:
    """A marker tells the office about something in a script, without learning whose it is. 1. a concern, where none is open, 2. a line with their words, 3. a
    record entry without them, 4. the registrars who may pursue it are told, by script number. The same again changes nothing."""
    insist(may_flag(by, allocation))
    return _flag(allocation.submission, words, place, by=by)


@transaction.atomic
def raise_concern(submission, words, place="", *, by) -> MisconductFlag:
    """The same by a registrar who may pursue it: of a place to look, say."""
    insist(may_pursue(by, submission.enrolment))
    return _flag(submission, words, place, by=by)


def _flag(submission, words, place, *, by):
    words, place = words.strip(), " ".join(place.split())
    if not words or len(words) > LONGEST_FLAG or len(place) > LONGEST_PLACE:
        raise Refused(
            _("Say in up to %(longest)s characters what you saw.") % {"longest": LONGEST_FLAG}
        )
    locked = _lock_script(submission)
    case = _open_case_of(locked) or MisconductCase.objects.create(submission=locked)
    there = case.flags.filter(by=by, words=words, place=place).first()
    if there:
        return there
    flag = MisconductFlag.objects.create(case=case, by=by, words=words, place=place)
    write("assessments.flag_script", flag, by=by, after={"case": case.pk})
    tell_office(
        locked.enrolment,
        _("Something was seen in script %(script)s") % {"script": locked.script},
        _(
            "Someone has told the office about something in script %(script)s. Look at what they say before you do anything else."
        )
        % {"script": locked.script},
        f"/registry/misconduct/{case.pk}/",
        may=may_pursue,
    )
    return flag


def _open_case_of(submission):
    return (
        MisconductCase.objects.filter(submission=submission).exclude(state=CaseState.CLOSED).first()
    )


@transaction.atomic
def open_case(case, why, *, by) -> MisconductCase:
    """Look into a concern. 1. the result of the module is held back, or all where a board has decided on it (`place_hold`: the trainee is told that it is
    held back, and not yet what it is about), 2. the case is being looked at, 3. the record is written. Twice is once."""
    locked = _lock(case, by)
    if locked.state == CaseState.LOOKING:
        return locked
    _insist(locked, CaseState.CONCERN)
    why = why.strip()
    if not why:
        raise Refused(_("Say for the programme office why you look into it."))
    hold = _hold(locked, why, by=by)
    make_transition(locked, "open_case", by=by, hold=hold, opened_at=clock.now(), opened_by=by)
    return locked


def _hold(case, why, *, by) -> Hold | None:
    """The hold of the module; one that another case placed serves both. Of all results where a board has decided on the module, or holds it back for
    something else: the award waits too. None after the award."""
    enrolment, module = case.enrolment, case.submission.assessment.module
    if Award.objects.filter(enrolment=enrolment).exists():
        return None
    held = {
        hold.module_id: hold for hold in Hold.objects.filter(enrolment=enrolment, lifted_at=None)
    }
    targets = [None] if decision_on(enrolment, module) else [module, None]
    for target in targets:
        there = held.get(target and target.pk)
        if there and there.kind == HoldKind.MISCONDUCT:
            return there
    free = [target for target in targets if (target and target.pk) not in held]
    target = free[0] if free else targets[0]
    return place_hold(enrolment, target, HoldKind.MISCONDUCT, why, by=by, tells_kind=False)


@transaction.atomic
def take_up_again(case, why, *, by) -> MisconductCase:
    """Decide anew what was decided: a mistake, an appeal, or what the University decided of a case that was referred to it.

    1. a case that follows the closed one, with its letter, 2. the result is held back as by `open_case`, 3. a record entry. The closed
    case stays as it is, and so does what it did until this one is decided. Twice is the case there is. Raises Refused for a concern that was
    never opened, and while another case about the script is open."""
    locked = _lock(case, by)
    there = _open_case_of(locked.submission)
    if there and there.follows_id == locked.pk:
        return there
    if there:
        raise Refused(_("Another case about this script is open. Decide that one first."))
    _insist(locked, CaseState.CLOSED)
    if locked.opened_at is None or locked.later.exists():
        raise Refused(_("There is nothing to decide anew here. Load the page again."))
    why = why.strip()
    if not why:
        raise Refused(_("Say for the programme office why you look into it."))
    made = MisconductCase.objects.create(
        submission=locked.submission,
        follows=locked,
        state=CaseState.LOOKING,
        hold=_hold(locked, why, by=by),
        opened_at=clock.now(),
        opened_by=by,
        letter=locked.letter,
        reply_by=locked.reply_by,
        informed_at=locked.informed_at,
    )
    write("assessments.take_up_again", made, by=by, after={"follows": locked.pk})
    return made


@transaction.atomic
def close_concern(case, answer, *, by) -> MisconductCase:
    """Nothing to look into. 1. the concern is closed with the reason, for the office, 2. the record is written. The trainee never hears of it. Twice is once."""
    locked = _lock(case, by)
    answer = _words(answer, _("Say for the programme office why there is nothing to look into."))
    if locked.state == CaseState.CLOSED and locked.answer == answer:
        return locked
    _insist(locked, CaseState.CONCERN)
    make_transition(
        locked,
        "close_concern",
        by=by,
        answer=answer,
        level=Level.NONE,
        outcome=CaseOutcome.NOTHING,
        decided_by=by,
        closed_at=clock.now(),
    )
    return locked


@transaction.atomic
def inform_trainee(case, letter, reply_by: date, *, by) -> MisconductCase:
    """Tell the trainee what it is about, and until when they can answer. 1. the letter and the day, 2. a record entry, 3. the trainee is told. The same again changes
    nothing; another letter takes its place until they have answered."""
    locked = _lock(case, by)
    _insist(locked, CaseState.LOOKING)
    letter = _words(letter, _("Write to the trainee what it is about."))
    if (locked.letter, locked.reply_by) == (letter, reply_by):
        return locked
    if locked.replies.exists():
        raise Refused(_("The trainee has answered already, so the letter stands."))
    least = day_after(clock.today(), settings.IMSA_MISCONDUCT_REPLY_WORKING_DAYS, locked.enrolment)
    if reply_by < least:
        raise Refused(
            _("Give the trainee until %(day)s at the earliest.") % {"day": in_words(least)}
        )
    locked.letter, locked.reply_by, locked.informed_at = letter, reply_by, clock.now()
    locked.save(update_fields=["letter", "reply_by", "informed_at"])
    write("assessments.inform_trainee", locked, by=by, after={"reply_by": reply_by.isoformat()})
    _tell_trainee(
        locked,
        _(
            "The programme office has written to you about this work. You can answer until %(day)s. Nothing is decided yet."
        )
        % {"day": in_words(reply_by)},
    )
    return locked


@transaction.atomic
def reply_to_case(case, words, *, by) -> CaseReply:
    """The trainee answers. 1. a line with their words, 2. a record entry without them, 3. the registrars who pursue it are told. The same again changes nothing."""
    locked = _lock_case(case)
    insist(may_send(by, locked.enrolment))
    words = _words(words, _("Write your answer."))
    there = locked.replies.filter(words=words).first()
    if there:
        return there
    if not locked.informed_at or locked.state != CaseState.LOOKING:
        raise Refused(_("This is closed, so no answer is needed any more."))
    reply = CaseReply.objects.create(case=locked, words=words)
    write("assessments.reply_to_case", reply, by=by)
    script = locked.submission.script
    tell_office(
        locked.enrolment,
        _("An answer about script %(script)s") % {"script": script},
        _("The trainee has answered about script %(script)s.") % {"script": script},
        f"/registry/misconduct/{locked.pk}/",
        may=may_pursue,
    )
    return reply


@transaction.atomic
def decide_case(case, level, outcome, answer, *, by, seen=None) -> MisconductCase:
    """Decide. 1. the level, the outcome and the words to the trainee, 2. for a mark of zero, or one that is lifted, a line in the history of the mark, and where a board had decided, a decision
    “to be decided again”, 3. the hold is let go, 4. the record is written, 5. the trainee is told. Twice is once. Raises Refused where the trainee
    was not heard, the outcome does not fit the level, or a mark of zero comes before there is a mark."""
    locked = _lock(case, by)
    answer = _words(answer, _("Write to the trainee what is decided, and why."))
    if locked.state == CaseState.CLOSED and (locked.level, locked.outcome, locked.answer) == (
        level,
        outcome,
        answer,
    ):
        return locked
    _insist(locked, CaseState.LOOKING)
    if seen is not None and seen != locked.version:
        raise Refused(
            _("Something came in for this case since you opened it. Load the page again.")
        )
    if level not in Level.values or outcome not in OUTCOMES[Level(level)]:
        raise Refused(_("Choose an outcome that fits the level."))
    if level != Level.NONE:
        _insist_heard(locked)
    was_zero = bool(locked.follows and locked.follows.outcome == CaseOutcome.ZERO)
    if outcome == CaseOutcome.ZERO and not was_zero:
        _set_zero(locked.submission, level, by=by)
    elif was_zero and outcome != CaseOutcome.ZERO:
        _lift_zero(locked.submission, by=by)
    make_transition(
        locked,
        "decide_case",
        by=by,
        level=level,
        outcome=outcome,
        answer=answer,
        decided_by=by,
        closed_at=clock.now(),
    )
    if outcome != CaseOutcome.REFERRED:  # the University decides: lifted by hand when it has
        _let_go(locked, by=by)
    if level != Level.NONE or locked.informed_at:
        _tell_trainee(
            locked,
            _("The programme office has decided: %(level)s. %(outcome)s. %(answer)s")
            % {
                "level": locked.get_level_display(),
                "outcome": locked.get_outcome_display(),
                "answer": answer,
            },
        )
    return locked


def _insist_heard(case):
    if not case.informed_at:
        raise Refused(_("Tell the trainee first what it is about, so that they can answer."))
    has_answered = CaseReply.objects.filter(case__in=[case.pk, case.follows_id]).exists()
    if not has_answered and clock.today() <= case.reply_by:
        raise Refused(
            _(
                "The trainee can answer until %(day)s. Decide after that, or when they have answered."
            )
            % {"day": in_words(case.reply_by)}
        )


def _set_zero(submission, level, *, by):
    """The attempt counts 0 from here. A board that had decided decides again; the next attempt has the cap of any second one."""
    attempt = _insist_counts(submission)
    is_marked = chain.standing(attempt.lines.all()) is not None
    if not is_marked or submission.state in WITH_MARKERS or corrections_of(attempt.pk).exists():
        raise Refused(
            _("Wait until this script has its mark. Then a mark of zero can stand over it.")
        )
    label = str(Level(level).label).lower()
    rule = in_english(f"Academic misconduct, {label}: a mark of zero.")
    add_line(attempt, "misconduct", Decimal(0), rule, by=by, inputs={"by": "nothing"})
    _decide_again(submission, rule, by=by)


def _lift_zero(submission, *, by):
    """The attempt counts what its work was worth. A board that had decided decides again."""
    attempt = _insist_counts(submission)
    rule = in_english("Academic misconduct: the mark of zero is lifted.")
    line = chain.lifted(attempt.lines.all(), rule)
    add_line(attempt, line.stage, line.mark, line.rule, by=by, inputs=line.inputs)
    _decide_again(submission, rule, by=by)


def _insist_counts(submission):
    """The attempt, whose mark somebody's result still rests on."""
    attempt = submission.attempt
    if Award.objects.filter(enrolment=submission.enrolment).exists():
        raise Refused(
            _(
                "The award has been conferred, so the University’s registry decides. Refer it to the University."
            )
        )
    if not attempt.is_current:
        raise Refused(_("Another attempt has begun, so the mark of this one counts no more."))
    return attempt


def _decide_again(submission, rule, *, by):
    attempt = submission.attempt
    if submission.state == SubmissionState.RATIFIED:
        if attempt.released_at is None:  # what the trainee saw with the board's decision stays
            attempt.released_at = clock.now()
            attempt.save(update_fields=["released_at"])
        make_transition(submission, "correct", by=by, reason=rule)
        reopen_decision(submission.enrolment_id, submission.assessment.module_id, by=by)


def _let_go(case, *, by):
    """The hold ends, unless another case needs it, or one that the University has yet to decide."""
    if case.hold is None or case.hold.lifted_at:
        return
    others = MisconductCase.objects.filter(hold=case.hold).exclude(pk=case.pk)
    decided = MisconductCase.objects.filter(follows=OuterRef("pk"), state=CaseState.CLOSED)
    is_over = Q(state=CaseState.CLOSED) & (~Q(outcome=CaseOutcome.REFERRED) | Q(Exists(decided)))
    if not others.exclude(is_over).exists():
        lift_hold(case.hold, str(case.get_outcome_display()), by=by)


def _lock_script(submission):
    """The enrolment first, as a board and a hold do, then the script."""
    Enrolment.objects.select_for_update(no_key=True).get(pk=submission.enrolment_id)
    return lock_submission(submission)


def _lock_case(case) -> MisconductCase:
    submission = _lock_script(case.submission)
    rows = MisconductCase.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("hold__enrolment__person").get(pk=case.pk)
    locked.submission = submission
    return locked


def _lock(case, by) -> MisconductCase:
    locked = _lock_case(case)
    insist(may_pursue(by, locked.enrolment))
    return locked


def _insist(case, state):
    if case.state != state:
        raise Refused(
            _("This is “%(state)s” already. Load the page again.")
            % {"state": case.get_state_display()}
        )


def _words(text, fault) -> str:
    text = text.strip()
    if not text:
        raise Refused(fault)
    if len(text) > LONGEST_WORDS:
        raise Refused(
            _("The text has %(count)s characters; there is room for %(longest)s.")
            % {"count": len(text), "longest": LONGEST_WORDS}
        )
    return text


def _tell_trainee(case, body):
    title = case.submission.assessment.title
    tell(
        case.enrolment.person,
        _("About your work “%(title)s”") % {"title": title[:120]},
        body,
        f"/my-work/letters/{case.pk}/",
    )


@transaction.atomic
def open_copy(submission, *, by):
    """A registrar reads a script to look into something. 1. a record entry, at each opening."""
    insist(may_pursue(by, submission.enrolment))
    write("assessments.open_script_copy", submission, by=by)
