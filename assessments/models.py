"""Where Django finds the tables of this room. Nothing imports them from here: each stands in the folder of its noun."""

from .attempts.models import Attempt, DueLine, ExtraTime, MarkLine
from .cases.models.appeals import Appeal
from .cases.models.claims import Claim
from .cases.models.evidence import Evidence, EvidenceOpening
from .cases.models.misconduct import (
    CaseReply,
    MisconductCase,
    MisconductFlag,
    Resemblance,
    ScriptText,
)
from .cases.models.readings import CaseReading
from .deciding.models import (
    Award,
    Board,
    BoardDay,
    BoardDecision,
    BoardMember,
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
    CohortRules,
    Criterion,
    Level,
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
    Response,
    Submission,
    Upload,
)

__all__ = [
    "Allocation",
    "Annotation",
    "Appeal",
    "Assessment",
    "AssessmentVersion",
    "Attempt",
    "Award",
    "Board",
    "BoardDay",
    "BoardDecision",
    "BoardMember",
    "CaseReading",
    "CaseReply",
    "ChairsAction",
    "Choice",
    "CohortRules",
    "Claim",
    "Correction",
    "Criterion",
    "DeclaredInterest",
    "DueLine",
    "Evidence",
    "EvidenceOpening",
    "ExaminerReport",
    "ExtraTime",
    "Handing",
    "Hold",
    "Level",
    "MarkLine",
    "MisconductCase",
    "MisconductFlag",
    "ModuleLeader",
    "PaperItem",
    "Question",
    "QuizAttempt",
    "ReplacementPermission",
    "Resemblance",
    "Response",
    "Review",
    "RuleSet",
    "SampleRequest",
    "ScriptText",
    "Sitting",
    "Snippet",
    "Submission",
    "Upload",
    "VersionQuestion",
]
