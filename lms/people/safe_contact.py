"""Notes on how somebody can be contacted safely. Only the officers that a note names open it, each time with a reason that the person reads; to
everybody else nothing tells whether there is one."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import YES, May, Refused, insist, no
from lms.record.actions import actor_label, write

from .actions import tell
from .encryption import InvalidToken, decrypt, encrypt
from .models import (
    ContactPreference,
    FormerAccount,
    Role,
    RoleGrant,
    SafeContactNote,
    SafeContactOpening,
    SafeContactReader,
    User,
)
from .roles import OFFICERS, has_role, may_act_as

PURPOSE = "safe contact"
AT_ONCE = 400  # keys in one statement
OPEN_FOR = timedelta(minutes=15)  # how long an opening shows the text without being asked again
GONE = gettext_noop("This note was removed, and its text with it.")
CHANGED = gettext_noop("Your contact details changed")


def officers():
    """Registrars and Hub officers of today, who may be named. A QuerySet."""
    today = clock.today()
    grants = RoleGrant.objects.filter(role__in=OFFICERS, starts_on__lte=today).filter(
        Q(ends_on=None) | Q(ends_on__gte=today)
    )
    return User.objects.filter(pk__in=grants.values("person"), is_active=True).order_by(
        "sort_key", "pk"
    )


def may_write_note(by, person) -> May:
    """The person, and registrars and Hub officers."""
    return YES if getattr(by, "pk", None) == person.pk else may_act_as(by, *OFFICERS)


def may_change_note(by, note) -> May:
    """Remove it: the person, and the officer who wrote it."""
    if by.pk == note.person_id or by.pk == note.author_id and has_role(by, *OFFICERS):
        return YES
    return no(_("Only the person and the officer who wrote this note can change it."))


def may_name_readers(by, note) -> May:
    """The same, of officers while they are named: whom the person took off does not put themselves on again."""
    may = may_change_note(by, note)
    if may and by.pk != note.person_id and not note.readers.filter(reader=by.pk).exists():
        return no(
            _("You wrote this note, but only the person can change who may open it from now on.")
        )
    return may


def may_open_note(by, note) -> May:
    """The person, and who is named while they are a registrar or Hub officer."""
    if by.pk == note.person_id:
        return YES
    may = may_act_as(by, *OFFICERS)
    if may and not note.readers.filter(reader=by.pk).exists():
        return no(_("You wrote this note, but you are not among those who may open it."))
    return may


# ---- questions ----


def notes_for(by, person):
    """The notes about `person` of which `by` may know, the newest first; nobody else's page tells that there are more. A QuerySet."""
    return SafeContactNote.objects.visible_to(by).current().filter(person=person.pk)


def text_of(note) -> str:
    """What it says, for who may read it; a sentence where it can no longer be read."""
    if note.removed_at:
        return _(GONE)
    try:
        return decrypt(note.encrypted_text, PURPOSE)
    except InvalidToken:
        return _(
            "This note cannot be read, because the site’s secret key has changed. Write it again."
        )


def reason_of(opening) -> str:
    """Why a note was opened, for the person it is about; it may say as much as the note."""
    try:
        return decrypt(opening.encrypted_reason, PURPOSE)
    except InvalidToken:
        return _("This reason cannot be read, because the site’s secret key has changed.")


def is_open(opening) -> bool:
    return clock.now() - opening.opened_at < OPEN_FOR


# ---- actions ----


@transaction.atomic
def write_note(person, *, by, text, readers, token) -> SafeContactNote:
    """Keep a note about how `person` can be contacted safely.

    1. the note, encrypted, 2. who may open it: registrars and Hub officers, an officer who writes it among them, 3. a record entry that there is
    one, 4. the person is told where an officer wrote it, and who is named, without what it says. The same form again is the one there is.
    """
    insist(may_write_note(by, person))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if existing := SafeContactNote.objects.filter(author=by.pk, token=token).first():
        return existing
    words = text.strip()[:2000]
    if not words:
        raise Refused(_("Write the note."))
    named = _named(person, readers, by)
    note = SafeContactNote.objects.create(
        person=person, author=by, encrypted_text=encrypt(words, PURPOSE), token=token[:40]
    )
    SafeContactReader.objects.bulk_create(SafeContactReader(note=note, reader=r) for r in named)
    write("people.write_safe_contact_note", note, by=by)
    if by.pk != person.pk:
        _tell_person(person)
    _tell_readers(note, named, by)
    return note


@transaction.atomic
def name_readers(note, *, by, readers) -> SafeContactNote:
    """1. others may open it from now on, and these alone, 2. a record entry, 3. who is new among them is told, and the person where an officer
    did it. The same again changes nothing."""
    locked = _lock(note)
    insist(may_name_readers(by, locked))
    if locked.removed_at:
        raise Refused(_(GONE))
    named = _named(locked.person, readers, by)
    before = set(locked.readers.values_list("reader", flat=True))
    added = [reader for reader in named if reader.pk not in before]
    gone = before - {reader.pk for reader in named}
    if not added and not gone:
        return locked
    locked.readers.filter(reader__in=gone).delete()
    SafeContactReader.objects.bulk_create(SafeContactReader(note=locked, reader=r) for r in added)
    write("people.name_note_readers", locked, by=by)
    if by.pk != locked.person_id:
        _tell_person(locked.person)
    _tell_readers(locked, added, by)
    return locked


@transaction.atomic
def remove_note(note, *, by) -> SafeContactNote:
    """1. its text is emptied, and no one opens it any more; who opened it before stays for the person to read, 2. a record entry, 3. the person
    is told where an officer did it. Twice is once."""
    locked = _lock(note)
    insist(may_change_note(by, locked))
    if locked.removed_at is None:
        _empty(locked, actor_label(by))
        write("people.remove_safe_contact_note", locked, by=by)
        if by.pk != locked.person_id:
            _tell_person(locked.person)
    return locked


@transaction.atomic
def open_note(note, *, by, reason) -> SafeContactOpening:
    """1. that `by` opened it, when and why, for the person to read, 2. a record entry. The same officer again within `OPEN_FOR` has the opening
    there is. Raises NotAllowed for who is not named, Refused without a reason."""
    locked = _lock(note)
    insist(may_open_note(by, locked))
    if by.pk == locked.person_id:
        raise Refused(_("This note is about you. You can read it without giving a reason."))
    if locked.removed_at:
        raise Refused(_(GONE))
    why = " ".join(reason.split())[:300]
    if not why:
        raise Refused(_("Say why you need to open it."))
    latest = locked.openings.filter(opener=by.pk).first()
    if latest and is_open(latest):
        return latest
    made = SafeContactOpening.objects.create(
        note=locked, opener=by, encrypted_reason=encrypt(why, PURPOSE), opened_at=clock.now()
    )
    write("people.open_safe_contact_note", locked, by=by)
    return made


def drop_of_leavers(*, by) -> int:
    """Drop how people are contacted who left IMSA_CONTACT_DETAILS_DAYS ago: each in a transaction of its own 1. their preferences are deleted and
    their notes emptied, 2. a record entry. How many people. Twice is once."""
    before = clock.today() - timedelta(days=settings.IMSA_CONTACT_DETAILS_DAYS)
    kept = set(ContactPreference.objects.values_list("person", flat=True))
    kept |= set(SafeContactNote.objects.current().values_list("person", flat=True))
    keys, leavers = sorted(kept), set()
    for start in range(0, len(keys), AT_ONCE):
        leavers |= _leavers_among(set(keys[start : start + AT_ONCE]), before)
    for pk in sorted(leavers):
        _drop_of(pk, before, by)
    return len(leavers)


@transaction.atomic
def _drop_of(pk, before, by):
    person = User.objects.select_for_update(no_key=True).get(pk=pk)
    if pk not in _leavers_among({pk}, before):  # who came back meanwhile
        return
    ContactPreference.objects.filter(person=person).delete()
    for note in SafeContactNote.objects.current().filter(person=person):
        _empty(note, actor_label(by))
    write("people.drop_contact_details", person, by=by)


def _leavers_among(keys, before) -> set[int]:
    """Of these people those who had no role but that of a trainee since a day, and as trainees left (`IMSA_LEAVERS`) or never were any; and accounts
    that were joined with another, where what both had once stays."""
    current = RoleGrant.objects.filter(person__in=keys).filter(
        Q(ends_on=None) | Q(ends_on__gte=before)
    )
    staff = set(current.exclude(role=Role.LEARNER).values_list("person", flat=True))
    trainees = set(current.filter(role=Role.LEARNER).values_list("person", flat=True)) - staff
    ever = set(RoleGrant.objects.filter(person__in=keys).values_list("person", flat=True))
    joined = FormerAccount.objects.filter(account__in=keys, on_day__lt=before)
    left = import_string(settings.IMSA_LEAVERS)(trainees, before)
    return (ever - staff - trainees) | left | set(joined.values_list("account", flat=True))


def _lock(note) -> SafeContactNote:
    rows = SafeContactNote.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("person").get(pk=note.pk)


def _empty(note, label):
    note.encrypted_text, note.removed_at, note.removed_by = "", clock.now(), label
    note.save(update_fields=["encrypted_text", "removed_at", "removed_by"])


def _named(person, readers, by) -> list[User]:
    """Who is named, with the officer who writes; raises Refused for nobody, and for who is no officer or the person."""
    keys = {reader.pk for reader in readers}
    if by.pk != person.pk:
        keys.add(by.pk)
    keys.discard(person.pk)
    if not keys:
        raise Refused(_("Select at least one person who may open it."))
    named = list(officers().filter(pk__in=keys))
    if len(named) != len(keys):
        raise Refused(
            _("Someone you selected is no longer a registrar or Hub officer. Select again.")
        )
    return named


def _tell_person(person):
    """Its mail may be read by somebody else: neither words nor address tell it from a change of preferences."""
    tell(
        person,
        _(CHANGED),
        _("Something changed on your page “How you are contacted”. Sign in to read it."),
        reverse("people:own_contact"),
    )


def _tell_readers(note, readers, by):
    for reader in readers:
        if reader.pk != by.pk:
            tell(
                reader,
                _("You are named on a contact note"),
                _(
                    "Read it when you need to contact the person it is about. You will be asked why, and the person reads that."
                ),
                reverse("people:note", args=[note.pk]),
            )
