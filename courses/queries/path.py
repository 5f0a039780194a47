"""Reading questions about the path through a programme; each asks the database a fixed number of times."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import CharField, Exists, JSONField, OuterRef, Prefetch, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit import clock, nations
from lms.kit.templatetags.kit import day

from ..models import Module, Progress, Study, StudyPlan, Unit, UnitVersion, Variant
from ..rules import covers
from ..states import Mark
from .nations import met_by
from .offline import has_held
from .outline import Outline, Published, outline_at, stamp_now, the_outline, the_stamp


@dataclass
class Step:
    """One unit on somebody's path, in the variant for their nations."""

    unit: Unit
    variant: Variant
    version: Published | None  # the one to read now
    studied: Published | None  # the newest one they studied
    studied_at: datetime | None
    is_next: bool = False
    finish_by: date | None = None
    why_locked: str = ""
    firsts: list[Variant] = field(default_factory=list)  # units to study first, where they lock it
    is_later: bool = False
    is_begun: bool = False
    place: str = ""  # the part at which they stopped

    @property
    def first(self):
        return self.firsts[0] if self.firsts else None

    @property
    def resume_url(self):
        """Where they stopped, or the unit's beginning."""
        return self.variant.part_url(self.place) if self.place else self.url

    @property
    def is_open(self):
        return (
            self.version is not None and self.variant.withdrawn_at is None and not self.why_locked
        )

    @property
    def minutes(self):
        """How long its words take to read: a help for planning, never a measure of anybody."""
        return (
            max(self.unit.minutes, round(self.version.words / 180))
            if self.version
            else self.unit.minutes
        )

    @property
    def is_studied(self):
        return self.studied is not None

    @property
    def has_newer(self):
        """Has the unit been published again since they studied it?"""
        return bool(self.studied and self.version and self.version.number > self.studied.number)

    @property
    def title(self):
        return self.version.title if self.version else self.unit.title

    @property
    def label(self):
        """The title, with the nations where the unit is not for everybody and does not say so itself."""
        where = nations.sentence(self.variant.nations)
        return (
            self.title
            if self.variant.is_for_all or where in self.title
            else f"{self.title} ({where})"
        )

    @property
    def url(self):
        return getattr(self.variant, "url", None) or self.variant.get_absolute_url()

    @property
    def state(self):
        """done, now, todo or locked, as the list of steps shows it."""
        if self.is_studied:
            return "done"
        if not self.is_open:
            return "locked"
        return "now" if self.is_next else "todo"

    @property
    def note(self):
        if self.has_newer:
            return _("There is a newer version than the one you studied.")
        if self.is_studied:
            return ""
        if self.version is None:  # only those who teach and write meet it
            return _("This unit is being written.")
        if self.variant.withdrawn_at:
            return _("This unit is being put right.")
        if self.why_locked:
            return self.why_locked
        said = _("About %(minutes)s minutes") % {"minutes": self.minutes}
        if self.is_later:
            begun = _("Saved for later. %(words)s") % {"words": said}
        else:
            begun = _("Begun. %(words)s") % {"words": said} if self.is_begun else said
        return (
            _("%(begun)s, to finish by %(day)s") % {"begun": begun, "day": day(self.finish_by)}
            if self.finish_by
            else begun
        )


@dataclass
class ModuleOnPath:
    module: Module
    units: list[Step] = field(default_factory=list)

    @property
    def counts(self):
        return Counts.of(self.units)


@dataclass(frozen=True)
class Counts:
    """“3 of 9 units”."""

    done: int
    total: int

    @classmethod
    def of(cls, steps):
        met = [s for s in steps if s.is_open or s.is_studied or s.why_locked]
        return cls(sum(s.is_studied for s in met), len(met))

    def __str__(self):
        return ngettext("%(done)s of %(total)s unit", "%(done)s of %(total)s units", self.total) % {
            "done": self.done,
            "total": self.total,
        }


def plans_of(person, programme=None) -> list[StudyPlan]:
    """Every plan of a person, the newest first. Each carries the curriculum's stamp, so that nobody asks for it again."""
    plans = (
        StudyPlan.objects.filter(person_id=person.pk)
        .select_related("programme")
        .order_by("-opened_on", "-pk")
    )
    plans = plans.annotate(outline_stamp=the_stamp(), has_held=has_held(OuterRef("person_id")))
    found: list[StudyPlan] = list(plans.filter(programme=programme) if programme else plans)
    if programme is None:  # for the head of the page, which need not ask then
        person.has_held = any(vars(plan)["has_held"] for plan in found)
    return found


def outline_for(plans) -> Outline:
    stamps = [p.outline_stamp for p in plans if hasattr(p, "outline_stamp")]
    return outline_at(stamps[0] if stamps else stamp_now())


def path(person, programme=None, plans=None, progress=None) -> list[ModuleOnPath]:
    """The modules of the person's open plans (or, with none open, of the last one), each with its units
    for the nations on the plan. What was never published is not there. Two questions, however many units: plans, and what was studied and begun.
    `progress`: what `study_progress_of` said, where it was asked already."""
    plans = plans_of(person, programme) if plans is None else plans
    plans = [p for p in plans if p.closed_on is None] or plans[:1]
    if not plans:
        return []
    outline, progress = outline_for(plans), progress or study_progress_of(person)
    programmes = {p.programme_id for p in plans}
    entries = {m.pk: ModuleOnPath(m) for m in outline.modules if m.programme_id in programmes}
    mine = [
        v
        for v in outline.variants
        if v.unit.module_id in entries
        and v.pk in outline.newest
        and any(covers(p, v) for p in plans)
    ]
    mine = keep_studied(mine, outline, plans, progress)
    studied = studied_among(outline, progress)
    done = {v.unit_id for v in mine if v.pk in studied}
    steps = []
    for variant in mine:
        read, at = studied.get(variant.pk, (None, None))
        step = Step(variant.unit, variant, outline.newest.get(variant.pk), read, at)
        step.is_later, step.is_begun = variant.pk in progress.later, variant.pk in progress.places
        step.place = progress.places.get(variant.pk, "")
        if not read:
            lock(step, outline, plans, mine, done)
        steps.append(step)
        entries[variant.unit.module_id].units.append(step)
    waiting = [s for s in steps if s.is_open and not s.is_studied]
    for step in sorted(waiting, key=lambda s: s.is_later)[
        :1
    ]:  # what was saved for later comes when nothing else is left
        step.is_next = True
    return list(entries.values())


def keep_studied(mine, outline, plans, progress) -> list:
    """Where another text came in the place of one that somebody had studied, the one they studied stays on their path, as done."""
    if not any(v.took_over for v in mine):
        return mine
    done, places, found = first_studied(outline, progress), {v.pk: v for v in outline.variants}, {}
    for variant in mine:
        theirs = {code for p in plans if covers(p, variant) for code in p.nations} & set(
            variant.nations
        )
        by = {met_by(variant, code, done, places) for code in theirs}
        found |= {variant.pk: variant} if None in by else {key: places[key] for key in by}
    return [
        v for v in outline.variants if v.pk in found and (v.pk in done or not is_replaced(v, mine))
    ]


def is_replaced(variant, others) -> bool:
    """Was it taken down, and is another text there for each of its nations?"""
    if variant.withdrawn_at is None:
        return False
    lines = [
        line
        for v in others
        if v.withdrawn_at is None
        for line in v.took_over
        if line["from"] == variant.pk
    ]
    return set(variant.nations) <= {code for line in lines for code in line["nations"]}


def first_studied(outline, progress) -> dict[int, datetime]:
    """Variant's key to when it was first studied."""
    found = {}
    for version, at in progress.studies.items():
        variant, _unused = outline.versions[version]
        found[variant] = min(at, found.get(variant, at))
    return found


def lock(step, outline, plans, mine, studied_units):
    """Say why a unit cannot be begun yet: its day, or a unit that comes first."""
    opens = []
    for plan in (p for p in plans if covers(p, step.variant)):
        release = outline.releases.get(plan.timetable_id, {}).get(step.unit.pk)
        opens.append(release.opens_on if release and release.opens_on else date.min)
        step.finish_by = release.finish_by if release else step.finish_by
    if opens and min(opens) > clock.today():
        step.why_locked = _("Opens on %(day)s.") % {"day": day(min(opens))}
        return
    for line in outline.first.get(step.unit.pk, ()):
        on_path = next((v for v in mine if v.unit_id == line.first_id), None)
        if on_path and line.first_id not in studied_units:
            step.firsts.append(on_path)
            step.why_locked = step.why_locked or _("First study “%(first)s”. %(why)s") % {
                "first": line.first.title,
                "why": line.why,
            }


@dataclass(frozen=True)
class MarkRow:
    """A mark, as read from the database."""

    data: dict
    is_done: bool
    at: datetime


@dataclass(frozen=True)
class StudyProgress:
    """What one person studied (version's key to when), saved for later, and began; and their marks in one unit."""

    studies: dict[int, datetime]
    later: frozenset = frozenset()
    places: dict = field(default_factory=dict)  # variant's key to the part where they stopped
    last: tuple | None = None  # (variant's key, part) where they last read
    marks: dict = field(
        default_factory=dict
    )  # (kind, key) to a mark, for the unit that was asked about


def study_progress_of(person, marks_of=None) -> StudyProgress:
    """What is studied and where somebody is, in one question; `marks_of`: a variant whose marks are wanted too."""
    wanted = Q(kind__in=[Mark.PLACE, Mark.LATER])
    if marks_of:
        wanted |= Q(variant_id=marks_of)
    marks = Progress.objects.filter(wanted, person_id=person.pk).annotate(
        what=Value("mark", output_field=CharField())
    )
    studies = Study.objects.filter(person_id=person.pk).annotate(
        what=Value("study", output_field=CharField()),
        kind_=Value("", output_field=CharField()),
        key_=Value("", output_field=CharField()),
        data_=Value({}, output_field=JSONField()),
        done_=Value(True),
    )
    rows = studies.values_list(
        "what", "version_id", "kind_", "key_", "data_", "done_", "studied_at"
    ).union(
        marks.values_list("what", "variant_id", "kind", "key", "data", "is_done", "at"), all=True
    )
    studied, later, begun, last, kept = {}, set(), {}, None, {}
    for what, pk, kind, key, data, is_done, at in sorted(rows, key=lambda row: row[-1]):
        if what == "study":
            studied[pk] = at
            continue
        if kind == Mark.LATER:
            later.add(pk)
        elif kind == Mark.PLACE:
            begun[pk] = data.get("part", "")
            last = (pk, begun[pk])
        if pk == marks_of:
            kept[kind, key] = MarkRow(data, is_done, at)
    return StudyProgress(studied, frozenset(later), begun, last, kept)


def studied_among(outline, progress) -> dict[int, tuple]:
    """Variant to the newest version the person studied, and when."""
    found = {}
    for version, at in progress.studies.items():
        variant, published = outline.versions[version]
        if variant not in found or found[variant][0].number < published.number:
            found[variant] = (published, at)
    return found


def shelf(programme=None, outline=None) -> list[ModuleOnPath]:
    """Every module with every variant of every unit, for those who teach, write and advise."""
    outline = outline or the_outline()
    key = getattr(programme, "pk", programme)
    entries = {
        m.pk: ModuleOnPath(m) for m in outline.modules if key is None or m.programme_id == key
    }
    for variant in outline.variants:
        if variant.unit.module_id in entries:
            step = Step(variant.unit, variant, outline.newest.get(variant.pk), None, None)
            entries[variant.unit.module_id].units.append(step)
    return list(entries.values())


def next_unit(person, programme=None) -> Step | None:
    """The first unit on the path that is open and not studied."""
    return next_on(path(person, programme))


def next_on(modules) -> Step | None:
    return next((s for entry in modules for s in entry.units if s.is_next), None)


def counts(modules) -> Counts:
    """How many of the units on a path are studied; prints as “3 of 9 units”."""
    return Counts.of([s for entry in modules for s in entry.units])


def outline(programme) -> list[Module]:
    """Modules with `units_shown`: their units that were ever published, each with those variants. For everybody; two questions
    and one more."""
    published = Variant.objects.filter(Exists(UnitVersion.objects.filter(variant=OuterRef("pk"))))
    modules = list(programme.modules.prefetch_related(Prefetch("units__variants", published)))
    for module in modules:
        module.units_shown = sorted(
            (u for u in module.units.all() if u.variants.all()), key=lambda u: (u.order, u.code)
        )
    return modules
