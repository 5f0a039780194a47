"""What is asked about people's messages as a whole; it tells nobody's data."""
from datetime import timedelta

from django.conf import settings

from lms.kit import clock

from .models import Notice


def mail_fault() -> str:
    """A sentence where a message has waited too long to be mailed, else “”."""
    late = clock.now() - timedelta(seconds=settings.IMSA_MAIL_SECONDS)
    if Notice.objects.filter(sent_at=None, written_at__lt=late, person__is_invented=False).exists():
        return f"a message has waited for more than {settings.IMSA_MAIL_SECONDS // 60} minutes to be mailed"
    return ""
