"""The verbs of this room; the only part of it that writes."""

from .enrolments import (
    change_name,
    change_nations,
    complete,
    correct_enrolled_on,
    enrol,
    interrupt,
    leave,
    make_cohort,
    resume,
    set_timetable,
    timetable_for,
)
from .files import (
    begin_import,
    begun,
    carry_on_import,
    check_import,
    drop_import,
    recheck_import,
    write_import,
)
from .organisations import add_contact, add_organisation, decide_approval, end_contact
from .posts import confirm_post, end_post, record_post, reopen_post
from .telling import record_call, tell_organisation

__all__ = [
    "add_contact",
    "add_organisation",
    "begin_import",
    "begun",
    "carry_on_import",
    "change_name",
    "change_nations",
    "check_import",
    "complete",
    "confirm_post",
    "correct_enrolled_on",
    "decide_approval",
    "drop_import",
    "end_contact",
    "end_post",
    "enrol",
    "interrupt",
    "leave",
    "make_cohort",
    "recheck_import",
    "record_call",
    "record_post",
    "reopen_post",
    "resume",
    "set_timetable",
    "tell_organisation",
    "timetable_for",
    "write_import",
]
