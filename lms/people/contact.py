"""How somebody wants to be reached: they choose, officers and tutors read it; it refuses to choose for somebody else."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import YES, May, Refused, insist, no
from lms.record.actions import write

from .encryption import InvalidToken, decrypt, encrypt
from .models import ContactPreference, User, Way
from .roles import OFFICERS, may_act_as

PURPOSE = "contact preference"
WORDS = {"telephone": 40, "post": 300, "hours": 200, "language": 100, "name": 150}
"""What is chosen in words, and how many characters each may have."""


@dataclass(frozen=True)
class Preferences:
    """What somebody chose. `ways`: values of `Way`; the words are empty where nothing was entered. `is_unreadable`: they are encrypted under a
    key that is gone, and have to be entered again."""

    ways: tuple[str, ...] = ()
    telephone: str = ""
    post: str = ""
    hours: str = ""
    language: str = ""
    name: str = ""
    leaves_no_message: bool = False
    is_unreadable: bool = False

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Label and value of what was chosen, for `components/facts.html`; empty for nothing."""
        labels = dict(Way.choices)
        shown = [
            (_("May be reached by"), "; ".join(str(labels[way]) for way in self.ways)),
            (_("Telephone number"), self.telephone if Way.TELEPHONE in self.ways else ""),
            (_("Messages on the telephone"), _("Never leave a message")),
            (_("Postal address"), self.post if Way.POST in self.ways else ""),
            (_("When"), self.hours),
            (_("Ask for"), self.name),
            (_("Language"), self.language),
        ]
        if not self.leaves_no_message:
            del shown[2]
        return [(label, value) for label, value in shown if value]


def may_set_contact(by, person) -> May:
    if getattr(by, "pk", None) == person.pk:
        return YES
    return no(_("Each person chooses for themselves how they are contacted."))


def may_read_contact(by, person) -> May:
    """Registrars, Hub officers and the person. Tutors read it where they write to them (assessments/tutoring)."""
    return YES if getattr(by, "pk", None) == person.pk else may_act_as(by, *OFFICERS)


def preferences_of(person) -> Preferences:
    return preferences_of_each([person.pk]).get(person.pk, Preferences())


def preferences_of_each(keys) -> dict[int, Preferences]:
    """By key of the person, of those who chose something. One query."""
    rows = ContactPreference.objects.filter(person__in=keys)
    return {row.person_id: _read(row) for row in rows}


def people_without_messages(keys) -> set[int]:
    """Of these people those who chose ways, and not messages on this site. One query."""
    rows = ContactPreference.objects.filter(person__in=keys).values_list("person", "ways")
    return {person for person, ways in rows if ways and Way.MESSAGE not in ways}


def people_without_email(keys) -> set[int]:
    """Of these people those who chose ways by which no email comes. One query."""
    rows = ContactPreference.objects.filter(person__in=keys).values_list("person", "ways")
    return {person for person, ways in rows if ways and not {Way.MESSAGE, Way.EMAIL} & set(ways)}


def _read(row) -> Preferences:
    words, is_unreadable = {}, False
    if row.encrypted_words:
        try:
            words = json.loads(decrypt(row.encrypted_words, PURPOSE))
        except InvalidToken:
            is_unreadable = True
    ways = tuple(way for way in Way.values if way in row.ways)
    return Preferences(
        ways=ways, leaves_no_message=row.leaves_no_message, is_unreadable=is_unreadable, **words
    )


@transaction.atomic
def set_contact(person, *, by, ways=(), leaves_no_message=False, **words) -> Preferences:
    """Keep how somebody wants to be reached, whole: what is left out is none.

    1. what they chose, its words encrypted, 2. a record entry that says that, not what, changed. The same again changes nothing.
    `words`: of `WORDS`. Raises NotAllowed for anybody else, Refused for a way without its number or address.
    """
    insist(may_set_contact(by, person))
    if set(ways) - set(Way.values):
        raise Refused(_("Choose from the ways that are listed."))
    given: dict[str, Any] = {
        name: " ".join(words.get(name, "").split()) for name in WORDS if name != "post"
    }
    given["post"] = "\n".join(
        " ".join(line.split()) for line in words.get("post", "").splitlines() if line.strip()
    )
    if Way.TELEPHONE in ways and not given["telephone"]:
        raise Refused(_("Enter the telephone number, or leave “Telephone” out."))
    if Way.POST in ways and not given["post"]:
        raise Refused(_("Enter the postal address, or leave “Post” out."))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    wanted = Preferences(
        ways=tuple(way for way in Way.values if way in ways),
        leaves_no_message=bool(leaves_no_message),
        **given,
    )
    if preferences_of(person) == wanted:
        return wanted
    ContactPreference.objects.update_or_create(
        person=person,
        defaults={
            "ways": list(wanted.ways),
            "leaves_no_message": wanted.leaves_no_message,
            "encrypted_words": encrypt(json.dumps(given), PURPOSE) if any(given.values()) else "",
            "changed_at": clock.now(),
        },
    )
    write("people.set_contact_preferences", person, by=by)
    return wanted
