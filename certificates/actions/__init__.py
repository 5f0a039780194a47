"""The verbs of this room; the only part of it that writes."""

from .announcing import announce, look_at_standings
from .api_access import add_hook, end_hook, end_proof, end_token, make_proof, make_token, open_proof
from .certificates import issue, issue_again
from .checks import answer_check, answer_proof, note_reading
from .credentials import follow_up, reinstate, revoke
from .decisions import close_concern, confirm, drop, open_concern, propose, reply
from .designs import publish_design
from .entries import (
    ask_of_entry,
    decline_request,
    do_request,
    lift_withholding,
    withdraw_request,
    withhold,
    work_under,
)
from .issue_runs import begin_run, stop_run
from .lists import answer_list
from .pending import confirm_decision, drop_decision, propose_decision
from .refused_files import note_refused
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
from .scheme_rules import add_rules, end_leave, give_leave
from .watches import end_watch, watch

__all__ = [
    "accept_log",
    "add_hook",
    "add_rules",
    "announce",
    "answer_check",
    "answer_list",
    "answer_proof",
    "ask_of_entry",
    "ask_peer",
    "ask_renewal",
    "begin_run",
    "close_concern",
    "confirm",
    "confirm_decision",
    "confirm_talk",
    "decline_request",
    "decline_talk",
    "do_request",
    "drop",
    "drop_decision",
    "end_hook",
    "end_leave",
    "end_proof",
    "end_token",
    "end_watch",
    "follow_up",
    "give_leave",
    "grant_renewal",
    "issue",
    "issue_again",
    "keep_entry",
    "lift_withholding",
    "look_at_standings",
    "make_proof",
    "make_token",
    "note_reading",
    "note_refused",
    "open_concern",
    "open_proof",
    "prepare_renewal",
    "propose",
    "propose_decision",
    "publish_design",
    "refuse_renewal",
    "reinstate",
    "remove_entry",
    "reply",
    "revoke",
    "stop_run",
    "watch",
    "withdraw_request",
    "withhold",
    "work_under",
]
