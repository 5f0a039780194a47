"""Longer reading questions about judged work; it refuses to write."""

from .boards import boards_open, decided_results, readiness
from .marks import (
    awaiting_allocation,
    awaiting_allocation_count,
    awaiting_third,
    awaiting_third_count,
    open_tasks_by_marker,
    sample_of,
    tutors,
)
from .work import all_work_in_on, award_of, enrolment_of, questions_for, results_of, work_in

__all__ = [
    "all_work_in_on",
    "award_of",
    "awaiting_allocation",
    "awaiting_allocation_count",
    "awaiting_third",
    "awaiting_third_count",
    "boards_open",
    "decided_results",
    "enrolment_of",
    "open_tasks_by_marker",
    "questions_for",
    "readiness",
    "results_of",
    "sample_of",
    "tutors",
    "work_in",
]
