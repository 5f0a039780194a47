"""Nominates people, sets places and offers them; it offers no place twice, and touches no account before its owner accepts."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit import nations as four_nations
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day as in_full
from lms.kit.transitions import make_transition
from lms.people.invitations import hash_of
from lms.people.outbox import Office, post
from lms.people.same_person import person_of
from lms.record.actions import actor_label, write

from ..enrolment.models import Enrolment
from ..enrolment.states import EnrolmentState
from ..organisations.actions import tell_organisation
from .models import NationPlaces, Nomination
from .queries import open_cohorts
from .rules import may_decide_nomination, may_nominate, may_run_intake, may_withdraw
from .states import ONE_AT_A_TIME, NominationState

OFFER = gettext_noop("A place is offered to you")
NO_OFFER = gettext_noop("The place that was offered to you")
OWN = gettext_noop("Your application for a place")
TO_EMPLOYER = "/employer/nominations/"
HAS_OFFER = gettext_noop(
    "This person, or this student reference, has an offer already. Look through the nominations of this cohort."
)


@transaction.atomic
def set_places(cohort, places: dict, *, by) -> None:
    """How many places a cohort has for each nation: 1. a line a nation, 2. a record entry. The same again changes nothing. Raises Refused where more are
    offered or accepted already."""
    insist(may_run_intake(by))
    before, after = {}, {}
    for nation in sorted(four_nations.NATIONS):  # as `_take`, so that neither waits for the other
        wanted = places.get(nation, 0)
        row, _new = NationPlaces.objects.select_for_update(no_key=True).get_or_create(
            cohort=cohort, nation=nation, defaults={"places": 0}
        )
        if row.places == wanted:
            continue
        if row.taken > wanted:
            raise Refused(
                _("%(nation)s: %(taken)s places are offered or accepted, so there cannot be fewer.")
                % {"nation": four_nations.labels([nation])[0], "taken": row.taken}
            )
        before[nation], after[nation] = row.places, wanted
        row.places = wanted
        row.save(update_fields=["places"])
    if after:
        write("cohorts.set_places", cohort, by=by, before=before, after=after)


@transaction.atomic
def nominate(cohort, organisation, *, by, **facts) -> Nomination:
    """An employer's contact nominates somebody (`given_names`, `family_name`, `email`, `post`, `nations`, `line_manager`, `statement`).

    1. the nomination, 2. a record entry. Nobody's account is looked at. Nominated for this cohort by this organisation already, with the same facts: that nomination.
    Raises NotAllowed for who is no contact today, Refused for a cohort that takes none and for somebody who is nominated already with other facts.
    """
    insist(may_nominate(by, organisation))
    if not open_cohorts().filter(pk=cohort.pk).exists():
        raise Refused(_("%(cohort)s takes no nominations now.") % {"cohort": cohort.title})
    facts["email"] = facts["email"].strip().lower()
    try:
        with transaction.atomic():
            made = Nomination.objects.create(
                cohort=cohort, organisation=organisation, nominated_by=by, **facts
            )
    except IntegrityError:
        standing = Nomination.objects.filter(
            cohort=cohort,
            organisation=organisation,
            email=facts["email"],
            state__in=ONE_AT_A_TIME,
        ).first()
        if standing is None:
            raise
        if any(getattr(standing, name) != value for name, value in facts.items()):
            raise Refused(
                _(
                    "%(name)s is nominated for %(cohort)s already, and a nomination cannot be changed. Nothing was stored: withdraw that nomination first, then send this one."
                )
                % {"name": standing.full_name, "cohort": cohort.title}
            ) from None
        return standing
    write(
        "cohorts.nominate",
        made,
        by=by,
        after={"cohort": cohort.code, "organisation": organisation.pk},
    )
    return made


@transaction.atomic
def withdraw(nomination, *, by) -> Nomination:
    """The employer withdraws it: 1. it is withdrawn, and a place that was offered is free, 2. the record, 3. the organisation's other contacts are told; who had an
    offer is mailed that it is void. Twice is once. Raises IllegalTransition once it was accepted."""
    locked = lock_nomination(nomination)
    insist(may_withdraw(by, locked))
    if locked.state == NominationState.WITHDRAWN:
        return locked
    had_offer = locked.state == NominationState.OFFERED
    make_transition(locked, "withdraw_nomination", by=by, secret_hash="", closed_at=clock.now())
    if had_offer:
        give_back(locked)
    tell_employer(
        locked,
        _("A nomination is withdrawn"),
        _("The nomination of %(name)s for %(cohort)s is withdrawn."),
        but_not=[by.pk],
    )
    if had_offer:
        mail_nominee(
            locked,
            NO_OFFER,
            _("The place on %(cohort)s that was offered to you is withdrawn by %(organisation)s.")
            % {"cohort": locked.cohort.title, "organisation": locked.employer_name},
        )
    return locked


@transaction.atomic
def offer(nomination, student_reference, starts_on, *, by) -> Nomination:
    """Offer a place.

    1. one place of each of the person's nations is taken, 2. the offer, with a link that ends after IMSA_OFFER_DAYS, 3. the record, 4. the link is mailed to
    the person, 5. the organisation's contacts are told. The same offer again: unchanged. Raises Refused where a nation has no free place, where the
    person has an offer for this cohort already, or studies the programme, and where the student reference is somebody else's.
    """
    locked = lock_nomination(nomination)
    insist(may_decide_nomination(by, locked))
    if locked.state == NominationState.OFFERED:
        if (locked.student_reference, locked.starts_on) == (student_reference, starts_on):
            return locked
        raise Refused(_(HAS_OFFER))
    _insist_there(locked)
    _insist_may_study(locked, student_reference, starts_on)
    secret = secrets.token_urlsafe(32)
    expires_at = clock.now() + timedelta(days=settings.IMSA_OFFER_DAYS)
    _take(locked)
    try:
        with transaction.atomic():
            _decide(
                locked,
                "offer_place",
                "",
                by=by,
                student_reference=student_reference,
                starts_on=starts_on,
                secret_hash=hash_of(secret),
                expires_at=expires_at,
                closed_at=None,
            )
    except IntegrityError:
        raise Refused(_(HAS_OFFER)) from None
    last = in_full(localdate(expires_at))
    _mail_offer(locked, secret)
    tell_employer(
        locked,
        _("A place is offered"),
        _("A place with %(cohort)s is offered to %(name)s, who has until %(day)s to answer."),
        day=last,
    )
    locked.link = link_of(secret)  # type: ignore[attr-defined]
    return locked


@transaction.atomic
def mail_offer_again(nomination, *, by) -> Nomination:
    """For who lost the letter: 1. the offer has a new link and as many days again, and the link before works no more, 2. the record, 3. the link is mailed. Raises
    IllegalTransition where no offer runs."""
    locked = lock_nomination(nomination)
    insist(may_decide_nomination(by, locked))
    secret = secrets.token_urlsafe(32)
    make_transition(
        locked,
        "mail_offer_again",
        by=by,
        secret_hash=hash_of(secret),
        expires_at=clock.now() + timedelta(days=settings.IMSA_OFFER_DAYS),
    )
    _mail_offer(locked, secret)
    locked.link = link_of(secret)  # type: ignore[attr-defined]
    return locked


def _mail_offer(nomination, secret):
    begins = (
        _("You applied for %(programme)s, and a place with %(cohort)s is offered to you.")
        if nomination.is_own
        else _(
            "%(organisation)s nominated you for %(programme)s, and a place with %(cohort)s is offered to you."
        )
    )
    mail_nominee(
        nomination,
        OFFER,
        (
            begins
            + "\n\n"
            + _(
                "Read the offer, and accept or decline it, here:\n%(link)s\n\nThe link works until %(day)s. No account is made for you, and you are not enrolled, unless you accept."
            )
        )
        % {
            "organisation": nomination.employer_name,
            "programme": nomination.cohort.programme.title,
            "cohort": nomination.cohort.title,
            "link": link_of(secret),
            "day": in_full(localdate(nomination.expires_at)),
        },
    )


def _insist_there(nomination):
    if nomination.cleared_at:
        raise Refused(
            _("What was typed here was removed when its time was over. A new nomination is needed.")
        )


def _insist_may_study(nomination, student_reference, starts_on):
    if starts_on > nomination.cohort.ends_on:
        raise Refused(_("The first day must not be after the cohort ends."))
    taken = Enrolment.objects.filter(student_reference=student_reference)
    if taken.exists():
        raise Refused(
            _("The student reference %(student_reference)s belongs to another enrolment.")
            % {"student_reference": student_reference}
        )
    person = person_of(nomination.email)
    if person is None:
        return
    standing = Enrolment.objects.filter(
        person=person, cohort__programme=nomination.cohort.programme_id
    )
    if (
        standing.exclude(state=EnrolmentState.LEFT).exists()
        or standing.filter(cohort=nomination.cohort_id).exists()
    ):
        raise Refused(
            _(
                "Someone with this email address is or was enrolled on this programme. Look at that enrolment instead."
            )
        )


def _decide(nomination, action, reason, *, by, **changes):
    """What the office decided: by whom, when, and the note on it, which stands in the row and can be removed; the record does not hold it."""
    changes |= {"decided_by": actor_label(by), "decided_at": clock.now()}
    make_transition(nomination, action, by=by, **changes)
    nomination.reason = reason.strip()
    nomination.save(update_fields=["reason"])


@transaction.atomic
def put_on_waiting_list(nomination, *, by, reason="") -> Nomination:
    """1. it is on the waiting list, and a place that was offered is free, 2. the record, 3. the organisation's contacts are told; who had an offer is mailed that it
    is void. Twice is once; raises IllegalTransition where it is there with another note."""
    locked = lock_nomination(nomination)
    insist(may_decide_nomination(by, locked))
    if (locked.state, locked.reason) == (NominationState.WAITING_LIST, reason.strip()):
        return locked
    had_offer = locked.state == NominationState.OFFERED
    _decide(locked, "list_nomination", reason, by=by, secret_hash="", closed_at=None)
    if had_offer:
        give_back(locked)
    tell_employer(
        locked,
        _("A nomination is on the waiting list"),
        _("%(name)s is on the waiting list for %(cohort)s. You hear again when that changes."),
        own=""
        if had_offer
        else _("You are on the waiting list for %(cohort)s. You hear again when that changes."),
    )
    if had_offer:
        mail_nominee(
            locked,
            NO_OFFER,
            _(
                "The place with %(cohort)s that was offered to you cannot be taken now. You are on the waiting list, and hear again."
            )
            % {"cohort": locked.cohort.title},
        )
    return locked


@transaction.atomic
def refuse(nomination, reason, *, by) -> Nomination:
    """No place: 1. it is refused, 2. the record, 3. the organisation's contacts, or who applied themselves, are told, with the reason. Twice is once. Raises Refused without a reason, and
    IllegalTransition where it was refused for another one."""
    locked = lock_nomination(nomination)
    insist(may_decide_nomination(by, locked))
    if (locked.state, locked.reason) == (NominationState.REFUSED, reason.strip()):
        return locked
    if not reason.strip():
        raise Refused(_("Enter the reason: the employer, or the person who applied, reads it."))
    _decide(locked, "refuse_nomination", reason, by=by, closed_at=clock.now())
    tell_employer(
        locked,
        _("No place is offered"),
        _("No place with %(cohort)s is offered to %(name)s. The reason: %(reason)s"),
        own=_("No place with %(cohort)s is offered to you. The reason: %(reason)s"),
        reason=reason.strip(),
    )
    return locked


@transaction.atomic
def defer(nomination, cohort, *, by, reason="") -> Nomination:
    """To a later cohort: 1. it is on the waiting list of that cohort, and a place that was offered is free, 2. the record, 3. the organisation's contacts are told; who
    had an offer is mailed. Raises Refused for a cohort of another programme or that takes no nominations."""
    locked = lock_nomination(nomination)
    insist(may_decide_nomination(by, locked))
    if locked.cohort_id == cohort.pk:
        return locked
    _insist_there(locked)
    if (
        cohort.programme_id != locked.cohort.programme_id
        or not open_cohorts().filter(pk=cohort.pk).exists()
    ):
        raise Refused(_("%(cohort)s takes no nominations now.") % {"cohort": cohort.title})
    had_offer, before = locked.state == NominationState.OFFERED, locked.cohort
    if had_offer:
        give_back(locked)
    try:
        with transaction.atomic():
            _decide(
                locked,
                "defer_nomination",
                reason,
                by=by,
                cohort=cohort,
                closed_at=None,
                secret_hash="",
            )
    except IntegrityError:
        raise Refused(
            _("%(name)s is nominated for %(cohort)s already.")
            % {"name": locked.full_name, "cohort": cohort.title}
        ) from None
    write("cohorts.defer", locked, by=by, before=before.code, after=cohort.code)
    tell_employer(
        locked,
        _("A nomination is deferred"),
        _("The nomination of %(name)s is now for %(cohort)s, where they are on the waiting list."),
        own=""
        if had_offer
        else _("Your application is now for %(cohort)s, where you are on the waiting list."),
    )
    if had_offer:
        mail_nominee(
            locked,
            NO_OFFER,
            _(
                "The place that was offered to you is deferred: you are now on the waiting list for %(cohort)s. You hear again."
            )
            % {"cohort": cohort.title},
        )
    return locked


def link_of(secret: str) -> str:
    return f"{settings.SITE_URL}{reverse('cohorts:offer', args=[secret])}"


def lock_nomination(nomination) -> Nomination:
    rows = Nomination.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("cohort__programme", "organisation", "enrolment").get(
        pk=nomination.pk
    )


def _take(nomination):
    """A place of each nation, in the order of their codes. Raises Refused where one has none left: the constraint decides between two at once."""
    for nation in sorted(nomination.nations):
        free = NationPlaces.objects.filter(
            cohort=nomination.cohort_id, nation=nation, taken__lt=F("places")
        )
        if not free.update(taken=F("taken") + 1):
            raise Refused(
                _(
                    "%(cohort)s has no free place for %(nation)s. Set more places, or put the nomination on the waiting list."
                )
                % {
                    "cohort": nomination.cohort.title,
                    "nation": four_nations.labels([nation])[0],
                }
            )


def give_back(nomination):
    """Its places are free again, in the order in which `_take` takes them."""
    for nation in sorted(nomination.nations):
        NationPlaces.objects.filter(cohort=nomination.cohort_id, nation=nation, taken__gt=0).update(
            taken=F("taken") - 1
        )


def tell_employer(nomination, subject, words, *, own="", but_not=(), **more):
    """Who nominated the person: the contacts of the organisation; or, of who applied themselves, they by mail, with the words of `own`, where there are any."""
    values = {"name": nomination.full_name, "cohort": nomination.cohort.title, **more}
    if nomination.is_own:
        if own:
            mail_nominee(nomination, OWN, own % values)
        return
    tell_organisation(
        nomination.organisation, subject, words % values, TO_EMPLOYER, but_not=but_not
    )


def mail_nominee(nomination, subject, body):
    """To the address that was given, which is no account's yet; nobody invented has a letter box."""
    if nomination.is_invented:
        return
    if subject == OFFER:
        post(nomination.email, _(OFFER), body, office=Office.REGISTRY)
    elif subject == NO_OFFER:
        post(nomination.email, _(NO_OFFER), body, office=Office.REGISTRY)
    else:
        post(nomination.email, _(OWN), body, office=Office.REGISTRY)
