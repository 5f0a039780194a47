"""Reminds people of coming dates, once a day at most, and keeps which kinds each wants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.clearing import drop_rows
from lms.kit.refusals import YES, May, insist, no
from lms.people.actions import tell
from lms.people.contact import people_without_email
from lms.people.models import User
from lms.record.actions import write

from ..models import ReminderChoice, ReminderKind, StudyReminder
from ..queries.reminders import is_reminded, keys_told, reminder_kinds_of

DATES = "/study/dates/"


@dataclass(frozen=True)
class ReminderLine:
    """One thing that comes: a key that is another when its date moves, its kind, and what a mail may say of it: no title, no name."""

    key: str
    kind: str
    words: str


def may_choose_reminders(by, person) -> May:
    if getattr(by, "pk", None) == person.pk:
        return YES
    return no(_("Each person chooses for themselves whether they get reminders."))


@transaction.atomic
def choose_reminders(person, wanted: Iterable[str], *, by) -> set[str]:
    """Turn one's reminders on or off, kind by kind; `wanted`: those that stay on. 1. the choices. They may tell of how somebody is, so they are not in the
    record. Twice is once; what is no kind is left out."""
    insist(may_choose_reminders(by, person))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    wanted = set(ReminderKind.values) & set(wanted)
    before = reminder_kinds_of(person)
    for kind in before ^ wanted:
        ReminderChoice.objects.update_or_create(
            person_id=person.pk,
            kind=kind,
            defaults={"is_off": kind not in wanted, "changed_at": clock.now()},
        )
    return wanted


@transaction.atomic
def send_reminder(person, lines: list[ReminderLine], *, by) -> int:
    """The worker, in the transaction in which the person is locked: what comes for somebody, in one message. 1. that their dates were looked at today, 2. the
    record is written, 3. the message; it is mailed too, unless they chose ways of contact without email. Of each thing once, while its date stays;
    nothing of a kind that is turned off; once a day. How many things were said."""
    today = clock.today()
    if is_reminded(person, today):
        return 0
    wanted, told = reminder_kinds_of(person), keys_told(person)
    fresh = [one for one in lines if one.kind in wanted and one.key not in told]
    made = StudyReminder.objects.create(
        person_id=person.pk, day=today, keys=[one.key for one in fresh]
    )
    if not fresh:
        return 0
    write("courses.remind", made, by=by, after={"person": person.pk, "count": len(fresh)})
    tell(
        person,
        _("A reminder of your dates"),
        "\n".join(
            [
                *(f"{one.words}." for one in fresh),
                _(
                    "Titles and places are on the site, at “All your dates” on your study page. You choose there which reminders you get."
                ),
            ]
        ),
        DATES,
        is_mailed=person.pk not in people_without_email([person.pk]),
    )
    return len(fresh)


def drop_old_reminders(*, by) -> int:
    """IMSA_REMINDER_KEPT_DAYS later: 1. on which days people were reminded, and of what, is deleted, for nothing relies on it any more, 2. a record entry. How many."""
    until = clock.today() - timedelta(days=settings.IMSA_REMINDER_KEPT_DAYS)
    old = StudyReminder.objects.filter(day__lt=until)
    return drop_rows(old, "courses.drop_old_reminders", by=by)
