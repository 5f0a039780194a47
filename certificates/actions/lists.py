"""Answers many questions at once for an approved organisation, in the order they were asked."""
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of
from lms.record.actions import write

from ..models import Check, ListCheck
from ..rules import may_ask_for
from .checks import kept, looked_up
from .tallies import count, key_of, rate


@transaction.atomic
def answer_list(organisation, lines, purpose, *, by, why="", day, file_name="") -> ListCheck:
    """Answer every line that can be read.

    1. who asks and how much the organisation asked today are looked at (NotAllowed, Refused), 2. all are looked up, 3. each
    answer is kept under its receipt, and the list with what was wrong in the other lines, 4. a record entry with the counts,
    5. when very many found nobody, the Hub is told. All or none.
    """
    insist(may_ask_for(by, organisation))
    insist_not_too_many(organisation, len(lines))
    asked = [line for line in lines if line.question]
    found = looked_up([line.question for line in asked], organisation)
    made = ListCheck.objects.create(
        organisation=organisation, asked_by=by if isinstance(by, User) else None, purpose=purpose, on_day=day, file_name=file_name[:200],
    )
    checks = [kept(line.question, f, by, organisation, purpose, why, made) for line, f in zip(asked, found, strict=True)]
    Check.objects.bulk_create(checks, batch_size=500)
    answered = {line.row: check for line, check in zip(asked, checks, strict=True)}
    made.lines = [
        [line.row, line.number, line.surname, line.reference, line.fault, answered[line.row].receipt if line.question else ""] for line in lines
    ]
    made.save(update_fields=["lines"])
    write("certificates.answer_list", made, by=by, after={"lines": len(lines), "answered": len(checks)})
    count_misses(organisation, sum(check.answer["code"] == "not_found" for check in checks))
    return made


def insist_not_too_many(organisation, lines):
    most, span = rate(settings.IMSA_LIST_LINES)
    key = key_of("lines", organisation.pk)
    if count((key, span, lines))[key] > most:
        raise Refused(f"An organisation may ask about {most:,} lines in a day. Ask again tomorrow, or speak to the IMSA Model Hub.")


def misses_today(organisation) -> bool:
    """Have so many questions of the day found nobody that no program may ask single ones any more?"""
    most, span = rate(settings.IMSA_LIST_MISSES)
    key = key_of("list_misses", organisation.pk)
    return count((key, span, 0))[key] >= most


def count_misses(organisation, misses):
    """Too many that find nobody look like guessing; the Hub is told when the day's count passes its limit."""
    if not misses:
        return
    most, span = rate(settings.IMSA_LIST_MISSES)
    key = key_of("list_misses", organisation.pk)
    counted = count((key, span, misses))[key]
    if counted >= most > counted - misses:
        for officer in holders_of(Role.HUB_OFFICER):
            tell(
                officer, "An organisation may be guessing",
                f"{organisation.name} asked in lists about more than {most} numbers and names in a day that do not fit. Nothing was told.",
                reverse("cohorts:organisation", args=[organisation.code]),
            )
