"""Who studied what the law no longer says, and what falls due for review."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from lms.kit import clock, nations
from lms.people.models import User

from ..models import Citation, Provision, Study, StudyPlan, TopUpDue, UnitVersion
from ..models.provisions import reading_hash
from ..states import Basis

# A top-up that was recalled holds nothing back from then on, as one that was done.
ENDED = Coalesce("done_at", "top_up__recalled_at")


def teaching_old_text(provision, reading=None):
    """Keys of the versions that cite a provision in another reading than the ledger's, or than `reading`."""
    return (
        Citation.objects.filter(provision=provision)
        .exclude(reading=reading or provision.reading)
        .values("version_id")
    )


def studied_old_text(provision, reading=None):
    """Studies of those versions by people who have not studied the same unit with the ledger's text, or with that of `reading`.
    One question."""
    newer = Study.objects.filter(
        person=OuterRef("person"),
        version__variant=OuterRef("version__variant"),
        version__in=Citation.objects.filter(
            provision=provision, reading=reading or provision.reading
        ).values("version_id"),
    )
    return Study.objects.filter(version__in=teaching_old_text(provision, reading)).exclude(
        Exists(newer)
    )


@dataclass(frozen=True)
class Effect:
    """What a change of law does, before it is recorded. People by their keys."""

    versions: list[
        UnitVersion
    ]  # those that would teach another text, or do today; each with `people`, `was_old`, `is_old`, `is_met`
    before: frozenset[int]  # who studied a text that is not the ledger's, and not the ledger's
    after: frozenset[int]  # who would have
    groups: list
    readers: int  # trainees who would meet the warning in a unit that they have not studied

    @property
    def new(self):
        return self.after - self.before

    @property
    def freed(self):
        return self.before - self.after

    @property
    def met(self):
        """Units that stop, or begin again, to be current for their readers."""
        return [v for v in self.versions if v.is_met and v.was_old != v.is_old]

    @property
    def seen(self) -> str:
        """A mark that is another one as soon as somebody else, or another version, is concerned."""
        said = [
            sorted((v.pk, v.was_old, v.is_old, v.is_met) for v in self.versions),
            sorted(self.before),
            sorted(self.after),
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def effect_of(provision, reading, jurisdictions) -> Effect:
    """What follows when the ledger goes from its reading to `reading`. Seven questions, however many people."""
    rows = UnitVersion.objects.filter(citations__provision=provision).defer("html", "parts")
    rows = rows.annotate(people=Count("studies"), reading=F("citations__reading")).select_related(
        "variant__unit__module"
    )
    versions = list(
        rows.order_by(
            "variant__unit__module__order", "variant__unit__order", "variant__key", "number"
        )
    )
    newest = dict(
        UnitVersion.objects.filter(variant__in={v.variant_id for v in versions})
        .values_list("variant")
        .annotate(Max("number"))
    )
    for version in versions:
        version.was_old, version.is_old = (
            version.reading != provision.reading,
            version.reading != reading,
        )
        version.is_met = (
            newest[version.variant_id] == version.number and version.variant.withdrawn_at is None
        )
    versions = [v for v in versions if v.was_old or v.is_old]
    before, after = (
        frozenset(studied_old_text(provision, r).values_list("person_id", flat=True))
        for r in (None, reading)
    )
    where = {*provision.nations, *nations.of_jurisdictions(jurisdictions)}
    met = [v.variant for v in versions if v.is_met and v.is_old]
    return Effect(versions, before, after, groups_of(after | before, where), readers_of(met))


def readers_of(variants) -> int:
    """How many people have one of these on an open plan and have not studied it."""
    plans = StudyPlan.objects.filter(
        closed_on=None, programme__in={v.unit.module.programme_id for v in variants}
    ).values_list("person_id", "programme_id", "nations")
    done = set(
        Study.objects.filter(version__variant__in=variants).values_list(
            "person_id", "version__variant_id"
        )
    )
    return len(
        {
            person
            for person, programme, codes in plans
            for v in variants
            if v.unit.module.programme_id == programme
            and set(codes) & set(v.nations)
            and (person, v.pk) not in done
        }
    )


def people_of(provision, reading):
    """Whom the change to `reading` concerns, by name; to be paged in the database."""
    studies = [studied_old_text(provision, r).values("person_id") for r in (None, reading)]
    return User.objects.filter(Q(pk__in=studies[0]) | Q(pk__in=studies[1])).order_by(
        "last_name", "first_name", "pk"
    )


def annotate_studies(people, provision, effect):
    """Give each of these people `studied`, their newest study of each unit that cites the provision, `codes`, the nations of
    their plans, and `cohort`. Two questions."""
    found, plans = {}, {}
    studies = Study.objects.filter(
        person__in=people, version__citations__provision=provision
    ).select_related("version__variant")
    for study in studies.defer("version__html", "version__parts").order_by("version__number"):
        found.setdefault(study.person_id, {})[study.version.variant_id] = study
    for person, codes, timetable in (
        StudyPlan.objects.filter(person__in=people)
        .order_by("opened_on", "pk")
        .values_list("person_id", "nations", "timetable__code")
    ):
        plans[person] = (
            [c for c in nations.NATIONS if c in {*codes, *plans.get(person, ([], ""))[0]}],
            timetable or "",
        )
    for person in people:
        person.studied = list(found.get(person.pk, {}).values())
        person.codes, person.cohort = plans.get(person.pk, ([], ""))
        person.was_old, person.is_old = person.pk in effect.before, person.pk in effect.after


def unreached(top_up) -> dict[int, list[int]]:
    """Person's key to the versions they studied, for everybody the top-up concerns and has not reached."""
    studied = {}
    for person, version in studied_old_text(top_up.change.provision).values_list(
        "person_id", "version_id"
    ):
        studied.setdefault(person, []).append(version)
    for person in TopUpDue.objects.filter(top_up=top_up).values_list("person_id", flat=True):
        studied.pop(person, None)
    return studied


@dataclass(frozen=True)
class Group:
    """Those of one timetable whom a change concerns; `waits`: of them, those whose endorsement would wait."""

    name: str
    people: int
    waits: int


def groups_of(people, where) -> list[Group]:
    """People by the timetable of their newest plan, so that nobody is named. One question."""
    plans = {}
    rows = StudyPlan.objects.filter(person_id__in=people).order_by("opened_on", "pk")
    for person, codes, timetable in rows.values_list("person_id", "nations", "timetable__code"):
        covered, _unused = plans.get(person, (set(), ""))
        plans[person] = (covered | set(codes), timetable or "")
    found = {}
    for person in people:
        covered, name = plans.get(person, (set(), ""))
        count, waits = found.get(name, (0, 0))
        found[name] = (count + 1, waits + bool(covered & set(where)))
    return [Group(name or _("In no cohort"), *numbers) for name, numbers in sorted(found.items())]


def versions_teaching_old_text(provision) -> list[UnitVersion]:
    """Those versions, each with `people`: how many studied it. One question."""
    rows = UnitVersion.objects.filter(pk__in=teaching_old_text(provision)).defer("html", "parts")
    return list(
        rows.select_related("variant__unit__module")
        .annotate(people=Count("studies"))
        .order_by("variant__unit__module__order", "variant__unit__order", "variant__key", "number")
    )


def versions_citing(provision) -> list[UnitVersion]:
    """Every published version that cites a provision, the newest of each unit first. Each with `people`, and what it
    `teaches`: “old” law, a “slip” that was put right since, or what stands “now”."""
    rows = UnitVersion.objects.filter(citations__provision=provision).defer("html", "parts")
    rows = rows.annotate(people=Count("studies"), reading=F("citations__reading")).select_related(
        "variant__unit__module"
    )
    found = list(
        rows.order_by(
            "variant__unit__module__order", "variant__unit__order", "variant__key", "-number"
        )
    )
    for version in found:
        printed = next((p for p in version.provisions if p["key"] == provision.key), None)
        is_right = printed is None or reading_hash(printed) == provision.said
        version.teaches = (
            "old" if version.reading != provision.reading else "now" if is_right else "slip"
        )
    return found


def graded_questions(provision) -> list:
    """What is assessed on this law, in the room above: each with `key`, `text`, `assessment` and `is_old`."""
    return import_string(settings.IMSA_QUESTIONS)(provision)


@dataclass(frozen=True)
class Calendar:
    """The ledger by when somebody has to read it again; `unread`: what rests on less than its own text."""

    overdue: list
    soon: list
    unowned: list
    later: list
    unread: list


def review_calendar() -> Calendar:
    """Every provision once in the first list that fits; those without an owner stand in `unowned` as well. One question."""
    today, horizon = clock.today(), clock.today() + timedelta(days=settings.IMSA_REVIEW_SOON_DAYS)
    rows = list(
        Provision.objects.select_related("owner")
        .annotate(versions=Count("citations"))
        .order_by("review_by", "act", "section")
    )
    return Calendar(
        overdue=[p for p in rows if p.review_by < today],
        soon=[p for p in rows if today <= p.review_by <= horizon],
        unowned=[p for p in rows if p.owner_id is None],
        later=[p for p in rows if p.review_by > horizon],
        unread=[p for p in rows if p.basis != Basis.READ],
    )


def top_ups_of(person) -> list[TopUpDue]:
    """What a person has to read because the law changed, the first to count first; nothing that was recalled. One question."""
    rows = TopUpDue.objects.filter(person_id=person.pk, top_up__recalled_at=None).select_related(
        "top_up__change__provision"
    )
    return list(
        rows.defer("top_up__body", "top_up__html", "top_up__parts").order_by(
            "done_at", "top_up__counts_from", "pk"
        )
    )


def top_ups_by_person(people, on: date | None = None) -> dict[int, list[tuple]]:
    """Person's key to (title, nations, sent on, counts from, done on). One question."""
    until = timezone.make_aware(datetime.combine(on or clock.today(), time.max))
    found = {}
    rows = (
        TopUpDue.objects.filter(person_id__in=people, sent_at__lte=until)
        .annotate(ended_at=ENDED)
        .order_by("pk")
    )
    lines = rows.values_list(
        "person_id",
        "top_up__title",
        "top_up__nations",
        "sent_at",
        "top_up__counts_from",
        "top_up__sent_at",
        "ended_at",
    )
    for person, title, codes, sent, counts_from, first, done in lines:
        sent, done = timezone.localtime(sent).date(), done and timezone.localtime(done).date()
        counts_from = sent + (
            counts_from - timezone.localtime(first).date()
        )  # as TopUpDue.counts_from
        found.setdefault(person, []).append((title, tuple(codes), sent, counts_from, done))
    return found
