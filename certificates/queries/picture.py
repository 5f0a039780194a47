"""The pilot in numbers: people by how they stand, by nation and by sector, and the organisations. Derived; no check reads it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Exists, OuterRef

from cohorts.employment.register import lines_open_on
from cohorts.organisations.queries import organisations_on
from lms.kit.languages import gettext_noop
from lms.kit.nations import NATIONS
from lms.kit.small_numbers import ALL, hidden_cells

from .stretches import on_day

TRAINING, ACTING, PAUSED, ENDED = "training", "acting", "paused", "ended"
GROUPS = {
    TRAINING: gettext_noop("In training, or waiting"),
    ACTING: gettext_noop("May act"),
    PAUSED: gettext_noop("May not act now"),
    ENDED: gettext_noop("Accredited no longer"),
}
GROUP_OF = {
    "in_training": TRAINING,
    "awaiting_award": TRAINING,
    "eligible": TRAINING,
    "temporarily_accredited": ACTING,
    "accredited": ACTING,
    "accredited_with_conditions": ACTING,
    "renewal_in_progress": ACTING,
    "top_up_due": ACTING,
    "between_posts": PAUSED,
    "suspended": PAUSED,
    "lapsed": ENDED,
    "withdrawn": ENDED,
    "award_rescinded": ENDED,
}
COUNTED_NOWHERE = ("not_found", "ask_the_hub")  # left before an award; an answer, and no standing
NO_POST, NO_SECTOR = "-", "?"  # rows of their own in the table by sector


@dataclass(frozen=True)
class Table:
    """Counts by (row, group), with totals under ALL; the cells that are not shown."""

    rows: tuple[str, ...]
    counts: dict[tuple[str, str], int]
    hidden: frozenset[tuple[str, str]]

    def cell(self, row, column) -> int | None:
        """How many; None where it is not shown."""
        return None if (row, column) in self.hidden else self.counts.get((row, column), 0)


def tables_of(first, second, totals: Counter, least) -> tuple[Table, Table]:
    """Two tables of the same people, each given as (counts by row and group, rows). `totals` are the distinct people by group: somebody may
    stand in several rows. A total that one of them leaves out is left out of the other, or it could be read there."""
    filled = [(tuple(rows), _with_totals(counts, rows, totals)) for counts, rows in (first, second)]
    hidden, before = frozenset(), None
    while hidden != before:
        before = hidden
        cells = [hidden_cells(table, least, hidden) for _rows, table in filled]
        hidden = frozenset(cell for found in cells for cell in found if cell[0] == ALL)
    first_table, second_table = (
        Table(rows, table, frozenset(found))
        for (rows, table), found in zip(filled, cells, strict=True)
    )
    return first_table, second_table


def _with_totals(counts: Counter, rows, totals: Counter) -> dict[tuple[str, str], int]:
    table = {(row, group): counts[row, group] for row in rows for group in GROUPS}
    table |= {(row, ALL): sum(counts[row, group] for group in GROUPS) for row in rows}
    table |= {(ALL, group): totals[group] for group in GROUPS}
    return table | {(ALL, ALL): sum(totals.values())}


@dataclass(frozen=True)
class Picture:
    """`by_nation`: the nations that people are to be endorsed for, so one of two nations counts in each. `by_sector`: the sectors of the
    organisations that employ them on the day. `approved` and its two tables count organisations. None: not shown, for the same reason as a cell."""

    by_nation: Table
    by_sector: Table
    places: int
    people: int | None  # of the pilot: in training or accredited, whether they may act or not
    acting: int | None
    approved: int
    organisation_places: int
    approved_by_nation: dict[str, int]
    approved_by_sector: dict[str, int]

    @property
    def places_open(self) -> int | None:
        return None if self.people is None else max(0, self.places - self.people)


def picture_on(day: date, least: int | None = None) -> Picture:
    """Counts below `least` are left out: IMSA_SMALL_NUMBER, or none with 0, for those who see each person anyway. Four questions."""
    totals, by_nation, by_sector = Counter(), Counter(), Counter()
    rows = on_day(day).exclude(code__in=COUNTED_NOWHERE).order_by()
    for code, codes, count in rows.values_list("code", "enrolment__plan__nations").annotate(
        n=Count("pk")
    ):
        group = GROUP_OF[code]
        totals[group] += count
        for nation in codes:
            by_nation[nation, group] += count
    for code, sector, count in _people_by_sector(rows, day):
        by_sector[sector, GROUP_OF[code]] += count
    of_nation, of_sector, approved = Counter(), Counter(), 0
    organisations = organisations_on(day, approval="approved").order_by()
    for nations, sector, count in organisations.values_list("nations", "sector").annotate(
        n=Count("pk")
    ):
        approved += count
        of_sector[sector or NO_SECTOR] += count
        for nation in nations:
            of_nation[nation] += count
    sectors = sorted({sector for sector, _group in by_sector} | {*of_sector})
    least = settings.IMSA_SMALL_NUMBER if least is None else least
    nation_table, sector_table = tables_of(
        (by_nation, NATIONS), (by_sector, sectors), totals, least
    )
    everybody, ended = nation_table.cell(ALL, ALL), nation_table.cell(ALL, ENDED)
    return Picture(
        by_nation=nation_table,
        by_sector=sector_table,
        places=settings.IMSA_PLACES,
        people=None if everybody is None or ended is None else everybody - ended,
        acting=nation_table.cell(ALL, ACTING),
        approved=approved,
        organisation_places=settings.IMSA_ORGANISATION_PLACES,
        approved_by_nation=dict(of_nation),
        approved_by_sector=dict(of_sector),
    )


def _people_by_sector(rows, day):
    """(code, sector, people) by the organisations that employ them on the day, NO_POST for people whom none does. Two questions."""
    open_lines = lines_open_on(day).order_by()
    posts = open_lines.filter(employment__person=OuterRef("person"))
    sector = "person__employments__lines__organisation__sector"
    employed = rows.filter(person__employments__lines__in=open_lines.values("pk"))
    with_post = employed.values_list("code", sector).annotate(n=Count("person", distinct=True))
    yield from ((code, name or NO_SECTOR, count) for code, name, count in with_post)
    without = rows.filter(~Exists(posts)).values_list("code").annotate(n=Count("pk"))
    yield from ((code, NO_POST, count) for code, count in without)
