"""The verbs of this room; the only part of it that writes."""

from .announcing import announce, look_at_standings
from .api_access import (
    add_webhook,
    end_share_link,
    end_token,
    end_webhook,
    make_share_link,
    make_token,
    open_share_link,
)
from .certificates import issue, issue_again
from .checks import answer_check, answer_share_link, note_reading
from .concerns import close_concern, open_concern
from .credentials import follow_up, reinstate, revoke
from .decisions import confirm, drop, propose, reply
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
from .issue_runs import begin_issue_run, stop_issue_run
from .lists import answer_list
from .pending import confirm_decision, drop_decision, propose_decision
from .refused_files import note_refused
from .renewals import (
    accept_cpd_log,
    ask_peer,
    ask_renewal,
    confirm_peer_discussion,
    decline_peer_discussion,
    grant_renewal,
    keep_entry,
    prepare_renewal,
    refuse_renewal,
    remove_entry,
)
from .scheme_rules import add_rules, end_temporary_accreditation, give_temporary_accreditation
from .watches import end_watch, watch

__all__ = [
    "accept_cpd_log",
    "add_webhook",
    "add_rules",
    "announce",
    "answer_check",
    "answer_list",
    "answer_share_link",
    "ask_of_entry",
    "ask_peer",
    "ask_renewal",
    "begin_issue_run",
    "close_concern",
    "confirm",
    "confirm_decision",
    "confirm_peer_discussion",
    "decline_request",
    "decline_peer_discussion",
    "do_request",
    "drop",
    "drop_decision",
    "end_webhook",
    "end_temporary_accreditation",
    "end_share_link",
    "end_token",
    "end_watch",
    "follow_up",
    "give_temporary_accreditation",
    "grant_renewal",
    "issue",
    "issue_again",
    "keep_entry",
    "lift_withholding",
    "look_at_standings",
    "make_share_link",
    "make_token",
    "note_reading",
    "note_refused",
    "open_concern",
    "open_share_link",
    "prepare_renewal",
    "propose",
    "propose_decision",
    "publish_design",
    "refuse_renewal",
    "reinstate",
    "remove_entry",
    "reply",
    "revoke",
    "stop_issue_run",
    "watch",
    "withdraw_request",
    "withhold",
    "work_under",
]
