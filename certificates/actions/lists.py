"""Answers many questions at once for an approved organisation, in the order they were asked."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of
from lms.record.actions import write

from ..models import Check, ListCheck
from ..queries.fact_lines import SOME
from ..rules import may_ask_for, may_ask_still
from .checks import check_row, look_up
from .rate_limits import count, key_of, rate

TOO_MANY_MISSES = gettext_noop(
    "Not asked. Too many questions of your organisation found no one today. Ask again tomorrow, or speak to the IMSA Model Hub."
)
TOO_MANY_NAMES = gettext_noop(
    "Not asked. Several other names were tried for this number today. Check it against the certificate, and ask again tomorrow."
)


@transaction.atomic
def answer_list(organisation, lines, purpose, *, by, why="", day, file_name="") -> ListCheck:
    """Answer every line that can be read.

    1. who asks, again once it is looked up, and how much the organisation asked today are looked at (NotAllowed, Refused), 2. line after line is looked up,
    until too many of the day found nobody: the lines after that, and further names for one number, are not answered and say so,
    3. each answer is kept under its receipt, and the list with what was wrong in the other lines, 4. a record entry with the
    counts, 5. when very many found nobody, the Hub is told. All or none.
    """
    insist(may_ask_for(by, organisation))
    insist_not_too_many(organisation, len(lines))
    asked, found, faults = _look_up_until_limit(
        organisation, [line for line in lines if line.question]
    )
    insist(may_ask_still(by, organisation))
    made = ListCheck.objects.create(
        organisation=organisation,
        asked_by=by if isinstance(by, User) else None,
        purpose=purpose,
        on_day=day,
        file_name=file_name[:200],
    )
    checks = [
        check_row(line.question, f, by, organisation, purpose, why, made)
        for line, f in zip(asked, found, strict=True)
    ]
    Check.objects.bulk_create(checks, batch_size=500)
    answered = {line.row: check for line, check in zip(asked, checks, strict=True)}
    made.lines = [
        [
            line.row,
            line.number,
            line.surname,
            line.reference,
            line.fault or faults.get(line.row, ""),
            answered[line.row].receipt if line.row in answered else "",
        ]
        for line in lines
    ]
    made.save(update_fields=["lines"])
    write(
        "certificates.answer_list",
        made,
        by=by,
        after={"lines": len(lines), "answered": len(checks)},
    )
    missed = [
        (line, f) for line, f in zip(asked, found, strict=True) if f.standing.code == "not_found"
    ]
    count_misses(organisation, len(missed), [line.question for line, _unused in missed])
    return made


def _look_up_until_limit(organisation, questions):
    """(lines that are answered, what was found for each, row to why it is not asked) of lines that can be read."""
    lines, faults = _without_guesses(organisation, questions)
    most, span = rate(settings.IMSA_LIST_MISSES)
    key = key_of("list_misses", organisation.pk)
    left, done, found = most - count((key, span, 0))[key], [], []
    for start in range(0, len(lines), SOME):
        some = lines[start : start + SOME]
        if left <= 0:
            faults |= {line.row: _(TOO_MANY_MISSES) for line in some}
            continue
        answers = look_up([line.question for line in some], organisation)
        left -= sum(f.standing.code == "not_found" for f in answers)
        done, found = done + some, found + answers
    return done, found, faults


def _without_guesses(organisation, questions):
    """Of the names for one number only as many as may still be tried today; the same name again is no other one."""
    most, span = rate(settings.IMSA_MISSES_PER_NUMBER)
    keys = {
        line.question.numbers[-1]: number_key(organisation, line.question.numbers[-1])
        for line in questions
    }
    tried = _counted([(key, span, 0) for key in dict.fromkeys(keys.values())])
    names, kept, faults = {}, [], {}
    for line in questions:
        number, name = line.question.numbers[-1], line.question.surname.casefold()
        of_it = names.setdefault(keys[number], set())
        if name not in of_it and len(of_it) + tried[keys[number]] >= most:
            faults[line.row] = _(TOO_MANY_NAMES)
        else:
            of_it.add(name)
            kept.append(line)
    return kept, faults


def may_try_number(organisation, number) -> bool:
    """May a single name still be tried for this number today, for this organisation?"""
    most, span = rate(settings.IMSA_MISSES_PER_NUMBER)
    key = number_key(organisation, number)
    return count((key, span, 0))[key] < most


def number_key(organisation, number) -> str:
    return key_of("list_wrong", f"{organisation.pk}:{number[-9:]}")


def _counted(lines) -> dict:
    found = {}
    for start in range(0, len(lines), SOME):
        found |= count(*lines[start : start + SOME])
    return found


def insist_not_too_many(organisation, lines):
    most, span = rate(settings.IMSA_LIST_LINES)
    key = key_of("lines", organisation.pk)
    if count((key, span, lines))[key] > most:
        raise Refused(
            _(
                "An organisation may ask about %(most)s lines in a day. Ask again tomorrow, or speak to the IMSA Model Hub."
            )
            % {"most": f"{most:,}"}
        )


def misses_today(organisation) -> bool:
    """Have so many questions of the day found nobody that no program may ask single ones any more?"""
    most, span = rate(settings.IMSA_LIST_MISSES)
    key = key_of("list_misses", organisation.pk)
    return count((key, span, 0))[key] >= most


def count_misses(organisation, misses, questions=()):
    """Too many that find nobody look like guessing; the Hub is told when the day's count passes its limit. `questions`: those
    that found nobody, counted for each number."""
    if not misses:
        return
    of_number = {}
    for question in questions:
        of_number.setdefault(number_key(organisation, question.numbers[-1]), set()).add(
            question.surname.casefold()
        )
    span_of_number = rate(settings.IMSA_MISSES_PER_NUMBER)[1]
    _counted([(key, span_of_number, len(names)) for key, names in sorted(of_number.items())])
    most, span = rate(settings.IMSA_LIST_MISSES)
    key = key_of("list_misses", organisation.pk)
    counted = count((key, span, misses))[key]
    if counted >= most > counted - misses:
        for officer in holders_of(Role.HUB_OFFICER):
            tell(
                officer,
                _("An organisation may be guessing"),
                _(
                    "%(organisation)s asked in lists about more than %(most)s numbers and names in a day that do not fit. Nothing was told, and no more of its questions are answered today."
                )
                % {"organisation": organisation.name, "most": most},
                reverse("cohorts:organisation", args=[organisation.code]),
            )
