"""The nouns of this room: what is taught (plain rows, kept for ever) and the pages authors write it on."""

from .challenges import AnswerChallenge
from .curriculum import (
    Citation,
    Module,
    Prerequisite,
    Programme,
    ProgrammeCheck,
    Unit,
    UnitVersion,
    Variant,
)
from .curriculum_stamp import Stamp
from .handbook import FormativeTask, StudyTask, Work
from .law import Correction, LawChange, LawProposal, TopUp, TopUpDue
from .pages import CorePage, ModulePage, ProgrammePage, UnitPage
from .plans import Release, StudyPlan, Timetable
from .provisions import Provision
from .reference import Helpline, LinkCheck, Term
from .reminders import ReminderChoice, ReminderKind, StudyReminder
from .search_words import SearchWord
from .study import OfflineSync, Progress, ReaderNote, Session, Study
from .suggestions import Suggestion
from .teaching import (
    AttendanceCodeTries,
    CalendarFeed,
    CancelReason,
    Closure,
    SessionCancellation,
    SessionMode,
    SessionSeries,
)

__all__ = [
    "AnswerChallenge",
    "AttendanceCodeTries",
    "CalendarFeed",
    "CancelReason",
    "Closure",
    "SessionCancellation",
    "SessionMode",
    "SessionSeries",
    "OfflineSync",
    "Citation",
    "CorePage",
    "Correction",
    "FormativeTask",
    "Helpline",
    "LawChange",
    "LawProposal",
    "LinkCheck",
    "Module",
    "ModulePage",
    "Prerequisite",
    "Programme",
    "ProgrammeCheck",
    "ProgrammePage",
    "Progress",
    "Provision",
    "Release",
    "SearchWord",
    "ReminderChoice",
    "ReminderKind",
    "StudyReminder",
    "Session",
    "Stamp",
    "Study",
    "StudyPlan",
    "StudyTask",
    "Suggestion",
    "Term",
    "Timetable",
    "TopUp",
    "TopUpDue",
    "Unit",
    "UnitPage",
    "UnitVersion",
    "Variant",
    "Work",
    "ReaderNote",
]
