"""Reminds people who fall behind, and keeps whether they want that."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Cohort, Enrolment
from lms.kit import clock
from lms.kit.refusals import insist
from lms.people.actions import tell
from lms.people.contact import people_without_email
from lms.people.models import User
from lms.record.actions import write

from ..models import Nudge, NudgeChoice
from ..queries import nudged_lately, people_to_nudge, with_reasons
from ..reasons import AWAY, BEHIND
from ..rules import may_choose_nudges


def nudge_people(*, by) -> int:
    """The worker: remind everyone in a cohort that is under way who is behind its timetable or did nothing for IMSA_QUIET_DAYS.

    For each person in one transaction: 1. a line for each reason, 2. the record is written, 3. one message, mailed unless they chose ways of contact without email. Once for each reason in IMSA_NUDGE_DAYS (0:
    never); nobody who is on leave, has left, or turned reminders off. How many messages; a run that was killed goes on with those who were not told.
    """
    today, count = clock.today(), 0
    if not settings.IMSA_NUDGE_DAYS:
        return 0
    for cohort in Cohort.objects.filter(starts_on__lte=today, ends_on__gte=today):
        for key in list(people_to_nudge(cohort).values_list("pk", flat=True)):
            count += _nudge(cohort, key, today, by=by)
    return count


@transaction.atomic
def _nudge(cohort, key, today, *, by) -> int:
    person = Enrolment.objects.values("person_id").filter(pk=key)
    # Who turns them off takes the same lock; two at once say it once.
    User.objects.select_for_update(no_key=True).get(pk__in=person)
    rows = people_to_nudge(cohort).filter(pk=key)
    for line in with_reasons(rows, cohort):
        lately = nudged_lately(line.enrolment, today)
        found = [(k, w) for k, w in line.reasons if k in (BEHIND, AWAY) and k not in lately]
        if not found:
            return 0
        made = Nudge.objects.bulk_create(
            [Nudge(enrolment=line.enrolment, reason=kind, day=today) for kind, _words in found]
        )
        write(
            "assessments.nudge",
            made[0],
            by=by,
            after={"enrolment": key, "reasons": [kind for kind, _words in found]},
        )
        tell(
            line.enrolment.person,
            _("A reminder about your study"),
            "\n".join(
                [
                    *(f"{words}." for _kind, words in found),
                    _(
                        "If something keeps you from studying, your tutor or the programme office can help. You can turn these reminders off at “Messages "
                        "and contact” on your study page."
                    ),
                ]
            ),
            "/study/",
            is_mailed=not people_without_email([line.enrolment.person_id]),
        )
        return 1
    return 0


@transaction.atomic
def choose_nudges(person, is_off: bool, *, by) -> NudgeChoice:
    """Turn one's reminders off, or on again. 1. the choice. It may tell of how somebody is, so it is not in the record. Twice is once."""
    insist(may_choose_nudges(by, person))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    choice, is_new = NudgeChoice.objects.get_or_create(person=person, defaults={"is_off": is_off})
    if not is_new and choice.is_off != is_off:
        choice.is_off, choice.changed_at = is_off, clock.now()
        choice.save(update_fields=["is_off", "changed_at"])
    return choice
