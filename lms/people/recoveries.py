"""A lost second factor is replaced by two officers; it refuses one officer twice, and everybody for themselves."""

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist, no
from lms.record.actions import write

from .actions import tell
from .invitations import invite
from .models import Recovery, User
from .roles import OFFICERS, holders_of, may_act_as
from .sessions import end_sessions


def may_open(by, person):
    may = may_act_as(by, *OFFICERS)
    if may and by.pk == person.pk:
        return no(_("Ask another officer: no one replaces their own second factor."))
    return may


def may_confirm(by, recovery):
    may = may_open(by, recovery.person)
    if may and by.pk == recovery.opened_by_id:
        return no(_("You opened this, so another registrar or Hub officer confirms it."))
    return may


@transaction.atomic
def open_recovery(person, *, by, how_checked) -> Recovery:
    """Say that somebody lost their second factor: 1. it waits for a second officer, 2. the record is written, 3. the person and the
    other officers are told. Nothing else changes yet. One that is open already is given back. Refused without how it was checked who asks."""
    insist(may_open(by, person))
    how = " ".join((how_checked or "").split())
    if len(how) < 10:
        raise Refused(
            _(
                "Say how you checked who is asking, for example “Rang the number in the employer’s file and asked for her start date”."
            )
        )
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    found = Recovery.objects.filter(person=person, confirmed_at=None, refused_at=None).first()
    if found:
        return found
    if not Authenticator.objects.filter(user=person).exists():
        raise Refused(
            _(
                "This account has no second factor, so there is none to replace. Send an invitation or a new password instead."
            )
        )
    made = Recovery.objects.create(person=person, opened_by=by, how_checked=how[:1000])
    write("people.open_recovery", person, by=by)
    tell(
        person,
        _("Your second factor is about to be replaced"),
        _(
            "An officer has recorded that you lost the second factor of your account. A second officer will confirm it. If you did not ask "
            "for this, tell the IMSA Model Hub at once."
        ),
        "/me/",
    )
    for officer in sorted({o for role in OFFICERS for o in holders_of(role)}, key=lambda o: o.pk):
        if officer.pk not in (by.pk, person.pk):
            tell(
                officer,
                _("A lost second factor needs a second officer"),
                _("Read how it was checked who asks, then confirm or refuse it."),
                "/recoveries/",
            )
    return made


@transaction.atomic
def confirm_recovery(recovery, *, by) -> Recovery:
    """Replace a lost second factor: 1. every factor of the account is removed, 2. its password too, 3. all its sessions end, 4. a link
    that works once goes to its address, 5. the record is written, 6. the person is told. Twice is once."""
    locked = (
        Recovery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .get(pk=recovery.pk)
    )
    insist(may_confirm(by, locked))
    if locked.confirmed_at:
        return locked
    if locked.refused_at:
        raise Refused(_("This was refused. Open it again if that was wrong."))
    if not may_open(locked.opened_by, locked.person):
        raise Refused(
            _(
                "The person who opened this is no longer a registrar or Hub officer. Refuse it, then open it again."
            )
        )
    locked.confirmed_at, locked.confirmed_by = clock.now(), by
    try:
        with transaction.atomic():
            locked.save(update_fields=["confirmed_at", "confirmed_by"])
    except IntegrityError:
        raise Refused(_("Another registrar or Hub officer has to confirm this.")) from None
    person = User.objects.select_for_update(no_key=True).get(pk=locked.person_id)
    Authenticator.objects.filter(user=person).delete()
    person.set_unusable_password()
    person.save(update_fields=["password"])
    end_sessions(person, by=by)
    invite(person, by=by)
    write(
        "people.confirm_recovery",
        person,
        by=by,
        after={"opened_by": f"person:{locked.opened_by_id}"},
    )
    tell(
        person,
        _("Your second factor was removed"),
        _(
            "Two officers confirmed that you lost it. You are signed out everywhere. A separate email brings a link with which you choose a new "
            "password; you then set up a new second factor. If you did not ask for this, tell the IMSA Model Hub at once."
        ),
        "/me/",
    )
    return locked


@transaction.atomic
def refuse_recovery(recovery, *, by) -> Recovery:
    """Refuse, or take back, a replacement: 1. nothing of the account changes, 2. the record is written, 3. the person is told. Twice is once."""
    locked = (
        Recovery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .get(pk=recovery.pk)
    )
    insist(may_open(by, locked.person))
    if locked.confirmed_at:
        raise Refused(
            _("This was confirmed already. The person has a link to set up the account again.")
        )
    if not locked.refused_at:
        locked.refused_at, locked.refused_by = clock.now(), by
        locked.save(update_fields=["refused_at", "refused_by"])
        write("people.refuse_recovery", locked.person, by=by)
        tell(
            locked.person,
            _("Your second factor stays as it is"),
            _("An officer decided not to replace it. Ask them if you need help to sign in."),
            "/me/",
        )
    return locked
