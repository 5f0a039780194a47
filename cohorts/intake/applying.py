"""Somebody applies for a place themselves, by the link in their mail. Mail goes to the address they typed, and, where they ticked it, to one at their employer; nothing they typed stands in either."""

import secrets
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day
from lms.kit.transitions import make_transition
from lms.people.invitations import hash_of
from lms.people.outbox import UNLISTED, Office, post
from lms.people.roles import Operator
from lms.record.actions import write

from .actions import OWN, give_back, lock_nomination, mail_nominee
from .models import Nomination, PlaceApplication, PlaceLink
from .queries import cohorts_to_apply_to, draft_of, nomination_asked_about
from .rules import may_run_intake
from .states import WAITING, EmployerAnswer, NominationState

BY_LINK = Operator("apply_for_place")  # whoever has the link; the nomination says whose it is
ASKED = gettext_noop("Someone who works with you has applied")
FACTS = ("given_names", "family_name", "post", "nations", "statement", "employer")


@transaction.atomic
def open_to_applications(cohort, is_open: bool, *, by) -> None:
    """Whether people may apply to a cohort themselves. 1. the cohort says so, 2. a record entry. The same again changes nothing. It takes applications while it also has places and has not begun."""
    insist(may_run_intake(by))
    locked = type(cohort).objects.select_for_update(no_key=True).get(pk=cohort.pk)
    if locked.takes_applications == is_open:
        return
    locked.takes_applications = is_open
    locked.save(update_fields=["takes_applications"])
    write(
        "cohorts.open_to_applications",
        locked,
        by=by,
        before={"is_open": not is_open},
        after={"is_open": is_open},
    )


@transaction.atomic
def start_place_application(cohort, email: str) -> None:
    """Somebody typed an address into the public page.

    1. the draft of that address for that cohort, or what they submitted and is open, or a new draft (beyond IMSA_APPLICATION_MOST_UNCONFIRMED drafts without an answer the oldest goes), 2. a new link,
    which ends no older one, 3. the link is mailed. Whoever asked learns nothing of it: the answer is the same for every address. Nothing happens where the cohort takes no applications.
    """
    email = email.strip().lower()
    if not cohorts_to_apply_to().filter(pk=cohort.pk).exists():
        return
    found = draft_of(cohort, email) or _begin(cohort, email)
    if found is None:
        return
    secret = secrets.token_urlsafe(32)
    expires_at = clock.now() + timedelta(days=settings.IMSA_APPLICATION_LINK_DAYS)
    PlaceLink.objects.create(application=found, secret_hash=hash_of(secret), expires_at=expires_at)
    link = f"{settings.SITE_URL}{reverse('cohorts:place_application', args=[secret])}"
    post(
        found.email,
        _(OWN),
        _(
            "Someone, we hope you, asked to apply for a place with %(cohort)s.\n\nOpen your application here:\n%(link)s\n\nThe link works until %(day)s. Anyone who has it can read and change the application, so do not forward this email. If it was not you, do nothing: without an answer the application is deleted."
        )
        % {"cohort": cohort.title, "link": link, "day": day(localdate(expires_at))},
        office=Office.REGISTRY if found.nomination_id else UNLISTED,
    )


def _begin(cohort, email) -> PlaceApplication | None:
    waiting = PlaceApplication.objects.filter(nomination=None, answers={})
    if waiting.count() >= settings.IMSA_APPLICATION_MOST_UNCONFIRMED:
        oldest = waiting.select_for_update(no_key=True).order_by("saved_at", "pk").first()
        if oldest:
            oldest.delete()
    try:
        with transaction.atomic():
            return PlaceApplication.objects.create(cohort=cohort, email=email)
    except IntegrityError:  # the same address at this moment
        return draft_of(cohort, email)


@transaction.atomic
def save_place_answers(application, answers: dict) -> PlaceApplication:
    """Keep what was typed on one page, beside what is there. Raises Refused once it was submitted."""
    locked = _lock(application)
    if locked.nomination_id:
        raise Refused(_("You have submitted this application, so it cannot be changed."))
    locked.answers = locked.answers | answers
    locked.saved_at = clock.now()
    locked.save(update_fields=["answers", "saved_at"])
    return locked


@transaction.atomic
def submit_place_application(application) -> Nomination:
    """Send it to the programme office.

    1. a nomination without an organisation, in the same queue as those of employers, 2. the answers are emptied here, and the links that work do so until the cohort begins, 3. a record entry, 4. the applicant is mailed that it came; their
    employer, where they ticked that we may ask, is mailed a link by which to answer. Twice is once. Raises Refused where something is missing, the cohort takes no
    applications any more, or an application of this address to it is open.
    """
    locked = _lock(application)
    if locked.nomination:
        return locked.nomination
    if not cohorts_to_apply_to().filter(pk=locked.cohort_id).exists():
        raise Refused(
            _("%(cohort)s takes no applications any more.") % {"cohort": locked.cohort.title}
        )
    answers = locked.answers
    if not all(answers.get(name) for name in FACTS if name != "given_names"):
        raise Refused(_("Something is missing. Open each page above and answer it."))
    secret = secrets.token_urlsafe(32)
    asks = bool(answers.get("may_ask") and answers.get("employer_email"))
    try:
        with transaction.atomic():
            made = Nomination.objects.create(
                cohort=locked.cohort,
                email=locked.email,
                employer_email=answers["employer_email"] if asks else "",
                employer_secret_hash=hash_of(secret) if asks else "",
                **{name: answers.get(name, "") for name in FACTS},
            )
    except IntegrityError:
        raise Refused(
            _("You have applied to %(cohort)s already. Ask for the link to that application.")
            % {"cohort": locked.cohort.title}
        ) from None
    locked.nomination, locked.answers = made, {}
    locked.save(update_fields=["nomination", "answers"])
    _keep_links(locked)
    write("cohorts.apply_for_place", made, by=BY_LINK, after={"cohort": locked.cohort.code})
    mail_nominee(
        made,
        OWN,
        _(
            "The programme office has your application for %(cohort)s. You are mailed what it decides. With the link that you have you can see where it stands, or withdraw it."
        )
        % {"cohort": locked.cohort.title},
    )
    if asks:
        _ask_employer(made, secret)
    return made


def _keep_links(application):
    """By them the applicant sees where it stands and withdraws it, also once the cohort takes no applications and mails no other link."""
    begins = make_aware(datetime.combine(application.cohort.starts_on, time()))
    working = application.links.filter(expires_at__gt=clock.now(), expires_at__lt=begins)
    working.update(expires_at=begins)


def _ask_employer(nomination, secret):
    """Who it is stands on the page behind the link and not in the mail."""
    link = f"{settings.SITE_URL}{reverse('cohorts:employer_answer', args=[secret])}"
    post(
        nomination.employer_email,
        _(ASKED),
        _(
            "Someone who says that they work with you has applied to train for %(programme)s, and gave your address so that we may ask whether you agree.\n\nSee who it is, and answer, here:\n%(link)s\n\nYou need no account. If you do not know them, answer that you do not agree, or do nothing."
        )
        % {"programme": nomination.cohort.programme.title, "link": link},
        office=Office.REGISTRY,
    )


@transaction.atomic
def answer_for_employer(secret: str, answer: str) -> Nomination:
    """Whoever has the link that was mailed to an employer answers, once: 1. the answer with its moment, 2. a record entry. The first answer stands. Nobody is told: the programme office
    reads it where it decides. Raises Refused where the link opens nothing."""
    found = nomination_asked_about(secret)
    if found is None:
        raise Refused(_("This link does not open anything any more."))
    locked = lock_nomination(found)
    if locked.employer_answer or answer not in EmployerAnswer.values:
        return locked
    locked.employer_answer, locked.employer_answered_at = answer, clock.now()
    locked.save(update_fields=["employer_answer", "employer_answered_at"])
    write("cohorts.answer_for_employer", locked, by=Operator("answer_for_employer"))
    return locked


@transaction.atomic
def withdraw_place_application(application) -> Nomination | None:
    """The applicant withdraws. A draft is deleted. What was submitted: 1. it is withdrawn, and a place that was offered is free, 2. the record, 3. they are mailed that it is. Twice is once.
    Raises Refused of one that was answered or accepted."""
    locked = _lock(application)
    if locked.nomination_id is None:
        locked.delete()
        return None
    nomination = lock_nomination(locked.nomination)
    if nomination.state == NominationState.WITHDRAWN:
        return nomination
    if nomination.state not in WAITING:
        raise Refused(
            _("This application is “%(state)s”, so it cannot be withdrawn here.")
            % {"state": nomination.get_state_display()}
        )
    had_offer = nomination.state == NominationState.OFFERED
    make_transition(
        nomination, "withdraw_nomination", by=BY_LINK, secret_hash="", closed_at=clock.now()
    )
    if had_offer:
        give_back(nomination)
    mail_nominee(
        nomination,
        OWN,
        _("Your application for %(cohort)s is withdrawn.") % {"cohort": nomination.cohort.title},
    )
    return nomination


def _lock(application) -> PlaceApplication:
    rows = PlaceApplication.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("cohort__programme", "nomination").filter(pk=application.pk)
    locked = found.first()
    if locked is None:
        raise Refused(_("This application was deleted."))
    return locked
