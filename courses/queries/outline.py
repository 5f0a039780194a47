"""What everybody's path is made of, read once and kept until the curriculum's stamp changes."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Subquery

from ..models import Citation, Module, Prerequisite, Release, Session, Stamp, UnitVersion, Variant


@dataclass(frozen=True)
class Published:
    """A version without its text."""

    id: int
    number: int
    title: str
    published_at: datetime
    words: int = 0
    hash: str = ""


@dataclass(frozen=True)
class Outline:
    """Shared between requests: nobody changes a row of it."""

    modules: tuple[Module, ...]
    variants: tuple[Variant, ...]
    newest: dict[int, Published]
    versions: dict[int, tuple[int, Published]]  # version's key to its variant's and itself
    first: dict[int, tuple[Prerequisite, ...]]  # unit's key to what comes before it
    releases: dict[int, dict[int, Release]]  # timetable's key to unit's key to its line
    taught: frozenset[int]  # units that have a session in some timetable
    stale: dict[
        int, tuple[str, ...]
    ]  # version's key to the provisions in it that say something else now

    def of_unit(self, code) -> list[Variant]:
        return [v for v in self.variants if v.unit.code == code]


_kept = {}  # stamp to outline; never more than one
_texts = {}  # (version's key, hash) to the version; what is published never changes
MOST_TEXTS = 600


def the_stamp() -> Subquery:
    """To be annotated on a question that is asked anyway."""
    return Subquery(Stamp.objects.values("stamp")[:1])


def stamp_now():
    return Stamp.objects.values_list("stamp", flat=True).first()


def outline_at(stamp) -> Outline:
    """The outline that belongs to a stamp. Seven questions when the stamp is new, none otherwise."""
    found = _kept.get(stamp) if stamp else None
    if found is None:
        found = _read()
        _kept.clear()
        _kept[stamp] = found
    return found


def the_outline() -> Outline:
    return outline_at(stamp_now())


def _read() -> Outline:
    modules = tuple(
        Module.objects.select_related("programme").order_by("programme", "order", "code")
    )
    variants = tuple(Variant.objects.select_related("unit__module__programme"))
    for variant in variants:
        variant.url = variant.get_absolute_url()
    newest, versions = {}, {}
    lines = UnitVersion.objects.order_by("number").values_list(
        "variant_id", "pk", "number", "title", "published_at", "words", "hash"
    )
    for variant, *rest in lines:
        newest[variant] = Published(*rest)
        versions[rest[0]] = (variant, newest[variant])
    first, releases = {}, {}
    for line in Prerequisite.objects.select_related("first").order_by("pk"):
        first[line.unit_id] = (*first.get(line.unit_id, ()), line)
    for line in Release.objects.all():
        releases.setdefault(line.timetable_id, {})[line.unit_id] = line
    taught = frozenset(Session.objects.order_by().values_list("unit_id", flat=True).distinct())
    stale = {}
    old = Citation.objects.exclude(reading=F("provision__reading")).order_by(
        "provision__act", "provision__section"
    )
    for version, act, section in old.values_list(
        "version_id", "provision__act", "provision__section"
    ):
        stale[version] = (*stale.get(version, ()), f"{act}, {section}")
    return Outline(modules, variants, newest, versions, first, releases, taught, stale)


def text_of(published) -> UnitVersion:
    """The version with its parts, read once. Nobody changes it."""
    key = published.id, published.hash
    if key not in _texts:
        if len(_texts) >= MOST_TEXTS:
            _texts.clear()
        _texts[key] = UnitVersion.objects.defer("html").get(pk=published.id)
    return _texts[key]
