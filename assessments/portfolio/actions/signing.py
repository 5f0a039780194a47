"""Signs an item of a portfolio and ends sign-offs; it refuses the trainee themselves, and what was changed since it was shown. Nothing is deleted."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.invitations import hash_of
from lms.people.outbox import Office, post

from ...taking.actions.registrars import tell_registrars
from ...taking.queries import own_submission
from ...taking.states import SubmissionState
from ..models import Portfolio, SignOff, SignOffLine
from ..queries import content_of
from ..rules import is_themselves, may_sign, may_take_back, may_void
from ..states import LIVE, SignOffState, SignOffStep

SUBJECT = gettext_noop("A confirmation you were asked for")
LONGEST_COMMENT = 2000


@dataclass(frozen=True)
class LinkHolder:
    """Whoever opens the link of a sign-off; the record names the sign-off and no person."""

    sign_off: int
    pk = None
    is_authenticated = False

    @property
    def record_label(self):
        return f"signer:{self.sign_off}"


def sign_off_by(secret: str) -> SignOff | None:
    """The sign-off that a link opens: to answer it while it waits, to look at it and withdraw it afterwards. One query."""
    return SignOff.objects.filter(secret_hash=hash_of(secret)).first()


@transaction.atomic
def sign(sign_off, *, by, name, job, fingerprint, is_confirmed, comment="", secret="") -> SignOff:
    """Confirm an item, or say that one does not.

    1. the sign-off is confirmed, or not, 2. a line with who, their job, their comment, and the fingerprint of what was shown, 3. the record is written, 4. the
    trainee is told; whoever signed by a link is mailed another one, by which they can withdraw it. The same answer again is the one there is. Raises
    NotAllowed for the trainee, by whatever account or name, and for who is no supervisor of theirs any more; Refused where it was answered, ran out, was
    changed since it was shown (`fingerprint`), or the link is another (`secret`).
    """
    locked = _lock(sign_off)
    step = SignOffStep.SIGNED if is_confirmed else SignOffStep.DECLINED
    name, job, comment = name.strip(), job.strip(), comment.strip()
    insist(may_sign(by, locked))
    if by.pk is None and locked.secret_hash != hash_of(secret):
        raise Refused(_("This link was used, or a newer one was sent."))
    if is_themselves(locked.portfolio.enrolment.person, name=name):
        raise NotAllowed(_("You cannot confirm your own practice."))
    if locked.state == step.value:
        return locked
    _insist_answerable(locked, fingerprint)
    if not name or not job or len(name) > 200 or len(job) > 200:
        raise Refused(_("Enter your name and your job title."))
    if len(comment) > LONGEST_COMMENT or not (comment or is_confirmed):
        raise Refused(
            _("Say in up to %(longest)s characters why you do not confirm it.")
            % {"longest": LONGEST_COMMENT}
        )
    again, changes = "", {}
    if by.pk is None:
        again = secrets.token_urlsafe(32)
        changes["secret_hash"] = hash_of(again)
    make_transition(
        locked,
        "sign_item" if is_confirmed else "decline_item",
        by=by,
        reason=f"sha256 {locked.fingerprint}",
        signed_at=clock.now(),
        **changes,
    )
    add_step(
        locked, step, by=by, name=name, job=job, comment=comment, fingerprint=locked.fingerprint
    )
    _tell_trainee(
        locked,
        _("%(name)s has confirmed “%(item)s”.")
        if is_confirmed
        else _(
            "%(name)s has not confirmed “%(item)s”. Read their comment, then ask again or ask someone else."
        ),
        name=name,
    )
    if again and is_confirmed:
        _mail(
            locked,
            _(
                "You have confirmed this item:\n%(item)s\n\nIf that was a mistake, open this link to withdraw it:\n%(link)s"
            )
            % {"item": locked.item_title, "link": link_of(again)},
        )
    return locked


def _insist_answerable(locked, fingerprint):
    if locked.state != SignOffState.WAITING:
        raise Refused(
            _("This request is “%(state)s” already. There is nothing more to do.")
            % {"state": locked.get_state_display()}
        )
    if locked.is_overdue:
        raise Refused(_("The time to answer this request is over. The trainee can send it again."))
    if fingerprint != locked.fingerprint or content_of(locked) != locked.fingerprint:
        raise Refused(
            _("What you were shown is not what you are asked to confirm. Load the page again.")
        )


@transaction.atomic
def take_back(sign_off, reason, *, by, secret="") -> SignOff:
    """Withdraw one's own confirmation. 1. it no longer counts, 2. a line with the reason, 3. the record is written, 4. trainee and signer are told, and
    the registrars where the portfolio was handed in. Twice is once."""
    locked = _lock(sign_off)
    insist(may_take_back(by, locked))
    if by.pk is None and locked.secret_hash != hash_of(secret):
        raise Refused(_("This link was used, or a newer one was sent."))
    return _end(
        locked,
        "take_sign_off_back",
        SignOffStep.TAKEN_BACK,
        reason,
        by=by,
        words=_(
            "The confirmation of “%(item)s” was withdrawn by the person who gave it, so it no longer counts. Their reason stands with the item."
        ),
    )


@transaction.atomic
def void(sign_off, reason, *, by) -> SignOff:
    """A registrar removes a confirmation that does not hold, with a reason. As `take_back`."""
    locked = _lock(sign_off)
    insist(may_void(by, locked.portfolio.enrolment))
    return _end(
        locked,
        "void_sign_off",
        SignOffStep.VOIDED,
        reason,
        by=by,
        words=_(
            "The programme office has removed the confirmation of “%(item)s”, so it no longer counts. The reason stands with the item."
        ),
    )


def _end(locked, action, step, reason, *, by, words):
    reason = reason.strip()
    if locked.state == step.value:
        return locked
    if locked.state != SignOffState.SIGNED:
        raise Refused(
            _("This request is “%(state)s”, so there is no confirmation to remove.")
            % {"state": locked.get_state_display()}
        )
    if not reason or len(reason) > LONGEST_COMMENT:
        raise Refused(
            _("Give the reason, in up to %(longest)s characters.") % {"longest": LONGEST_COMMENT}
        )
    make_transition(locked, action, by=by)
    add_step(locked, step, by=by, comment=reason, fingerprint=locked.fingerprint)
    _tell_trainee(locked, words)
    tell_signer(locked, words % {"item": locked.item_title})
    _tell_office(
        locked.portfolio,
        _(
            "A portfolio was handed in with receipt %(receipt)s, and someone has since withdrawn what they had confirmed in it. Decide whether its file may be replaced."
        ),
    )
    return locked


def _tell_office(portfolio, words):
    """The registrars, where the portfolio was handed in with what no longer counts."""
    submission = own_submission(portfolio.assessment, portfolio.enrolment)
    if submission and submission.state != SubmissionState.DRAFT:
        about = {"receipt": submission.receipt}
        tell_registrars(
            submission,
            _("A confirmation no longer counts: %(receipt)s") % about,
            words % about,
            f"/registry/portfolios/{portfolio.enrolment_id}/",
        )


def outdate_in(portfolio, entry, *, by):
    """Every live sign-off that was shown an entry no longer counts, in the caller's transaction, which holds the portfolio. Of each: 1. it is outdated,
    2. a line, 3. a record entry, 4. trainee and signer are told, and the registrars, once, where one was confirmed and the portfolio is handed in."""
    rows = SignOff.objects.select_for_update(of=("self",), no_key=True).filter(
        portfolio=portfolio, state__in=LIVE, basis__line__entry=entry
    )
    is_office_told = False
    for one in rows.order_by("pk"):
        one.portfolio, was_signed = portfolio, one.state == SignOffState.SIGNED
        ended = {} if was_signed else {"secret_hash": None}  # its link opens nothing any more
        make_transition(one, "outdate_sign_off", by=by, **ended)
        is_office_told |= was_signed
        add_step(one, SignOffStep.OUTDATED, by=by, fingerprint=one.fingerprint)
        words = _(
            "An entry of the practice log that “%(item)s” rests on was changed, so its confirmation no longer counts."
        )
        again = _("You can ask for it again.")
        _tell_trainee(one, f"{words} {again}")
        if not was_signed:
            words = _(
                "An entry that “%(item)s” rests on was changed, so you are no longer asked to confirm it. The trainee can ask you again."
            )
        tell_signer(one, words % {"item": one.item_title})
    if is_office_told:
        _tell_office(
            portfolio,
            _(
                "A portfolio was handed in with receipt %(receipt)s, and its trainee has since changed an entry that a confirmation in it rests on. They can still hand in a newer state."
            ),
        )


def add_step(sign_off, step, *, by, **about) -> SignOffLine:
    """The next line of a sign-off, which the caller holds."""
    return SignOffLine.objects.create(
        sign_off=sign_off,
        number=sign_off.lines.count() + 1,
        step=step,
        by=by.record_label,
        **about,
    )


def link_of(secret: str) -> str:
    return f"{settings.SITE_URL}{reverse('assessments:sign_off', args=[secret])}"


def tell_signer(sign_off, words):
    """A message to an account, or a mail to an address; none to an address that an invented trainee gave."""
    if sign_off.person:
        tell(sign_off.person, _(SUBJECT), words, f"/supervising/{sign_off.pk}/")
    else:
        _mail(sign_off, words)


def _mail(sign_off, words):
    if not sign_off.portfolio.enrolment.person.is_invented:
        post(sign_off.email, _(SUBJECT), words, office=Office.REGISTRY)


def _tell_trainee(sign_off, words, **about):
    portfolio = sign_off.portfolio
    tell(
        portfolio.enrolment.person,
        _("About a confirmation in your portfolio"),
        words % {"item": sign_off.item_title, **about},
        f"/my-work/{portfolio.assessment.code}/items/{sign_off.item_key}/",
    )


def _lock(sign_off) -> SignOff:
    """The portfolio first, then the sign-off."""
    Portfolio.objects.select_for_update(no_key=True).get(pk=sign_off.portfolio_id)
    rows = SignOff.objects.select_for_update(of=("self",), no_key=True)
    about = "person", "portfolio__assessment__module", "portfolio__enrolment__person"
    return rows.select_related(*about, "portfolio__enrolment__cohort").get(pk=sign_off.pk)
