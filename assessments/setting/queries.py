"""What a cohort is asked, and by what it is judged: every reader of it asks here. And the questions that rest on a provision of law."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.enrolment.states import EnrolmentState
from courses.models import Module
from courses.queries.gaps import closure_days
from lms.kit import clock
from lms.kit.effective_dates import in_force, that_count
from lms.kit.prepared_statements import CompiledQuery
from lms.people.models import Role
from lms.people.roles import has_role, holders_of_each

from . import judging
from .calendar import shifted, weeks_between
from .models import Assessment, AssessmentVersion, Criterion, Question, Review, Sitting
from .rubric import WHOLE
from .rule_sets import CohortRules, RuleSet
from .rules import leaders_today, led_today, studied_by
from .states import VersionState

OF_VERSION = frozenset(
    "weight minimum must_pass words brief scheme submission_type names_author attempt_limit attempt_cap release_by release_when".split()
)


def version_of(assessment, cohort):
    """The version that a cohort sits, else the newest approved one. `assessment` and `cohort` are keys, or references as seen from a query on
    AssessmentVersion and on Sitting."""
    sits = Exists(Sitting.objects.filter(version=OuterRef("pk"), cohort=cohort))
    return (
        AssessmentVersion.objects.filter(assessment=assessment)
        .annotate(is_pinned=sits)
        .filter(Q(is_pinned=True) | Q(state=VersionState.APPROVED))
        .order_by("-is_pinned", "-number")
    )


def version_for(assessment, cohort) -> AssessmentVersion | None:
    """One query."""
    return version_of(assessment, cohort).first()


def of_cohort(cohort, *names, assessments=None):
    """Assessments with what one cohort is asked by each: of `weight`, `minimum`, `must_pass`, `words`, `brief`, `scheme`, `submission_type`, `names_author`, `attempt_limit`, `attempt_cap`, `release_by`, `release_when`, `opens_at`, `due_at` and the other dates, those named."""
    sitting = Sitting.objects.filter(cohort=cohort, assessment=OuterRef("pk"))
    version = version_of(OuterRef("pk"), cohort)
    found = Assessment.objects.all() if assessments is None else assessments
    return found.annotate(
        **{
            name: Subquery((version if name in OF_VERSION else sitting).values(name)[:1])
            for name in names
        }
    )


def criteria_for(assessment, cohort, *, levels=False) -> list[Criterion]:
    """By what the work of a cohort is judged, each with its version. Keys. One query; with `levels` two."""
    rows = Criterion.objects.filter(
        version=Subquery(version_of(assessment, cohort).values("pk")[:1])
    ).select_related("version")
    return list(rows.prefetch_related("levels") if levels else rows)


def rubric_of(version) -> list[Criterion]:
    """The criteria of a version, with their levels. Two queries."""
    return list(version.criteria.prefetch_related("levels"))


def with_version(work, path=""):
    """Rows that hang on handed-in work (`path` leads to it, with its underscores) with the `version_id` that their author was asked."""
    asked = OuterRef(f"{path}assessment_id")
    sits = Sitting.objects.filter(assessment=asked, cohort=OuterRef(f"{path}enrolment__cohort_id"))
    newest = AssessmentVersion.objects.filter(assessment=asked, state=VersionState.APPROVED)
    return work.annotate(
        version_id=Coalesce(
            Subquery(sits.values("version")[:1]),
            Subquery(newest.order_by("-number").values("pk")[:1]),
            output_field=BigIntegerField(),
        )
    )


def with_scheme(work):
    """Handed-in work with the `scheme` by which it is marked: of the version that its cohort sits, else of the newest approved one."""
    asked = OuterRef("assessment_id")
    sits = Sitting.objects.filter(assessment=asked, cohort=OuterRef("enrolment__cohort_id"))
    newest = AssessmentVersion.objects.filter(assessment=asked, state=VersionState.APPROVED)
    return work.annotate(
        scheme=Coalesce(
            Subquery(sits.values("version__scheme")[:1]),
            Subquery(newest.order_by("-number").values("scheme")[:1]),
        )
    )


def scheme_for(assessment, cohort) -> str:
    """How the work of a cohort is marked. Keys. One query."""
    found = version_of(assessment, cohort).values_list("scheme", flat=True).first()
    return found or AssessmentVersion.DOUBLE


def with_criteria(rows) -> list:
    """Rows of `with_version`, each with the `criteria`, their levels, the `words`, the `step` and `takes_recordings` of its version. Two queries, however many."""
    rows, criteria = list(rows), {}
    found = Criterion.objects.filter(version__in={row.version_id for row in rows})
    for one in found.select_related("version").prefetch_related("levels"):
        criteria.setdefault(one.version_id, []).append(one)
    for row in rows:
        row.criteria = criteria.get(row.version_id, [])
        version = row.criteria[0].version if row.criteria else None
        row.words, row.step = (version.words, version.step) if version else (None, WHOLE)
        row.takes_recordings = bool(version and version.takes_recordings)
    return rows


def resting_on(provision) -> list[Question]:
    """Those tied to a provision, each with `is_old`: was it written from another reading than the ledger's? One question."""
    found = list(
        Question.objects.filter(provision=provision)
        .select_related("assessment__module")
        .order_by("assessment__code", "pk")
    )
    for question in found:
        question.is_old = question.reading != provision.reading  # type: ignore[attr-defined]
    return found


def questions_for(assessment, enrolment) -> list:
    """The quiz's questions for everybody and for this person's nations, with their choices, as their cohort sits it. What an attempt is asked of them is
    drawn when it begins (`taking/actions/quizzes.py`)."""
    version = version_of(assessment.pk, enrolment.cohort_id)
    asked = Question.objects.filter(
        places__version=Subquery(version.values("pk")[:1]),
        nation__in=["", *enrolment.plan.nations],
    )
    asked = asked.select_related("scenario").order_by("places__order", "pk")
    return list(asked.prefetch_related("choices"))


def questions_in(version) -> list[Question]:
    """All that a version asks, in their order, with their choices and tags. Three queries."""
    rows = Question.objects.filter(places__version=version).select_related("provision", "scenario")
    return list(rows.order_by("places__order", "pk").prefetch_related("choices", "tags"))


def has_work(assessment, cohort) -> bool:
    """Has anybody of a cohort handed it in, begun it where it is a quiz or a portfolio, or a mark for it, also for not handing it in? Asked of the relations that
    the folders above have to it."""
    return (
        assessment.submissions.filter(enrolment__cohort=cohort).exclude(submitted_at=None).exists()
        or assessment.quizzes.filter(enrolment__cohort=cohort).exists()
        or assessment.portfolios.filter(enrolment__cohort=cohort).exists()
        or assessment.attempts.filter(enrolment__cohort=cohort, lines__isnull=False).exists()
    )


# ---- for whoever sets them ----


def modules_for(person):
    """The modules whose assessments a person may set, by programme."""
    rows = Module.objects.select_related("programme").order_by("programme__title", "order", "code")
    if not has_role(person, Role.REGISTRAR):
        rows = rows.filter(pk__in=led_today(person).values("module"))
    return rows.exclude(programme__in=studied_by(person))


def setters_of(module) -> list:
    """Who hears of an examiner's answer: registrars, and the leaders of the module today who are tutors."""
    leaders = {line.person_id for line in leaders_today().filter(module=module)}
    holders = holders_of_each(Role.REGISTRAR, Role.TUTOR)
    people = [*holders[Role.REGISTRAR], *(p for p in holders[Role.TUTOR] if p.pk in leaders)]
    learning = set(
        Enrolment.objects.filter(
            person__in=[person.pk for person in people],
            cohort__programme=module.programme_id,
        )
        .exclude(state=EnrolmentState.LEFT)
        .values_list("person_id", flat=True)
    )  # they set nothing there, and read no answer
    return list({p.pk: p for p in people if p.pk not in learning}.values())


def papers(person) -> QuerySet[AssessmentVersion]:
    """Versions that wait for the external examiner, or that one has answered about; those that wait first. None of a programme that they are a
    trainee of: right answers stand in them."""
    rows = AssessmentVersion.objects.filter(
        Q(state=VersionState.EXAMINING) | Exists(Review.objects.filter(version=OuterRef("pk")))
    )
    rows = rows.exclude(assessment__module__programme__in=studied_by(person))
    waits = Case(When(state=VersionState.EXAMINING, then=0), default=1)
    return rows.select_related("assessment__module").order_by(waits, "-pk")


def overview(person) -> list[dict]:
    """Each programme with its cohorts that run or are to come, and its modules with their pieces. A piece has its `newest` approved version, its `draft`, and
    `undated`: the cohorts without a due date for it. Five queries, however many."""
    modules, programmes = list(modules_for(person)), {}
    pieces, versions, due, cohorts = {}, {}, set(), {}
    for version in AssessmentVersion.objects.filter(assessment__module__in=modules).order_by(
        "number"
    ):
        versions.setdefault(version.assessment_id, []).append(version)
    for cohort in Cohort.objects.filter(ends_on__gte=clock.today()).order_by("starts_on", "code"):
        cohorts.setdefault(cohort.programme_id, []).append(cohort)
    running = [cohort.pk for group in cohorts.values() for cohort in group]
    dated = Sitting.objects.filter(cohort__in=running).exclude(due_at=None)
    due.update(dated.values_list("assessment", "cohort"))
    for piece in Assessment.drafts_too.filter(module__in=modules).order_by("code"):
        there = versions.get(piece.pk, [])
        piece.newest = next((v for v in reversed(there) if v.is_approved), None)
        piece.draft = next((v for v in there if not v.is_approved), None)
        pieces.setdefault(piece.module_id, []).append(piece)
    for module in modules:
        found = programmes.setdefault(
            module.programme_id,
            {
                "programme": module.programme,
                "cohorts": cohorts.get(module.programme_id, []),
                "modules": [],
            },
        )
        there = pieces.get(module.pk, [])
        for piece in there:
            piece.undated = [
                c for c in found["cohorts"] if piece.newest and (piece.pk, c.pk) not in due
            ]
        weight = sum(piece.newest.weight for piece in there if piece.newest)
        found["modules"].append({"module": module, "pieces": there, "weight": weight})
    return list(programmes.values())


def sittings_of(assessment) -> list[Sitting]:
    """By cohort, the newest first. One query."""
    rows = assessment.sittings.select_related("cohort", "version")
    return list(rows.order_by("-cohort__starts_on", "cohort__code"))


def cohorts_to_copy(cohort):
    """Other cohorts of its programme that have dates, the newest first."""
    dated = Sitting.objects.filter(cohort=OuterRef("pk")).exclude(due_at=None)
    rows = Cohort.objects.filter(programme_id=cohort.programme_id).exclude(pk=cohort.pk)
    return rows.filter(Exists(dated))


def dates_to_copy(source, cohort) -> dict[int, dict]:
    """The dates of another cohort's sittings, moved to this one by whole weeks, by assessment. One query."""
    weeks = weeks_between(source.starts_on, cohort.starts_on)
    names = ("opens_at", "due_at", "marking_due_on", "feedback_due_on")
    rows = Sitting.objects.filter(cohort=source).values("assessment_id", *names)
    return {
        row["assessment_id"]: shifted({name: row[name] for name in names}, weeks) for row in rows
    }


def pieces_of(cohort) -> list[Assessment]:
    """What a cohort's programme asks, each with the `sitting` of the cohort or None, and its `approved` versions, the newest first. Three queries."""
    sittings = {s.assessment_id: s for s in Sitting.objects.filter(cohort=cohort)}
    rows = Assessment.objects.filter(module__programme=cohort.programme_id).select_related("module")
    approved = AssessmentVersion.objects.filter(state=VersionState.APPROVED).order_by("-number")
    found: list = list(rows.prefetch_related(Prefetch("versions", approved, to_attr="approved")))
    for piece in found:
        piece.sitting = sittings.get(piece.pk)
    return found


def weights_in(cohort, programme) -> dict[str, int]:
    """What the pieces of each module weigh together, as one cohort sits them, by the module's code. One query."""
    sums = {}
    rows = of_cohort(cohort, "weight").filter(module__programme=programme)
    for code, weight in rows.values_list("module__code", "weight"):
        sums[code] = sums.get(code, 0) + weight
    return sums


# ---- by what rules a cohort is judged ----


def default_rules() -> judging.Rules:
    """Of an installation that has no rule set yet."""
    return judging.Rules(
        pass_mark=settings.IMSA_PASS_MARK,
        boundaries=tuple(settings.IMSA_CLASS_BOUNDARIES),
        third_distance=settings.IMSA_THIRD_MARKER_DISTANCE,
        attempts=2 if settings.IMSA_RESIT_ALLOWED else 1,
        cap=settings.IMSA_RESIT_CAP,
        attempt_days=settings.IMSA_RESIT_DAYS,
        marking_days=settings.IMSA_MARKING_WORKING_DAYS,
        late_cap=settings.IMSA_RESIT_CAP,
    )


@dataclass(frozen=True)
class CohortJudging:
    """The rules that a cohort is judged by, and the rule set they stand in: its key and number, None and 0 before the first."""

    rules: judging.Rules
    key: int | None = None
    number: int = 0

    @classmethod
    def of(cls, rule_set) -> "CohortJudging":
        if rule_set is None:
            return cls(default_rules())
        return cls(rule_set.rules, rule_set.pk, rule_set.number)


def days_off(rules: judging.Rules, nations) -> tuple[str, ...]:
    """Closed by the rules, proclaimed for every nation, or closures of one of these nations. One query."""
    return (*rules.closures, *settings.IMSA_EXTRA_HOLIDAYS, *closure_days(nations))


def _in_force(cohort, programme, starts_on):
    """The key of a cohort's rule set: the one that a registrar chose, else of its programme's own, else of those for all, the last one recorded
    that had begun (as `rule_set_on` has it). Values, or references of a query on rows that hang on the cohort."""
    chosen = CohortRules.objects.filter(cohort=cohort).order_by("-number")
    begun = RuleSet.objects.filter(in_force_from__lte=starts_on).filter(
        Q(programme=None) | Q(programme=programme)
    )
    begun = begun.order_by(F("programme").desc(nulls_last=True), "-number")
    return Coalesce(
        Subquery(chosen.values("rule_set")[:1]),
        Subquery(begun.values("pk")[:1]),
        output_field=BigIntegerField(),
    )


def judging_of(cohort) -> CohortJudging:
    """A cohort (its key) keeps the rules that were in force on the day it started, unless a registrar chose others. One query."""
    return CohortJudging.of(next(iter(_rule_set_of(cohort=cohort)), None))


def _in_force_for(*, cohort):
    itself = Cohort.objects.filter(pk=cohort)
    programme, starts_on = (
        Subquery(itself.values(name)[:1]) for name in ("programme", "starts_on")
    )
    return RuleSet.objects.filter(pk=_in_force(cohort, programme, starts_on))


_rule_set_of = CompiledQuery(_in_force_for)


def with_judging(rows):
    """Rows that hang on a `cohort`, with what `judging_in` reads of them."""
    names = ("cohort", "cohort__programme", "cohort__starts_on")
    found = RuleSet.objects.filter(pk=OuterRef("judging_key"))
    return rows.annotate(judging_key=_in_force(*map(OuterRef, names))).annotate(
        judging_number=Subquery(found.values("number")[:1]),
        judging_values=Subquery(found.values("values")[:1]),
    )


def judging_in(row) -> CohortJudging:
    """Of a row of `with_judging`; of any other that hangs on a cohort one query."""
    if not hasattr(row, "judging_key"):
        return judging_of(row.cohort_id)
    if row.judging_key is None:
        return CohortJudging(default_rules())
    rules = judging.read(row.judging_values)
    return CohortJudging(rules, row.judging_key, row.judging_number)


def judging_of_each(cohorts) -> dict[int, CohortJudging]:
    """The same for several cohorts, by key. Two queries."""
    cohorts, rows = list(cohorts), list(RuleSet.objects.all())
    lines = CohortRules.objects.filter(cohort__in=cohorts).order_by("number")
    chosen = dict(lines.values_list("cohort_id", "rule_set_id"))
    by_key = {row.pk: row for row in rows}
    answer = {}
    for cohort in cohorts:
        theirs = [row for row in rows if row.programme_id in (None, cohort.programme_id)]
        found = by_key.get(chosen.get(cohort.pk, 0)) or rule_set_on(cohort.starts_on, theirs)
        answer[cohort.pk] = CohortJudging.of(found)
    return answer


def rules_of(cohort) -> judging.Rules:
    return judging_of(cohort).rules


def rule_set_on(day: date, rows) -> RuleSet | None:
    """Of the rule sets of a programme and of all, in the order of their numbers: the programme's own that is in force on a day, else the one for
    all."""
    own = [row for row in rows if row.programme_id]
    general = [row for row in rows if not row.programme_id]
    return in_force(own, day, _begins) or in_force(general, day, _begins)


def _begins(row):
    return row.in_force_from


def rule_sets_of(programme) -> list[RuleSet]:
    """Those of a programme and those of all; of all alone where there is no programme. By number. One query."""
    which = Q(programme=None) | Q(programme=programme) if programme else Q(programme=None)
    return list(RuleSet.objects.filter(which).select_related("programme"))


def replaced_rule_sets(programme, day) -> list[RuleSet]:
    """Those of the same programme, or of all, that are to begin after a day: a new one from that day replaces them."""
    rows = RuleSet.objects.filter(programme=programme)
    return [row for row in that_count(rows, _begins) if row.in_force_from > day]


def first_day_of_rules(programme) -> date:
    """The first day, from today, from which new rules of a programme, or of all (None), touch no cohort that has a mark. One query."""
    own = RuleSet.objects.filter(programme=OuterRef("programme"))
    cohorts = Cohort.objects.filter(
        starts_on__gte=clock.today(), rule_lines=None, enrolments__attempts__lines__isnull=False
    )
    if programme:
        cohorts = cohorts.filter(programme=programme)
    else:
        cohorts = cohorts.exclude(Exists(own.filter(in_force_from__lte=OuterRef("starts_on"))))
    last = cohorts.order_by("-starts_on").values_list("starts_on", flat=True).first()
    return last + timedelta(days=1) if last else clock.today()


def is_judged(cohort) -> bool:
    """Has anybody's mark of a cohort begun its history? Asked of the relations that the folders above have to it."""
    return Cohort.objects.filter(pk=cohort.pk, enrolments__attempts__lines__isnull=False).exists()
