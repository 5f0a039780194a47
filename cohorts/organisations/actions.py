"""Adds organisations and their contacts, and tells an organisation through them.

Where it has none it leaves a call for an officer, so that no decision goes unheard.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit import nations as four_nations
from lms.kit.batches import Batch
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import short_day
from lms.people.actions import end_grants, grant, tell
from lms.people.invitations import invite_if_new
from lms.people.models import Role, RoleGrant, User
from lms.people.notices import bring_now
from lms.record.actions import write

from .models import Contact, Organisation, TelephoneTask
from .queries import contacts_of
from .rules import may_approve

CONTACT_PAGE = "/employer/organisations/"  # where a contact reads approval and conditions
LONGEST_NAME = 150  # so that the subject of a message has room for it


@transaction.atomic
def add_organisation(
    code, name, nations, sector, *, by, is_invented=False, charity_number="", must_be_new=False
) -> Organisation:
    """1. the organisation, not approved yet, 2. a record entry. The same again is the one there is, or Refused where it `must_be_new`."""
    insist(may_approve(by))
    codes = [c for c in four_nations.ALL if c in set(nations)]
    if not codes:
        raise Refused(_("Choose at least one nation the organisation works in."))
    code, name, sector = code.strip().upper(), " ".join(name.split()), " ".join(sector.split())
    if not code or not name or len(name) > LONGEST_NAME:
        raise Refused(
            _("An organisation needs a code, and a name of at most %(longest_name)s characters.")
            % {"longest_name": LONGEST_NAME}
        )
    standing = Organisation.objects.filter(code__iexact=code).first()
    if (
        standing
        and not must_be_new
        and (standing.name, list(standing.nations), standing.sector)
        == (
            name,
            codes,
            sector,
        )
    ):
        return standing
    if standing:
        raise Refused(
            _("The code %(code)s belongs to %(name)s. Choose another code.")
            % {"code": code, "name": standing.name}
        )
    if Organisation.objects.filter(name__iexact=name).exists():
        raise Refused(_("%(name)s is here already.") % {"name": name})
    try:
        with transaction.atomic():
            made = Organisation.objects.create(
                code=code,
                name=name,
                nations=codes,
                sector=sector,
                charity_number=" ".join(charity_number.split())[:40],
                is_invented=is_invented,
            )
    except IntegrityError:
        raise Refused(
            _("Someone has just added %(name)s or the code %(code)s. Look at the list.")
            % {"name": name, "code": code}
        ) from None
    write("cohorts.add_organisation", made, by=by, after={"code": code})
    return made


@transaction.atomic
def add_contact(person, organisation, *, by, starts_on) -> Contact:
    """1. the person may act for the organisation, 2. and has the role of an employer contact,
    3. a record entry, 4. the person is told. A second open contact is the first. Raises Refused for a closed account, which no message reaches, and where they are a contact
    only from a later day than this."""
    insist(may_approve(by))
    if not person.is_active:
        raise Refused(
            _("The account of %(email)s is closed. Enter another contact.")
            % {"email": person.email}
        )
    contact, is_new = Contact.objects.get_or_create(
        person=person, organisation=organisation, ends_on=None, defaults={"starts_on": starts_on}
    )
    if contact.starts_on > max(starts_on, clock.today()):
        raise Refused(
            _("%(full_name)s is a contact already, from %(day)s.")
            % {"full_name": person.full_name, "day": short_day(contact.starts_on)}
        )
    if is_new:
        grant(person, Role.EMPLOYER, by=by, starts_on=starts_on)
        write(
            "cohorts.add_contact",
            contact,
            by=by,
            after={"person": person.pk, "organisation": organisation.code},
        )
        tell(
            person,
            _("You may act for %(organisation)s") % {"organisation": organisation.name},
            _("From %(day)s you can see the standing of the people employed by %(organisation)s.")
            % {"day": short_day(starts_on), "organisation": organisation.name},
            "/employer/",
        )
        invite_if_new(person, by=by)
    return contact


@transaction.atomic
def end_contact(contact, ends_on, *, by) -> Contact:
    """1. after that day the person no longer acts for the organisation, 2. nor has the role of an employer contact, unless they are one of another
    organisation, 3. record entries, 4. the person is told. Twice is once."""
    insist(may_approve(by))
    locked = _lock_contact(contact)
    if locked is None:
        raise Refused(_("This contact was cancelled before it began."))
    if locked.ends_on:
        return locked
    if ends_on < locked.starts_on:
        raise Refused(
            _("The contact began on %(day)s; the last day cannot be earlier.")
            % {"day": short_day(locked.starts_on)}
        )
    locked.ends_on = ends_on
    locked.save(update_fields=["ends_on"])
    _end_role(locked.person, by)
    write("cohorts.end_contact", locked, by=by, after=ends_on.isoformat())
    tell(
        locked.person,
        _("You no longer act for %(organisation)s") % {"organisation": locked.organisation.name},
        _("Your last day as its contact is %(day)s.") % {"day": short_day(ends_on)},
    )
    return locked


@transaction.atomic
def cancel_contact(contact, *, by) -> None:
    """Take back a contact that has not begun. 1. its row goes, for it counted on no day, 2. the role of an employer contact ends at the latest on its first day, unless they are one of
    another organisation, 3. record entries, 4. the person is told. Twice is once. Raises Refused where it has begun: that one ends."""
    insist(may_approve(by))
    locked = _lock_contact(contact)
    if locked is None:
        return
    person, organisation, starts_on = locked.person, locked.organisation, locked.starts_on
    if starts_on <= clock.today():
        raise Refused(
            _("The contact began on %(day)s, so it cannot be cancelled. End it instead.")
            % {"day": short_day(starts_on)}
        )
    before = {
        "person": person.pk,
        "organisation": organisation.code,
        "starts_on": starts_on.isoformat(),
    }
    write("cohorts.cancel_contact", locked, by=by, before=before)
    locked.delete()
    _end_role(person, by)
    tell(
        person,
        _("You will not act for %(organisation)s") % {"organisation": organisation.name},
        _(
            "You were to act for it from %(day)s. That is cancelled. If you think this is wrong, write to the IMSA Model Hub."
        )
        % {"day": short_day(starts_on)},
    )


def _lock_contact(contact) -> Contact | None:
    """None where it was cancelled."""
    User.objects.select_for_update(no_key=True).get(pk=contact.person_id)  # as `grant` does
    rows = Contact.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("person", "organisation").filter(pk=contact.pk).first()


def _end_role(person, by):
    """Of somebody whose last day as a contact is set everywhere."""
    days = list(Contact.objects.filter(person=person).values_list("ends_on", flat=True))
    grants = RoleGrant.objects.filter(person=person, role=Role.EMPLOYER, ends_on=None)
    if None not in days and (starts := list(grants.values_list("starts_on", flat=True))):
        end_grants(person, Role.EMPLOYER, by=by, on=max([*days, *starts]))


def tell_organisation(
    organisation, subject, body, url="/employer/", *, but_not=(), to_say=""
) -> list[int]:
    """Inside an action's transaction: 1. each contact of today has the message, 2. where there is none, a call is left for a Hub officer.

    `but_not` are keys of people who have the message already; `to_say` is for the officer who telephones, where it differs. The keys of those told.
    """
    contacts, batch = list(contacts_of(organisation, clock.today())), Batch(by=None)
    tell_organisation_in(
        batch, organisation, contacts, subject, body, url, but_not=but_not, to_say=to_say
    )
    batch.write()
    bring_now(batch)
    return [contact.person_id for contact in contacts]


def tell_organisation_in(
    batch, organisation, contacts, subject, body, url="/employer/", *, but_not=(), to_say=""
):
    """`tell_organisation` as part of a batch. `contacts` are the organisation's of today."""
    for contact in contacts:
        if contact.person_id not in but_not and contact.person.is_active:
            batch.tell(contact.person, subject, body, url)
    if not any(contact.person.is_active for contact in contacts):
        facts = {
            "organisation": organisation,
            "subject": subject[:200],
            "text": to_say or body,
            "recorded_at": None,
        }
        batch.after(lambda: TelephoneTask.objects.get_or_create(**facts))


@transaction.atomic
def record_call(task, note, *, by) -> TelephoneTask:
    """An officer told the organisation by telephone. 1. who, when and whom they spoke to, 2. a record entry without the words. Twice is once."""
    insist(may_approve(by))
    locked = TelephoneTask.objects.select_for_update(no_key=True).get(pk=task.pk)
    if locked.recorded_at:
        return locked
    if not note.strip():
        raise Refused(_("Enter whom you spoke to."))
    locked.recorded_by, locked.recorded_at, locked.note = by, clock.now(), note.strip()[:300]
    locked.save(update_fields=["recorded_by", "recorded_at", "note"])
    write("cohorts.record_call", locked, by=by, after={"organisation": locked.organisation_id})
    return locked
