"""The one thing a trainee does next, and by when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts.enrolment.states import EnrolmentState
from courses.queries import next_on
from lms.kit import clock, nations
from lms.kit.templatetags.kit import day, moment

from .queries import enrolment_of, work_in

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
            _("You are on leave of absence"),
            _(
                "Nothing falls due while you are away. The programme office will agree with you when you come back."
            ),
        )
    if enrolment.state == EnrolmentState.LEFT:
        return Next(
            "",
            _("You have left the programme"),
            _("What you studied and handed in stays here for you to read."),
        )
    if award and is_rescinded:
        return Next(
            "",
            _("Nothing is asked of you here"),
            _("What you studied and handed in stays here for you to read."),
        )
    if award:
        return Next(
            _("Awarded on %(day)s") % {"day": day(award.conferred_on)},
            _("You have completed the programme"),
            _(
                "Accreditation as an IMSA is separate from the award. Your certificate says which nations it covers."
            ),
            "/certificates/mine/",
            _("See your certificate"),
        )
    to_do = sorted(
        (w for w in work if w.is_to_do and w.is_open),
        key=lambda w: (w.due_at is None, w.due_at or clock.now()),
    )
    if to_do and to_do[0].due_at and to_do[0].due_at - clock.now() <= SOON:
        return _piece(to_do[0])
    unit = next_on(path)
    if unit:
        later = (
            _(" After that: %(assessment)s, due %(day)s.")
            % {"assessment": to_do[0].assessment.title, "day": day(to_do[0].due_at)}
            if to_do and to_do[0].due_at
            else ""
        )
        finish = (
            _(" To finish by %(day)s.") % {"day": day(unit.finish_by)} if unit.finish_by else ""
        )
        return Next(
            _("Next to study"),
            unit.label,
            _("%(module)s. About %(minutes)s minutes.%(finish)s%(later)s")
            % {
                "module": unit.unit.module.title,
                "minutes": unit.minutes,
                "finish": finish,
                "later": later,
            },
            unit.resume_url,
            _("Continue where you left off")
            if unit.place
            else _("Go on reading")
            if unit.is_begun
            else _("Read this unit"),
        )
    if to_do:
        return _piece(to_do[0])
    return _waiting(enrolment, work)


def without_credited(path, modules: set[int]):
    """A path without what need not be studied where a module (its key) counts by prior learning: units for all nations that were not studied. The module's own page
    has them still."""
    for entry in path if modules else ():
        if entry.module.pk in modules:
            entry.units = [s for s in entry.units if s.is_studied or not s.variant.is_for_all]
    steps = [s for entry in path for s in entry.units]
    if modules and not any(s.is_next for s in steps):
        waiting = (s for s in steps if s.is_open and not s.is_studied)
        for step in sorted(waiting, key=lambda s: s.is_later)[:1]:
            step.is_next = True
    return path


def _top_up(due):
    when = due.counts_from
    return Next(
        _("Top-up due by %(day)s") % {"day": day(when)}
        if when > clock.today()
        else _("Top-up due since %(day)s") % {"day": day(when)},
        due.top_up.title,
        _("The law for %(nations)s changed after you studied it. This is a short text about it.")
        % {"nations": nations.sentence(due.waits)},
        f"/study/top-ups/{due.top_up_id}/",
        _("Read what changed"),
        due.top_up_id,
    )


def _piece(work):
    title = work.assessment.title
    url, action = (
        reverse("assessments:piece", args=[work.assessment.code]),
        _("Go on with it") if work.status == "draft" else _("Open it"),
    )
    if work.is_overdue:
        body = _(
            "The deadline has passed. You can still hand this in; it will be shown as handed in after the deadline."
        )
        return Next(
            _("Due since %(moment)s") % {"moment": moment(work.due_at)}, title, body, url, action
        )
    how = (
        _("A quiz, answered on its page.")
        if work.assessment.is_quiz
        else _("A portfolio: a practice log, reflections and confirmations.")
        if work.assessment.is_portfolio
        else _("Written work, handed in as a file.")
    )
    return Next(
        _("Next, by %(moment)s") % {"moment": moment(work.due_at)}
        if work.due_at
        else _("Next to hand in"),
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
        with_whom = _("with a third marker") if marking[0].with_third else _("with its markers")
        body = (
            _("You will hear by %(day)s.") % {"day": day(marking[0].hear_by)}
            if marking[0].hear_by
            else _("You will hear when it is marked.")
        )
        return Next(
            _("Nothing to do"),
            _("Your work is %(with_whom)s") % {"with_whom": with_whom},
            f"“{marking[0].assessment.title}”. {body}",
            reverse("assessments:work"),
            _("See your work"),
        )
    if any(w.status == "marked" for w in work):
        return Next(
            _("Nothing to do"),
            _("Your work is marked"),
            _("You see the mark and the comments when the programme office releases them."),
            reverse("assessments:work"),
            _("See your work"),
        )
    if any(w.status == "in" for w in work):
        return Next(
            _("Nothing to do"),
            _("Work submitted"),
            _("It goes to its markers next. You will be told when they have it."),
            reverse("assessments:work"),
            _("See your work"),
        )
    if not work:
        return Next(
            _("Nothing to do"),
            _("There is nothing for you here yet"),
            _("Units and work appear here when the course team opens them."),
        )
    coming = sorted(w.assessment.opens_at for w in work if w.is_to_do and not w.is_open)
    if coming:
        return Next(
            _("Nothing to do"),
            _("Your next work opens on %(moment)s") % {"moment": moment(coming[0])},
            _("Its title and dates are on your list. What it asks is shown from then on."),
            reverse("assessments:work"),
            _("See your work"),
        )
    if any(w.status in ("provisional", "missed") for w in work):
        when = (
            _("The board meets on %(day)s.") % {"day": day(enrolment.board_meets_on)}
            if enrolment.board_meets_on
            else _("You will be told when the board meets.")
        )
        return Next(
            _("Nothing to do"),
            _("Your marks wait for the board"),
            _("%(when)s Until then every mark is provisional.") % {"when": when},
        )
    return Next(
        _("Nothing to do"),
        _("The board has decided on all your work"),
        _("Your results are below."),
    )


def due_dates_of(person) -> list[tuple[str, datetime, str]]:
    """For a calendar: a key that stays, when a piece of work is due, and its title; nothing on leave of absence or after leaving. Three queries."""
    enrolment = enrolment_of(person)
    if enrolment is None or enrolment.state != EnrolmentState.ENROLLED:
        return []
    return [
        (f"due-{one.assessment.pk}-{enrolment.pk}", one.due_at, one.assessment.title)
        for one in work_in(enrolment)
        if one.due_at
    ]
