"""What is asked about people's messages as a whole; it tells nobody's data."""

from datetime import timedelta

from django.conf import settings

from lms.kit import clock

from .models import Mail


def mail_fault() -> str:
    """A sentence where a mail that was due has not been tried for too long, else “”. One that its server puts off is not due."""
    late = clock.now() - timedelta(seconds=settings.IMSA_MAIL_SECONDS)
    if Mail.objects.waiting().filter(next_try_at__lt=late).exists():
        return f"a mail is {settings.IMSA_MAIL_SECONDS // 60} minutes late: is the worker at work, and does the mail server answer?"
    return ""
