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
from .marking.models import Allocation, Annotation, Correction, DeclaredInterest, Snippet
from .setting.models import (
    Assessment,
    AssessmentVersion,
    Choice,
    Criterion,
    Level,
    ModuleLeader,
    Question,
    Review,
    Sitting,
    VersionQuestion,
)
from .taking.models import QuizAttempt, Submission

__all__ = [
    "Allocation",
    "Annotation",
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
    "DeclaredInterest",
    "DueLine",
    "ExaminerReport",
    "Hold",
    "Level",
    "MarkLine",
    "ModuleLeader",
    "Question",
    "QuizAttempt",
    "Review",
    "SampleRequest",
    "Sitting",
    "Snippet",
    "Submission",
    "VersionQuestion",
]
