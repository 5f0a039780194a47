"""Makes people, grants roles and tells people things; it refuses to delete any of them."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lms.kit import clock, codes
from lms.kit.batches import Batch
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.record.actions import write

from .models import FormerName, Mail, Notice, Role, RoleGrant, User
from .outbox import NEW_MESSAGE, letter, mail_for
from .roles import may_act_as

# What may be chosen besides the standard, which is not kept.
READING = {
    "size": ("larger", "largest"),
    "spacing": ("wide",),
    "typeface": ("system",),
    "theme": ("light", "dark"),
    "motion": ("less",),
    "place": ("off",),  # where they stopped reading is not kept (courses.actions.study)
    "parts": ("whole",),
}


@transaction.atomic
def admit(*, by, email, first_name="", last_name="", known_as="", is_invented=False) -> User:
    """Make the person with this email address, or return the one there is.

    1. the account, without a password, 2. a record entry.
    """
    existing = User.objects.filter(email__iexact=email.strip()).first()
    if existing:
        return existing
    batch = Batch(by=by)
    person = admit_in(
        batch,
        email=email,
        first_name=first_name,
        last_name=last_name,
        known_as=known_as,
        is_invented=is_invented,
    )
    batch.write()
    return person


def admit_in(batch, *, email, first_name="", last_name="", known_as="", is_invented=False) -> User:
    """`admit` as part of a batch, of somebody who is not here."""
    if not (first_name.strip() or last_name.strip()):
        raise Refused(_("A person needs at least one name."))
    person = User(
        email=email.strip().lower(),
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        known_as=known_as.strip(),
        is_invented=is_invented,
    )
    person.set_unusable_password()
    batch.add(person)
    batch.record("people.admit", person)
    return person


@transaction.atomic
def rename(person, *, by, first_name, last_name, known_as="") -> User:
    """1. new names, 2. the former ones are kept with their day, so that older papers can still be asked about, 3. a record
    entry that says that, not what, changed."""
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    names = {
        "first_name": first_name.strip(),
        "last_name": last_name.strip(),
        "known_as": known_as.strip(),
    }
    if all(getattr(locked, k) == v for k, v in names.items()):
        return person
    batch = Batch(by=by)
    rename_in(batch, locked, **names)
    batch.write()
    for field, value in names.items():
        setattr(person, field, value)
    return person


def rename_in(batch, person, *, first_name, last_name, known_as=""):
    """`rename` as part of a batch, of somebody who has another name on file."""
    names = {
        "first_name": first_name.strip(),
        "last_name": last_name.strip(),
        "known_as": known_as.strip(),
    }
    before = {name: getattr(person, name) for name in names}
    if (before["first_name"], before["last_name"]) != (names["first_name"], names["last_name"]):
        batch.add(
            FormerName(
                person=person,
                first_name=before["first_name"],
                last_name=before["last_name"],
                until_day=clock.today(),
            )
        )
    keys = {
        name: User._meta.get_field(name).compute(names["first_name"], names["last_name"])
        for name in ("sort_key", "search_key")
    }
    batch.change(person, was=before, **names, **keys)
    batch.record("people.rename", person)


@transaction.atomic
def give_number(person, *, by) -> str:
    """The person's IMSA number, made at the first asking and never changed."""
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if locked.imsa_number:
        person.imsa_number = locked.imsa_number
        return locked.imsa_number
    batch = Batch(by=by)
    give_number_in(batch, locked, lambda number: User.objects.filter(imsa_number=number).exists())
    batch.write()
    person.imsa_number = locked.imsa_number
    return locked.imsa_number


def give_number_in(batch, person, is_taken=lambda number: False) -> str:
    """`give_number` as part of a batch. A number that somebody has already breaks the constraint, and the batch is made ready again."""
    if not person.imsa_number:
        number = (
            codes.numbered("IMSA", 20_260_000_000 + person.pk * 7919)
            if person.is_invented
            else codes.free("IMSA", is_taken)
        )
        batch.change(person, was={"imsa_number": None}, imsa_number=number)
        batch.record("people.give_number", person)
    return person.imsa_number


@transaction.atomic
def grant(person, role, *, by, starts_on=None, ends_on=None) -> RoleGrant:
    """Give a role from a day. 1. the grant, 2. a record entry. A second open grant is the first, which begins
    on the day of the second where it has not begun and that is earlier."""
    insist(may_act_as(by, Role.HUB_OFFICER, Role.REGISTRAR))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    standing = RoleGrant.objects.filter(person=person, role=role, ends_on__isnull=True).first()
    if standing:
        return _begin_earlier(standing, person, starts_on or clock.today(), by)
    batch = Batch(by=by)
    made = grant_in(batch, person, role, starts_on=starts_on, ends_on=ends_on)
    batch.write()
    return made


def _begin_earlier(standing, person, starts_on, by) -> RoleGrant:
    """An open grant that was to begin later would leave somebody without a role that they were told of."""
    if starts_on < standing.starts_on > clock.today():
        standing.starts_on = starts_on
        standing.save(update_fields=["starts_on"])
        person.__dict__.pop("_roles_today", None)
        after = {"role": str(standing.role), "starts_on": starts_on.isoformat()}
        write("people.grant", person, by=by, after=after)
    return standing


def grant_in(batch, person, role, *, starts_on=None, ends_on=None) -> RoleGrant:
    """`grant` as part of a batch, to somebody who has no open grant of the role. Who may grant is asked by the caller's action."""
    made = batch.add(
        RoleGrant(
            person=person,
            role=role,
            starts_on=starts_on or clock.today(),
            ends_on=ends_on,
            granted_by=batch.by.record_label,
        )
    )
    person.__dict__.pop("_roles_today", None)
    batch.record("people.grant", person, after={"role": str(role)})
    return made


@transaction.atomic
def end_grants(person, role, *, by, on=None) -> int:
    """End a role after the day `on` (today if left out). 1. its open grants end, 2. a record entry. Twice is once."""
    insist(may_act_as(by, Role.HUB_OFFICER, Role.REGISTRAR))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    day = on or clock.today()
    open_ones = RoleGrant.objects.filter(person=person, role=role).filter(
        Q(ends_on=None) | Q(ends_on__gt=day)
    )
    if open_ones.filter(starts_on__gt=day).exists():
        raise Refused(_("The role has not begun on that day, so it cannot end then."))
    ended = open_ones.update(ends_on=day)
    if ended:
        person.__dict__.pop("_roles_today", None)
        write(
            "people.end_grants",
            person,
            by=by,
            after={"role": str(role), "ends_on": day.isoformat()},
        )
    return ended


@transaction.atomic
def set_reading(person, *, by, **choices) -> User:
    """Keep how somebody likes to read; what is not named stays. It may tell of a disability, so it is
    not in the record. 1. the choices. Refused, and nothing kept, for a choice there is not."""
    if getattr(by, "pk", None) != person.pk:
        raise NotAllowed(_("Each person chooses for themselves how they read."))
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    reading = dict(locked.reading or {})
    for name, value in choices.items():
        if name not in READING or value not in ("standard", *READING[name]):
            raise Refused(_("Choose one of the answers, then save."))
        reading[name] = value
    reading = {name: value for name, value in reading.items() if value != "standard"}
    if reading != locked.reading:
        locked.reading = reading
        locked.save(update_fields=["reading"])
    person.reading = reading
    return person


def tell(person, subject: str, body: str, url: str = "", *, is_mailed=True) -> Notice:
    """Write a message inside the action's transaction: 1. it stands on the person's own page, 2. its mail is queued for the
    worker, so that no mail server holds up or undoes an action. What `subject` says goes into the mail's body, never its subject. `is_mailed`: false for
    what somebody need not hear of at once and wants no email about."""
    return tell_many([(person, subject, body, url)], is_mailed=is_mailed)[0]


def tell_many(lines, *, is_mailed=True) -> list[Notice]:
    """`tell` for each (person, subject, body, url), in two statements."""
    now = clock.now()
    notices = [
        # Whoever is invented has no letter box.
        Notice(
            person=person,
            subject=subject,
            body=body,
            url=url,
            sent_at=now if person.is_invented else None,
        )
        for person, subject, body, url in lines
    ]
    Notice.objects.bulk_create(notices)
    Mail.objects.bulk_create(
        [
            mail_for(
                notice.person.email,
                _(NEW_MESSAGE),
                letter(notice),
                person=notice.person,
                notice=notice,
            )
            for notice in notices
            if is_mailed and not notice.person.is_invented
        ]
    )
    return notices
