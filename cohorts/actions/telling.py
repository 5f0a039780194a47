"""Tells an organisation through its contacts, and where it has none leaves a call for an officer: no decision goes unheard."""

from django.db import transaction

from lms.kit import clock
from lms.kit.batches import Batch
from lms.kit.refusals import Refused, insist
from lms.people.notices import bring_now
from lms.record.actions import write

from ..models import TelephoneTask
from ..queries import contacts_of
from ..rules import may_approve


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
        raise Refused("Enter whom you spoke to.")
    locked.recorded_by, locked.recorded_at, locked.note = by, clock.now(), note.strip()[:300]
    locked.save(update_fields=["recorded_by", "recorded_at", "note"])
    write("cohorts.record_call", locked, by=by, after={"organisation": locked.organisation_id})
    return locked
