"""Where Django finds the tables of this room. Nothing imports them from here: each stands in the folder of its noun."""

from .attempts.models import Attempt, DueLine, MarkLine
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
    CohortRules,
    Criterion,
    ModuleLeader,
    Question,
    Review,
    RuleSet,
    Sitting,
    VersionQuestion,
)
from .taking.models import (
    Handing,
    PaperItem,
    QuizAttempt,
    ReplacementPermission,
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
    "CohortRules",
    "Correction",
    "Criterion",
    "DueLine",
    "ExaminerReport",
    "Handing",
    "Hold",
    "MarkLine",
    "ModuleLeader",
    "PaperItem",
    "Question",
    "QuizAttempt",
    "ReplacementPermission",
    "Review",
    "RuleSet",
    "SampleRequest",
    "Sitting",
    "Submission",
    "Upload",
    "VersionQuestion",
]
