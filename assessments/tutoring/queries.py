"""Who in a cohort may need help, and what was said to whom. Facts of study and due dates alone: no mark, no hand-in, no reason of a claim."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime, make_aware

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.enrolment.states import STUDYING, EnrolmentState
from courses.models import Progress, Release, Study, Unit
from courses.queries.outline import Outline, outline_at, the_stamp
from courses.states import Mark
from lms.kit import clock

from ..attempts.models import Attempt, DueLine
from ..attempts.queries import prior_credit
from ..marking.models import Allocation, Moderation, ModerationScript
from ..setting.models import Sitting
from .models import (
    Announcement,
    AnnouncementVersion,
    ContactEntry,
    MessageRecipient,
    Nudge,
    NudgeChoice,
)
from .reasons import AWAY, BEHIND, Facts, reasons

MOST_ANNOUNCED = 50  # at once: on the study page, and on the page of its tutors as shown there

# ---- cohorts ----


def cohorts_today() -> QuerySet[Cohort]:
    """The newest first, each with how many `people` study in it today."""
    studying = Enrolment.objects.filter(cohort=OuterRef("pk"), state__in=STUDYING)
    counts = studying.order_by().values("cohort").annotate(n=Count("pk")).values("n")
    people = Coalesce(Subquery(counts), 0)  # of a page's cohorts alone
    return Cohort.objects.annotate(people=people).order_by("-starts_on", "code")


def with_marker(cohorts, person) -> QuerySet[Cohort]:
    """Cohorts with `is_marked`: does this person mark or moderate a script of it, or did they?"""
    cohort, own = OuterRef("pk"), {"submission__enrolment__cohort": OuterRef("pk")}
    tasks = Allocation.objects.filter(marker=person.pk, **own)
    sets = Moderation.objects.filter(moderator=person.pk, sitting__cohort=cohort)
    scripts = ModerationScript.objects.filter(moderator=person.pk, **own)
    return cohorts.annotate(is_marked=Exists(tasks) | Exists(sets) | Exists(scripts))


# ---- who may need help ----


@dataclass
class Group:
    """People of a cohort with the same nations and timetable: the units that they should have studied by now, and those that they can study."""

    nations: list
    timetable: int | None
    overdue: set = field(default_factory=set)
    open: set = field(default_factory=set)
    general: set = field(
        default_factory=set
    )  # for all nations: not asked of who has credit for the module

    def covers(self, nations) -> bool:
        return bool(set(self.nations) & set(nations))


def groups_of(cohort) -> list[Group]:
    """One question, and those of the outline where the curriculum has changed."""
    rows = Enrolment.objects.filter(cohort=cohort, state__in=STUDYING).order_by()
    found = list(
        rows.annotate(stamp=the_stamp())
        .values_list("plan__nations", "plan__timetable", "stamp")
        .distinct()
    )
    if not found:
        return []
    outline, today = outline_at(found[0][2]), clock.today()
    groups = [Group(nations, timetable) for nations, timetable, _stamp in found]
    for group in groups:
        _sort_units(group, outline, cohort.programme_id, today)
    return groups


def _sort_units(group: Group, outline: Outline, programme: int, today: date):
    releases = outline.releases.get(group.timetable or 0, {})
    for variant in outline.variants:
        if (
            variant.unit.module.programme_id != programme
            or variant.pk not in outline.newest
            or variant.withdrawn_at
            or not group.covers(variant.nations)
        ):
            continue
        release = releases.get(variant.unit_id)
        if release and release.opens_on and release.opens_on > today:
            continue
        group.open.add(variant.unit_id)
        if variant.is_for_all:
            group.general.add(variant.unit_id)
        if release and release.finish_by and release.finish_by < today:
            group.overdue.add(variant.unit_id)


def people_of(cohort, *, due_dates: bool) -> QuerySet[Enrolment]:
    """The people of a cohort who have not left, with `behind_since`, `is_away`, `failed`, `due_soon` (None unless `due_dates`) and `may_need_help`:
    those who study today and have a reason. By family name. One question before it."""
    groups, now = groups_of(cohort), clock.now()
    since = now - timedelta(days=settings.IMSA_QUIET_DAYS)
    person, studied = OuterRef("person_id"), _studied_by(OuterRef(OuterRef("person_id")))
    behind, to_study = [], []
    for group in groups:
        plan = Q(plan__nations=group.nations, plan__timetable=group.timetable)
        lines = Release.objects.filter(timetable=group.timetable, unit__in=group.overdue)
        lines = lines.exclude(Exists(studied.filter(version__variant__unit=OuterRef("unit_id"))))
        credited = prior_credit(OuterRef(OuterRef("pk")), OuterRef("unit__module_id"))
        lines = lines.exclude(Q(unit__in=group.general) & Q(credited))
        if group.overdue:
            first = Subquery(lines.order_by("finish_by").values("finish_by")[:1])
            behind.append(When(plan, then=first))
        units = Unit.objects.filter(pk__in=group.open)
        units = units.exclude(Exists(studied.filter(version__variant__unit=OuterRef("pk"))))
        if group.general:
            credited = prior_credit(OuterRef(OuterRef("pk")), OuterRef("module_id"))
            units = units.exclude(Q(pk__in=group.general) & Q(credited))
        if group.open:
            to_study.append(plan & Exists(units))
    marks = Progress.objects.filter(person=person, at__gte=since)
    studies = Study.objects.filter(person=person, studied_at__gte=since)
    began = localtime(since).date()
    away: Any = Q(enrolled_on__lte=began, cohort__starts_on__lte=began) & ~Exists(marks)
    away = away & ~Exists(studies) & _any(to_study)
    rows = Enrolment.objects.filter(cohort=cohort).exclude(state=EnrolmentState.LEFT)
    rows = rows.annotate(
        behind_since=Case(*behind) if behind else _nothing(Release, "finish_by"),
        is_away=Case(When(away, then=True), default=False),
        failed=Exists(failed_checks(cohort.programme_id).filter(person=person)),
        due_soon=_due_soon(now) if due_dates else _nothing(Attempt, "due_at"),
    )
    why = Q(behind_since__isnull=False) | Q(is_away=True) | Q(failed=True)
    why |= Q(due_soon__isnull=False)
    helped = Q(state__in=STUDYING) & why
    rows = rows.annotate(may_need_help=Case(When(helped, then=True), default=False))
    return rows.select_related("person").order_by("person__sort_key", "person_id")


def _any(conditions: Iterable) -> Q:
    found = Q(pk__in=[])
    for one in conditions:
        found |= one
    return found


def _nothing(model, name):
    """NULL, of the type of a column."""
    return Subquery(model.objects.none().values(name)[:1])


def _studied_by(person):
    return Study.objects.filter(person=person)


def failed_checks(programme):
    """Marks of knowledge checks that are not passed after IMSA_CHECK_TRIES or more, in units that their person has not studied."""
    studied = Study.objects.filter(
        person=OuterRef("person_id"), version__variant__unit=OuterRef("variant__unit_id")
    )
    return Progress.objects.filter(
        kind=Mark.CHECK,
        is_done=False,
        data__tries__gte=settings.IMSA_CHECK_TRIES,
        variant__unit__module__programme=programme,
        variant__withdrawn_at=None,
    ).exclude(Exists(studied))


def _due_soon(now):
    """The next end of a due date of their own, of a first attempt, later than their cohort's. Never whether anything was handed in: the date stands here
    either way. Other attempts, and dates that were set when work came in, would tell of results and are left out; so is a reasonable adjustment, which no tutor learns of."""
    sitting = Sitting.objects.filter(
        assessment=OuterRef("assessment_id"), cohort=OuterRef("enrolment__cohort_id")
    )
    newest = DueLine.objects.filter(attempt=OuterRef("pk")).order_by("-number")
    rows = Attempt.objects.filter(
        enrolment=OuterRef("pk"),
        kind=Attempt.FIRST,
        number=1,
        due_at__gt=now,
        due_at__lte=now + timedelta(days=settings.IMSA_DUE_SOON_DAYS),
    ).annotate(
        of_cohort=Subquery(sitting.values("due_at")[:1]), why=Subquery(newest.values("kind")[:1])
    )
    rows = rows.filter(Q(of_cohort=None) | Q(due_at__gt=F("of_cohort"))).exclude(
        why__isnull=False, why__in=("earlier", DueLine.BY_ADJUSTMENT)
    )
    return Subquery(rows.order_by("due_at").values("due_at")[:1])


@dataclass
class Line:
    """One person on a page of a cohort, and the reasons: (kind, words)."""

    enrolment: Enrolment
    reasons: list
    last_active: datetime | None = None


def with_reasons(rows, cohort) -> list[Line]:
    """Of rows of `people_of`. Two questions at most."""
    rows, today = list(rows), clock.today()
    studying = {row.person_id: row for row in rows if row.state in STUDYING}
    checks: dict[int, dict] = {}
    if any(row.failed for row in studying.values()):
        found = failed_checks(cohort.programme_id).filter(person__in=studying)
        for person, title, data in found.order_by(
            "variant__unit__order", "variant__unit__code", "pk"
        ).values_list("person_id", "variant__unit__title", "data"):
            units = checks.setdefault(person, {})
            units[title] = max(units.get(title, 0), data.get("tries", 0))
    active = last_active([pk for pk in studying if studying[pk].is_away])
    lines = []
    for row in rows:
        facts = Facts()
        if row.person_id in studying:
            last = active.get(row.person_id)
            began = max(row.enrolled_on, cohort.starts_on)
            facts = Facts(
                row.behind_since,
                (localtime(last).date() if last else began) if row.is_away else None,
                bool(last),
                tuple(checks.get(row.person_id, {}).items()),
                row.due_soon,
            )
        lines.append(Line(row, reasons(facts, today)))
    return lines


def last_active(people) -> dict[int, datetime]:
    """When each of these people last did something in the course. One question, or none."""
    if not people:
        return {}
    marks = Progress.objects.filter(person__in=people).order_by().values_list("person_id", "at")
    studies = Study.objects.filter(person__in=people).order_by()
    found: dict[int, datetime] = {}
    for person, at in marks.union(studies.values_list("person_id", "studied_at"), all=True):
        found[person] = max(at, found.get(person, at))
    return found


# What `people_of` asks of somebody, and what it finds.
REASONS = ("behind_since", "is_away", "failed", "due_soon")
FOUND_OUT = (*REASONS, "may_need_help")


def flags_of(rows) -> list[dict]:
    """Of rows of `people_of`, in their order: `pk`, `state` and FOUND_OUT. One question, which a cohort's page counts and pages: it costs far more to ask than a
    thousand of its answers to read. `may_need_help` is judged here: in the question each reason would stand twice."""
    flags = list(rows.values("pk", "state", *REASONS))
    for one in flags:
        found = (one[name] for name in REASONS)
        one["may_need_help"] = one["state"] in STUDYING and any(found)
    return flags


def counts_of(flags) -> dict[str, int]:
    """How many people of `flags_of` there are, how many study today, and how many of them may need help."""
    return {
        "people": len(flags),
        "studying": sum(one["state"] in STUDYING for one in flags),
        "helped": sum(one["may_need_help"] for one in flags),
    }


def with_flags(flags) -> list[Enrolment]:
    """The enrolments of some of `flags_of`, as `people_of` gives them. One question."""
    rows = Enrolment.objects.select_related("person").in_bulk([one["pk"] for one in flags])
    for one in flags:
        for name in FOUND_OUT:
            setattr(rows[one["pk"]], name, one[name])
    return [rows[one["pk"]] for one in flags]


# ---- what was said ----


def messages_of(enrolment) -> QuerySet[MessageRecipient]:
    """What tutors wrote to a person, the newest first."""
    rows = MessageRecipient.objects.filter(enrolment=enrolment)
    return rows.select_related("message__by").order_by("-at", "-pk")


def contacts_of(enrolment) -> QuerySet[ContactEntry]:
    """The log of contact with a person, each line with the one it replaces at hand; those that were replaced are left out."""
    rows = ContactEntry.objects.filter(enrolment=enrolment, correction=None)
    return rows.select_related("by", "replaces").order_by("-day", "-pk")


def earlier_of(entry) -> list[ContactEntry]:
    """The lines that an entry replaced, the newest first. One question."""
    log = ContactEntry.objects.filter(enrolment=entry.enrolment_id).select_related("by")
    by_key, earlier = {line.pk: line for line in log}, []
    key = entry.replaces_id
    while key:
        earlier.append(by_key[key])
        key = by_key[key].replaces_id
    return earlier


def midnight() -> datetime:
    """When today began, in London: from then on messages and notices of one day are counted."""
    return make_aware(datetime.combine(clock.today(), time()))


def newest_versions() -> QuerySet[AnnouncementVersion]:
    """Of each announcement what counts, the newest announcement first."""
    later = AnnouncementVersion.objects.filter(
        announcement=OuterRef("announcement_id"), number__gt=OuterRef("number")
    )
    rows = AnnouncementVersion.objects.exclude(Exists(later))
    return rows.select_related("announcement", "by").order_by("-announcement_id")


def announcements_of(cohort, *, are_shown: bool) -> QuerySet[AnnouncementVersion]:
    """Those that the people of a cohort (a key) see today, or the others: ended, or their day is over."""
    shown = Q(is_ended=False, show_until__gte=clock.today())
    rows = newest_versions().filter(announcement__cohort=cohort)
    return rows.filter(shown) if are_shown else rows.exclude(shown)


def notices_today(cohort) -> int:
    """How many announcements, and corrections of the words of one, a cohort (a key) had today."""
    same = AnnouncementVersion.objects.filter(
        announcement=OuterRef("announcement_id"),
        number=OuterRef("number") - 1,
        title=OuterRef("title"),
        text=OuterRef("text"),
    )
    rows = AnnouncementVersion.objects.filter(announcement__cohort=cohort, at__gte=midnight())
    return rows.exclude(Exists(same)).count()


def has_announcements(cohort) -> Exists:
    """Is anything announced to a cohort, ever? A part of another question."""
    return Exists(Announcement.objects.filter(cohort=cohort))


# ---- reminders ----


def wants_nudges(person) -> bool:
    return not NudgeChoice.objects.filter(person=person, is_off=True).exists()


def nudged_lately(enrolment, today) -> set[str]:
    """The reasons of which this person was reminded within IMSA_NUDGE_DAYS. One question."""
    since = today - timedelta(days=settings.IMSA_NUDGE_DAYS)
    rows = Nudge.objects.filter(enrolment=enrolment, day__gt=since)
    return set(rows.values_list("reason", flat=True))


def people_to_nudge(cohort) -> QuerySet[Enrolment]:
    """Of a cohort: who studies today, is behind or away, wants reminders and was not reminded of that lately. Who enrolled less than IMSA_QUIET_DAYS
    ago could not have kept up, and is left in peace."""
    today = clock.today()
    since = today - timedelta(days=settings.IMSA_NUDGE_DAYS)
    began = today - timedelta(days=settings.IMSA_QUIET_DAYS)
    lately = Nudge.objects.filter(enrolment=OuterRef("pk"), day__gt=since)
    off = NudgeChoice.objects.filter(person=OuterRef("person_id"), is_off=True)
    rows = people_of(cohort, due_dates=False).filter(state__in=STUDYING).exclude(Exists(off))
    late = Q(behind_since__isnull=False, enrolled_on__lte=began)
    behind = late & ~Exists(lately.filter(reason=BEHIND))
    away = Q(is_away=True) & ~Exists(lately.filter(reason=AWAY))
    return rows.filter(behind | away)
