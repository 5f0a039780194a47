"""The verbs of this room; the only part of it that writes."""

from .boards import call_board, confirm_sample, ratify
from .catalogue import keep_assessment, set_deadline
from .marks import Outdated, allocate, allocate_many, allocate_third, open_script, save_marks, seal
from .notes import read_note
from .quizzes import Unanswered, begin_quiz, hand_in_quiz, save_answers
from .submissions import drop_file, drop_old_files, keep_file, save_note, submit, submit_kept

__all__ = [
    "Outdated",
    "Unanswered",
    "allocate",
    "allocate_many",
    "allocate_third",
    "begin_quiz",
    "call_board",
    "confirm_sample",
    "drop_file",
    "drop_old_files",
    "hand_in_quiz",
    "keep_assessment",
    "keep_file",
    "open_script",
    "ratify",
    "read_note",
    "save_answers",
    "save_marks",
    "save_note",
    "seal",
    "set_deadline",
    "submit",
    "submit_kept",
]
