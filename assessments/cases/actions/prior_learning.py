"""A trainee claims credit for what they learned before; the office checks it and an academic recommends. What is decided: `prior_decisions.py`."""

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

from ...setting.judging import YES
from ...setting.queries import rules_of
from ..models.prior_learning import PriorLearningClaim
from ..models.readings import CaseReading
from ..queries.days import day_after
from ..queries.prior_learning import credits_of, has_award, modules_to_claim, oldest_day
from ..rules import may_appeal, may_ask, may_handle, may_read_prior, may_recommend, may_send
from ..states import Ground, Opinion, PriorKind, PriorState
from .office import tell_office

LONGEST_WORDS, LONGEST_QUESTION = 4000, 2000
LONGEST = {"title": 200, "provider": 200, "award": 200, "words": LONGEST_WORDS}


@transaction.atomic
def claim_prior_learning(
    enrolment, module, kind, *, title, provider, ended_on, words, by, award=""
) -> PriorLearningClaim:
    """Claim the credit of one module by what was learned before.

    1. the claim, with the day by which the office answers, 2. a record entry without a word of it, 3. the trainee is told that it came, and the registrars who may
    handle it that there is one. The same again is the claim there is. Raises Refused where the rules of the cohort leave no credits, the learning is too old or not over, it
    rests on experience and the rules want an assessment, or work of the module is in.
    """
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    enrolment = rows.select_related("person", "cohort", "plan").get(pk=enrolment.pk)
    insist(may_ask(by, enrolment))
    typed = {"title": title, "provider": provider, "award": award, "words": words}
    typed = {name: text.strip() for name, text in typed.items()}
    own = PriorLearningClaim.objects.filter(enrolment=enrolment, module=module)
    there = own.exclude(state=PriorState.WITHDRAWN).first()
    if there:
        same = all(getattr(there, name) == text for name, text in typed.items())
        if same and (there.kind, there.ended_on) == (kind, ended_on):
            return there
        raise Refused(_("You have claimed this module already. Open that claim below."))
    _insist_words(kind, typed)
    _insist_claimable(enrolment, module, kind, ended_on)
    claim = PriorLearningClaim.objects.create(
        enrolment=enrolment,
        module=module,
        kind=kind,
        ended_on=ended_on,
        answer_by=_answer_day(enrolment),
        **typed,
    )
    write("assessments.claim_prior_learning", claim, by=by, after={"module": module.code})
    tell_claimant(
        claim,
        _(
            "We have your claim. You will hear from the programme office by %(day)s. Until an exam board has decided, the module is part of your programme as before."
        )
        % {"day": in_words(claim.answer_by)},
    )
    _tell_office(claim, _("A trainee claims credit for prior learning. Check it by %(day)s."))
    return claim


def _insist_words(kind, typed):
    if kind not in PriorKind.values:
        raise Refused(_("Choose what your claim rests on."))
    for name, text in typed.items():
        if (not text and name != "award") or len(text) > LONGEST[name]:
            raise Refused(
                _(
                    "Say what you learned, where, and how it meets the module; up to %(longest)s characters."
                )
                % {"longest": LONGEST_WORDS}
            )


def _insist_claimable(enrolment, module, kind, ended_on):
    rules = rules_of(enrolment.cohort_id)
    if has_award(enrolment):
        raise Refused(_("Your award has been conferred, so no credit is added to it."))
    if module.pk not in {one.pk for one in modules_to_claim(enrolment)}:
        raise Refused(
            _(
                "This module cannot be claimed: work for it is in, or it has been decided. Load the page again."
            )
        )
    insist_kind(kind, rules)
    insist_age(enrolment, ended_on, rules)
    before = credits_of(enrolment)
    if before + module.credits > rules.rpl_credits:
        raise Refused(
            _(
                "Prior learning can give %(most)s credits at most. This module has %(credits)s, and you have claimed %(before)s already."
            )
            % {"most": rules.rpl_credits, "credits": module.credits, "before": before}
        )


def insist_kind(kind, rules):
    if kind == PriorKind.EXPERIENCE and rules.rpl_experience != YES:
        raise Refused(
            _("By the rules of this cohort only learning that was assessed gives credit.")
        )


def insist_age(enrolment, ended_on, rules):
    if ended_on > clock.today():
        raise Refused(_("Give the day on which the learning ended. It cannot be to come."))
    oldest = oldest_day(enrolment, rules)
    if ended_on < oldest:
        raise Refused(
            _(
                "Learning counts if it ended on %(oldest)s or later: %(years)s years before the cohort began."
            )
            % {"oldest": in_words(oldest), "years": rules.rpl_years}
        )


@transaction.atomic
def withdraw_prior_claim(claim, *, by) -> PriorLearningClaim:
    """The trainee claims no longer. 1. the claim is withdrawn, 2. the record is written, 3. they are told, and the academic who was asked. Twice is once."""
    locked = lock_prior(claim.pk)
    insist(may_send(by, locked.enrolment))
    if locked.state == PriorState.WITHDRAWN:
        return locked
    if not locked.may_be_withdrawn:
        raise Refused(_refusal(locked))
    was_asked = locked.state == PriorState.ACADEMIC
    make_transition(locked, "withdraw_prior_claim", by=by, closed_at=clock.now())
    tell_claimant(locked, _("Your claim is withdrawn. The module is part of your programme."))
    if was_asked:
        _tell_academic(
            locked, _("The claim that you were asked about is withdrawn. There is nothing to do.")
        )
    return locked


@transaction.atomic
def ask_claimant(claim, question, *, by, seen=None) -> PriorLearningClaim:
    """The office asks back. 1. the question, 2. the record is written, 3. the trainee is told what is asked. The same again changes nothing."""
    locked = _lock_as_office(claim, by)
    question = _words(question, _("Say what you need to know."))
    if locked.state == PriorState.ASKED and locked.question == question:
        return locked
    _insist_state(locked, seen, PriorState.CHECKING)
    make_transition(locked, "ask_claimant", by=by, question=question)
    tell_claimant(
        locked,
        _("The programme office asks something about your claim. Open it, and answer there."),
    )
    return locked


@transaction.atomic
def reply_to_office(claim, reply, *, by) -> PriorLearningClaim:
    """The trainee answers. 1. the answer stands under those before it, 2. the office has its days again, 3. the record is written, 4. the registrars are told. The same again changes nothing."""
    locked = lock_prior(claim.pk)
    insist(may_send(by, locked.enrolment))
    reply = reply.strip()
    if locked.state == PriorState.CHECKING and locked.reply.endswith(reply) and reply:
        return locked
    _insist_state(locked, None, PriorState.ASKED)
    whole = f"{locked.reply}\n\n{reply}".strip()
    if not reply or len(whole) > LONGEST_WORDS:
        raise Refused(
            _("Answer in up to %(longest)s characters.")
            % {"longest": LONGEST_WORDS - len(locked.reply)}
        )
    make_transition(
        locked, "reply_to_office", by=by, reply=whole, answer_by=_answer_day(locked.enrolment)
    )
    _tell_office(locked, _("A trainee answered about a claim on prior learning. Go on by %(day)s."))
    return locked


@transaction.atomic
def send_to_academic(claim, academic, *, by, seen=None) -> PriorLearningClaim:
    """Ask an academic, or another one, to recommend.

    1. who recommends; what another had recommended is gone from the claim, 2. the record is written, 3. the academic is told, and whoever is not asked any longer. The same
    again changes nothing. Raises Refused of whoever may not recommend (`rules.may_recommend`).
    """
    locked = _lock_as_office(claim, by)
    if locked.state == PriorState.ACADEMIC and locked.academic_id == academic.pk:
        return locked
    _insist_state(locked, seen, PriorState.CHECKING, PriorState.ACADEMIC, PriorState.BOARD)
    if academic.pk == by.pk:
        raise Refused(_("Whoever checks a claim does not recommend on it. Choose someone else."))
    if not (may := may_recommend(academic, locked)):
        raise Refused(f"{academic.full_name}: {may.reason}")
    before = locked.academic if locked.state == PriorState.ACADEMIC else None
    make_transition(
        locked,
        "send_to_academic",
        by=by,
        academic=academic,
        sent_by=by,
        opinion="",
        opinion_words="",
        opinion_at=None,
    )
    _tell_academic(
        locked,
        _("You are asked to recommend on a claim on prior learning. An exam board decides it."),
    )
    if before:
        tell(
            before,
            _("A claim on prior learning"),
            _("Someone else recommends on the claim that you were asked about."),
            "/teaching/prior-learning/",
        )
    return locked


@transaction.atomic
def recommend(claim, opinion, words, *, by, seen=None) -> PriorLearningClaim:
    """The academic recommends. 1. the recommendation, 2. the claim is on the agenda of the boards of its cohort, 3. the record is written, 4. the registrars are told, and the
    trainee that a board decides, not what was recommended. The same again changes nothing."""
    locked = lock_prior(claim.pk)
    if by.pk != locked.academic_id:
        insist(may_recommend(by, locked))
        raise Refused(_("Someone else was asked to recommend on this claim."))
    insist(may_recommend(by, locked))
    words = _words(words, _("Say to the board why."))
    if locked.state == PriorState.BOARD and (locked.opinion, locked.opinion_words) == (
        opinion,
        words,
    ):
        return locked
    _insist_state(locked, seen, PriorState.ACADEMIC)
    if opinion not in Opinion.values:
        raise Refused(_("Choose what you recommend."))
    make_transition(
        locked,
        "recommend",
        by=by,
        opinion=opinion,
        opinion_words=words,
        opinion_at=clock.now(),
    )
    tell_claimant(locked, _("Your claim is with the exam board. You are told what it decides."))
    tell_office(
        locked.enrolment,
        _("A claim on prior learning"),
        _("An academic has recommended on a claim. A board decides it, or its chair."),
        f"/registry/prior-learning/{locked.pk}/",
    )
    return locked


@transaction.atomic
def appeal_prior_claim(claim, ground, words, *, by, why_late="") -> PriorLearningClaim:
    """Appeal, once, against what was not granted. 1. the ground and the words, with the day by which it is answered, 2. the record is written, 3. the trainee is told that it came, and the
    registrars that there is one. The same again changes nothing. After the deadline only with a reason why it is late. Never against academic judgement."""
    locked = lock_prior(claim.pk)
    insist(may_appeal(by, locked.enrolment))
    words, why_late = words.strip(), why_late.strip()
    if locked.state == PriorState.APPEALED and (locked.appeal_ground, locked.appeal_words) == (
        ground,
        words,
    ):
        return locked
    if locked.state != PriorState.REFUSED or locked.appealed_at:
        raise Refused(_("There is nothing here that you can appeal against. Load the page again."))
    if ground not in Ground.values:
        raise Refused(_("Choose on what ground you appeal."))
    if not words or len(words) > LONGEST_WORDS or len(why_late) > 1000:
        raise Refused(
            _(
                "Say in up to %(longest)s characters what the board did not know, or what went wrong."
            )
            % {"longest": LONGEST_WORDS}
        )
    deadline_on = appeal_deadline_of(locked)
    is_late = clock.today() > deadline_on
    if is_late and not why_late:
        raise Refused(
            _("The time for an appeal ended on %(day)s. Say why yours comes later.")
            % {"day": in_words(deadline_on)}
        )
    answer_by = day_after(clock.today(), settings.IMSA_APPEAL_ANSWER_WORKING_DAYS, locked.enrolment)
    make_transition(
        locked,
        "appeal_prior_claim",
        by=by,
        appeal_ground=ground,
        appeal_words=words,
        why_late=why_late if is_late else "",
        appealed_at=clock.now(),
        answer_by=answer_by,
        closed_at=None,
    )
    tell_claimant(
        locked,
        _("We have your appeal. You will hear by %(day)s. Until then the decision stands.")
        % {"day": in_words(answer_by)},
    )
    _tell_office(
        locked, _("A trainee appeals against a decision on prior learning. Answer by %(day)s.")
    )
    return locked


def appeal_deadline_of(claim):
    """The last day for an appeal: working days from the day on which the newest decision was recorded."""
    newest = max(claim.decisions.all(), key=lambda one: one.number)
    sent_on = localtime(newest.decided_at).date()
    return day_after(sent_on, settings.IMSA_APPEAL_WORKING_DAYS, claim.enrolment)


@transaction.atomic
def read_prior_claim(claim, *, by) -> CaseReading:
    """A registrar or the academic opened a claim. 1. who and when; from then on they are given no script of its author, 2. a record entry. Twice is once."""
    insist(may_read_prior(by, claim))
    made, is_new = CaseReading.objects.get_or_create(enrolment=claim.enrolment, by=by)
    if is_new:
        write("assessments.read_case", claim, by=by)
    return made


def lock_prior(pk) -> PriorLearningClaim:
    """The enrolment first, as a board does, then the claim."""
    enrolment = PriorLearningClaim.objects.values_list("enrolment", flat=True).get(pk=pk)
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment)
    rows = PriorLearningClaim.objects.select_for_update(of=("self",), no_key=True)
    about = "enrolment__person", "enrolment__plan", "enrolment__cohort__programme", "module"
    return rows.select_related(*about, "academic").get(pk=pk)


def _lock_as_office(claim, by) -> PriorLearningClaim:
    locked = lock_prior(claim.pk)
    insist(may_handle(by, locked.enrolment))
    return locked


def _insist_state(claim, seen, *states):
    if claim.state not in states:
        raise Refused(_refusal(claim))
    insist_seen(claim, seen)


def insist_seen(claim, seen):
    if seen is not None and seen != claim.version:
        raise Refused(
            _("Something changed in this claim since you opened it. Read it, then send this again.")
        )


def _refusal(claim):
    return _("This claim is “%(state)s” now, so this can no longer be sent.") % {
        "state": claim.get_state_display()
    }


def _words(text, fault) -> str:
    text = text.strip()
    if not text:
        raise Refused(fault)
    if len(text) > LONGEST_QUESTION:
        raise Refused(
            _("The text has %(count)s characters; there is room for %(longest)s.")
            % {"count": len(text), "longest": LONGEST_QUESTION}
        )
    return text


def _answer_day(enrolment):
    return day_after(clock.today(), settings.IMSA_PRIOR_CLAIM_WORKING_DAYS, enrolment)


def tell_claimant(claim, body):
    """The subject says nothing of what came of it."""
    tell(
        claim.enrolment.person,
        _("About your claim on prior learning"),
        f"{claim.module.title}: {body}",
        f"/my-work/prior-learning/{claim.pk}/",
    )


def _tell_academic(claim, body):
    tell(
        claim.academic,
        _("A claim on prior learning"),
        body,
        f"/teaching/prior-learning/{claim.pk}/",
    )


def _tell_office(claim, body):
    tell_office(
        claim.enrolment,
        _("A claim on prior learning"),
        body % {"day": in_words(claim.answer_by)},
        f"/registry/prior-learning/{claim.pk}/",
    )
