"""Reading questions of this room."""
from .law import (
    review_calendar,
    studied_old_text,
    top_ups_by_person,
    top_ups_of,
    versions_citing,
    versions_teaching_old_text,
)
from .nations import outstanding, outstanding_for
from .outline import Published, outline_at, text_of, the_outline, the_stamp
from .path import (
    Counts,
    ModuleOnPath,
    Step,
    Taken,
    counts,
    next_on,
    next_unit,
    outline,
    outline_for,
    path,
    plans_of,
    shelf,
    taken_by,
)
from .unit import Shown, parts_for

__all__ = [
    "Counts",
    "ModuleOnPath",
    "Published",
    "Shown",
    "Step",
    "Taken",
    "counts",
    "next_on",
    "next_unit",
    "outline",
    "outline_at",
    "outline_for",
    "outstanding",
    "outstanding_for",
    "parts_for",
    "path",
    "plans_of",
    "review_calendar",
    "shelf",
    "studied_old_text",
    "taken_by",
    "text_of",
    "the_outline",
    "the_stamp",
    "top_ups_by_person",
    "top_ups_of",
    "versions_citing",
    "versions_teaching_old_text",
]
