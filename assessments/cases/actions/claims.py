"""A trainee asks for more time, or tells what kept them from working; it asks for no more than is needed, and tells no marker."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day as in_words
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.roles import Operator
from lms.record.actions import write

from ...attempts.actions import attempt_of, set_due
from ...attempts.queries import due_of
from ..models.claims import Claim
from ..queries.claims import self_certifications_left
from ..queries.days import day_after, moments_after
from ..rules import may_ask, may_send
from ..states import OPEN_CLAIMS, ClaimKind, ClaimState
from .office import tell_office

RULE = Operator("self_certification")  # who gives a due date that no person decided on
LONGEST_WORDS, LONGEST_ANSWER = 4000, 2000


@transaction.atomic
def self_certify(assessment, enrolment, days: int, *, by, seen=None) -> Claim:
    """Take a few working days more without a reason, as often as the programme allows.

    1. a claim that is granted, 2. its due line, of which the trainee is told (`set_due`), 3. the record is written. The same days again
    are the claim there is. Raises Refused after the due date, where work is in, a claim is open, or nothing is left of the allowance.
    """
    insist(may_ask(by, enrolment))
    current = lock_current(assessment, enrolment, seen)
    there = Claim.objects.filter(attempt=current, kind=ClaimKind.SELF_CERTIFIED).first()
    if there:
        if there.days == days:
            return there
        raise Refused(_("You have certified days for this work already. Make a claim for more."))
    due_at = _due_to_extend(current, days)
    if not self_certifications_left(by):
        raise Refused(
            _("You have certified days %(times)s times within a year. Make a claim instead.")
            % {"times": settings.IMSA_SELF_CERTIFIED_TIMES}
        )
    new_due_at = moments_after(due_at, days, current.enrolment)[-1]
    claim = Claim.objects.create(
        attempt=current,
        kind=ClaimKind.SELF_CERTIFIED,
        days=days,
        due_at=due_at,
        new_due_at=new_due_at,
        answered_at=clock.now(),
        closed_at=clock.now(),
        state=ClaimState.GRANTED,
    )
    write("assessments.self_certify", claim, by=by, after={"days": days})
    set_due(assessment, current.enrolment, new_due_at, "extension", by=RULE, seen=current.number)
    return claim


def _due_to_extend(attempt, days) -> datetime:
    """When the work is due, where its trainee can certify days for it."""
    due_at, most = due_of(attempt), settings.IMSA_SELF_CERTIFIED_DAYS
    if not 1 <= days <= most:
        raise Refused(_("You can certify up to %(most)s working days yourself.") % {"most": most})
    if Claim.objects.filter(attempt=attempt, state__in=OPEN_CLAIMS).exists():
        raise Refused(_("The programme office has a claim of yours about this work already."))
    if attempt.has_work() or attempt.not_submitted_at:
        raise Refused(_("This work is in, or its date has gone. Make a claim instead."))
    if due_at is None:
        raise Refused(_("This work has no due date yet, so you need no more time."))
    if due_at <= clock.now():
        raise Refused(_("This work was due already. Make a claim instead."))
    return due_at


@transaction.atomic
def make_claim(assessment, enrolment, kind, words, wish_on: date | None, *, by, seen=None) -> Claim:
    """Ask the office. 1. the claim, with the day by which an answer is due, 2. a record entry without a word of it, 3. the trainee is told that
    it came, and the registrars who may handle it that there is one. The same again is the claim there is."""
    insist(may_ask(by, enrolment))
    words = words.strip()
    current = lock_current(assessment, enrolment, seen)
    there = Claim.objects.filter(attempt=current, state__in=OPEN_CLAIMS).first()
    if there:
        if (there.kind, there.words, there.wish_on) == (kind, words, wish_on):
            return there
        raise Refused(
            _(
                "The programme office has a claim of yours about this work already. Withdraw it to make another."
            )
        )
    if kind not in ClaimKind.values or kind == ClaimKind.SELF_CERTIFIED:
        raise Refused(_("Choose what you ask for."))
    if not words or len(words) > LONGEST_WORDS:
        raise Refused(
            _("Say in up to %(longest)s characters what kept you from working.")
            % {"longest": LONGEST_WORDS}
        )
    if current.lines.filter(stage="ratified").exists():
        raise Refused(_("A board has decided on this work. An appeal is the way from there."))
    if kind == ClaimKind.DEFERRAL and current.has_work():
        raise Refused(
            _(
                "This work is in, so it cannot be moved to a later date. Choose extenuating circumstances."
            )
        )
    claim = Claim.objects.create(
        attempt=current,
        kind=kind,
        words=words,
        wish_on=wish_on,
        due_at=due_of(current),
        answer_by=answer_day(current.enrolment),
    )
    write("assessments.make_claim", claim, by=by)
    tell_about(
        claim,
        _("We have what you sent. You will hear by %(day)s. Until then your due date stays.")
        % {"day": in_words(claim.answer_by)},
    )
    tell_office(
        current.enrolment,
        _("A claim from a trainee"),
        _("A trainee asks for more time or tells of circumstances. An answer is due by %(day)s.")
        % {"day": in_words(claim.answer_by)},
        f"/registry/claims/{claim.pk}/",
    )
    return claim


@transaction.atomic
def withdraw_claim(claim, *, by) -> Claim:
    """The trainee asks no longer. 1. the claim is withdrawn, 2. the record is written, 3. they are told that it is. Twice is once."""
    locked = lock_claim(claim.pk)
    insist(may_send(by, locked.attempt.enrolment))
    if locked.state == ClaimState.WITHDRAWN:
        return locked
    insist_open(locked)
    make_transition(locked, "withdraw_claim", by=by, closed_at=clock.now())
    tell_about(locked, _("Your claim is withdrawn. Your due date stays as it is."))
    return locked


def answer_day(enrolment) -> date:
    """The day by which the office answers what comes in today."""
    return day_after(clock.today(), settings.IMSA_CLAIM_ANSWER_WORKING_DAYS, enrolment)


def lock_current(assessment, enrolment, seen):
    """The current attempt, after the enrolment: a board locks that first too. Whoever counts a year's claims waits here as well."""
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("person", "cohort", "plan").get(pk=enrolment.pk)
    current = attempt_of(assessment, locked)
    current.assessment, current.enrolment = assessment, locked
    if seen is not None and seen != current.number:
        raise Refused(_("Another attempt has begun since you opened this page. Load it again."))
    return current


def lock_claim(pk) -> Claim:
    """The enrolment first, then the claim."""
    about = "attempt__enrolment__person", "attempt__enrolment__plan", "attempt__assessment"
    enrolment = Claim.objects.values_list("attempt__enrolment", flat=True).get(pk=pk)
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment)
    rows = Claim.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related(*about).get(pk=pk)


def insist_open(claim):
    if claim.state not in OPEN_CLAIMS:
        raise Refused(
            _("This claim is “%(state)s” already. Load the page again.")
            % {"state": claim.get_state_display()}
        )


def tell_about(claim, body):
    """To the trainee. The subject says nothing that somebody who looks over a shoulder would learn from."""
    assessment = claim.attempt.assessment
    tell(
        claim.attempt.enrolment.person,
        _("About the due date of “%(title)s”") % {"title": assessment.title[:120]},
        body,
        f"/my-work/{assessment.code}/claims/",
    )
