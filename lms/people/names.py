"""What people are called where others in the course see them. `public_name` is the one place that says it; certificates, the register, boards and
the registry use the legal name and never ask here."""

import re
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit import clock, letters
from lms.kit.refusals import YES, May, Refused, insist, no
from lms.record.actions import write

from .actions import tell
from .models import DisplayName, Role, User
from .roles import holders_of, holders_of_each, may_act_as

LONGEST = 60
LONGEST_LOOK = 200  # as `DisplayName.key`
STAFF = (
    Role.TUTOR,
    Role.EXTERNAL_EXAMINER,
    Role.REGISTRAR,
    Role.HUB_OFFICER,
    Role.AUTHOR,
)
OFFICE_WORDS = frozenset(
    "admin administrator board chair examiner hub imsa marker moderator office officer programme registrar registry staff support system tutor university".split()
)
"""Words that speak for the programme; in no display name, whole and in any case."""
OFFICES = ("hopeforjustice", "stmarys")
SEPARATE = re.compile(r"[\W_]+")


def public_name(person) -> str:
    """How other trainees, authors and consultants see `person`: the name they chose, else their full name. No query."""
    return person.display_name or person.full_name


def look_of(name: str) -> str:
    """Equal for names that look alike: without case, accents and marks, and one letter for those that are taken for each other."""
    return letters.folded(name).replace("rn", "m").replace("vv", "w").replace("i", "l")


def may_choose_name(by, person) -> May:
    if getattr(by, "pk", None) == person.pk:
        return YES
    return no(_("Each person chooses their own display name."))


def may_moderate_names(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def fault_of_name(name, person) -> str:
    """What is wrong with a display name, and what to do; empty for one that can be used.

    It is compared with the names of staff, which everybody signed in reads, and with display names. Whether anybody else with a name is here is told
    to nobody: registrars look at those names afterwards.
    """
    if len(letters.folded(name)) < 2 or not letters.is_a_name(name) or "@" in name:
        return _("Enter a name of at least two letters, without figures or signs.")
    if len(name) > LONGEST:
        return _("Enter a name of at most %(longest)s characters.") % {"longest": LONGEST}
    look = look_of(name)
    if len(look) > LONGEST_LOOK:  # one letter may come apart into many
        return _("Enter a shorter name.")
    letter, called = letters.stranger(name)
    if letter:
        return _(
            "The letter “%(letter)s” (%(called)s) is of another script than the rest. Type the name again."
        ) % {"letter": letter, "called": called}
    words = {letters.folded(word) for word in SEPARATE.split(name)}
    words |= {word.removesuffix("s") for word in words}
    whole = letters.folded(name)
    if words & OFFICE_WORDS or any(office in whole for office in OFFICES):
        return _("This name reads as if it were the programme or its staff. Choose another.")
    if look in _names_of_staff(person):
        return _("This is the name of someone who works for the programme. Choose another.")
    if DisplayName.objects.filter(key=look, ended_at=None).exclude(person=person).exists():
        return _("Someone else uses this display name. Choose another.")
    if DisplayName.objects.filter(person=person, key=look, removed_by__isnull=False).exists():
        return _("The programme office took this name away before. Choose another.")
    return ""


def _names_of_staff(person) -> set[str]:
    people = {p for found in holders_of_each(*STAFF).values() for p in found} - {person}
    shown = {
        name
        for p in people
        for name in (f"{p.first_name} {p.last_name}", f"{p.last_name} {p.first_name}")
    }
    return {look_of(name) for name in shown}


def is_like_another(name, person) -> bool:
    """Has somebody else exactly this name on file? For registrars alone."""
    others = User.objects.filter(search_key=letters.folded(name)).exclude(pk=person.pk)
    return others.exists()


@transaction.atomic
def choose_name(person, *, by, name) -> User:
    """Be shown by another name where others in the course see it; an empty one is the full name again.

    1. the earlier one ends, 2. the new one, at the person too, 3. a record entry that says that, not what, changed, 4. registrars are told where it is
    another person's name on file. The same again changes nothing. Raises Refused with what is wrong, and for too many in a day.
    """
    insist(may_choose_name(by, person))
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    wanted = " ".join(unicodedata.normalize("NFC", letters.without_unseen(name)).split())
    if wanted == locked.display_name:
        person.display_name = wanted
        return person
    if wanted and (fault := fault_of_name(wanted, locked)):
        raise Refused(fault)
    now = clock.now()
    rows = DisplayName.objects.filter(person=locked)
    lately = rows.filter(chosen_at__gt=now - timedelta(days=1))
    if wanted and lately.count() >= settings.IMSA_NAMES_A_DAY:
        raise Refused(_("You changed your display name several times today. Try again tomorrow."))
    rows.filter(ended_at=None).update(ended_at=now)
    if wanted:
        is_like = is_like_another(wanted, locked)
        try:
            with transaction.atomic():
                DisplayName.objects.create(
                    person=locked, name=wanted, key=look_of(wanted), is_like_another=is_like
                )
        except IntegrityError:
            raise Refused(_("Someone else uses this display name. Choose another.")) from None
        if is_like:
            _tell_registrars(by)
    User.objects.filter(pk=locked.pk).update(display_name=wanted)
    write("people.choose_display_name", locked, by=by)
    person.display_name = wanted
    return person


@transaction.atomic
def remove_name(display_name, *, by, reason) -> DisplayName:
    """1. the name is taken away, and the full name is shown again, 2. a record entry, 3. the person is told why. Twice is once; raises Refused for one
    that its person has changed meanwhile, and without a reason."""
    insist(may_moderate_names(by))
    locked = _lock(display_name)
    if locked.removed_by_id:
        return locked
    if locked.ended_at:
        raise Refused(_("The person has changed this name already. Look at the list again."))
    why = " ".join(reason.split())[:500]
    if not why:
        raise Refused(_("Say why. The person reads it."))
    locked.ended_at, locked.removed_by, locked.reason = clock.now(), by, why
    locked.save(update_fields=["ended_at", "removed_by", "reason"])
    User.objects.filter(pk=locked.person_id).update(display_name="")
    write("people.remove_display_name", locked, by=by)
    tell(
        locked.person,
        _("Your display name was taken away"),
        _(
            "Your full name is shown again. The reason: %(reason)s You can choose another display name."
        )
        % {"reason": why},
        reverse("people:own_name"),
    )
    return locked


@transaction.atomic
def accept_name(display_name, *, by) -> DisplayName:
    """A name like another person's may stay: 1. who looked at it, 2. a record entry. Twice is once."""
    insist(may_moderate_names(by))
    locked = _lock(display_name)
    if locked.seen_by_id is None:
        locked.seen_by = by
        locked.save(update_fields=["seen_by"])
        write("people.accept_display_name", locked, by=by)
    return locked


def names_to_look_at():
    """Display names in force that are another person's name, and that no registrar has accepted. A QuerySet."""
    return DisplayName.objects.filter(ended_at=None, is_like_another=True, seen_by=None)


def _lock(display_name) -> DisplayName:
    """After the lock of its person, which `choose_name` takes first."""
    User.objects.select_for_update(no_key=True).get(pk=display_name.person_id)
    return DisplayName.objects.select_related("person").get(pk=display_name.pk)


def _tell_registrars(by):
    for registrar in holders_of(Role.REGISTRAR):
        if registrar.pk != by.pk:
            tell(
                registrar,
                _("A display name to look at"),
                _(
                    "Someone chose another person’s name as their display name. It may be by chance. Accept it, or take it away with a reason."
                ),
                reverse("people:display_names"),
            )
