"""The Hub's decisions about a person's accreditation; the private reason stays with the Hub."""
from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from lms.kit import clock
from lms.kit.lines import OF_ROW, in_force, replaced_from
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.people.models import User
from lms.record.actions import actor_label, write

from ..accreditation import standing_on
from ..facts import in_words
from ..models import Sanction, Withholding
from ..queries import facts_of, rules
from ..rules import may_sanction, may_withhold

Kind = Sanction.Kind
TOLD = {
    Kind.CONDITIONS: "From {day} your accreditation has these conditions: {words}",
    Kind.SUSPENDED: "Your accreditation is suspended from {day}. You may not act as an IMSA until it is lifted. "
                    "A suspension is not a finding of fault.",
    Kind.RESTORED: "From {day} nothing the Hub decided before limits your accreditation.",
    Kind.WITHDRAWN: "Your accreditation is withdrawn from {day}. You may not act as an IMSA.",
}
HEADED = {
    Kind.CONDITIONS: "Your accreditation has conditions", Kind.SUSPENDED: "Your accreditation is suspended",
    Kind.RESTORED: "Your accreditation is restored", Kind.WITHDRAWN: "Your accreditation is withdrawn",
}
TO_DO = {
    Kind.CONDITIONS: "to set conditions", Kind.SUSPENDED: "to suspend", Kind.RESTORED: "to restore",
    Kind.WITHDRAWN: "to withdraw",
}


@transaction.atomic
def sanction(enrolment, kind, from_day, words, reason, *, by) -> Sanction:
    """Limit or restore an accreditation from a day, today or later.

    1. one more dated line; it replaces those that were to begin after its day, 2. a record entry
    without the reason, 3. the person is told what was decided and from when, and what it replaces,
    not why. The same decision twice is one line.
    """
    insist(may_sanction(by, enrolment.person))
    User.objects.select_for_update(no_key=True).get(pk=enrolment.person_id)
    kind, words, reason = Kind(kind), " ".join(words.split()), reason.strip()
    words = words if kind == Kind.CONDITIONS else ""
    lines = sanctions_of(enrolment.person_id)
    last, replaced = in_force(lines, from_day, OF_ROW), replaced_from(from_day, lines, OF_ROW)
    if last and not replaced and (last.kind, last.words) == (kind, words) and _says_so_already(last, from_day):
        return last
    _insist_possible(enrolment, kind, from_day, words, reason, last, replaced)
    line = Sanction.objects.create(
        enrolment=enrolment, kind=kind, from_day=from_day, words=words, reason=reason, decided_by=actor_label(by)
    )
    after = {"kind": str(kind), "from": from_day.isoformat()}
    if replaced:
        after["replaces"] = [{"kind": r.kind, "from": r.from_day.isoformat()} for r in replaced]
    write("certificates.sanction", line, by=by, before=last and last.kind, after=after)
    tell(
        enrolment.person, HEADED[kind],
        " ".join([
            TOLD[kind].format(day=in_words(from_day), words=words), *map(replaced_in_words, replaced),
            "Speak to the IMSA Model Hub if you want to know more.",
        ]),
        reverse("certificates:mine"),
    )
    return line


def sanctions_of(person_id) -> list[Sanction]:
    """Every decision about one person, in the order of recording."""
    return list(Sanction.objects.filter(enrolment__person_id=person_id).order_by("pk"))


def replaced_in_words(line) -> str:
    return f"The decision {TO_DO[line.kind]} from {in_words(line.from_day)} is replaced by this one."


def _says_so_already(last, from_day):
    """A restoration can be needed again: an accreditation that was restored may lapse once more."""
    return last.from_day == from_day if last.kind == Kind.RESTORED else last.from_day <= from_day


def _insist_possible(enrolment, kind, from_day, words, reason, last, replaced):
    if not reason:
        raise Refused("Write down why. Only the Hub reads it.")
    if kind == Kind.CONDITIONS and not words:
        raise Refused("Write the conditions as a checker should read them.")
    if len(words) > 300:
        raise Refused("The conditions are longer than 300 characters. Say them more briefly.")
    if from_day < clock.today():
        raise Refused("A decision counts from the day it is recorded or later. What we answered before then stands.")
    # To say again what is in force is possible when it calls off what was to follow.
    if last and last.kind == Kind.WITHDRAWN and kind != Kind.RESTORED and not (kind == last.kind and replaced):
        raise Refused("This accreditation is withdrawn. It can only be restored.")
    if kind == Kind.RESTORED and (last is None or last.kind == Kind.RESTORED) and not replaced:
        if standing_on(from_day, facts_of(enrolment), rules()).code != "lapsed":
            raise Refused("Nothing limits this accreditation, so there is nothing to restore.")


@transaction.atomic
def withhold(person, reason, *, by, from_day=None) -> Withholding:
    """Keep a person's entry from the public check, from a day on.

    1. the withholding, 2. a record entry, 3. the person is told. While one is open, that one is returned.
    """
    insist(may_withhold(by, person))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    held = Withholding.objects.filter(person=person, until_day=None).first()
    if held:
        return held
    if not reason.strip():
        raise Refused("Write down why. Only the Hub reads it.")
    from_day = from_day or clock.today()
    if from_day < clock.today():
        raise Refused("An entry is withheld from today or a later day.")
    held = Withholding.objects.create(person=person, from_day=from_day, reason=reason.strip(), decided_by=actor_label(by))
    write("certificates.withhold", held, by=by, after={"from": from_day.isoformat()})
    _tell_of_entry(person)
    return held


@transaction.atomic
def lift_withholding(person, reason, *, by) -> Withholding | None:
    """Let the public check answer for this person again, at once.

    1. the open withholding ends, its reason added to, 2. a record entry, 3. the person is told.
    With none open nothing happens.
    """
    insist(may_withhold(by, person))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    held = Withholding.objects.filter(person=person, until_day=None).first()
    if held is None:
        return None
    if not reason.strip():
        raise Refused("Write down why. Only the Hub reads it.")
    held.until_day = clock.today() - timedelta(days=1)
    held.reason = f"{held.reason}\n\nLifted on {in_words(clock.today())}: {reason.strip()}"
    held.save(update_fields=["until_day", "reason"])
    write("certificates.lift_withholding", held, by=by, after={"until": held.until_day.isoformat()})
    _tell_of_entry(person)
    return held


def _tell_of_entry(person):
    """Says nothing of what changed: somebody else may read this person's mail."""
    tell(
        person, "Your entry on the register",
        "The IMSA Model Hub made the change to your entry that it agreed with you. Speak to the Hub if you did not expect this.",
        reverse("certificates:mine"),
    )
