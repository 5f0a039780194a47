"""The code on the tutor's screen, which changes while a session runs. It is worked out from the server's time and kept nowhere."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from ..models import Session

DIGITS = 6


@dataclass(frozen=True)
class Code:
    """A code as the screen shows it, in words for who cannot see it, and for how many more seconds it is shown."""

    digits: str
    words: str
    seconds: int


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // settings.IMSA_ATTENDANCE_CODE_SECONDS


def digits_of(session: Session, step: int) -> str:
    """HMAC-SHA-256 of the step under a secret of the session alone, which comes of the installation's secret."""
    digest = salted_hmac(
        f"courses.attendance_code.{session.pk}", str(step), algorithm="sha256"
    ).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def code_at(session: Session, moment: datetime) -> Code:
    digits = digits_of(session, step_at(moment))
    length = settings.IMSA_ATTENDANCE_CODE_SECONDS
    halves = digits[:3], digits[3:]
    return Code(
        " ".join(halves),
        ", ".join(" ".join(digit_words()[int(one)] for one in half) for half in halves),
        length - int(moment.timestamp()) % length,
    )


def digit_words() -> list[str]:
    return [
        _("zero"),
        _("one"),
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
    ]


def is_code_of(session: Session, digits: str, moment: datetime) -> bool:
    """Is it the code of this moment, or the one before it?"""
    step = step_at(moment)
    found = [
        hmac.compare_digest(digits_of(session, one).encode(), digits.encode())
        for one in (step, step - 1)
    ]
    return any(found)


def plain_digits(text: str) -> str:
    """What was typed without spaces and hyphens; empty where it is no code."""
    digits = "".join(text.replace("-", " ").split())
    is_code = len(digits) == DIGITS and digits.isascii() and digits.isdigit()
    return digits if is_code else ""


def is_taking_codes(session: Session, moment: datetime) -> bool:
    """Does the session run, with the margin before and after?"""
    margin = timedelta(minutes=settings.IMSA_ATTENDANCE_CODE_MARGIN_MINUTES)
    return session.starts_at - margin <= moment <= session.ends_at + margin
