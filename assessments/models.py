"""Where Django finds the tables of this room. Nothing imports them from here: each stands in the folder of its noun."""

from .attempts.models import Attempt, DueLine, ExtraTime, MarkLine
from .deciding.models import (
    Award,
    Board,
    BoardDay,
    BoardDecision,
    ChairsAction,
    ExaminerReport,
    Hold,
    SampleRequest,
)
from .marking.models import Allocation, Correction
from .setting.models import (
    Assessment,
    AssessmentVersion,
    Choice,
    Criterion,
    ModuleLeader,
    Question,
    Review,
    Sitting,
    VersionQuestion,
)
from .taking.models import (
    Handing,
    PaperItem,
    QuizAttempt,
    ReplacementPermission,
    Response,
    Submission,
    Upload,
)

__all__ = [
    "Allocation",
    "Assessment",
    "AssessmentVersion",
    "Attempt",
    "Award",
    "Board",
    "BoardDay",
    "BoardDecision",
    "ChairsAction",
    "Choice",
    "Correction",
    "Criterion",
    "DueLine",
    "ExaminerReport",
    "ExtraTime",
    "Handing",
    "Hold",
    "MarkLine",
    "ModuleLeader",
    "PaperItem",
    "Question",
    "QuizAttempt",
    "ReplacementPermission",
    "Response",
    "Review",
    "SampleRequest",
    "Sitting",
    "Submission",
    "Upload",
    "VersionQuestion",
]
