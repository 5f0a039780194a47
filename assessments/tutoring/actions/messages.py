"""A tutor writes to people of a cohort; each reads it on a page of their own."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.models import User
from lms.people.notices import bring, tell_after
from lms.record.actions import write

from ..models import MessageRecipient, TutorMessage
from ..rules import may_support

TOLD_AT_ONCE = 40  # before the page answers; the worker goes on
NAMED = 5  # people whom a refusal names


def send_message(cohort, enrolments: Iterable[int], text: dict, token, *, by) -> TutorMessage:
    """Write `text` (subject, body, reply_to) to some people of a cohort (keys of their enrolments), who study or are on leave.

    1. the message, 2. a line for each person, 3. the record is written, without its words, 4. after commit each has a notice that says there is a
    message. The same token is once. Raises Refused where one of them has left, or had IMSA_TUTOR_MESSAGES_A_DAY today: then nobody gets it.
    """
    insist(may_support(by, cohort))
    keys = sorted(set(enrolments))
    try:
        with transaction.atomic():
            made, notices = _send(cohort, keys, text, token, by)
    except IntegrityError:  # pressed twice at once: the constraint let one through
        return _own(TutorMessage.objects.get(token=token), cohort, by)
    if notices:
        bring(notices, most=TOLD_AT_ONCE)
    return made


def _send(cohort, keys, text, token, by):
    rows = Enrolment.objects.filter(
        cohort=cohort, pk__in=keys, state__in=[EnrolmentState.ENROLLED, EnrolmentState.INTERRUPTED]
    ).select_related("person")
    people = list(rows.order_by("person_id"))
    # One after another, so that two tutors together send nobody more than the limit.
    locked = User.objects.select_for_update(no_key=True).order_by("pk")
    list(locked.filter(pk__in=[one.person_id for one in people]).values_list("pk", flat=True))
    existing = TutorMessage.objects.filter(token=token).first()
    if existing:
        return _own(existing, cohort, by), None
    if not keys:
        raise Refused(_("Choose at least one person."))
    if len(people) != len(keys):
        raise Refused(
            _("Someone you chose does not study in this cohort any more. Choose the people again.")
        )
    _insist_few(people)
    made = TutorMessage.objects.create(cohort=cohort, token=token, by=by, **text)
    MessageRecipient.objects.bulk_create(
        [MessageRecipient(message=made, enrolment=one, at=made.at) for one in people],
        batch_size=500,
    )
    write("assessments.message_people", made, by=by, after={"enrolments": keys})
    lines = [
        {
            "person": one.person_id,
            "subject": _("A message from your tutor"),
            "body": _("%(full_name)s has written to you. Read it on your own page.")
            % {"full_name": by.full_name},
            "url": f"/study/contact/{made.pk}/",
        }
        for one in people
    ]
    return made, tell_after(lines, by=by)


def _own(message, cohort, by):
    if message.by_id != by.pk or message.cohort_id != cohort.pk:
        raise Refused(_("This page is out of date. Open the form again."))
    return message


def _insist_few(people):
    since = make_aware(datetime.combine(clock.today(), time()))
    today = MessageRecipient.objects.filter(
        enrolment__person__in=[one.person_id for one in people], at__gte=since
    )
    counts = Counter(today.order_by().values_list("enrolment__person_id", flat=True))
    full = [one for one in people if counts[one.person_id] >= settings.IMSA_TUTOR_MESSAGES_A_DAY]
    if not full:
        return
    names = ", ".join(one.person.full_name for one in full[:NAMED])
    if len(full) > NAMED:
        names = _("%(names)s and %(more)s more") % {"names": names, "more": len(full) - NAMED}
    raise Refused(
        _(
            "Nothing was sent. These people have had %(count)s messages from tutors today, which is the most for one day: %(names)s. Write to them "
            "tomorrow, or leave them out."
        )
        % {"count": settings.IMSA_TUTOR_MESSAGES_A_DAY, "names": names}
    )
