"""The verbs of this room; the only part of it that writes."""
from .certificates import issue, issue_again
from .checks import answer_check
from .credentials import revoke
from .decisions import close_concern, confirm, drop, open_concern, propose, reply
from .designs import publish_design
from .entries import ask_of_entry, decline_request, do_request, lift_withholding, withhold, work_under
from .renewals import (
    accept_log,
    ask_peer,
    ask_renewal,
    confirm_talk,
    decline_talk,
    grant_renewal,
    keep_entry,
    prepare_renewal,
    refuse_renewal,
    remove_entry,
)
from .ruling import add_rules, end_leave, give_leave

__all__ = [
    "accept_log", "add_rules", "answer_check", "ask_of_entry", "ask_peer", "ask_renewal", "close_concern", "confirm",
    "confirm_talk", "decline_request", "decline_talk", "do_request", "drop", "end_leave", "give_leave", "grant_renewal",
    "issue", "issue_again", "keep_entry", "lift_withholding", "open_concern", "prepare_renewal", "propose", "publish_design",
    "refuse_renewal", "remove_entry", "reply", "revoke", "withhold", "work_under",
]
