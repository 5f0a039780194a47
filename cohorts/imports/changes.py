"""What a row says that is not so yet, in words: before and after."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import nations
from lms.kit.templatetags.kit import short_day

STILL_OPEN = gettext_noop("still in post")
A_YEAR, TEN_YEARS = timedelta(days=366), timedelta(days=3653)


def change(label, before, after):
    return [label, before, after]


def as_text(value):
    """A value in words, for the before and after of a change."""
    if isinstance(value, list | tuple):
        return nations.sentence(value)
    return short_day(value) if isinstance(value, date) else value or _("Not given")


def day_of(iso):
    return date.fromisoformat(iso) if iso else None


def compared(whom, differences):
    if not differences:
        return {"verdict": "unchanged", "summary": _("%(whom)s: as the file says") % {"whom": whom}}
    changes = [
        change(
            label,
            *[
                _(STILL_OPEN) if label == "Last day" and not v else as_text(v)
                for v in (before, after)
            ],
        )
        for label, before, after in differences
    ]
    return {
        "verdict": "changed",
        "changes": changes,
        "summary": f"{whom}: {', '.join(c[0].lower() for c in changes)}",
    }
