"""Surveys that somebody answers or reads, and what came of them."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from lms.kit import clock

from ..enrolment.models import Cohort, Enrolment
from ..enrolment.states import STUDYING
from .first_version import PRESETS
from .models import QuestionSet, Survey, SurveyInvitation, SurveyResponse, SurveyTally
from .questions import SCALE, TEXT, average_of, is_same_question
from .rules import is_large_enough
from .states import SurveyState

MOST_RESPONSES = 50


def question_sets() -> list[QuestionSet]:
    """The newest version of each set, by title; those we supply that nobody has used yet as unsaved rows with number 0. One query."""
    newer = QuestionSet.objects.filter(key=OuterRef("key"), number__gt=OuterRef("number"))
    found = {one.key: one for one in QuestionSet.objects.filter(~Exists(newer))}
    for key, (title, questions) in PRESETS.items():
        found.setdefault(key, QuestionSet(key=key, number=0, title=title, questions=questions))
    return sorted(found.values(), key=lambda one: (one.title.casefold(), one.key))


def question_set_of(key) -> QuestionSet | None:
    return next((one for one in question_sets() if one.key == key), None)


def surveys_for(user, *, cohort=None):
    """What somebody makes or reads, the last to close first. A QuerySet."""
    rows = Survey.objects.visible_to(user).select_related("cohort", "module")
    return rows.filter(cohort=cohort) if cohort else rows


def open_surveys_of(person):
    """What somebody can answer today, each with `has_answered`. A QuerySet."""
    today = clock.today()
    answered = SurveyInvitation.objects.filter(
        survey=OuterRef("pk"), enrolment__person=person.pk, has_answered=True
    )
    places = Enrolment.objects.filter(person=person.pk, state__in=STUDYING)
    return (
        Survey.objects.filter(
            state=SurveyState.LIVE,
            opens_on__lte=today,
            closes_on__gte=today,
            cohort__in=places.values("cohort"),
        )
        .annotate(has_answered=Exists(answered))
        .order_by("closes_on", "pk")
    )


def surveys_of_learner(person):
    """Surveys of the cohorts that somebody is or was in. A QuerySet."""
    places = Enrolment.objects.filter(person=person.pk)
    return Survey.objects.filter(cohort__in=places.values("cohort")).select_related(
        "cohort", "module", "question_set"
    )


def responses():
    """“You said, we did” of surveys, the newest first. A QuerySet."""
    return (
        SurveyResponse.objects.filter(published_on__isnull=False)
        .select_related("survey__cohort", "survey__module")
        .order_by("-published_on", "-pk")
    )


def public_responses() -> list[SurveyResponse]:
    return list(responses()[:MOST_RESPONSES])


def responses_for(person) -> list[SurveyResponse]:
    """Of one's own cohorts, and of the cohort of the same programme before each of them. One query for each cohort, and two more."""
    own = list(Cohort.objects.filter(enrolments__person=person.pk))
    keys = {cohort.pk for cohort in own}
    for cohort in own:
        before = Cohort.objects.filter(
            programme=cohort.programme_id, starts_on__lt=cohort.starts_on
        ).order_by("-starts_on", "-pk")
        keys |= set(before.values_list("pk", flat=True)[:1])
    return list(responses().filter(survey__cohort__in=keys)[:MOST_RESPONSES])


@dataclass
class Line:
    """An option of a question: `count` people, `percent` of those who answered it; `earlier`: percent of the earlier cohort, or None."""

    label: str
    count: int
    percent: int
    earlier: int | None = None

    @property
    def bar(self) -> int:
        return 2 * self.percent  # of the 200 of a bar


@dataclass
class Result:
    """What came of one question. `is_shown`: did enough people answer it? `average` of a scale, from 1 to 5."""

    question: dict
    people: int
    is_shown: bool
    lines: list[Line] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    average: float | None = None
    earlier_average: float | None = None


@dataclass
class Results:
    """Of a survey: `people` answered of `of` who were asked; `is_shown`: is it over, and did enough answer?"""

    people: int
    of: int
    is_shown: bool
    questions: list[Result]
    earlier: Survey | None = None


def results_of(survey) -> Results:
    """What may be shown of a survey: nothing before it is over, and nothing of fewer people than IMSA_SMALL_NUMBER. Four queries at most."""
    tally = SurveyTally.objects.get(survey=survey)
    of = survey.people or SurveyInvitation.objects.filter(survey=survey).count()
    is_shown = survey.is_over and is_large_enough(tally.people)
    found = Results(tally.people, max(of, tally.people), is_shown, [])
    if not is_shown:
        return found
    found.earlier = earlier_survey(survey)
    earlier = {}
    if found.earlier:
        earlier = {
            question["key"]: (question, found.earlier.tally.counts.get(question["key"]))
            for question in found.earlier.question_set.questions
        }
    for question in survey.question_set.questions:
        key = question["key"]
        if question["kind"] == TEXT:
            texts = tally.texts.get(key, [])
            found.questions.append(Result(question, len(texts), bool(texts), texts=texts))
            continue
        other, before = earlier.get(key, (None, None))
        if other and not is_same_question(question, other):
            before = None
        found.questions.append(_result(question, tally.counts.get(key), before))
    return found


def _result(question, counts, before) -> Result:
    people = counts["people"] if counts else 0
    if not is_large_enough(people):
        return Result(question, people, False)
    if before and not is_large_enough(before["people"]):
        before = None
    lines = [
        Line(
            label,
            counts["options"].get(str(place), 0),
            _percent(counts, place),
            _percent(before, place) if before else None,
        )
        for place, label in enumerate(question["options"])
    ]
    made = Result(question, people, True, lines)
    if question["kind"] == SCALE:
        made.average = average_of(counts)
        made.earlier_average = average_of(before) if before else None
    return made


def _percent(counts, place) -> int:
    return round(100 * counts["options"].get(str(place), 0) / counts["people"])


def earlier_survey(survey) -> Survey | None:
    """The same question set asked of the cohort before, about the same module, by enough people; None where there is none."""
    rows = (
        Survey.objects.filter(
            question_set__key=survey.question_set.key,
            module=survey.module_id,
            cohort__programme=survey.cohort.programme_id,
            closes_on__lt=survey.opens_on,
        )
        .exclude(state=SurveyState.CANCELLED)
        .exclude(cohort=survey.cohort_id)
        .select_related("tally", "cohort", "question_set")
        .order_by("-closes_on", "-pk")
    )
    return next(
        (one for one in rows[:5] if one.is_over and is_large_enough(one.tally.people)), None
    )
