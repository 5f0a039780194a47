"""What authors and tutors look after: where every unit stands, its variants side by side, and what is broken."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.core.cache import cache
from django.db.models import F, OuterRef, Subquery
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, WorkflowState

from lms.kit import clock, nations
from lms.kit.refusals import Refused
from lms.people.roles import Operator
from lms.record.models import Entry

from ..actions.editor_access import open_editor
from ..authoring.validation import Fault, faults
from ..markup.comparing import Compared, compare
from ..models import CorePage, Helpline, LinkCheck, Module, Provision, Stamp, UnitPage, UnitVersion
from ..rendering.units import draw_stream, gaps_of

HOUR = 3600
LANDMARK = re.compile(r'(<section class="[\w -]+") aria-label="[^"]*"')
NOTHING = mark_safe("")


def let_authors_in():
    """Everybody who is an author today; the editor is open to them, and to reviewers for what they review."""
    return open_editor(by=Operator("open_site"))


# ---- where every unit stands ----


@dataclass
class Line:
    """One page of a unit: its core, or the text of one variant."""

    label: str
    page: Page | None = None
    variant: object = None
    version: UnitVersion | None = None
    review: WorkflowState | None = None
    core_changed: datetime | None = (
        None  # when the core was published that this text was not looked at beside
    )
    faults: list[Fault] = field(default_factory=list)
    core_words: Compared | None = None  # what changed in the core since

    @property
    def state(self) -> tuple[str, str]:
        """(tone, words)."""
        if self.page is None:
            return "plain", _("Not written yet")
        if self.review and self.review.status == WorkflowState.STATUS_NEEDS_CHANGES:
            return "care", _("Changes asked for")
        if self.review:
            return "wait", _("In review")
        if not self.page.live:
            return ("stop", _("Taken down")) if self.version else ("plain", _("Draft"))
        if self.page.has_unpublished_changes:
            return "info", _("Published, with a newer draft")
        return "good", _("Published")

    @property
    def task(self):
        return (
            self.review.current_task_state.task
            if self.review and self.review.current_task_state
            else None
        )

    @property
    def waits_with(self) -> str:
        return (
            ", ".join(group.name for group in self.task.specific.groups.all()) if self.task else ""
        )

    @property
    def overdue(self):
        return self.version.review_due if self.version and self.version.is_review_overdue else None

    @property
    def stops(self):
        return [fault for fault in self.faults if fault.stops]


def desk() -> list[tuple[Module, list]]:
    """Every module with its units, each with the lines of its core and its variants."""
    cores = {
        page.unit_id: page
        for page in CorePage.objects.select_related("latest_revision").exclude(unit=None)
    }
    pages = {
        page.variant_id: page
        for page in UnitPage.objects.select_related("latest_revision", "variant__unit").exclude(
            variant=None
        )
    }
    reviews = reviews_of([*cores.values(), *pages.values()])
    newest = newest_versions()
    counted = faults_of_all([*cores.values(), *pages.values()], cores)
    found = []
    for module in (
        Module.objects.select_related("programme")
        .prefetch_related("units__variants")
        .order_by("programme", "order", "code")
    ):
        units = []
        for unit in module.units.all():
            core, entries = cores.get(unit.pk), []
            if core:
                entries.append(
                    Line(_("Core"), core, review=reviews.get(core.pk), faults=counted[core.pk])
                )
            for variant in unit.variants.all():
                page, version = pages.get(variant.pk), newest.get(variant.pk)
                entries.append(
                    Line(
                        names_of(variant),
                        page,
                        variant,
                        version,
                        page and reviews.get(page.pk),
                        changed_since(core, version),
                        counted[page.pk] if page else [],
                    )
                )
            units.append((unit, entries))
        found.append((module, units))
    return found


def names_of(variant) -> str:
    return _("All nations") if variant.is_for_all else nations.sentence(variant.nations)


def newest_versions(**which) -> dict[int, UnitVersion]:
    """Variant's key to its newest version, without its text."""
    last = (
        UnitVersion.objects.filter(variant=OuterRef("variant"))
        .order_by("-number")
        .values("number")[:1]
    )
    found = (
        UnitVersion.objects.filter(**which, number=Subquery(last))
        .defer("html", "parts")
        .select_related("published_by", "variant")
    )
    return {version.variant_id: version for version in found}


def changed_since(core, version):
    """When the core was published that this version was not drawn with; None where they belong together."""
    if (
        core is None
        or not core.live
        or version is None
        or version.core_revision == core.live_revision_id
    ):
        return None
    return core.last_published_at


def is_behind(page):
    """For a unit page: when its core changed without anybody looking at it since."""
    if not page.variant_id:
        return None
    return changed_since(
        page.core, newest_versions(variant_id=page.variant_id).get(page.variant_id)
    )


def core_changes(core, version):
    """What changed in the core since the version was drawn with it, word by word; None where that core is not kept."""
    old = (
        Revision.objects.filter(pk=version.core_revision).first() if version.core_revision else None
    )
    return old and compare(draw_stream(old.as_object().body)[0], draw_stream(core.body)[0])


def reviews_of(pages) -> dict[int, WorkflowState]:
    states = WorkflowState.objects.active().filter(object_id__in=[str(page.pk) for page in pages])
    found = states.select_related("current_task_state__task", "requested_by").prefetch_related(
        "current_task_state__task"
    )
    kept = {}
    for state in found:
        if issubclass(state.base_content_type.model_class(), Page):
            kept[int(state.object_id)] = state
    return kept


def newest_draft(page):
    if page.live and not page.has_unpublished_changes or not page.latest_revision_id:
        return page
    return page.with_content_json(page.latest_revision.content)


def faults_of_all(pages, cores) -> dict[int, list[Fault]]:
    """Page's key to its faults. Kept for an hour for each draft, its core, the day and the state of the curriculum."""
    stamp, today = Stamp.objects.values_list("stamp", flat=True).first(), clock.today()
    keys = {}
    for page in pages:
        core = cores.get(page.variant.unit_id) if isinstance(page, UnitPage) else None
        core = core if core and core.live else None
        keys[
            f"faults:{get_language()}:{page.pk}:{page.latest_revision_id}:{core and core.live_revision_id}:{stamp}:{today}"
        ] = (page, core)
    cached = cache.get_many(keys)
    new = {
        key: faults(newest_draft(page), core)
        for key, (page, core) in keys.items()
        if key not in cached
    }
    if new:
        cache.set_many(new, HOUR)
    return {page.pk: (cached | new)[key] for key, (page, _unused) in keys.items()}


# ---- side by side ----


@dataclass
class Column:
    line: Line
    whole: str = ""
    fills: dict = field(default_factory=dict)  # gap's name to what stands there


def side_by_side(unit):
    """(the core, its parts in order as (kind, label, html, cells), the columns). A cell is (column, html)."""
    core = CorePage.objects.filter(unit=unit).first()
    pages = {
        page.variant_id: page
        for page in UnitPage.objects.filter(variant__unit=unit).select_related("latest_revision")
    }
    versions, columns = newest_versions(variant__unit=unit), []
    for variant in unit.variants.all():
        page, version = pages.get(variant.pk), versions.get(variant.pk)
        column = Column(
            Line(
                names_of(variant), page, variant, version, core_changed=changed_since(core, version)
            )
        )
        if column.line.core_changed:
            column.line.core_words = core_changes(core, version)
        if page:
            column.whole, column.fills = split(page if page.live else newest_draft(page))
        columns.append(column)
    shown = core if core is None or core.live else newest_draft(core)
    rows, gaps = [], gaps_of(shown.body) if shown else {}
    if any(column.whole for column in columns):
        label = _("Before the core") if shown else _("The whole text")
        rows.append(("gap", label, "", [(column, column.whole) for column in columns]))
    for block in shown.body if shown else ():
        if block.block_type == "gap":
            name = block.value["name"]
            rows.append(
                (
                    "gap",
                    block.value["label"],
                    "",
                    [(column, column.fills.get(name, "")) for column in columns],
                )
            )
        elif rows and rows[-1][0] == "core":
            rows[-1] = ("core", "", rows[-1][2] + block_html(block), [])
        else:
            rows.append(("core", "", block_html(block), []))
    left = dict.fromkeys(name for column in columns for name in column.fills if name not in gaps)
    rows += [
        (
            "gap",
            _("No gap is called “%(name)s”") % {"name": name},
            "",
            [(column, column.fills.get(name, "")) for column in columns],
        )
        for name in left
    ]
    return core, rows, columns


def split(page):
    """What stands before the first fill, and gap's name to what fills it."""
    whole, fills, into = NOTHING, {}, None
    for block in page.body:
        if block.block_type == "fill":
            into = block.value["gap"]
            fills.setdefault(into, NOTHING)
        elif into is None:
            whole += block_html(block)
        else:
            fills[into] += block_html(block)
    return whole, fills


def block_html(block):
    """The block as it reads; without its landmark's name, because each nation may cite the same law."""
    try:
        return mark_safe(LANDMARK.sub(r"\1", block.render()))  # noqa: S308 - blocks escape or clean what they draw
    except Refused as refusal:
        return format_html("<p>{}</p>", refusal)


# ---- links ----


@dataclass
class Broken:
    address: str
    answer: str
    since: datetime | None
    places: list = field(default_factory=list)  # (words, address to mend it)


def places_of_links() -> dict[str, list]:
    """Every address in what is published now: address to (where in words, the version or None, where to mend it)."""
    found = {}

    def add(address, where, version, mend):
        address = (address or "").strip()
        if address and (where, version, mend) not in found.setdefault(address, []):
            found[address].append((where, version, mend))

    from ..authoring.link_checker import links_of

    versions = list(newest_versions(variant__withdrawn_at=None).values())
    links = links_of(versions)
    pages = dict(UnitPage.objects.exclude(variant=None).values_list("variant_id", "pk"))
    for version in versions:
        mend = (
            f"/admin/pages/{pages[version.variant_id]}/edit/" if version.variant_id in pages else ""
        )
        for address in links[version.pk].addresses:
            add(address, version.title, version, mend)
        for law in version.provisions:
            add(law.get("source"), version.title, version, mend)
    for law in Provision.objects.all():
        add(law.source, f"{law}", None, f"/admin/snippets/courses/provision/edit/{law.pk}/")
    for line in Helpline.objects.all():
        for address in (line.web, line.source):
            add(address, line.name, None, f"/admin/snippets/courses/helpline/edit/{line.pk}/")
    return found


def links_last_asked() -> datetime | None:
    """When the external addresses were last asked whether they answer."""
    return (
        Entry.objects.filter(action="courses.note_links")
        .order_by("-pk")
        .values_list("at", flat=True)
        .first()
    )


def broken_links() -> list[Broken]:
    """Outside addresses that did not answer when they were last asked, and inside ones that lead nowhere."""
    from ..authoring.link_checker import broken_inside

    places = places_of_links()
    found = [
        Broken(row.address, row.answer, row.checked_at, places[row.address])
        for row in LinkCheck.objects.filter(is_broken=True).order_by(F("checked_at"))
        if row.address in places
    ]
    return found + [
        Broken(address, answer, None, places[address])
        for address, answer in broken_inside(places).items()
    ]
