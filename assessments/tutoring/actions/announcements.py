"""A tutor tells a cohort something, corrects it, and ends it."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.enrolment.states import STUDYING
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.notices import bring, tell_after
from lms.record.actions import write

from ..models import Announcement, AnnouncementVersion
from ..queries import notices_today
from ..refusals import AlreadySent
from ..rules import may_support
from .messages import TOLD_AT_ONCE


def announce(cohort, values: dict, token, *, by) -> Announcement:
    """Announce something (`values`: title, text, show_until) to a cohort.

    1. the announcement and its first version, 2. the record is written, 3. after commit everyone who studies in the cohort has a notice, unless they had
    IMSA_ANNOUNCEMENT_NOTICES_A_DAY today. The same token is once; AlreadySent where other words were announced with it. Refused where its last day is over.
    """
    _insist_day(values)
    try:
        with transaction.atomic():
            insist(may_support(by, cohort))
            made, notices = _announce(cohort, values, token, by)
    except IntegrityError:  # pressed twice at once
        return _same(Announcement.objects.get(token=token), cohort, values)
    if notices:
        bring(notices, most=TOLD_AT_ONCE)
    return made


def _announce(cohort, values, token, by):
    existing = Announcement.objects.filter(token=token).first()
    if existing:
        return _same(existing, cohort, values), None
    made = Announcement.objects.create(cohort=cohort, token=token)
    AnnouncementVersion.objects.create(announcement=made, number=1, by=by, **values)
    write(
        "assessments.announce",
        made,
        by=by,
        after={"version": 1, "show_until": values["show_until"].isoformat()},
    )
    return made, _tell(cohort, _("New announcement: %(title)s") % values, by)


def _same(announcement, cohort, values):
    if announcement.cohort_id != cohort.pk:
        raise Refused(_("This page is out of date. Open it again."))
    first = announcement.versions.get(number=1)
    if any(getattr(first, name) != values[name] for name in values):
        raise AlreadySent(
            _(
                "An announcement was made from this form already, with other words. It stands below, where you can correct it. If you want to announce this "
                "too, press the button again."
            )
        )
    return announcement


def change_announcement(announcement, values: dict, seen: int, *, by) -> AnnouncementVersion:
    """Correct an announcement, or show it to another day. `seen`: the number of the version that was read.

    1. another version, 2. the record is written, 3. where its words changed, after commit everyone who studies in the cohort has a notice, unless they
    had IMSA_ANNOUNCEMENT_NOTICES_A_DAY today. What says the same changes nothing. Refused where it has ended, or somebody changed it meanwhile.
    """
    cohort = announcement.cohort
    _insist_day(values)
    with transaction.atomic():
        insist(may_support(by, cohort))
        newest = _locked(announcement)
        if newest.is_ended:
            raise Refused(_("This announcement has ended. Write a new one."))
        if all(getattr(newest, name) == value for name, value in values.items()):
            return newest
        _insist_seen(newest, seen)
        made = _next(newest, values, by)
        notices = None
        if (newest.title, newest.text) != (made.title, made.text):
            notices = _tell(cohort, _("Corrected announcement: %(title)s") % values, by)
    if notices:
        bring(notices, most=TOLD_AT_ONCE)
    return made


@transaction.atomic
def end_announcement(announcement, seen: int, *, by) -> AnnouncementVersion:
    """Show it no longer: 1. a version that says so, 2. the record is written. Nobody is told. Twice is once; refused where somebody changed it
    meanwhile."""
    insist(may_support(by, announcement.cohort))
    newest = _locked(announcement)
    if newest.is_ended:
        return newest
    _insist_seen(newest, seen)
    values = {"title": newest.title, "text": newest.text, "show_until": newest.show_until}
    return _next(newest, {**values, "is_ended": True}, by)


def _locked(announcement) -> AnnouncementVersion:
    Announcement.objects.select_for_update(no_key=True).get(pk=announcement.pk)
    return AnnouncementVersion.objects.filter(announcement=announcement).order_by("-number")[0]


def _insist_seen(newest, seen):
    if newest.number != seen:
        raise Refused(
            _(
                "%(full_name)s changed this announcement meanwhile. Open it again, and read what it says now."
            )
            % {"full_name": newest.by.full_name}
        )


def _next(newest, values, by):
    made = AnnouncementVersion.objects.create(
        announcement_id=newest.announcement_id, number=newest.number + 1, by=by, **values
    )
    after = {"version": made.number, "show_until": made.show_until.isoformat()}
    if made.is_ended:
        after["is_ended"] = True
    write("assessments.change_announcement", newest.announcement, by=by, after=after)
    return made


def _insist_day(values):
    if values["show_until"] < clock.today():
        raise Refused(_("Choose today or a later day as the last day it is shown."))


def _tell(cohort, subject, by):
    """After the version is written, which counts as one of today's. No notice past the limit; the words stand on the study page all the same."""
    # One after another, so that two tutors together send no more than the limit.
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    if notices_today(cohort.pk) > settings.IMSA_ANNOUNCEMENT_NOTICES_A_DAY:
        return None
    people = Enrolment.objects.filter(cohort=cohort, state__in=STUDYING)
    lines = [
        {
            "person": person,
            "subject": subject,
            "body": _("%(full_name)s has written to %(cohort)s. Read it on your study page.")
            % {"full_name": by.full_name, "cohort": cohort.title},
            "url": "/study/#announcements",
        }
        for person in people.order_by("person_id").values_list("person_id", flat=True)
    ]
    return tell_after(lines, by=by)
