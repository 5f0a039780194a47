"""The log of contact with one person: lines are added, and put right by other lines."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Cohort
from courses.actions.notes import Guarded
from courses.privacy_guard.guard import look
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from ..models import ContactEntry
from ..queries import with_marker
from ..refusals import AlreadySent
from ..rules import may_correct, may_support


def record_contact(enrolment, values: dict, token, *, by, keep_anyway=False) -> ContactEntry:
    """Add a line (`values`: kind, day, note) about contact with one person.

    1. the line, 2. the record is written, without the note. The same token is once; AlreadySent where it was recorded with other words.
    Nobody is told: the person reads the log on their own page. Raises Guarded where the note seems to tell who somebody else is, unless `keep_anyway`; Refused for a day to come.
    """
    try:
        with transaction.atomic():
            insist(may_support(by, enrolment.cohort))
            _insist_sense(enrolment, values, by, keep_anyway)
            return _add(enrolment, values, token, None, by)
    except IntegrityError:  # pressed twice at once
        return _same(ContactEntry.objects.get(token=token), enrolment, values, None, by)


def correct_contact(entry, values: dict, token, *, by, keep_anyway=False) -> ContactEntry:
    """Put a line right: 1. another line that replaces it, 2. the record is written. The earlier one stays to be read.

    The same token is once. Refused where somebody else corrected it meanwhile; else raises what `record_contact` raises.
    """
    enrolment = entry.enrolment
    try:
        with transaction.atomic():
            cohort = with_marker(Cohort.objects.all(), by).get(pk=enrolment.cohort_id)
            insist(may_correct(by, cohort, entry))
            _insist_sense(enrolment, values, by, keep_anyway)
            is_same = all(getattr(entry, name) == value for name, value in values.items())
            if is_same and not ContactEntry.objects.filter(replaces=entry).exists():
                return entry
            return _add(enrolment, values, token, entry, by)
    except IntegrityError:
        made = ContactEntry.objects.filter(token=token).first()
        if made:
            return _same(made, enrolment, values, entry, by)
        raise Refused(
            _("Someone else corrected this entry meanwhile. Go back and read what it says now.")
        ) from None


def _add(enrolment, values, token, entry, by):
    existing = ContactEntry.objects.filter(token=token).first()
    if existing:
        return _same(existing, enrolment, values, entry, by)
    made = ContactEntry(enrolment=enrolment, token=token, replaces=entry, by=by, **values)
    made.save(force_insert=True)
    after = {"enrolment": enrolment.pk, "kind": made.kind, "day": made.day.isoformat()}
    if entry:
        after["replaces"] = entry.pk
    write("assessments.record_contact", made, by=by, after=after)
    return made


def _same(standing, enrolment, values, entry, by):
    replaces = entry and entry.pk
    if (standing.enrolment_id, standing.by_id, standing.replaces_id) != (
        enrolment.pk,
        by.pk,
        replaces,
    ):
        raise Refused(_("This page is out of date. Open it again."))
    if any(getattr(standing, name) != values[name] for name in values):
        if entry:
            raise Refused(
                _(
                    "You corrected this entry already, with other words. Go back and correct what it says now."
                )
            )
        raise AlreadySent(
            _(
                "An entry was recorded from this form already, with other words. It stands in the log, where you can correct it. If you want to record this "
                "one too, press the button again."
            )
        )
    return standing


def _insist_sense(enrolment, values, by, keep_anyway):
    if values["day"] > clock.today():
        raise Refused(_("Enter a day that is not in the future."))
    if keep_anyway:
        return
    people = (enrolment.person, by)
    names = [n for p in people for n in (p.full_name, p.first_name, p.last_name, p.known_as) if n]
    if findings := look(values["note"], names):
        raise Guarded(findings)
