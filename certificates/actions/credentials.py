"""Makes the credentials of a certificate and keeps the lists that say which no longer hold."""

import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit import clock, codes
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of
from lms.record.actions import actor_label, write

from ..accreditation.sentences import in_words
from ..accreditation.standing import verdict
from ..accreditation.standing_wording import MAY_ACT
from ..models import Credential, FollowUp, Reinstatement, Revocation, StatusList
from ..queries import load_facts
from ..rules import may_confirm_award, may_issue, may_sanction
from ..signing import open_badges as badges
from ..signing.keys import credential_key
from .announcing import announce

FULL = (
    StatusList.LENGTH // 2
)  # places drawn by lot are found quickly up to here; then a new list begins
CROWD = 2_000  # credentials on a list up to which it is made anew when somebody asks


def make_credentials(certificate) -> list[Credential]:
    """The award and the accreditation of a certificate that is about to be written: signed, and not saved yet.

    The award is permanent: a certificate that replaces another carries the award credential there is, and a new one only
    where that was revoked as a mistake (of a rescinded award no certificate is issued).
    """
    key, moment = credential_key(), clock.now()
    made = list(
        Credential.objects.filter(
            certificate__award=certificate.award, kind=Credential.AWARD, revocations=None
        )[:1]
    )
    for kind in (Credential.AWARD, Credential.ACCREDITATION)[len(made) :]:
        listed = list_with_room(Credential.PURPOSE[kind])
        credential = Credential(
            uid=by_lot(),
            subject=by_lot(),
            kind=kind,
            status_list=listed,
            status_index=free_place(listed),
            valid_until=certificate.valid_until if kind == Credential.ACCREDITATION else None,
            key_id=key.kid,
            issued_at=moment,
        )
        credential.token = badges.token_of(
            badges.body(credential, certificate, moment, credential.status_index), key
        )
        made.append(credential)
    return made


def by_lot() -> uuid.UUID:
    """A random number; the same each time inside `codes.predictable`, so that two demonstrations are alike."""
    return uuid.UUID(int=codes.chance().getrandbits(128), version=4)


def keep_credentials(credentials, certificate):
    """Save them with their certificate, and count their places."""
    for credential in credentials:
        if credential.pk:
            continue
        credential.certificate = certificate
        credential.save(force_insert=True)
        StatusList.objects.filter(pk=credential.status_list_id).update(taken=F("taken") + 1)


def list_with_room(purpose) -> StatusList:
    """The list that takes the next credential; a new one when it is half full."""
    return StatusList.objects.filter(
        purpose=purpose, taken__lt=FULL
    ).first() or StatusList.objects.create(purpose=purpose)


def free_place(listed) -> int:
    """A place nobody has, drawn by lot: a place tells nothing about when it was given."""
    while True:
        place = codes.chance().randrange(StatusList.LENGTH)
        if not Credential.objects.filter(status_list=listed, status_index=place).exists():
            return place


@transaction.atomic
def revoke(credential, reason, *, by, why=Revocation.Why.RESCINDED, proposed_by=None) -> Revocation:
    """Let an award credential hold no longer: the University rescinded the award, or the credential was a mistake.

    1. the person is locked, as for issuing, 2. the revocation, 3. its list is signed anew, 4. a record entry without the
    reason, 5. every Hub officer is told, 6. of a rescission also the holder and every employer: the accreditation ends with it, at once. Twice is
    once; a rescission can follow a mistake. After a rescinded award no certificate is issued; after a mistake the next one carries a new
    award credential. Pages rescind through `actions.pending` alone, where a registrar or Hub officer confirms what a registrar (`proposed_by`) proposed.
    """
    enrolment, why = credential.certificate.enrolment, Revocation.Why(why)
    insist(may_issue(proposed_by or by, enrolment))
    if proposed_by is not None:
        insist(may_confirm_award(by, enrolment, proposed_by))
    if credential.kind != Credential.AWARD:
        raise Refused(
            _(
                "An accreditation is suspended or withdrawn by the Hub, and its credential follows by itself."
            )
        )
    if not reason.strip():
        raise Refused(_("Write down why. The registry and the Hub read it."))
    User.objects.select_for_update(no_key=True).get(pk=enrolment.person_id)
    rescission = rescission_in_force(credential)
    if rescission:
        return rescission
    before = load_facts([enrolment.person_id])
    terms = {
        "credential": credential,
        "why": why,
        "reason": reason.strip(),
        "decided_by": actor_label(by),
    }
    if why == Revocation.Why.MISTAKE:
        made = Revocation.objects.filter(credential=credential, why=why).first()
        if made:
            return made
    made = Revocation.objects.create(**terms)
    sign_list(credential.status_list)
    after = {"credential": str(credential.uid), "rescinded": why == Revocation.Why.RESCINDED}
    after |= {"proposed_by": actor_label(proposed_by)} if proposed_by is not None else {}
    write("certificates.revoke", made, by=by, after=after)
    is_rescinded = why == Revocation.Why.RESCINDED
    for officer in holders_of(Role.HUB_OFFICER):
        if officer.pk != enrolment.person_id:
            tell(
                officer,
                _("An award was rescinded")
                if is_rescinded
                else _("An award credential was revoked"),
                _(
                    "The University rescinded the award behind a certificate. The accreditation ended with it, and the person and their employers are told. "
                    "The person’s page says who they are."
                )
                if is_rescinded
                else _(
                    "The registry revoked an award credential that was a mistake. The award stands; a new certificate carries a new credential."
                ),
                reverse("certificates:person", args=[credential.certificate.enrolment_id]),
            )
    if is_rescinded:
        tell(
            enrolment.person,
            _("Your award was rescinded"),
            _(
                "The University has rescinded your award with effect from %(day)s. Your accreditation ended with it: you may not act as an "
                "IMSA. Contact the University if you think this is wrong."
            )
            % {"day": in_words(clock.today())},
            reverse("certificates:my_certificates"),
        )
        announce(before, [enrolment.person_id], clock.today(), tells_person=False)
    return made


def rescission_in_force(credential) -> Revocation | None:
    """That of this award, which has not been put right, whichever of its credentials it names."""
    rows = Revocation.objects.filter(
        credential__certificate__award=credential.certificate.award_id,
        why=Revocation.Why.RESCINDED,
        reinstatement=None,
    )
    return rows.first()


@transaction.atomic
def reinstate(credential, reason, *, by, proposed_by) -> Reinstatement:
    """Put a wrong rescission right: from today the award counts again.

    1. one more dated line; the rescission stays on the record and answers for its days, 2. a record entry without the reason, 3. the person, every
    employer and the Hub are told. The revoked credential stays revoked: a certificate issued again carries a new one. Twice is once.
    """
    enrolment = credential.certificate.enrolment
    insist(may_issue(proposed_by, enrolment))
    insist(may_confirm_award(by, enrolment, proposed_by))
    if not reason.strip():
        raise Refused(_("Write down why. The registry and the Hub read it."))
    User.objects.select_for_update(no_key=True).get(pk=enrolment.person_id)
    rescission = rescission_in_force(credential)
    if rescission is None:
        last = Reinstatement.objects.filter(
            revocation__credential__certificate__award=credential.certificate.award_id
        ).last()
        if last:
            return last
        raise Refused(_("The award is not rescinded, so there is nothing to reinstate."))
    before = load_facts([enrolment.person_id])
    made = Reinstatement.objects.create(
        revocation=rescission,
        reason=reason.strip(),
        proposed_by=actor_label(proposed_by),
        decided_by=actor_label(by),
    )
    write(
        "certificates.reinstate",
        made,
        by=by,
        after={"credential": str(credential.uid), "proposed_by": actor_label(proposed_by)},
    )
    tell(
        enrolment.person,
        _("Your award is reinstated"),
        _(
            "The University has put right that your award was rescinded: it counts again from %(day)s. Your page says what your accreditation is today."
        )
        % {"day": in_words(clock.today())},
        reverse("certificates:my_certificates"),
    )
    for officer in holders_of(Role.HUB_OFFICER):
        if officer.pk != enrolment.person_id:
            tell(
                officer,
                _("An award was reinstated"),
                _(
                    "The University put right that an award was rescinded. It counts again from today."
                ),
                reverse("certificates:person", args=[credential.certificate.enrolment_id]),
            )
    announce(before, [enrolment.person_id], clock.today(), tells_person=False)
    return made


@transaction.atomic
def follow_up(rescission, note, *, by) -> FollowUp:
    """What the Hub did about the people somebody supported when their award was rescinded. 1. the note, once and for good, with who and when,
    2. a record entry without its words. It is then dealt with, and leaves the Hub's list. Twice is once."""
    insist(may_sanction(by, rescission.credential.certificate.enrolment.person))
    User.objects.select_for_update(no_key=True).get(
        pk=rescission.credential.certificate.enrolment.person_id
    )
    held = FollowUp.objects.filter(revocation=rescission).first()
    if held:
        return held
    if rescission.why != Revocation.Why.RESCINDED:
        raise Refused(
            _(
                "Only a rescinded award is followed up. A credential that was a mistake ends nothing."
            )
        )
    if not note.strip():
        raise Refused(_("Write down what was done. Only the Hub reads it."))
    made = FollowUp.objects.create(revocation=rescission, note=note.strip(), noted_by=by)
    write("certificates.follow_up", made, by=by, after={"revocation": rescission.pk})
    return made


@transaction.atomic
def sign_list(listed) -> StatusList:
    """Make a list of what is true now: 1. its bits are worked out, 2. it is signed and kept with its moment.

    Revoked is an award the University rescinded or that was a mistake; suspended is an accreditation that does not let
    its holder act today, or whose certificate was replaced.
    """
    locked, moment = (
        StatusList.objects.select_for_update(no_key=True).get(pk=listed.pk),
        clock.now(),
    )
    places = (
        revoked_places(locked)
        if locked.purpose == StatusList.REVOCATION
        else suspended_places(locked)
    )
    locked.token, locked.made_at = (
        badges.token_of(badges.list_body(locked, places, moment), credential_key()),
        moment,
    )
    locked.save(update_fields=["token", "made_at"])
    return locked


def revoked_places(listed) -> list[int]:
    return list(
        Credential.objects.filter(status_list=listed)
        .exclude(revocations=None)
        .values_list("status_index", flat=True)
        .distinct()
    )


def suspended_places(listed) -> list[int]:
    rows = Credential.objects.filter(status_list=listed)
    lines = list(
        rows.values_list(
            "status_index", "certificate__enrolment__person_id", "certificate__superseded_by"
        )
    )
    found, today = (
        load_facts({person for _unused, person, replaced in lines if not replaced}),
        clock.today(),
    )
    may = {
        person: verdict(today, found.facts[person], found.book).code in MAY_ACT
        for person in {p for _unused, p, replaced in lines if not replaced}
    }
    return [place for place, person, replaced in lines if replaced or not may[person]]


def fresh_list(listed) -> StatusList:
    """The list as it was last signed, or signed anew where it is old and small enough to be made at once."""
    age = listed.made_at and (clock.now() - listed.made_at).total_seconds()
    if not listed.token or (age > settings.IMSA_STATUS_LIST_SECONDS and listed.taken <= CROWD):
        return sign_list(listed)
    return listed
