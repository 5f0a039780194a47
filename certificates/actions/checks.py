"""Answers “may this person act as an IMSA?”; unknown, misnamed and withheld are one answer, made in one way."""

import time
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, count

from django.db import transaction
from django.db.models import BooleanField, Case, CharField, F, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lms.kit import clock, codes
from lms.kit.languages import in_english
from lms.kit.prepared_statements import Prepared
from lms.kit.refusals import insist
from lms.people.models import User

from ..accreditation.facts import withheld_on
from ..accreditation.sentences import Phrase
from ..accreditation.standing import Standing, nations_on, standing_on
from ..checking import family_names
from ..checking.answers import code_told, in_full
from ..checking.questions import Question, question_of
from ..models import Certificate, Check, Watch
from ..queries.fact_lines import SOME
from ..queries.facts import NOBODY, FactLines, facts_and_rules_of
from ..rules import may_ask_for

DECOYS, DECOY_SECONDS = SOME, 600
SILENT = ("not_found", "ask_the_hub")  # answers that tell no standing
# Kept when a file was read: nothing about today was told.
READING = {
    "code": "read",
    "label": "We issued this file",
    "tone": "plain",
    "meaning": in_english("Nothing about today was told."),
    "advice": "",
    "nations": [],
    "conditions": "",
    "reasons": [],
}


@dataclass(frozen=True)
class LookupResult:
    """Whose entry answers (nobody’s where the name does not fit), and how."""

    person: int | None
    standing: Standing
    each: tuple = ()


def answer_check(
    number, surname, *, by=None, on: date | None = None, organisation=None, purpose="", why=""
) -> Check:
    """Answer one question, and keep the answer word for word under a receipt number.

    1. number, name and day are read; a slip is answered at once, from what anybody can know (Misread, Refused),
    2. person and facts are looked up, with the same questions to the database whoever is asked about, 3. the answer is
    kept. The record does not hold each answer but seals them by the stretch (`anchor_answers`). `organisation`: on whose
    behalf a contact of it asks (NotAllowed for anybody else).
    """
    question = question_of(number, surname, on or clock.today())
    if organisation is not None:
        insist(may_ask_for(by, organisation))
    with transaction.atomic():
        found = look_up([question], organisation)[0]
        check = check_row(question, found, by, organisation, purpose, why)
        check.save(force_insert=True)
    return check


@transaction.atomic
def answer_share_link(link, number, surname, *, by=None) -> Check:
    """Keep what a holder’s own link shows, under a receipt: the holder gave it, so it answers also while the entry is withheld.

    1. the standing of today, 2. the answer is kept, and the holder sees that it was.
    """
    today = clock.today()
    facts, book = facts_and_rules_of(link.person_id)
    check = check_row(
        Question((number,), surname, today),
        LookupResult(link.person_id, standing_on(today, facts, book)),
        by,
        None,
        "",
        _("Your link: %(link)s") % {"link": link.label},
    )
    check.proof_link = link
    check.save(force_insert=True)
    return check


@transaction.atomic
def note_reading(certificate, *, by=None) -> Check:
    """Keep that a certificate's file or badge was read, so that its holder sees it. 1. a row without any standing: the reader was
    told none, and its receipt number is given to nobody."""
    now = clock.now()
    check = Check(
        receipt=codes.new("Q", 11),
        asked_number=certificate.number,
        asked_surname="",
        on_day=localtime(now).date(),
        answer={**READING, "answered_at": localtime(now).isoformat()},
        person_id=certificate.enrolment.person_id,
        asked_at=now,
        asked_by=by if isinstance(by, User) else None,
        why="A certificate or badge was read",
    )
    check.save(force_insert=True)
    return check


def check_row(question, result, by, organisation, purpose, why, list_check=None) -> Check:
    """The row of an answer, not saved yet."""
    now = clock.now()
    is_past = question.day < localtime(now).date()
    answer = in_full(
        result.standing,
        localtime(now).isoformat(),
        is_past,
        result.each if organisation is not None else None,
    )
    return Check(
        receipt=codes.new("Q", 11),
        asked_number=" or ".join(question.numbers),
        asked_surname=question.surname,
        on_day=question.day,
        answer=answer,
        person_id=result.person,
        asked_at=now,
        asked_by=by if isinstance(by, User) else None,
        organisation=organisation,
        purpose=purpose,
        why=" ".join(why.split())[:200],
        list_check=list_check,
    )


# ---- looking up ----


def look_up(questions, organisation=None) -> list[LookupResult]:
    """What answers each question, in their order: two questions to the database for each few hundred, three for an organisation.

    Who is withheld is hidden from an organisation unless it was watching them before: an answer that changed on the day somebody
    asked to be hidden would tell it so. (An employer of record sees its people on its own page.)
    """
    found = []
    for start in range(0, len(questions), SOME):
        found += _look_up_batch(questions[start : start + SOME], organisation)
    return found


def _look_up_batch(questions, organisation) -> list[LookupResult]:
    decoys, by_number = _decoys(), named_by({n for q in questions for n in q.numbers})
    named = {
        q.numbers: [found for number in q.numbers for found in by_number.get(number, ())]
        for q in questions
    }
    keys = _as_many_as_numbers(named, decoys)
    wanted = [named[q.numbers] for q in questions]
    gathered, today = FactLines(keys), clock.today()
    knows = _people_watched(organisation, gathered, today) if organisation is not None else None
    return [
        _answer(q, candidates, gathered, today, knows)
        for q, candidates in zip(questions, wanted, strict=True)
    ]


def _as_many_as_numbers(named, decoys) -> set[int]:
    """Puts somebody else in place of nobody, each time another one, and gives the keys to read: as many as numbers are asked about, also
    where two numbers are one person's. What is asked of the database then shows no more than what was typed."""
    keys, start = (
        {key for found in named.values() for key, *_unused in found},
        hash(next(iter(named))) % len(decoys),
    )
    spare = (
        key
        for key in chain(decoys[start:], decoys[:start], count(NOBODY - 1, -1))
        if key not in keys
    )
    for found in named.values():
        if not found:
            found.append((next(spare), None, False))
    keys |= {key for found in named.values() for key, *_unused in found}
    return keys | {next(spare) for _unused in range(len(named) - len(keys))}


def named_by(numbers) -> dict[str, list]:
    """Number to the people it names, each with the family name printed on that certificate, or nothing, and whether a newer
    certificate replaced it. One question for each few hundred."""
    numbers, found = [*numbers], {}
    for start in range(0, len(numbers), SOME):
        for number, who, given, family, replaced in _named(numbers[start : start + SOME]):
            found.setdefault(number, []).append((who, (given or "", family or ""), bool(replaced)))
    return found


def _with_numbers(numbers):
    none = Cast(Value(""), CharField())
    people = (
        User.objects.filter(imsa_number__in=numbers)
        .order_by()
        .annotate(
            number_=F("imsa_number"),
            who_=Coalesce("closed_as__person_id", "pk"),  # an account that was joined with another
            given_=none,
            family_=none,
            replaced_=Value(False, BooleanField()),
        )
    )
    printed = (
        Certificate.objects.filter(number__in=numbers)
        .order_by()
        .annotate(
            number_=F("number"),
            who_=F("enrolment__person_id"),
            given_=KT("facts__given_names"),
            family_=KT("facts__family_name"),
            replaced_=Case(
                When(superseded_by__isnull=False, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
        )
    )
    columns = ("number_", "who_", "given_", "family_", "replaced_")
    return people.values_list(*columns).union(printed.values_list(*columns), all=True)


_named = Prepared(_with_numbers, str)


def _people_watched(organisation, lines, today) -> set[int]:
    """Whom the organisation watches today: a watch can only have begun while it was answered. One question."""
    watched = Watch.objects.filter(
        organisation=organisation, ended_at=None, ends_on__gte=today, person_id__in=lines.keys
    )
    return {
        row.person_id
        for row in watched.only("person_id", "told")
        if row.told.get("code") not in SILENT
    }


def _answer(question, candidates, lines, today, knows) -> LookupResult:
    """`knows`: whom an organisation that asks knows already; None where nobody's organisation asks. The same work whoever is asked about: where nobody has the number it is done for somebody who has another."""
    judged, for_organisation = [], knows is not None
    is_of_paper = question.numbers[0].startswith("C")
    for key, on_paper, replaced in candidates:
        printed = on_paper
        if on_paper is None:  # nobody's: somebody's name in its place, where a paper has one
            printed = lines.names.get(key, ("", "")) if is_of_paper else ("", "")
        facts = lines.facts[key]
        withheld = "" if key in (knows or ()) else withheld_on(today, facts)
        same = _is_named(question.surname, key, printed, lines, today, bool(withheld))
        each = nations_on(question.day, facts, lines.book) if for_organisation else ()
        standing = lines.standing(key, question.day)
        if replaced:
            standing = replace(standing, reasons=(Phrase("number_replaced"), *standing.reasons))
        judged.append((same and on_paper is not None, key, standing, withheld, each))
    same, key, standing, withheld, each = max(judged, key=lambda j: j[0])
    if not same:
        return LookupResult(None, Standing("not_found"))
    code = code_told(standing.code, withheld, for_organisation)
    return (
        LookupResult(key, standing, each)
        if code == standing.code != "not_found"
        else LookupResult(key, Standing(code))
    )


def _is_named(typed, key, printed, lines, today, is_withheld) -> bool:
    """Is this person asked about: by the present name, the one printed on the certificate asked about, or one they had before?

    Both numbers on a paper answer with the name printed on it. An earlier name helps with the IMSA number alone, which stands on
    older papers too, never with a newer certificate's, and never where the entry is withheld from whoever asks.
    """
    earlier = not any(printed) and not is_withheld
    given, family = lines.names.get(key, ("", ""))
    working = lines.working_name(key, today)
    present = (given, working) if working else (given, family)
    known = [
        (present, True),
        (printed, True),
        *((name, earlier) for name in lines.earlier_names(key)),
    ]
    return any([family_names.fits(typed, *name) and counts for name, counts in known])


_kept_decoys: dict = {"until": 0.0, "keys": [NOBODY]}


def _decoys() -> list[int]:
    """People whose facts are read in place of nobody's, so that finding nobody takes as long as finding somebody."""
    if _kept_decoys["until"] < time.monotonic():
        rows = Certificate.objects.order_by("-pk").values_list("enrolment__person_id", flat=True)[
            :DECOYS
        ]
        _kept_decoys.update(
            until=time.monotonic() + DECOY_SECONDS, keys=[*dict.fromkeys(rows)] or [NOBODY]
        )
    return _kept_decoys["keys"]
