"""Writes question sets and surveys, invites and reminds, closes. No action of this folder that one person's answers pass through writes the record."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day as in_full
from lms.kit.transitions import make_transition
from lms.people.actions import tell_many
from lms.people.models import User
from lms.record.actions import actor_label, write

from ..enrolment.models import Enrolment
from ..enrolment.states import STUDYING
from .first_version import PRESETS
from .models import (
    QuestionSet,
    Survey,
    SurveyInvitation,
    SurveyReminderChoice,
    SurveyTally,
)
from .questions import MOST_QUESTIONS
from .rules import may_choose_reminders, may_run_survey, may_write_questions
from .states import SurveyState

AT_ONCE = 200  # people who are told in one transaction
CHANGED_SINCE = gettext_noop(
    "Another version of this question set was saved meanwhile. Open it again, and read what it asks now."
)


@transaction.atomic
def save_question_set(key, title, questions, seen, *, by) -> QuestionSet:
    """Another version of a question set. `seen`: the number of the version that was read, 0 for a set that is new.

    1. the version, 2. the record is written. Surveys that were made keep theirs. What says the same as the newest changes nothing. Refused without a question, and where somebody
    saved another version meanwhile.
    """
    insist(may_write_questions(by))
    if not questions:
        raise Refused(_("Enter at least one question."))
    if len(questions) > MOST_QUESTIONS:
        raise Refused(
            _("A question set has at most %(most)s questions.") % {"most": MOST_QUESTIONS}
        )
    newest = newest_version(key)
    if newest and (newest.title, newest.questions) == (title, questions):
        return newest
    if (newest.number if newest else 0) != seen:
        raise Refused(_(CHANGED_SINCE))
    try:
        with transaction.atomic():
            made = QuestionSet.objects.create(
                key=key, number=seen + 1, title=title, questions=questions, made_by=actor_label(by)
            )
    except IntegrityError:
        raise Refused(_(CHANGED_SINCE)) from None
    write("cohorts.save_question_set", made, by=by, after={"key": key, "number": made.number})
    return made


def newest_version(key) -> QuestionSet | None:
    return QuestionSet.objects.filter(key=key).order_by("-number").first()


def _version_for(key, by) -> QuestionSet:
    """The newest version of a set; of one that we supply and nobody has used, its first."""
    found = newest_version(key)
    if found is None and key in PRESETS:
        title, questions = PRESETS[key]
        found, _new = QuestionSet.objects.get_or_create(
            key=key,
            number=1,
            defaults={"title": title, "questions": questions, "made_by": actor_label(by)},
        )
    if found is None:
        raise Refused(_("Choose a question set."))
    return found


@transaction.atomic
def make_survey(cohort, module, key, title, opens_on, closes_on, token, *, by) -> Survey:
    """Make a survey of a cohort, of one module or (None) of the programme, from the newest version of a question set.

    1. the survey with an empty tally, 2. the record is written. Everyone who studies in the cohort is told by the worker when it opens. The same token is once. Refused for days that cannot be.
    """
    insist(may_run_survey(by, cohort, module))
    if existing := Survey.objects.filter(token=token).first():
        return existing
    if module is not None and module.programme_id != cohort.programme_id:
        raise Refused(_("This module is not part of the cohort’s programme."))
    _insist_days(opens_on, closes_on)
    if opens_on < clock.today():
        raise Refused(_("The first day must be today or later."))
    question_set = _version_for(key, by)
    try:
        with transaction.atomic():
            made = Survey.objects.create(
                token=token,
                question_set=question_set,
                cohort=cohort,
                module=module,
                title=title,
                opens_on=opens_on,
                closes_on=closes_on,
                made_by=actor_label(by),
            )
    except IntegrityError:  # pressed twice at once
        return Survey.objects.get(token=token)
    SurveyTally.objects.create(survey=made)
    write(
        "cohorts.make_survey",
        made,
        by=by,
        after={
            "cohort": cohort.code,
            "module": module.code if module else None,
            "questions": f"{question_set.key} {question_set.number}",
            "opens_on": opens_on.isoformat(),
            "closes_on": closes_on.isoformat(),
        },
    )
    return made


def _insist_days(opens_on, closes_on):
    if closes_on < opens_on:
        raise Refused(_("The last day must not be before the first."))
    if (closes_on - opens_on).days > settings.IMSA_SURVEY_LONGEST_DAYS:
        raise Refused(
            _("A survey is open for at most %(days)s days.")
            % {"days": settings.IMSA_SURVEY_LONGEST_DAYS}
        )


def lock_survey(survey) -> Survey:
    rows = Survey.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("cohort", "module", "question_set").get(pk=survey.pk)


@transaction.atomic
def change_last_day(survey, closes_on, *, by) -> Survey:
    """Let a survey close on another day. 1. the day, 2. the record is written, 3. of an earlier day those who were asked and have not answered are told: they were promised more
    time. Of a later one nobody is: the reminder says the day that counts then.

    Refused once it is over: whoever has read its results and let one more person answer would see what that person answered.
    """
    locked = lock_survey(survey)
    insist(may_run_survey(by, locked.cohort, locked.module))
    if locked.closes_on == closes_on:
        return locked
    if locked.is_over or locked.state != SurveyState.LIVE:
        raise Refused(_("This survey is over, so its last day cannot change. Make another one."))
    if closes_on < clock.today():
        raise Refused(_("Choose today or a later day as the last day."))
    _insist_days(locked.opens_on, closes_on)
    before, locked.closes_on = locked.closes_on, closes_on
    locked.save(update_fields=["closes_on"])
    write(
        "cohorts.change_last_day",
        locked,
        by=by,
        before={"closes_on": before.isoformat()},
        after={"closes_on": closes_on.isoformat()},
    )
    if closes_on < before:
        _tell_of_less_time(locked)
    return locked


def _tell_of_less_time(survey):
    rows = _without_answer(survey).select_related("enrolment__person").order_by("pk")
    subject = _("Less time to answer: %(title)s") % {"title": survey.title}
    words = _("This survey now closes earlier. You can answer until %(day)s.") % {
        "day": in_full(survey.closes_on)
    }
    tell_many(
        [(row.enrolment.person, subject, words, f"/study/surveys/{survey.pk}/") for row in rows]
    )


def _without_answer(survey):
    """Of who was asked and still studies in the cohort."""
    return SurveyInvitation.objects.filter(
        survey=survey,
        has_answered=False,
        asked_on__isnull=False,
        enrolment__state__in=STUDYING,
        enrolment__cohort=survey.cohort_id,
    )


@transaction.atomic
def cancel_survey(survey, *, by) -> Survey:
    """1. it is cancelled, 2. answers that were sent are deleted unread, 3. the record is written, 4. who was asked is told. Twice is once. Refused once it is over."""
    locked = lock_survey(survey)
    insist(may_run_survey(by, locked.cohort, locked.module))
    if locked.state == SurveyState.CANCELLED:
        return locked
    if locked.is_over:
        raise Refused(_("This survey is over, so it cannot be cancelled."))
    make_transition(locked, "cancel_survey", by=by)
    SurveyTally.objects.filter(survey=locked).update(people=0, counts={}, texts={})
    # Also who answered before the message went out.
    asked = SurveyInvitation.objects.filter(
        Q(asked_on__isnull=False) | Q(has_answered=True), survey=locked
    )
    tell_many(
        [
            (
                person,
                _("A survey is cancelled: %(title)s") % {"title": locked.title},
                _(
                    "You need not do anything. Answers that were sent have been deleted, and no one has read them."
                ),
                "/study/surveys/",
            )
            for person in User.objects.filter(enrolments__survey_invitations__in=asked).order_by(
                "pk"
            )
        ]
    )
    SurveyInvitation.objects.filter(survey=locked).delete()
    return locked


def run_surveys(*, by) -> int:
    """The worker: close what is over, invite who studies in the cohort of an open survey, remind who has not answered. How many were told or closed; a
    run that was killed goes on where it was."""
    today, count = clock.today(), 0
    live = Survey.objects.filter(state=SurveyState.LIVE)
    for survey in live.filter(closes_on__lt=today).order_by("pk")[:AT_ONCE]:
        count += _close(survey, by=by)
    for survey in live.filter(opens_on__lte=today, closes_on__gte=today).order_by("pk"):
        while told := _invite(survey):
            count += told
        if today >= survey.closes_on - timedelta(days=settings.IMSA_SURVEY_REMINDER_DAYS):
            while told := _remind(survey):
                count += told
    return count


@transaction.atomic
def _close(survey, *, by) -> bool:
    """1. it is closed, with how many were asked, 2. who was asked, and who answered, is forgotten, 3. the record is written."""
    locked = lock_survey(survey)
    if locked.state != SurveyState.LIVE or not locked.is_over:
        return False
    asked = SurveyInvitation.objects.filter(survey=locked)
    make_transition(locked, "close_survey", by=by, people=asked.count())
    asked.delete()
    return True


@transaction.atomic
def _invite(survey) -> int:
    locked = lock_survey(survey)
    if not locked.is_open:
        return 0
    told = SurveyInvitation.objects.filter(survey=locked, asked_on__isnull=False)
    places = (
        Enrolment.objects.filter(cohort=locked.cohort_id, state__in=STUDYING)
        .exclude(pk__in=told.values("enrolment"))
        .select_related("person")
        .order_by("pk")
    )
    places = list(places[:AT_ONCE])
    today = clock.today()
    # Whoever found it by themselves, before this turn, need not be asked.
    early = set(
        SurveyInvitation.objects.filter(
            survey=locked, enrolment__in=places, has_answered=True
        ).values_list("enrolment_id", flat=True)
    )
    SurveyInvitation.objects.bulk_create(
        [SurveyInvitation(survey=locked, enrolment=place, asked_on=today) for place in places],
        update_conflicts=True,
        unique_fields=["survey", "enrolment"],
        update_fields=["asked_on"],
    )
    tell_many(
        [
            (
                place.person,
                _("What do you think? %(title)s") % {"title": locked.title},
                _(
                    "A few questions, which take some minutes, until %(day)s. Your answers are kept without your name, and no one can see what you answered."
                )
                % {"day": in_full(locked.closes_on)},
                f"/study/surveys/{locked.pk}/",
            )
            for place in places
            if place.pk not in early
        ]
    )
    return len(places)


@transaction.atomic
def _remind(survey) -> int:
    """Who was asked before today, has not answered and has not turned reminders off, once."""
    locked = lock_survey(survey)
    if not locked.is_open or not settings.IMSA_SURVEY_REMINDER_DAYS:
        return 0
    today = clock.today()
    rows = (
        _without_answer(locked)
        .filter(reminded_on__isnull=True, asked_on__lt=today)
        .exclude(
            enrolment__person__in=SurveyReminderChoice.objects.filter(is_off=True).values("person")
        )
    )
    rows = list(rows.select_related("enrolment__person").order_by("pk")[:AT_ONCE])
    SurveyInvitation.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_on=today)
    tell_many(
        [
            (
                row.enrolment.person,
                _("A reminder: %(title)s") % {"title": locked.title},
                _(
                    "You have not answered yet. You can until %(day)s. This is the only reminder; you can turn reminders of surveys off at “Surveys” on your study page."
                )
                % {"day": in_full(locked.closes_on)},
                f"/study/surveys/{locked.pk}/",
            )
            for row in rows
        ]
    )
    return len(rows)


@transaction.atomic
def choose_reminders(person, is_off: bool, *, by) -> SurveyReminderChoice:
    """Turn one's reminders of surveys off, or on again: 1. the choice. It is nobody else's, so it is not in the record. Twice is once."""
    insist(may_choose_reminders(by, person))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    choice, _new = SurveyReminderChoice.objects.update_or_create(
        person=person, defaults={"is_off": is_off}
    )
    return choice
