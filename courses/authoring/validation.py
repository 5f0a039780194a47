"""What an author has to mend before a page is reviewed and published; it reads drafts, draws nothing and stores nothing."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused
from lms.kit.templatetags.kit import short_day

from ..models import CorePage
from ..rendering.units import gaps_of
from ..states import Need
from .block_validation import References, faults_of_block
from .minutes import is_near, minutes_of

LONGEST = 1_000_000  # characters of one page
BEGUN = 5  # minutes of reading below which a page is hardly begun


@dataclass(frozen=True)
class Fault:
    """`where` in words, `words` that say what to do, whether it `stops` publishing, and the block it is in."""

    where: str
    words: str
    stops: bool = True
    block: str = ""


class ValidationFailed(Refused):
    """The page cannot be submitted or published yet; the draft is kept."""

    def __init__(self, page, issues):
        self.page, self.faults = page, [fault for fault in issues if fault.stops]
        super().__init__(
            _("Your draft is kept. Mend this first: ")
            + " ".join(f"{f.where}: {f.words}" for f in self.faults)
        )


def stopping(page, core=None) -> list[Fault]:
    return [fault for fault in faults(page, core) if fault.stops]


def insist_valid(page):
    """Raise Unsound unless nothing in the page stops it."""
    found = stopping(page, getattr(page, "core", None))
    if found:
        raise ValidationFailed(page, found)


def faults(page, core=None) -> list[Fault]:
    """Everything to mend in a unit's page or in a core, in the order of the page. `core`: the published core
    the page fills; what is wrong inside the core is said on the core's own page."""
    body = page.body.get_prep_value()
    size = len(json.dumps(body, ensure_ascii=False))
    if size > LONGEST:
        return [
            Fault(
                _("The whole page"),
                _(
                    "It holds %(size)s characters, and %(longest)s is the most. Make two units of it."
                )
                % {"size": f"{size:,}", "longest": f"{LONGEST:,}"},
            )
        ]
    is_core = isinstance(page, CorePage)
    found = faults_of_core(page) if is_core else faults_of_unit(page, body, core)
    known = References(body)
    level = 1
    for number, block in enumerate(body, 1):
        label = page.body.stream_block.child_blocks[block["type"]].label
        where = _("Block %(number)s, %(label)s") % {
            "number": number,
            "label": f"{label[0].lower()}{label[1:]}",
        }
        said, level = faults_of_block(block, level, known)
        found += [Fault(where, words, stops, block.get("id") or "") for words, stops in said]
    return found


# ---- the whole page ----


def faults_of_core(page):
    names = [block.value["name"] for block in page.body if block.block_type == "gap"]
    found = (
        []
        if page.unit_id
        else [Fault(_("About the unit"), _("Choose the unit this core belongs to."))]
    )
    twice = sorted({name for name in names if names.count(name) > 1})
    return found + [
        Fault(
            _("Gaps"), _("Two gaps are called “%(name)s”. Give each its own name.") % {"name": name}
        )
        for name in twice
    ]


def faults_of_unit(page, body, core):
    found, about = [], _("About the unit")
    kinds = {block["type"] for block in body} | (
        {block.block_type for block in core.body} if core else set()
    )
    if not page.variant_id:
        found.append(Fault(about, _("Choose the unit and nations this page is for.")))
    if not page.outcome_lines:
        found.append(Fault(about, _("Say what a reader will be able to do: at least one outcome.")))
    if not page.review_by:
        found.append(Fault(about, _("Give the day on which someone reads its law again.")))
    elif page.review_by < clock.today():
        found.append(
            Fault(
                about,
                _("Its review was due on %(day)s. Read its law again and set a new day.")
                % {"day": short_day(page.review_by)},
                False,
            )
        )
    if not kinds - {"fill", "gap"}:
        found.append(Fault(_("The whole page"), _("There is nothing to read yet.")))
    needs = page.variant.unit.needs if page.variant_id else []
    if Need.CHECK in needs and not any(kind.endswith("_check") for kind in kinds):
        found.append(
            Fault(
                _("Knowledge checks"),
                _("The unit is completed by its knowledge checks, and there is none. Add one."),
            )
        )
    reading_minutes = minutes_of([*body, *(core.body.get_prep_value() if core else [])])
    if (
        page.variant_id
        and reading_minutes >= BEGUN
        and not is_near(page.variant.unit.minutes, reading_minutes)
    ):
        found.append(
            Fault(
                about,
                _(
                    "The unit says %(minutes)s minutes. Reading it and answering takes about %(taken)s. Change one of them."
                )
                % {"minutes": page.variant.unit.minutes, "taken": reading_minutes},
                False,
            )
        )
    if "reading" not in kinds:
        found.append(
            Fault(
                _("Sources"),
                _("There is no reading list. Say where a reader can look further."),
                False,
            )
        )
    return found + faults_of_gaps(page, core)


def faults_of_gaps(page, core) -> list[Fault]:
    """A gap of the core that nobody fills, a fill that has no gap, and a fill with nothing in it."""
    gaps = gaps_of(core.body) if core else {}
    filled, into, found = {}, None, []
    for block in page.body:
        if block.block_type == "fill":
            into = block.value["gap"]
            filled.setdefault(into, 0)
        elif into is not None:
            filled[into] += 1
    found += [
        Fault(
            _("Gaps of the core"),
            _("Nothing here fills the gap “%(name)s” (%(label)s).")
            % {"name": name, "label": label},
        )
        for name, label in gaps.items()
        if not filled.get(name)
    ]
    return found + [
        Fault(
            _("Gaps of the core"),
            _("The core has no gap called “%(name)s”. Choose another name, or take the block out.")
            % {"name": name},
        )
        for name in filled
        if name not in gaps
    ]
