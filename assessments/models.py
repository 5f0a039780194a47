"""Where Django finds the tables of this room. Nothing imports them from here: each stands in the folder of its noun."""

from .deciding.models import Award, Board, BoardDecision
from .marking.models import Allocation, MarkLine
from .setting.models import Assessment, Choice, Criterion, Deadline, Question
from .taking.models import QuizAttempt, Submission

__all__ = [
    "Allocation",
    "Assessment",
    "Award",
    "Board",
    "BoardDecision",
    "Choice",
    "Criterion",
    "Deadline",
    "MarkLine",
    "Question",
    "QuizAttempt",
    "Submission",
]
