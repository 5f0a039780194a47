"""What a kept unit says without a connection, in the words of courses/knowledge_checks/ (tests/courses/test_judging.py asks). Part of
lms/kit/script_words.py."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .word_forms import Words, forms


def verdict() -> Words:
    """What a kept unit says of an answer: the words of courses/knowledge_checks/ and its templates (tests/courses/test_judging.py asks)."""
    return {
        **_faults(),
        **_still_asked(),
        **_progress(),
        "judged_fault": _("Not checked yet"),
        "judged_good": _("That is right"),
        "judged_not_yet": _("Not yet"),
        "judged_ended": _("The story has ended"),
        "judged_right": _("Right"),
        "judged_not_this": _("Not this"),
        "judged_better": _("There is a better way"),
        "judged_more": forms(
            lambda count: ngettext(
                "%(count)s more answer belongs here.",
                "%(count)s more answers belong here.",
                count,
            )
        ),
    }


def _faults() -> Words:
    return {
        "judged_one": _("Choose one answer."),
        "judged_some": _("Choose at least one answer."),
        "judged_each": _("Choose an answer for every line."),
        "judged_places": _("Give every line a different place."),
        "judged_words": _("Write an answer."),
        "judged_long": _("Write a shorter answer: %(longest_words)s characters at most."),
        "judged_next": _("Choose what to do next. The story has not ended yet."),
        "judged_circle": _("You have gone round in a circle. Start the story again."),
        "judged_broken": _(
            "This question cannot be answered as it stands. Please tell the author."
        ),
    }


def _still_asked() -> Words:
    return {
        "judged_checks": forms(
            lambda count: ngettext(
                "%(count)s knowledge check is still to be answered rightly. You can try as often as you like.",
                "%(count)s knowledge checks are still to be answered rightly. You can try as often as you like.",
                count,
            )
        ),
        "judged_activities": forms(
            lambda count: ngettext(
                "%(count)s activity is still to be done.",
                "%(count)s activities are still to be done.",
                count,
            )
        ),
        "judged_attended": _(
            "Your tutor has not recorded yet that you attended this unit’s session."
        ),
    }


def _progress() -> Words:
    return {
        "judged_before": _("You have answered this correctly."),
        "judged_again": _("Try it again"),
        "judged_done": _("You have done this."),
        "judged_go": _("Go to it"),
        "judged_go_first": _("Go to the first one"),
        # Translators: the link is the title of another unit.
        "judged_opens_after": _("This unit opens when “%(link)s” is complete."),
        "judged_studied_here": _(
            "You have studied this unit on this device. It is recorded on the site when the connection returns."
        ),
        "judged_studied": _("You have studied this unit. It is recorded on the site."),
    }
