"""Keeps each answer to a quiz as it is given; a repeated one is kept once, and none after the quiz is handed in."""

import re
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.prepared_statements import CompiledQuery
from lms.kit.refusals import Refused, insist

from ...attempts.actions import insist_open
from ...attempts.adjustments import percents
from ...setting import kinds
from ...setting.models import Choice, Sitting
from ..models import PaperItem, Response
from ..queries import late_minutes
from ..rules import may_take_quiz
from ..states import AttemptState
from ..timing import end, is_over

KEY = re.compile(r"[0-9a-f-]{8,36}")
TRIES = 5
HANDED_IN = gettext_noop("You have handed this quiz in, so its answers stand.")
TIME_IS_OVER = gettext_noop("The time for this quiz is over. What was saved before is handed in.")
UNKNOWN = gettext_noop("This answer belongs to no question of yours. Load the page again.")


class Elsewhere(Refused):
    """Another page answered the question after the one from which a late answer comes; that answer stays."""


@dataclass(frozen=True)
class Acknowledgement:
    """The newest response the page knows now, and whether another page or device answered since the one it knew. `fault`: which gaps of a text could not be read,
    while the others are kept."""

    seen: int
    is_other: bool
    fault: str = ""


def answer_question(item, answer, *, by, page, key, seen=0, is_late=False) -> Acknowledgement:
    """Keep one answer (the key of a paper item, and an answer as `setting.kinds` has it or its values as a form sends them). One insert; the record has the
    beginning and the end of a quiz, not its answers.

    `page` and `key` name the page and the answer: the same again changes nothing. `seen` is the newest response the page knows. An answer that waited
    on a device without a connection comes with `is_late`, and with the `seen` its page was loaded with: where the answer that counts is another page's
    since, Elsewhere is raised; and for so long after the end of the time as the cohort's rules say it is taken, and kept as a late arrival. Raises Refused once the
    quiz is handed in, or its time is over, and for words that are no answer to such a question; of a text with gaps those that can be read are kept. Two at once follow each other: the constraint of numbers decides, and the slower one looks again.
    """
    if not (KEY.fullmatch(page) and KEY.fullmatch(key)):
        raise Refused(_(UNKNOWN))
    for _unused in range(TRIES):
        try:
            return _answer(item, answer, f"{page}:{key}", by, page, seen, is_late)
        except IntegrityError:
            continue
    raise Refused(_("This could not be saved just now. Try again."))


@transaction.atomic
def _answer(item, answer, client_key, by, page, seen, is_late):
    values = kinds.values_of(answer)
    found = _item(item, values, client_key, page, seen, by)
    value, fault = (None, "") if found is None else _value(found, values)
    if found is None or value is None:
        raise Refused(_(UNKNOWN))
    quiz = found.quiz
    insist(may_take_quiz(by, quiz.assessment, quiz.enrolment))
    if found.is_there:
        return Acknowledgement(seen, found.is_other, fault)
    if quiz.state != AttemptState.OPEN:
        raise Refused(_(HANDED_IN))
    insist_open(quiz.attempt)
    ends_at, now = end(quiz.begun_at, found.minutes, found.percent or 0), clock.now()
    is_late_arrival = is_over(ends_at, now)
    if is_late_arrival and not (is_late and not is_over(ends_at, now, late_minutes(quiz))):
        raise Refused(_(TIME_IS_OVER))
    if is_late and _is_other_here(found, page, seen):
        raise Elsewhere(
            _("Question %(number)s was answered on another page since. That answer is kept.")
            % {"number": found.position}
        )
    made = Response.objects.create(
        quiz=quiz,
        item=found,
        number=(found.last or 0) + 1,
        client_key=client_key,
        is_late_arrival=is_late_arrival,
        at=now,
        **Response.fields_for(value),
    )
    return Acknowledgement(made.pk, found.is_other, fault)


def _value(item, values):
    """The answer that was sent, as it is kept, and what of it could not be read; None where it is none to this question. One query at most, none for one of a
    question's choices."""
    if item.question.kind in kinds.ONE_CHOICE:
        return int(values[0]) if item.is_choice else None, ""
    choices = () if item.question.kind in kinds.WRITTEN else list(item.question.choices.all())
    try:
        return kinds.read_answer(item.question, choices, values), ""
    except kinds.Misread as misread:
        words = str(misread)
        if misread.readable is not None:
            return misread.readable, words + " " + _("The other gaps are saved.")
        if item.last:
            words += " " + _("Your earlier answer counts until you write another.")
        raise Refused(words) from None


def _item(item, values, client_key, page, seen, by):
    """A person's paper item, its quiz locked, with all that one answer asks about it. One query."""
    is_key = len(values) == 1 and values[0].isdecimal() and len(values[0]) < 19
    rows = _asked(
        item=item,
        person=by.pk,
        client_key=client_key,
        prefix=f"{page}:",
        seen=seen,
        choice=int(values[0]) if is_key else 0,
        today=clock.today(),
    )
    return rows[0] if rows else None


def _asking(*, item, person, client_key, prefix, seen, choice, today):
    given = Response.objects.filter(quiz=OuterRef("quiz"))
    newest = Response.objects.filter(item=OuterRef("pk")).order_by("-number")
    sits = Sitting.objects.filter(
        assessment=OuterRef("quiz__assessment"), cohort=OuterRef("quiz__enrolment__cohort")
    )
    choices = Choice.objects.filter(question=OuterRef("question"))
    rows = PaperItem.objects.select_for_update(of=("quiz",), no_key=True).select_related(
        "question", "quiz__attempt", "quiz__assessment__module", "quiz__enrolment__cohort"
    )
    return (
        rows.filter(pk=item, quiz__enrolment__person_id=person)
        .annotate(
            is_there=Exists(given.filter(client_key=client_key)),
            is_choice=Exists(choices.filter(pk=choice)),
            is_other=Exists(given.filter(pk__gt=seen).exclude(client_key__startswith=prefix)),
            last=Subquery(newest.values("number")[:1]),
            last_pk=Subquery(newest.values("pk")[:1]),
            last_key=Subquery(newest.values("client_key")[:1]),
            minutes=Subquery(sits.values("version__minutes")[:1]),
            percent=Subquery(percents(OuterRef("quiz__enrolment__person"), today)[:1]),
        )
        .order_by()  # the place in the quiz would have every quiz read in its order
    )


_asked = CompiledQuery(_asking)


def _is_other_here(item, page, seen):
    """Is the answer that counts to this question another page's, and newer than what this page was loaded with?"""
    return item.last_pk is not None and item.last_pk > seen and not _is_of(item.last_key, page)


def add_responses(quiz, answers, newest, page):
    """Answers (by the question's key) that a form brought, of a quiz that the caller holds; after the `newest` ones."""
    keys = quiz.items.filter(question__key__in=answers).values_list("question__key", "pk")
    items = dict(keys) if answers else {}
    Response.objects.bulk_create(
        Response(
            quiz=quiz,
            item_id=items[key],
            number=newest[key].number + 1 if key in newest else 1,
            client_key=f"{page}:{secrets.token_hex(16)}",
            at=clock.now(),
            **Response.fields_for(value),
        )
        for key, value in answers.items()
    )


def is_from(response, page) -> bool:
    """Was it given on that page?"""
    return bool(page) and _is_of(response.client_key, page)


def _is_of(client_key, page):
    return client_key.startswith(f"{page}:")
