"""The verbs of this room; the only part of it that writes."""
from .certificates import issue, issue_again
from .checks import answer_check
from .credentials import revoke
from .decisions import close_concern, confirm, drop, open_concern, propose, reply
from .designs import publish_design
from .entries import ask_of_entry, decline_request, do_request, lift_withholding, withhold, work_under

__all__ = [
    "answer_check", "ask_of_entry", "close_concern", "confirm", "decline_request", "do_request", "drop", "issue", "issue_again",
    "lift_withholding", "open_concern", "propose", "publish_design", "reply", "revoke", "withhold", "work_under",
]
