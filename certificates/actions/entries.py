"""How a person's entry answers: withheld for their safety, through the Hub, or under the name they work under."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of
from lms.record.actions import actor_label, write

from ..accreditation.sentences import in_words
from ..checking import family_names
from ..models import EntryRequest, Withholding, WorkingName
from ..rules import may_lift, may_withhold
from ..states import RequestState

Mode, What = Withholding.Mode, EntryRequest.What
DAY = timedelta(days=1)
ANSWERED = gettext_noop("The IMSA Model Hub answered what you asked about your entry.")


@transaction.atomic
def withhold(
    person, reason, *, by, from_day=None, mode=Mode.EVERYBODY, proposed_by=None
) -> Withholding:
    """Keep a person's entry from the public check, from a day on.

    1. the withholding (one of the other kind ends the day before), 2. a record entry, 3. the person is told. While one of
    the kind is open, that one is returned. It protects, so one officer is enough and it counts at once; only where nobody is answered now
    and organisations would be told something, it takes two, as in `lift_withholding`.
    """
    insist(may_withhold(by, person))
    return _withhold(
        person, reason, by, from_day, Mode(mode), lambda: insist(may_lift(by, person, proposed_by))
    )


def _withhold(person, reason, by, from_day, mode, insist_may_show):
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    current = Withholding.objects.filter(person=person, until_day=None).first()
    from_day = from_day or clock.today()
    if current and current.mode == mode and current.from_day <= from_day:
        return current
    if not reason.strip():
        raise Refused(_("Write down why. Only the Hub reads it."))
    if from_day < clock.today():
        raise Refused(_("An entry is withheld from today or a later day."))
    if current and current.mode == Mode.EVERYBODY and mode == Mode.HUB:
        insist_may_show()
    if current:
        current.until_day = max(from_day - DAY, current.from_day - DAY)
        current.save(update_fields=["until_day"])
    made = Withholding.objects.create(
        person=person,
        from_day=from_day,
        mode=mode,
        reason=reason.strip(),
        decided_by=actor_label(by),
    )
    write(
        "certificates.withhold",
        made,
        by=by,
        after={"from": from_day.isoformat(), "mode": str(mode)},
    )
    _tell_of_entry(person)
    return made


@transaction.atomic
def lift_withholding(person, reason, *, by, proposed_by=None) -> Withholding | None:
    """Let the public check answer for this person again, at once. It exposes somebody, so two officers are needed: pages propose it
    through `actions.pending`. Only what the person asked for themselves, with their second factor, one officer does (`do_request`).

    1. every withholding that runs or is to come ends, the reason added to the last, 2. a record entry, 3. the person is told.
    With none nothing happens.
    """
    insist(may_lift(by, person, proposed_by))
    return _lift(person, reason, by, proposed_by)


def _lift(person, reason, by, proposed_by=None):
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    ended = clock.today() - DAY
    rows = Withholding.objects.filter(
        Q(until_day=None) | Q(until_day__gt=ended), person=person
    ).order_by("pk")
    newest = rows.last()
    if newest is None:
        return None
    if not reason.strip():
        raise Refused(_("Write down why. Only the Hub reads it."))
    rows.exclude(pk=newest.pk).update(until_day=ended)
    newest.until_day = ended
    newest.reason = f"{newest.reason}\n\nLifted on {in_words(clock.today())}: {reason.strip()}"
    newest.save(update_fields=["until_day", "reason"])
    after = {"until": newest.until_day.isoformat()} | (
        {"proposed_by": actor_label(proposed_by)} if proposed_by is not None else {"asked": True}
    )
    write("certificates.lift_withholding", newest, by=by, after=after)
    _tell_of_entry(person)
    return newest


@transaction.atomic
def work_under(person, name, *, by, proposed_by=None) -> WorkingName | None:
    """The check asks for this family name from today, and for no other; with no name, for the one on file again.

    1. the name that was open ends, 2. the new one, 3. a record entry without the name, 4. the person is told. The first such name
    protects, so one officer is enough. Once there is one, another name, or the one on file again, is answered that was “Not found”
    before: it takes two, as in `lift_withholding`.
    """
    insist(may_withhold(by, person))
    return _work_under(
        person, name, by, lambda: insist(may_lift(by, person, proposed_by)), proposed_by
    )


def _work_under(person, name, by, insist_may_show, proposed_by=None):
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    name, today = working_name_from(name), clock.today()
    current = WorkingName.objects.filter(person=person, until_day=None).first()
    if (current.name if current else "") == name:
        return current
    if current:
        insist_may_show()
        current.until_day = today - DAY
        current.save(update_fields=["until_day"])
    made = (
        WorkingName.objects.create(
            person=person, name=name, from_day=today, decided_by=actor_label(by)
        )
        if name
        else None
    )
    by_two = {"proposed_by": actor_label(proposed_by)} if proposed_by is not None else {}
    write(
        "certificates.work_under", made or current, by=by, after={"has_name": bool(name)} | by_two
    )
    _tell_of_entry(person)
    return made


def working_name_from(text) -> str:
    """A family name without needless spaces, or none. Raises Refused where it is not a name."""
    name = " ".join(text.split())
    if name and (not family_names.is_a_name(name) or len(name) > 150):
        raise Refused(_("Write a family name: letters, spaces, hyphens and apostrophes."))
    return name


# ---- what holders ask ----


@transaction.atomic
def ask_of_entry(person, what, text="", name="", *, by, is_proved=False) -> EntryRequest:
    """A holder asks for a change of how their entry answers. 1. the request, 2. a record entry without its words, 3. every
    Hub officer is told that one waits. While one is open, that one is returned, its words brought up to date. `is_proved`: they have
    just given their second factor, so that what shows their entry again takes one officer and not two."""
    if by.pk != person.pk:
        raise NotAllowed(
            _(
                "Each person asks for themselves. The Hub can also change an entry without being asked."
            )
        )
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    what, name = What(what), " ".join(name.split())
    if what == What.NAME and (not family_names.is_a_name(name) or len(name) > 150):
        raise Refused(
            _("Write the family name you work under: letters, spaces, hyphens and apostrophes.")
        )
    terms = {
        "what": what,
        "text": text.strip(),
        "name": name if what == What.NAME else "",
        "is_proved": bool(is_proved),
    }
    held = EntryRequest.objects.filter(person=person, state=RequestState.ASKED).first()
    if held:
        if any(getattr(held, field) != value for field, value in terms.items()):
            for field, value in terms.items():
                setattr(held, field, value)
            held.save(update_fields=list(terms))
        return held
    made = EntryRequest.objects.create(person=person, **terms)
    write("certificates.ask_of_entry", made, by=by, after={"what": str(what)})
    for officer in holders_of(Role.HUB_OFFICER):
        if officer.pk != person.pk:
            tell(
                officer,
                _("Someone asks about their entry"),
                _("A holder asks for a change of how the check answers for them."),
                reverse("certificates:request", args=[made.pk]),
            )
    return made


@transaction.atomic
def do_request(request, answer, *, by, mark=None) -> EntryRequest:
    """Do what was asked. 1. the entry changes as `withhold`, `lift_withholding` or `work_under` say, 2. the request is
    closed with the answer, 3. the person is told, by that action or, where the entry is so already, that they have an answer. Twice is once. Raises Refused where `mark`, of the request as
    the officer read it, is no longer its mark, and where it would show somebody who did not prove that it was they who asked."""
    entry_request, person = _opened(request, by, mark)
    if entry_request.state == RequestState.DONE:
        return entry_request
    why = f"Asked for by the holder. {entry_request.text}".strip()
    if shows(entry_request) and not entry_request.is_proved:
        raise Refused(
            _(
                "This would %(words)s, and they did not give "
                "their second factor when they asked. Propose it to a second officer instead."
            )
            % {
                "words": _("show their entry again")
                if shows_withheld(entry_request)
                else _("make their entry answer to another name")
            }
        )
    before = _as_it_is(person)
    if entry_request.what == What.NAME:
        _work_under(person, entry_request.name, by, lambda: None)
    elif entry_request.what == What.LIFT:
        _lift(person, why, by)
        _work_under(person, "", by, lambda: None)
    else:
        _withhold(
            person,
            why,
            by,
            None,
            Mode.HUB if entry_request.what == What.HUB else Mode.EVERYBODY,
            lambda: None,
        )
    if _as_it_is(person) == before:
        _tell_of_entry(person, _(ANSWERED))
    return make_transition(
        entry_request,
        "do_request",
        by=by,
        answer=answer.strip(),
        answered_by=by,
        answered_at=clock.now(),
    )


def _as_it_is(person) -> tuple:
    """What is open of a person's entry: keys, to be compared with later ones."""
    rows = (
        model.objects.filter(person=person, until_day=None).order_by("pk")
        for model in (Withholding, WorkingName)
    )
    return tuple(tuple(found.values_list("pk", flat=True)) for found in rows)


def shows(request) -> bool:
    """Would doing this tell somebody something who is told “Not found” now? Also by a name that does not answer today."""
    return shows_withheld(request) or shows_by_name(request)


def shows_withheld(request) -> bool:
    """Would it show an entry that is withheld?"""
    today = clock.today()
    held = Withholding.objects.filter(
        Q(until_day=None) | Q(until_day__gte=today), person_id=request.person_id
    )
    return (
        held.exists()
        if request.what == What.LIFT
        else request.what == What.HUB and held.filter(mode=Mode.EVERYBODY).exists()
    )


def shows_by_name(request) -> bool:
    """Would an entry that answers under a working name alone answer under another, or under the name on file again?"""
    if request.what not in (What.LIFT, What.NAME):
        return False
    held = WorkingName.objects.filter(person_id=request.person_id, until_day=None).first()
    return held is not None and held.name != (request.name if request.what == What.NAME else "")


@transaction.atomic
def decline_request(request, answer, *, by, mark=None) -> EntryRequest:
    """Leave the entry as it is. 1. the request is closed with the answer, 2. the person is told. Twice is once. Refuses
    another `mark` as `do_request` does."""
    entry_request, person = _opened(request, by, mark)
    if entry_request.state == RequestState.NOT_DONE:
        return entry_request
    if not answer.strip():
        raise Refused(_("Write an answer. The person reads it."))
    make_transition(
        entry_request,
        "decline_request",
        by=by,
        answer=answer.strip(),
        answered_by=by,
        answered_at=clock.now(),
    )
    _tell_of_entry(person, _(ANSWERED))
    return entry_request


@transaction.atomic
def withdraw_request(request, *, by) -> EntryRequest:
    """The holder takes back what they asked: 1. the request is closed, and the entry stays as it is. Twice is once."""
    if by.pk != request.person_id:
        raise NotAllowed(
            _(
                "Each person asks for themselves. The Hub can also change an entry without being asked."
            )
        )
    User.objects.select_for_update(no_key=True).get(pk=request.person_id)
    locked = EntryRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    return (
        locked
        if locked.state == RequestState.WITHDRAWN
        else make_transition(locked, "withdraw_request", by=by, answered_at=clock.now())
    )


def _opened(request, by, mark):
    insist(may_withhold(by, request.person))
    User.objects.select_for_update(no_key=True).get(
        pk=request.person_id
    )  # as the holder's own action does: first the person
    locked = (
        EntryRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .get(pk=request.pk)
    )
    if locked.state == RequestState.WITHDRAWN:
        raise Refused(_("They took back what they asked, so nothing is to be done."))
    if mark is not None and locked.state == RequestState.ASKED and mark != locked.mark:
        raise Refused(
            _("They changed what they ask while you read. Read it as it stands now, then answer.")
        )
    return locked, locked.person


def _tell_of_entry(person, words=""):
    """Says nothing of what changed: somebody else may read this person's mail."""
    words = words or _(
        "The IMSA Model Hub made the change to your entry that it agreed with you. Speak to the Hub if you did not expect this."
    )
    tell(person, _("Your entry on the register"), words, reverse("certificates:my_entry"))
