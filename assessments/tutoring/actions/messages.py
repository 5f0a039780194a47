"""A tutor writes to people of a cohort; each reads it on a page of their own."""

from collections import Counter
from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.kit.refusals import Refused, insist
from lms.people.models import User
from lms.people.notices import bring, tell_after
from lms.record.actions import write

from ..models import MessageRecipient, TutorMessage
from ..queries import midnight
from ..refusals import AlreadySent, LeavesOut
from ..rules import may_support

TOLD_AT_ONCE = 40  # before the page answers; the worker goes on


def send_message(cohort, enrolments: Iterable[int], text: dict, token, *, by) -> TutorMessage:
    """Write `text` (subject, body, reply_to) to some people of a cohort (keys of their enrolments), who study or are on leave.

    1. the message, 2. a line for each person, 3. the record is written, without its words, 4. after commit each has a notice that says there is a
    message. The same token is once; AlreadySent where it was sent with other words or to others. Raises LeavesOut where one of them has left, or had
    IMSA_TUTOR_MESSAGES_A_DAY today: then nobody gets it.
    """
    keys = sorted(set(enrolments))
    try:
        with transaction.atomic():
            insist(may_support(by, cohort))
            made, notices = _send(cohort, keys, text, token, by)
    except IntegrityError:  # pressed twice at once: the constraint let one through
        return _own(TutorMessage.objects.get(token=token), cohort, keys, text, by)
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
        return _own(existing, cohort, keys, text, by), None
    if not keys:
        raise Refused(_("Choose at least one person."))
    _insist_reachable(cohort, keys, people)
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


def _own(message, cohort, keys, text, by):
    if message.by_id != by.pk or message.cohort_id != cohort.pk:
        raise Refused(_("This page is out of date. Open the form again."))
    people = sorted(message.recipients.order_by().values_list("enrolment_id", flat=True))
    if people != keys or any(getattr(message, name) != text[name] for name in text):
        raise AlreadySent(
            _(
                "A message was sent from this form already, with other words or to other people. It stays as it is: read it at “Messages to this cohort”. "
                "If you want to send this one too, continue."
            )
        )
    return message


def _insist_reachable(cohort, keys, people):
    """`people`: those of `keys` who study in the cohort or are on leave."""
    today = MessageRecipient.objects.filter(
        enrolment__person__in=[one.person_id for one in people], at__gte=midnight()
    )
    counts = Counter(today.order_by().values_list("enrolment__person_id", flat=True))
    full = [one for one in people if counts[one.person_id] >= settings.IMSA_TUTOR_MESSAGES_A_DAY]
    found = {one.pk for one in people}
    if not full and len(found) == len(keys):
        return
    words = [_("Nothing was sent.")]
    if len(found) != len(keys):
        gone = Enrolment.objects.filter(cohort=cohort, pk__in=set(keys) - found)
        gone = gone.select_related("person").order_by("person__sort_key", "pk")
        words.append(
            _("Someone you chose does not study in this cohort any more: %(names)s.")
            % {"names": _names(gone)}
            if gone
            else _("Someone you chose does not study in this cohort any more.")
        )
    if full:
        words.append(
            _(
                "These people have had %(count)s messages from tutors today, which is the most for one day: %(names)s. You can write to them tomorrow."
            )
            % {"count": settings.IMSA_TUTOR_MESSAGES_A_DAY, "names": _names(full)}
        )
    others = sorted(found - {one.pk for one in full})
    if others:
        words.append(_("If you continue, the message goes to the others."))
    raise LeavesOut(" ".join(words), others)


def _names(enrolments):
    return ", ".join(one.person.full_name for one in enrolments)
