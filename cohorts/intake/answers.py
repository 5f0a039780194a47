"""Takes the answer to an offer from whoever has its link, and lets offers lapse; no account is touched before its owner accepts."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused
from lms.kit.transitions import make_transition
from lms.people.invitations import hash_of
from lms.people.roles import Operator
from lms.people.same_person import person_of

from ..enrolment.models import Enrolment
from ..enrolment.places import enrol_one
from .actions import give_back, lock_nomination, tell_employer
from .models import Nomination
from .queries import nomination_by
from .rules import has_offer
from .states import NominationState

BY_LINK = Operator("answer_offer")  # whoever has the link; the nomination says whose it is


@transaction.atomic
def accept(secret: str) -> Enrolment:
    """Whoever has the link accepts.

    1. an account, where the address has none, and the enrolment for the nominated nations (`enrol_one`), 2. the nomination is accepted, 3. the record, 4. the person is
    told and, if new, invited to choose a password; the organisation's contacts are told. Accepted before: that enrolment. Raises Refused where the offer cannot be answered.
    """
    locked = _of_link(secret)
    if locked.state == NominationState.ACCEPTED:
        assert locked.enrolment is not None
        return locked.enrolment
    _insist_answerable(locked)
    assert locked.starts_on is not None
    try:
        made = enrol_one(
            locked.cohort,
            locked.nations,
            locked.student_reference,
            by=BY_LINK,
            enrolled_on=locked.starts_on,
            person=person_of(locked.email),
            email=locked.email,
            names=(locked.given_names, locked.family_name),
            is_invented=locked.is_invented,
        )
    except Refused as why:  # its words are for an officer, who reads them when they offer again
        raise Refused(
            _(
                "Your place cannot be confirmed just now. Please contact the programme office; nothing was changed."
            )
        ) from why
    make_transition(locked, "accept_place", by=BY_LINK, enrolment=made, answered_at=clock.now())
    tell_employer(
        locked,
        _("A place is accepted"),
        _("%(name)s accepted the place with %(cohort)s and is enrolled."),
    )
    return made


@transaction.atomic
def decline(secret: str) -> Nomination:
    """Whoever has the link declines: 1. the offer is declined and its place free, 2. the record, 3. the organisation's contacts are told. Twice is once."""
    locked = _of_link(secret)
    if locked.state == NominationState.DECLINED:
        return locked
    _insist_answerable(locked)
    now = clock.now()
    make_transition(locked, "decline_place", by=BY_LINK, answered_at=now, closed_at=now)
    give_back(locked)
    tell_employer(
        locked, _("A place is declined"), _("%(name)s declined the place with %(cohort)s.")
    )
    return locked


def lapse_offers(*, by) -> int:
    """The worker: offers that nobody answered in time, each in its own transaction, 200 at most. 1. the offer lapses and its place is free, 2. the record, 3. the
    organisation's contacts are told. How many."""
    late = Nomination.objects.filter(
        state=NominationState.OFFERED, expires_at__lte=clock.now()
    ).order_by("pk")
    return sum(_lapse(one, by=by) for one in late[:200])


@transaction.atomic
def _lapse(nomination, *, by) -> bool:
    locked = lock_nomination(nomination)
    if locked.state != NominationState.OFFERED or has_offer(locked):
        return False
    make_transition(locked, "lapse", by=by, closed_at=clock.now())
    give_back(locked)
    tell_employer(
        locked,
        _("An offer was not answered"),
        _(
            "%(name)s did not answer the offer of a place with %(cohort)s in time. Ask the programme office for another offer if they still want it."
        ),
        own=_(
            "You did not answer the offer of a place with %(cohort)s in time, so it has ended. Write to the programme office if you still want a place."
        ),
    )
    return True


def fault_of(nomination) -> str:
    """Why an offer cannot be answered, in words; empty for one that can."""
    if nomination is None:
        return _(
            "We do not know this link. Check that you copied all of it from the email; an offer that was withdrawn or replaced has no link any more."
        )
    if nomination.state == NominationState.ACCEPTED:
        return _("You have accepted this place. Sign in to begin.")
    if nomination.state == NominationState.DECLINED:
        return _(
            "You have declined this place. Ask whoever nominated you, or the programme office, if you have changed your mind."
        )
    if not has_offer(nomination):
        return _(
            "The time to answer this offer is over. Ask whoever nominated you, or the programme office, for a new one."
        )
    return ""


def _of_link(secret) -> Nomination:
    found = nomination_by(secret)
    if found is None:
        raise Refused(fault_of(None))
    locked = lock_nomination(found)
    if locked.secret_hash != hash_of(secret):
        raise Refused(fault_of(None))
    return locked


def _insist_answerable(nomination):
    if fault := fault_of(nomination):
        raise Refused(fault)
