"""Reading questions of this room."""

from .handbook import handbook, rights_in
from .law import (
    annotate_studies,
    effect_of,
    graded_questions,
    groups_of,
    people_of,
    review_calendar,
    studied_old_text,
    top_ups_by_person,
    top_ups_of,
    unreached,
    versions_citing,
    versions_teaching_old_text,
)
from .nations import outstanding, outstanding_for
from .offline import has_held
from .outline import Published, outline_at, text_of, the_outline, the_stamp
from .path import (
    Counts,
    ModuleOnPath,
    Step,
    StudyProgress,
    counts,
    next_on,
    next_unit,
    outline,
    outline_for,
    path,
    plans_of,
    shelf,
    study_progress_of,
)
from .spelling import spellings
from .unit import PartForPage, in_steps, parts_for

__all__ = [
    "Counts",
    "ModuleOnPath",
    "Published",
    "PartForPage",
    "Step",
    "StudyProgress",
    "counts",
    "effect_of",
    "graded_questions",
    "groups_of",
    "handbook",
    "has_held",
    "in_steps",
    "next_on",
    "next_unit",
    "outline",
    "outline_at",
    "outline_for",
    "outstanding",
    "outstanding_for",
    "parts_for",
    "path",
    "people_of",
    "plans_of",
    "review_calendar",
    "rights_in",
    "shelf",
    "spellings",
    "studied_old_text",
    "study_progress_of",
    "annotate_studies",
    "text_of",
    "the_outline",
    "the_stamp",
    "top_ups_by_person",
    "top_ups_of",
    "unreached",
    "versions_citing",
    "versions_teaching_old_text",
]
