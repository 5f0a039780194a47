"""What somebody asks of the register, read from what they typed: a number, a family name and a day."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lms.kit import codes
from lms.kit.codes import Misread
from lms.kit.letters import is_a_name, without_unseen
from lms.kit.refusals import Refused

from ..rules import may_be_asked

LONGEST_SURNAME = 150


@dataclass(frozen=True)
class Question:
    """A number as it was meant (one or two readings), a family name and a day."""

    numbers: tuple[str, ...]
    surname: str
    day: date


def question_of(number, surname, day) -> Question:
    """Raises Misread or Refused with a sentence."""
    surname = without_unseen(surname or "")
    insist_readable(surname, day)
    return Question(tuple(numbers_meant(number)), " ".join(surname.split()), day)


def insist_readable(surname, day):
    if not is_a_name(without_unseen(surname or "")) or len(surname) > LONGEST_SURNAME:
        raise Refused(
            _(
                "Type the family name as it stands on the certificate: letters, spaces, hyphens and apostrophes."
            )
        )
    may = may_be_asked(day)
    if not may:
        raise Refused(may.reason)


def numbers_meant(typed: str) -> list[str]:
    """The IMSA or certificate number somebody typed; both when they left the beginning away. Raises Misread."""
    typed = without_unseen(typed or "")
    bare = "".join(c for c in typed.upper() if c.isalnum())
    if bare.startswith("IMSA"):
        return [codes.read(typed, "IMSA")]
    if bare.startswith("C") and len(bare) != 8:
        return [codes.read(typed, "C")]
    if len(bare) < 8 and not bare.startswith("C"):
        raise Misread(
            _(
                "Type the whole number. It begins with IMSA or with C, and has eight characters after that."
            )
        )
    ending = codes.read(f"IMSA{bare}", "IMSA").removeprefix("IMSA")
    return [f"IMSA{ending}", f"C{ending}"]
