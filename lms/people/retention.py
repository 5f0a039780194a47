"""What is kept of people for a set time only, and goes by itself; that something was said or done stays."""

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import TruncYear

from lms.kit.clearing import clear_columns, years_before

from .models import Notice, Recovery, User


def clear_old_messages(*, by) -> int:
    """IMSA_MESSAGE_YEARS after a message was written: 1. its text is emptied, 2. a record entry. Its heading, day and link stay. How many. Twice is once."""
    old = Notice.objects.filter(written_at__lt=years_before(settings.IMSA_MESSAGE_YEARS))
    return clear_columns(old.exclude(body=""), "people.clear_old_messages", by=by, body="")


def round_old_sign_ins(*, by) -> int:
    """IMSA_SIGN_IN_YEARS after somebody's last sign-in: 1. only its year stays, as the beginning of 1 January, 2. a record entry. It is never emptied: that somebody was here decides whether
    an invitation can be sent again. How many. Twice is once."""
    year = TruncYear("last_login")
    old = User.objects.filter(last_login__lt=years_before(settings.IMSA_SIGN_IN_YEARS))
    return clear_columns(
        old.exclude(last_login=year), "people.round_old_sign_ins", by=by, last_login=year
    )


def clear_old_recoveries(*, by) -> int:
    """IMSA_REMARK_YEARS after a lost second factor was dealt with: 1. how it was checked who asks is emptied, 2. a record entry. How many. Twice is once."""
    before = years_before(settings.IMSA_REMARK_YEARS)
    old = Recovery.objects.filter(Q(confirmed_at__lt=before) | Q(refused_at__lt=before))
    return clear_columns(
        old.exclude(how_checked=""), "people.clear_old_recoveries", by=by, how_checked=""
    )
