"""The one thing a trainee does next, and by when."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from cohorts.enrolment.states import EnrolmentState
from courses.queries import next_on
from lms.kit import clock, nations
from lms.kit.templatetags.kit import day, moment

SOON = timedelta(days=14)


@dataclass(frozen=True)
class Next:
    """What stands on the one card of the trainee's home."""

    when: str
    title: str
    body: str = ""
    url: str = ""
    action: str = ""
    top_up: int | None = None  # the one it asks for, so that no list asks again


def next_for(enrolment, work, path, award=None, top_ups=(), is_rescinded=False) -> Next:
    """A top-up on changed law that counts soon, the overdue or soonest piece of work when it is due
    within two weeks, else the next unit, else the next piece of work, else what the trainee is waiting for."""
    waiting = [due for due in top_ups if due.done_at is None and due.waits]
    if waiting and (award or waiting[0].counts_from - clock.today() <= SOON):
        return _top_up(waiting[0])
    if enrolment.state == EnrolmentState.INTERRUPTED:
        return Next(
            "",
            "You are on leave of absence",
            "Nothing falls due while you are away. The programme office will agree with you when you come back.",
        )
    if enrolment.state == EnrolmentState.LEFT:
        return Next(
            "",
            "You have left the programme",
            "What you studied and handed in stays here for you to read.",
        )
    if award and is_rescinded:
        return Next(
            "",
            "Nothing is asked of you here",
            "What you studied and handed in stays here for you to read.",
        )
    if award:
        return Next(
            f"Awarded on {day(award.conferred_on)}",
            "You have completed the programme",
            "Accreditation as an IMSA is separate from the award. Your certificate says which nations it covers.",
            "/certificates/mine/",
            "See your certificate",
        )
    to_do = sorted(
        (w for w in work if not w.is_in), key=lambda w: (w.due_at is None, w.due_at or clock.now())
    )
    if to_do and to_do[0].due_at and to_do[0].due_at - clock.now() <= SOON:
        return _piece(to_do[0])
    unit = next_on(path)
    if unit:
        later = (
            f" After that: {to_do[0].assessment.title}, due {day(to_do[0].due_at)}."
            if to_do and to_do[0].due_at
            else ""
        )
        finish = f" To finish by {day(unit.finish_by)}." if unit.finish_by else ""
        return Next(
            "Next to study",
            unit.label,
            f"{unit.unit.module.title}. About {unit.minutes} minutes.{finish}{later}",
            unit.resume_url,
            "Continue where you left off"
            if unit.place
            else "Go on reading"
            if unit.is_begun
            else "Read this unit",
        )
    if to_do:
        return _piece(to_do[0])
    return _waiting(enrolment, work)


def _top_up(due):
    when = due.counts_from
    return Next(
        f"Top-up due by {day(when)}" if when > clock.today() else f"Top-up due since {day(when)}",
        due.top_up.title,
        f"The law for {nations.sentence(due.waits)} changed after you studied it. This is a short text about it.",
        f"/study/top-ups/{due.top_up_id}/",
        "Read what changed",
        due.top_up_id,
    )


def _piece(work):
    title = work.assessment.title
    url, action = (
        reverse("assessments:piece", args=[work.assessment.code]),
        "Go on with it" if work.status == "draft" else "Open it",
    )
    if work.is_overdue:
        body = "The deadline has passed. You can still hand this in; it will be shown as handed in after the deadline."
        return Next(f"Due since {moment(work.due_at)}", title, body, url, action)
    how = (
        "A quiz, marked at once."
        if work.assessment.is_quiz
        else "Written work, handed in as a file."
    )
    return Next(
        f"Next, by {moment(work.due_at)}" if work.due_at else "Next to hand in",
        title,
        how,
        url,
        action,
    )


def _waiting(enrolment, work):
    marking = sorted(
        (w for w in work if w.status == "marking"), key=lambda w: w.hear_by or clock.today()
    )
    if marking:
        with_whom = "with a third marker" if marking[0].with_third else "with two markers"
        body = (
            f"You will hear by {day(marking[0].hear_by)}."
            if marking[0].hear_by
            else "You will hear when it is marked."
        )
        return Next(
            "Nothing to do",
            f"Your work is {with_whom}",
            f"“{marking[0].assessment.title}”. {body}",
            reverse("assessments:work"),
            "See your work",
        )
    if any(w.status == "in" for w in work):
        return Next(
            "Nothing to do",
            "Work submitted",
            "It goes to two markers next. You will be told when they have it.",
            reverse("assessments:work"),
            "See your work",
        )
    if not work:
        return Next(
            "Nothing to do",
            "There is nothing for you here yet",
            "Units and work appear here when the course team opens them.",
        )
    if any(w.status == "provisional" for w in work):
        when = (
            f"The board meets on {day(enrolment.board_meets_on)}."
            if enrolment.board_meets_on
            else "You will be told when the board meets."
        )
        return Next(
            "Nothing to do",
            "Your marks wait for the board",
            f"{when} Until then every mark is provisional.",
        )
    return Next(
        "Nothing to do", "The board has decided on all your work", "Your results are below."
    )
