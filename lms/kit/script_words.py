"""The words that scripts of static/js say. `{% script_words "notes" %}` puts them into the page that loads the script, as JSON, which no
browser runs; static/js/words.js reads them. So gettext has them like all others (docs/translating.md)."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .judging_words import verdict
from .word_forms import Words, forms


def offline() -> Words:
    return {
        **_signing_out(),
        **_connection(),
        "waits": _("Kept on this device. It is sent when the connection returns."),
        "needs_choice": _("This waits on this device for a choice of yours. %(link)s"),
        "see_what_waits": _("See what waits"),
        # Translators: a number of things, in the head of every page.
        "held": _("Not saved: %(count)s"),
        "choose_answer": _("Choose one answer."),
        "story_needs_connection": _("This story goes on when there is a connection."),
        "signed_out_here": _(
            "You have signed out on this device, so nothing can be kept here. Copy what you wrote before you leave this page."
        ),
        "not_kept": _(
            "This could not be kept on your device. Copy what you wrote before you leave this page."
        ),
    }


def _signing_out() -> Words:
    return {
        "before_signing_out": _("Before you sign out"),
        "unsent": forms(
            lambda count: ngettext(
                "One thing you did here has not been sent yet. Signing out destroys what waits on this device, and no one can bring it back.",
                "%(count)s things you did here have not been sent yet. Signing out destroys what waits on this device, and no one can bring it back.",
                count,
            )
        ),
        "unsent_offline": _("There is no connection now, so it cannot be sent yet."),
        "unsent_choices": _(
            "Some of it needs a choice of yours. See what waits under “On this device”."
        ),
        "send_then_sign_out": _("Send it first, then sign out"),
        "stay_signed_in": _("Stay signed in"),
        "sign_out_and_lose": _("Sign out and lose it"),
    }


def _connection() -> Words:
    return {
        "please_note": _("Please note"),
        "no_connection": _(
            "You have no connection. What you write is kept on this device and sent when the connection returns."
        ),
        # Translators: the link is “Sign in”.
        "back_signed_out": _("The connection is back. %(link)s, and what you wrote is sent."),
        "sign_in": _("Sign in"),
        # Translators: the link is “Open the unit as it is on the site” or “Load the page again to see it there”.
        "sent": _("What you did without a connection has been sent. %(link)s."),
        "back": _("The connection is back. %(link)s."),
        "open_on_site": _("Open the unit as it is on the site"),
        "load_again": _("Load the page again to see it there"),
    }


def shelf() -> Words:
    """The card that keeps a module on a device, and the page of what is on it."""
    return {
        **_kinds(),
        **_keeping(),
        **_waiting(),
        **_choices(),
        # Translators: the link is “Quiz answers from a file”.
        "file_offer": _(
            "If this device does not get a connection in time, save your quiz answers as a file and take it to another device. Choose it there at %(link)s. They also stay here."
        ),
        "file_page": _("Quiz answers from a file"),
        "studied": _("Studied"),
        "studied_not_sent": _("Studied, not sent yet"),
        "opens_after": _("Opens when “%(title)s” is complete"),
        "no_notes": _("No notes are kept on this device."),
        "megabytes": _("%(value)s MB"),
        "remove": _("Remove from this device"),
    }


def _kinds() -> Words:
    return {
        "kind_place": _("Where you stopped reading"),
        "kind_check": _("An answer to a knowledge check"),
        "kind_activity": _("An activity you did"),
        "kind_poll": _("An answer to a poll"),
        "kind_later": _("A unit saved for later"),
        "kind_now": _("A unit taken up again"),
        "kind_studied": _("A unit you have studied"),
        "kind_note": _("A note"),
        "kind_note_change": _("A change to a note"),
        "kind_reflection": _("A reflection"),
        "kind_quiz": _("An answer to a quiz"),
        "kind_text": _("Text of a piece of work"),
        "kind_settled": _("A choice you made"),
        "kind_other": _("Something you did"),
    }


def _keeping() -> Words:
    return {
        "cannot_keep": _(
            "This browser cannot keep units. You can read every unit here as long as there is a connection."
        ),
        "keep": _("Keep on this device"),
        "keep_anew": _("Keep it anew"),
        "kept_here_on": forms(
            lambda count: ngettext(
                "Kept on this device on %(day)s: %(count)s unit, %(size)s.",
                "Kept on this device on %(day)s: %(count)s units, %(size)s.",
                count,
            )
        ),
        "kept_on": forms(
            lambda count: ngettext(
                "Kept on %(day)s: %(count)s unit, %(size)s.",
                "Kept on %(day)s: %(count)s units, %(size)s.",
                count,
            )
        ),
        "not_open_yet": _("Not taken, because not open yet: %(titles)s."),
        "progress": forms(
            lambda count: ngettext(
                "%(done)s of %(count)s unit", "%(done)s of %(count)s units", count
            )
        ),
        "cut_off": forms(
            lambda count: ngettext(
                "The connection was lost, or this device has no room. %(count)s unit of this module arrived. Press again to go on.",
                "The connection was lost, or this device has no room. %(count)s units of this module arrived. Press again to go on.",
                count,
            )
        ),
        "newer": forms(
            lambda count: ngettext(
                "Newer text is on the site for %(count)s unit.",
                "Newer text is on the site for %(count)s units.",
                count,
            )
        ),
        "more": forms(
            lambda count: ngettext(
                "%(count)s unit can be added.", "%(count)s units can be added.", count
            )
        ),
    }


def _waiting() -> Words:
    return {
        "nothing_kept": _(
            "Nothing is kept on this device. Open a module and choose “Take this module with you”."
        ),
        "nothing_waits": _("Nothing waits. Everything you did is on the site."),
        "things_wait": forms(
            lambda count: ngettext(
                "One thing waits to be sent.", "%(count)s things wait to be sent.", count
            )
        ),
        "choices_wait": forms(
            lambda count: ngettext(
                "One thing needs a choice of yours.",
                "%(count)s things need a choice of yours.",
                count,
            )
        ),
        "still_offline": _("There is no connection yet. It is sent when the connection returns."),
        "still_signed_out": _("Sign in first, then it is sent."),
        "site_busy": _("The site could not take it now. It stays here and is sent later."),
    }


def _choices() -> Words:
    return {
        # Translators: %(moment)s is a day and a time.
        "date_of_work": _("Done on %(moment)s."),
        "from_device": _("Written on this device"),
        "from_site": _("On the site"),
        "keep_both": _("Keep both, one below the other"),
        "put_mine": _("Put mine in its place"),
        "keep_theirs": _("Keep what is on the site"),
        "your_text": _("Your text"),
        "save_change": _("Save it as I changed it"),
        "not_a_person": _("It is not about a real person: keep it"),
        "send_again": _("Send it again"),
    }


def quiz() -> Words:
    """What stands below a question while its answer is sent."""
    return {
        "saving": _("Saving"),
        "saved": _("Saved"),
        "place_twice": _("Saved. Two items have the same place: give each item a different place."),
        "answer_waits": _(
            "Not saved yet: no connection. It is kept on this device and sent when the connection returns."
        ),
        "signed_out": _(
            "Not saved yet: you are signed out. It is kept on this device and sent when you sign in here again."
        ),
        "not_saved": _("Not saved yet: no connection. Keep this page open, and it is tried again."),
        "time_left": forms(
            lambda count: ngettext("%(count)s minute left.", "%(count)s minutes left.", count)
        ),
        "answered": _("%(answered)s of %(count)s questions saved"),
        # Translators: the link is “Load the page again to see them”.
        "other": _("Another page or device has answered questions of this quiz since. %(link)s."),
        "load_answers": _("Load the page again to see them"),
        # Translators: the link is “Quiz answers from a file”.
        "recovery": _(
            "Some answers are not on the site yet. You can save them as a file and choose it on any device with a connection: %(link)s."
        ),
        "recovery_page": _("Quiz answers from a file"),
        "save_file": _("Save quiz answers as a file"),
    }


def text() -> Words:
    """What stands below work that is typed on the page."""
    return {
        "text_words": forms(lambda count: ngettext("%(count)s word", "%(count)s words", count)),
        "text_saved": _("Saved at %(time)s. Words: %(words)s."),
        "text_waits": _(
            "Not saved yet: no connection. It is kept on this device and sent when the connection returns."
        ),
        "text_signed_out": _(
            "Not saved yet: you are signed out. It is kept on this device and sent when you sign in here again."
        ),
        "text_not_saved": _(
            "Not saved yet: no connection. Keep this page open, and it is tried again."
        ),
        "text_stale": _(
            "This text was saved on another page or device, so it is not saved here any more. Choose “Save” to compare the two. Nothing you typed is lost."
        ),
    }


def order() -> Words:
    """What moves an item of a question to another place."""
    return {
        "move_up": _("Move up: %(item)s"),
        "move_down": _("Move down: %(item)s"),
        "drag": _("Drag to move"),
        "in_place": _("%(item)s is now in place %(place)s of %(last)s."),
    }


def upload() -> Words:
    """What stands below a file while it is sent in pieces."""
    return {
        "upload_reads": _("Reading your file"),
        "upload_goes": _("Sending your file. Keep this page open."),
        "upload_count": _("%(here)s of %(size)s MB"),
        "upload_offline": _(
            "No connection. What has arrived is kept. Sending continues when the connection returns."
        ),
        "upload_busy": _("The site could not take it now. It is tried again in a moment."),
        "upload_elsewhere": _(
            "Another page or device is sending this file too. Both continue where the file stands."
        ),
        "upload_other_tab": _(
            "This file is being sent in another tab. Leave that tab open; this page continues when it is done."
        ),
        "upload_signed_out": _(
            "You are signed out. What has arrived is kept: sign in, then choose the same file again."
        ),
        "upload_whole": _("Your file has arrived. The next page shows it."),
        "upload_unreadable": _(
            "Your browser cannot read this file any more. If it was changed or moved, choose it again."
        ),
        "upload_failed": _(
            "Your file could not be sent. Load this page again, then choose the same file."
        ),
    }


def recorder() -> Words:
    """What stands beside the buttons with which a marker records."""
    return {
        "recorder_no_microphone": _(
            "This browser cannot record here. Record on your device, then choose the file below."
        ),
        "recorder_refused": _(
            "The microphone is not allowed or not there. Allow it in your browser’s settings for this site, or choose a file below."
        ),
        "recorder_goes": _("Recording."),
        "recorder_ends_soon": _("One minute is left."),
        "recorder_reads": _("Preparing your recording."),
        "recorder_done": _("Your new recording is ready to hear. It is not saved yet."),
        "recorder_full": _(
            "The recording stopped at its longest. It is ready to hear, and not saved yet."
        ),
        "recorder_unreadable": _(
            "This browser could not prepare the recording. Keep a copy on this device, save it as MP3 or WAV with another program, and choose that file below. Or record again."
        ),
        "recorder_dropped": _("The new recording is removed."),
        "recorder_too_large": _(
            "This file is larger than %(most)s MB. Make the recording shorter, or save it as MP3."
        ),
        "recorder_sends": _("Saving your recording. Keep this page open."),
        "recorder_offline": _(
            "Not saved: no connection. Your recording and words stay on this page. Choose “Save” again when the connection is back."
        ),
        "recorder_signed_out": _(
            "Not saved: you are signed out. Sign in on another tab, then choose “Save” here again. Your recording stays on this page."
        ),
        "recorder_busy": _(
            "Not saved: the site could not take it now. Your recording stays on this page. Choose “Save” again in a minute."
        ),
        # Translators: %(words)s is a sentence that says why.
        "recorder_not_saved": _("Not saved. %(words)s"),
        "recorder_stale": _("Keep a copy on this device, and load this page again."),
    }


def notes() -> Words:
    return {
        "chosen_words": _("The words you chose"),
        "note": _("Note"),
        "highlight": _("Highlight"),
    }


def marks() -> Words:
    """What a marker's marks come to while they are typed."""
    return {
        "total": _("%(total)s of 100"),
        "marks_so_far": forms(
            lambda count: ngettext(
                "%(number)s of %(count)s mark given", "%(number)s of %(count)s marks given", count
            )
        ),
        **_saving(),
        "choose_words": _("Choose some words in your comment first."),
        "phrase_kept": _("The phrase is kept."),
        "phrase_not_kept": _("The phrase is not kept: no connection, or you are signed out."),
    }


def _saving() -> Words:
    """What becomes of a draft that is saved while it is typed."""
    return {
        "draft_saved": _("Saved at %(time)s"),
        "saved_but": _("Saved at %(time)s, but for what is no mark: %(faults)s"),
        "draft_offline": _("Not saved: no connection. Keep this page open."),
        "draft_signed_out": _(
            "Not saved: you are signed out. Choose “Save for later” to sign in; what you typed comes back then."
        ),
        "draft_busy": _(
            "Not saved: the site could not take it now. It is tried again in a moment."
        ),
        # Translators: %(words)s is a sentence that says why.
        "draft_not_saved": _("Not saved. %(words)s"),
        "draft_stale": _("Copy what you typed, and load this page again."),
    }


SCRIPTS: dict[str, Callable[[], Words]] = {
    "offline": offline,
    "verdict": verdict,
    "shelf": shelf,
    "notes": notes,
    "marks": marks,
    "quiz": quiz,
    "text": text,
    "upload": upload,
    "recorder": recorder,
    "order": order,
}
