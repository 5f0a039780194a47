"""Answers “may this person act as an IMSA?”; unknown, misnamed and withheld are one answer, made in one way."""
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.timezone import localtime

from lms.kit import clock, codes, nations
from lms.kit.codes import Misread
from lms.kit.refusals import Refused
from lms.people.models import User
from lms.record.actions import write

from .. import names
from ..accreditation import Standing, standing_on
from ..facts import is_withheld
from ..models import Certificate, Check
from ..queries import facts_of, rules
from ..rules import may_be_asked
from ..standings import words_for


@dataclass(frozen=True)
class Anybody:
    """Whoever asks without signing in."""

    pk = None
    record_label = "anybody"


def answer_check(number, surname, *, by=None, on: date | None = None) -> Check:
    """Answer one question, and keep the answer word for word under a receipt number.

    1. number, name and day are read; a slip is answered at once, from what anybody can know
    (Misread, Refused), 2. person and facts are looked up, with the same questions to the database
    whoever is asked about, 3. the answer and a record entry are written.
    """
    today = clock.today()
    day = on or today
    insist_readable(surname, day)
    asked = numbers_meant(number)
    with transaction.atomic():
        return _answered(asked, " ".join(surname.split()), day, today, by)


def _answered(asked, surname, day, today, by) -> Check:
    person, is_match = _found(asked, surname)
    facts = facts_of(person)
    standing = standing_on(day, facts, rules())
    if not is_match or is_withheld(today, facts):
        standing = Standing("not_found")
    check = Check.objects.create(
        receipt=codes.new("Q", 11), asked_number=" or ".join(asked), asked_surname=surname, on_day=day,
        answer=_in_full(standing), person=person if is_match else None, asked_by=by if isinstance(by, User) else None,
    )
    write("certificates.check", check, by=by or Anybody(), after={"code": standing.code, "on": day.isoformat()})
    return check


def insist_readable(surname, day):
    if not names.is_a_name(surname or "") or len(surname) > 150:
        raise Refused("Type the family name as it stands on the certificate: letters, spaces, hyphens and apostrophes.")
    may = may_be_asked(day)
    if not may:
        raise Refused(may.reason)


def numbers_meant(typed: str) -> list[str]:
    """The IMSA or certificate number somebody typed; both when they left the beginning away. Raises Misread."""
    bare = "".join(c for c in (typed or "").upper() if c.isalnum())
    if bare.startswith("IMSA"):
        return [codes.read(typed, "IMSA")]
    if bare.startswith("C") and len(bare) != 8:
        return [codes.read(typed, "C")]
    if len(bare) < 8 and not bare.startswith("C"):
        raise Misread("Type the whole number. It begins with IMSA or with C, and has eight characters after that.")
    ending = codes.read(f"IMSA{bare}", "IMSA").removeprefix("IMSA")
    return [f"IMSA{ending}", f"C{ending}"]


def _found(numbers, surname):
    """(the person these numbers name, does the family name match?): two questions, always."""
    people = [(p, [names.family_name(p.first_name, p.last_name)]) for p in User.objects.filter(imsa_number__in=numbers)]
    for held in Certificate.objects.filter(number__in=numbers).select_related("enrolment__person"):
        person = held.enrolment.person
        printed = names.family_name(held.facts["given_names"], held.facts["family_name"])
        people.append((person, [names.family_name(person.first_name, person.last_name), printed]))
    for person, known in people:
        if any([names.is_same(surname, name) for name in known]):
            return person, True
    return (people[0][0] if people else None), False


def _in_full(standing: Standing) -> dict:
    words = words_for(standing.code)
    return {
        "code": standing.code, "label": words.label, "tone": words.tone, "meaning": words.meaning, "advice": words.advice,
        "nations": nations.labels(standing.nations), "conditions": standing.conditions, "reasons": list(standing.reasons),
        "answered_at": localtime(clock.now()).isoformat(),
    }

