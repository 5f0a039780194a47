"""Asks somebody at work to confirm an item; it refuses the trainee themselves, people the workplace does not know, and too many mails."""

import secrets
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused
from lms.kit.templatetags.kit import day as in_words
from lms.kit.transitions import make_transition
from lms.people.invitations import hash_of
from lms.people.models import Role, User
from lms.people.roles import has_role
from lms.record.actions import write

from ...setting.portfolio_items import PortfolioItem
from ..content import fingerprint, signer_content
from ..models import SignOff, SignOffBasis, SignOffLine
from ..queries import line_rows, newest_lines, version_asked
from ..rules import is_themselves, supervisors_of
from ..states import EntryKind, SignOffState, SignOffStep
from .entries import lock_portfolio
from .signing import add_step, link_of, tell_signer

MOST_SHOWN = 100


@transaction.atomic
def ask(
    assessment, enrolment, key, numbers, *, by, supervisor="", name="", email=""
) -> tuple[SignOff, str]:
    """Ask for an item to be confirmed, on the entries of the log with these `numbers`.

    `supervisor`: a key of `supervisors_of`, for an item that a supervisor confirms; `name` and `email` of a witness for any other. 1. the request with what
    is shown, 2. its line, 3. the record is written, 4. whoever is asked is told: an account by a message, any other address by a mail with a link. Gives
    the request, and the secret of its link, which is kept nowhere but in the mail; "" for an account. The same again is the request there is.
    Raises Refused where the item has a live one of somebody else, an entry is no practice of theirs, the address is their own or of somebody who marks, or
    too many were sent.
    """
    portfolio = lock_portfolio(assessment, enrolment, by=by)
    item = version_asked(assessment, enrolment).items.filter(key=key).first()
    if item is None:
        raise Refused(_("This portfolio has no such item. Load the page again."))
    signer = _signer(item, enrolment.person, supervisor, name, email)
    lines = _lines(portfolio, numbers)
    mark = fingerprint(signer_content(item.title, item.text, item.signer, line_rows(lines)))
    there = SignOff.objects.filter(
        portfolio=portfolio, item_key=key, state__in=("waiting", "signed")
    ).first()
    if there:
        is_same = (there.person, there.email, there.fingerprint) == (
            signer["person"],
            signer["email"],
            mark,
        )
        if is_same:
            return there, ""
        if there.state == SignOffState.SIGNED:
            raise Refused(_("This item is confirmed already. There is no one else to ask."))
        raise Refused(
            _("This item is “%(state)s” already. Cancel that request before you ask someone else.")
            % {"state": there.get_state_display()}
        )
    _insist_not_too_often(portfolio)
    secret = "" if signer["person"] else secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            made = SignOff.objects.create(
                portfolio=portfolio,
                item_key=item.key,
                item_title=item.title,
                item_text=item.text,
                signer=item.signer,
                fingerprint=mark,
                secret_hash=hash_of(secret) if secret else None,
                expires_at=_expiry(),
                **signer,
            )
    except IntegrityError:
        raise Refused(_("This item was asked for a moment ago. Load the page again.")) from None
    SignOffBasis.objects.bulk_create(SignOffBasis(sign_off=made, line=line) for line in lines)
    _send(made, SignOffStep.ASKED, secret, by=by)
    return made, secret


@transaction.atomic
def ask_again(sign_off, *, by) -> tuple[SignOff, str]:
    """Send a request that waits, or ran out, again: 1. it has a new link, the old one opens nothing, and a new last day, 2. its line, 3. the record is
    written, 4. whoever is asked is told. Raises Refused where it was answered, or too many were sent."""
    locked = _lock_own(sign_off, by=by)
    if locked.state != SignOffState.WAITING:
        raise Refused(
            _("This request is “%(state)s” already.") % {"state": locked.get_state_display()}
        )
    _insist_not_too_often(locked.portfolio)
    secret = "" if locked.person else secrets.token_urlsafe(32)
    locked.expires_at = _expiry()
    locked.secret_hash = hash_of(secret) if secret else None
    locked.save(update_fields=["expires_at", "secret_hash"])
    _send(locked, SignOffStep.REPEATED, secret, by=by)
    return locked, secret


@transaction.atomic
def cancel(sign_off, *, by) -> SignOff:
    """The trainee asks no longer. 1. the request is cancelled and its link opens nothing, 2. its line, 3. the record is written, 4. whoever was asked is
    told. Twice is once. Raises Refused where it was answered."""
    locked = _lock_own(sign_off, by=by)
    if locked.state == SignOffState.CANCELLED:
        return locked
    if locked.state != SignOffState.WAITING:
        raise Refused(
            _("This request is “%(state)s” already. There is nothing to cancel.")
            % {"state": locked.get_state_display()}
        )
    make_transition(locked, "cancel_sign_off", by=by, secret_hash=None)
    add_step(locked, SignOffStep.CANCELLED, by=by)
    words = _("You are no longer asked to confirm “%(item)s”. There is nothing to do.")
    tell_signer(locked, words % {"item": locked.item_title})
    return locked


def _signer(item, trainee, supervisor, name, email):
    if item.signer == PortfolioItem.SUPERVISOR:
        found = next((one for one in supervisors_of(trainee) if one["key"] == supervisor), None)
        if found is None:
            raise Refused(
                _(
                    "Choose your supervisor from the list. It names who the employment register knows at your workplace."
                )
            )
        return {name: found[name] for name in ("person", "name", "email")}
    name, email = " ".join(name.split()), email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(_("Enter the witness’s email address.")) from None
    if not name or len(name) > 200 or len(email) > 254:
        raise Refused(_("Enter the witness’s name."))
    if is_themselves(trainee, email, name):
        raise Refused(_("You cannot be your own witness. Ask someone who saw your practice."))
    # Who was asked may not mark this person's work: nobody chooses who marks by asking them.
    account = User.objects.filter(email__iexact=email).first()
    if account and has_role(account, Role.TUTOR, Role.EXTERNAL_EXAMINER):
        raise Refused(
            _("Someone who marks here cannot be a witness. Ask someone else who saw your practice.")
        )
    return {"person": None, "name": name, "email": email}


def _lines(portfolio, numbers):
    numbers = set(numbers)
    if not numbers or len(numbers) > MOST_SHOWN:
        raise Refused(
            _("Choose the entries of your log that show this, up to %(most)s.")
            % {"most": MOST_SHOWN}
        )
    rows = newest_lines(portfolio).filter(entry__kind=EntryKind.PRACTICE, entry__number__in=numbers)
    lines = list(rows.order_by("entry__number"))
    if {line.entry.number for line in lines} != numbers:
        raise Refused(_("One of these entries is not in your log any more. Load the page again."))
    return lines


def _insist_not_too_often(portfolio):
    since = clock.now() - timedelta(days=1)
    sent = SignOffLine.objects.filter(
        sign_off__portfolio=portfolio,
        step__in=(SignOffStep.ASKED, SignOffStep.REPEATED),
        at__gt=since,
    )
    if sent.count() >= settings.IMSA_SIGN_OFFS_A_DAY:
        raise Refused(
            _("You have sent %(most)s requests within a day. Send the next one tomorrow.")
            % {"most": settings.IMSA_SIGN_OFFS_A_DAY}
        )


def _expiry():
    """The end of that day in London, since whoever is asked reads a day."""
    day = clock.today() + timedelta(days=settings.IMSA_SIGN_OFF_DAYS)
    return make_aware(datetime.combine(day, time.max))


def _send(sign_off, step, secret, *, by):
    add_step(sign_off, step, by=by, fingerprint=sign_off.fingerprint)

    write(
        "assessments.ask_sign_off",
        sign_off,
        by=by,
        after={"item": sign_off.item_key, "step": str(step.value)},
    )
    about = {
        "name": sign_off.portfolio.enrolment.person.full_name,
        "day": in_words(localdate(sign_off.expires_at)),
        "item": sign_off.item_title,
    }
    words = (
        _(
            "%(name)s is training as an Independent Modern Slavery Advocate (IMSA) and asks you to confirm their practice:\n%(item)s\n\nYou can answer until %(day)s."
        )
        % about
    )
    if secret:
        words += "\n\n" + _(
            "This link shows what you are asked to confirm. It is for you alone and takes one answer:\n%(link)s"
        ) % {"link": link_of(secret)}
        words += "\n\n" + _("If you do not know this person, you can ignore this email.")
    tell_signer(sign_off, words)


def _lock_own(sign_off, *, by) -> SignOff:
    of = sign_off.portfolio
    portfolio = lock_portfolio(of.assessment, of.enrolment, by=by)
    rows = SignOff.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    locked = rows.get(pk=sign_off.pk, portfolio=portfolio)
    locked.portfolio = portfolio
    return locked
