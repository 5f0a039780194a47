"""The actions of this room; nothing here is ever deleted but a reader's own words, by the reader."""

from .attendance import carry_attendance, put_attendance_right, record_attendance
from .challenges import accept_challenge, challenge_answer, decline_challenge
from .editor_access import open_editor
from .law import put_right, read_again, take_on
from .law_changes import confirm_change, drop_change, propose_change, propose_undoing, record_change
from .links import note_links
from .notes import (
    Conflict,
    Guarded,
    change_note,
    erase,
    reply,
    share,
    unshare,
    write_note,
    write_reflection,
)
from .plans import close_plan, in_order, open_plan, set_nations
from .publishing import note_curriculum, note_dropped, publish_version, withdraw
from .reviews import ask_for_review, look_again, publish_urgently
from .scheduling import keep_schedule
from .sessions import arrange_session, call_off_session, move_session
from .study import (
    answer_check,
    begin,
    choose_place,
    do_activity,
    keep_place,
    mark_studied,
    take_later,
    take_now,
    vote,
)
from .suggestions import (
    answer_to,
    publish_response,
    set_aside,
    suggest,
    take_up,
    withdraw_response,
)
from .timetables import follow_timetable, set_release, set_releases, timetable_of
from .top_ups import (
    answer_top_up,
    draft_top_up,
    finish_top_up,
    nations_of,
    propose_top_up,
    recall_top_up,
    return_top_up,
    send_top_up,
)

__all__ = [
    "Conflict",
    "Guarded",
    "accept_challenge",
    "answer_check",
    "answer_to",
    "answer_top_up",
    "arrange_session",
    "ask_for_review",
    "begin",
    "call_off_session",
    "choose_place",
    "carry_attendance",
    "challenge_answer",
    "change_note",
    "close_plan",
    "confirm_change",
    "decline_challenge",
    "do_activity",
    "draft_top_up",
    "drop_change",
    "erase",
    "finish_top_up",
    "follow_timetable",
    "in_order",
    "keep_place",
    "keep_schedule",
    "look_again",
    "mark_studied",
    "move_session",
    "nations_of",
    "note_curriculum",
    "note_dropped",
    "note_links",
    "open_editor",
    "open_plan",
    "propose_change",
    "propose_top_up",
    "propose_undoing",
    "publish_urgently",
    "publish_version",
    "put_attendance_right",
    "put_right",
    "read_again",
    "recall_top_up",
    "record_attendance",
    "record_change",
    "reply",
    "return_top_up",
    "send_top_up",
    "set_aside",
    "set_nations",
    "set_release",
    "set_releases",
    "share",
    "suggest",
    "take_later",
    "take_now",
    "take_on",
    "take_up",
    "publish_response",
    "timetable_of",
    "unshare",
    "withdraw_response",
    "vote",
    "withdraw",
    "write_note",
    "write_reflection",
]
