"""Watches: an organisation is told when somebody's standing changes, for a purpose and until a day."""

import json
import logging
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.timezone import localtime

from cohorts.models import Contact, Organisation
from cohorts.register import approvals_of, approved_on
from lms.kit import clock, outgoing_http
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ..accreditation.facts import months_after, withheld_on
from ..accreditation.sentences import in_words
from ..accreditation.standing import DAY, nations_on, verdict
from ..accreditation.standing_wording import words_for
from ..checking import family_names
from ..checking.answers import essence, essence_of, in_full
from ..checking.uploaded_lists import Line
from ..models import Change, Check, Delivery, Hook, StandingNotice, Told, Watch
from ..queries.facts import SOME, FactLines
from ..rules import is_approved_today, may_ask_for, may_end_watch
from ..signing.webhooks import signed_headers
from ..states import DeliveryState
from .checks import SILENT
from .lists import answer_list

log = logging.getLogger("django.certificates")
PAUSES = (
    60,
    300,
    1800,
    7200,
    21600,
    43200,
    86400,
    86400,
)  # seconds before a delivery is tried again
TURN = 30  # seconds of sending before the worker's other jobs have their turn
HELD = timedelta(minutes=5)  # how long a delivery that was begun is nobody else's


@dataclass(frozen=True)
class Watched:
    """What came of one line: added, changed, shortened (it ends earlier now), kept, or why not; and the receipt of its answer."""

    line: Line
    what: str
    watch: Watch | None = None
    receipt: str = ""
    why: str = ""


@transaction.atomic
def watch(organisation, lines, purpose, ends_on: date, *, by, why="") -> list[Watched]:
    """Watch these people, until a day; who is watched already and is in no line stays watched.

    1. each line is asked as in `answer_list`, with its consequences, 2. a watch for everybody who was found; one that is open
    gets the new purpose, day and reference, 3. a record entry with the counts. The same twice changes nothing.
    """
    insist(may_ask_for(by, organisation))
    today = clock.today()
    if not today < ends_on <= months_after(today, settings.IMSA_WATCH_MONTHS):
        raise Refused(
            f"Choose a last day between tomorrow and {in_words(months_after(today, settings.IMSA_WATCH_MONTHS))}."
        )
    # The organisation, then its watches, then the record: the order in which the worker's look takes them.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    rows = (
        Watch.objects.select_for_update(no_key=True)
        .filter(organisation=organisation, ended_at=None)
        .order_by("pk")
    )
    open_ones, fresh = {w.person_id: w for w in rows}, []
    listed = answer_list(
        organisation,
        lines,
        purpose,
        by=by,
        why=why or f"On the watch list until {in_words(ends_on)}",
        day=today,
    )
    by_receipt = {check.receipt: check for check in Check.objects.filter(list_check=listed)}
    receipts, faults = (
        {row: receipt for row, *_, receipt in listed.lines},
        {row: fault for row, *_, fault, _ in listed.lines},
    )
    done = []
    for line in lines:
        check = by_receipt.get(receipts[line.row])
        if check is None:
            done.append(Watched(line, "not_read", why=faults[line.row]))
        elif check.person_id is None or check.answer["code"] in SILENT:
            done.append(
                Watched(
                    line,
                    "not_found",
                    receipt=check.receipt,
                    why="We have no answer for this number and this name together.",
                )
            )
        else:
            done.append(_kept(organisation, line, check, open_ones, fresh, purpose, ends_on, by))
    Watch.objects.bulk_create(fresh, batch_size=500)
    counts = {
        what: sum(d.what == what for d in done)
        for what in ("added", "changed", "shortened", "kept")
    }
    write("certificates.watch", f"cohorts.organisation:{organisation.pk}", by=by, after=counts)
    return done


def _kept(organisation, line, check, open_ones, fresh, purpose, ends_on, by) -> Watched:
    given = {
        "purpose": purpose,
        "ends_on": ends_on,
        "asked_number": (
            check.asked_number if " or " not in check.asked_number else line.number.upper()
        )[:20],
        "asked_surname": check.asked_surname,
    }
    given |= {"reference": line.reference} if line.reference else {}
    held = open_ones.get(check.person_id)
    if held is None:
        added_by = by if by.pk is not None else None
        held = Watch(
            organisation=organisation,
            person_id=check.person_id,
            told=check.answer,
            added_by=added_by,
            **given,
        )
        fresh.append(held)
        open_ones[check.person_id] = held
        return Watched(line, "added", held, check.receipt)
    if all(getattr(held, name) == value for name, value in given.items()):
        return Watched(line, "kept", held, check.receipt)
    what = "shortened" if ends_on < held.ends_on else "changed"
    for name, value in given.items():
        setattr(held, name, value)
    if held.pk:
        held.save(update_fields=list(given))
    return Watched(line, what, held, check.receipt)


@transaction.atomic
def end_watch(watched, *, by) -> Watch:
    """Stop watching somebody. 1. the watch ends now, 2. a record entry. Twice is once."""
    held = (
        Watch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=watched.pk)
    )
    insist(may_end_watch(by, held.organisation))
    if held.ended_at is None:
        held.ended_at = clock.now()
        held.save(update_fields=["ended_at"])
        write("certificates.end_watch", held, by=by)
    return held


# ---- looking whether anything changed ----


def look_at_watches(*, by) -> int:
    """Compare how everybody watched stands today with what was told last. How many changes were told.

    Some hundred people at a time, each in one transaction: 1. a line in the organisation's feed for each change, for another family name
    that the check asks for (never while the entry is withheld), for a standing about to end, and for a watch that is over, 2. a delivery for each of its addresses. At the end 3. the contacts of
    each organisation have one message. A run that was killed goes on where it was; only one runs at a time, so that the
    feed's order is the order in which it can be read. That an entry is withheld, and that it no longer is, is no change: a watch
    begun before goes on as it was, so that no message is the news that somebody asked to be hidden.
    """
    keys = list(
        Watch.objects.filter(ended_at=None)
        .order_by("person_id")
        .values_list("person_id", flat=True)
        .distinct()
    )
    count = sum(_look_safely(keys[start : start + SOME], by) for start in range(0, len(keys), SOME))
    told = Told.objects.filter(pk=Told.ONLY).values_list("up_to", flat=True).first() or 0
    if Change.objects.filter(pk__gt=told).exists():
        _tell_contacts()
    return count


def _look_safely(keys, by) -> int:
    """As `_look`; where that fails each by itself, so that one row that cannot be read keeps the news of no other back."""
    try:
        return _look(keys, by)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception(
            "Watches could not be looked at; person keys %s.",
            keys if len(keys) == 1 else f"{keys[0]} to {keys[-1]}",
        )
    return sum(_look_safely([key], by) for key in keys) if len(keys) > 1 else 0


@transaction.atomic
def _look(keys, by) -> int:
    rows = list(
        Watch.objects.select_for_update(of=("self",), no_key=True)
        .filter(ended_at=None, person_id__in=keys)
        .order_by("pk")
    )
    gathered, today, now = FactLines(keys), clock.today(), clock.now()
    at, news, stood = localtime(now).isoformat(), [], {}
    approved = _approved({row.organisation_id for row in rows}, today)
    for row in rows:
        if row.ends_on < today:
            if row.organisation_id in approved:
                _add(row, Change.What.OVER, row.told, row.told, now, news)
            row.ended_at = now
            row.save(update_fields=["ended_at"])
            continue
        if row.organisation_id not in approved:
            continue
        if row.person_id not in stood:
            stood[row.person_id] = gathered.standing(row.person_id, today)
        # An answer is written out in full only where there is news: mostly there is none.
        standing, told = stood[row.person_id], row.told
        if _is_renamed(row, gathered, today):
            name = _name_now(row.person_id, gathered, today)
            _add(
                row,
                Change.What.NAME,
                {**told, "name": row.told_name or row.asked_surname},
                {**told, "name": name},
                now,
                news,
            )
        _note_name(row, gathered, today)
        if _stays_silent(told, row.person_id, gathered, today):
            continue
        if essence_of(standing) != essence(told):
            after = _answer(row.person_id, standing, gathered, today, at)
            _add(row, Change.What.CHANGED, told, after, now, news)
        elif standing.until and _is_ending(standing, told, today):
            until = standing.until.isoformat()
            after = {**_answer(row.person_id, standing, gathered, today, at), "ending_told": until}
            _add(
                row,
                Change.What.ENDING,
                told,
                {**after, "then": _then(row.person_id, gathered, standing.until)},
                now,
                news,
            )
        elif told.get("until") == (standing.until and standing.until.isoformat()):
            continue
        else:
            after = {
                **_answer(row.person_id, standing, gathered, today, at),
                "ending_told": told.get("ending_told"),
            }
        row.told = after
        row.save(update_fields=["told"])
    Watch.objects.filter(pk__in=[row.pk for row in rows]).update(looked_at=now)
    if news:
        write("certificates.look_at_watches", "watches", by=by, after={"changes": len(news)})
    return len(news)


def _approved(organisation_ids, today) -> set[int]:
    """Organisations that may be told today."""
    return {pk for pk, lines in approvals_of(organisation_ids).items() if approved_on(lines, today)}


def _stays_silent(told, person_id, gathered, today) -> bool:
    """Was nothing told of somebody withheld, and are they withheld still? It goes on so."""
    return told.get("code") in SILENT and bool(withheld_on(today, gathered.facts[person_id]))


def _answer(person_id, standing, gathered, today, at) -> dict:
    return in_full(standing, at, each=nations_on(today, gathered.facts[person_id], gathered.book))


def _is_ending(standing, told, today) -> bool:
    """Is the standing about to end, and was that not told yet?"""
    until = standing.until
    if (
        not until
        or standing.code in ("not_found", "in_training")
        or told.get("ending_told") == until.isoformat()
    ):
        return False
    return until - settings.IMSA_TELL_BEFORE_DAYS * DAY <= today


def _then(person_id, gathered, until) -> dict:
    """How the standing would be on the day after, and why, as things are known now."""
    day = until + DAY
    then = verdict(day, gathered.facts[person_id], gathered.book)
    return {
        "on": day.isoformat(),
        "code": then.code,
        "label": words_for(then.code).label,
        "reasons": [str(reason) for reason in then.reasons],
    }


def _name_now(person_id, gathered, today) -> str:
    """The family name the check asks for: the working name where there is one, else that on file."""
    return gathered.working_name(person_id, today) or family_names.family_name(
        *gathered.names.get(person_id, ("", ""))
    )


def _is_renamed(row, gathered, today) -> bool:
    """Does the check ask for another name than this organisation was told last, and may it learn that? Nothing is told while the entry is
    withheld, nor where the organisation was told nothing of the person. A change of spelling that the check reads as the same is no news."""
    if withheld_on(today, gathered.facts[row.person_id]) or row.told.get("code") in SILENT:
        return False
    name = _name_now(row.person_id, gathered, today)
    if row.told_name:
        return not family_names.is_same(row.told_name, name)
    # Begun by an earlier version: the organisation asks by a name the check no longer asks for.
    working = gathered.working_name(row.person_id, today)
    given, family = gathered.names.get(row.person_id, ("", ""))
    return bool(name) and not family_names.fits(row.asked_surname, given, working or family)


def _note_name(row, gathered, today):
    """Bookmark the name that was told (or that there was nothing to tell); while the entry is withheld the bookmark stays."""
    name = _name_now(row.person_id, gathered, today)
    if row.told_name != name and not withheld_on(today, gathered.facts[row.person_id]):
        row.told_name = name
        row.save(update_fields=["told_name"])


def _add(row, what, before, after, now, news):
    change = Change.objects.create(
        organisation_id=row.organisation_id,
        watch=row,
        what=what,
        before=before,
        after=after,
        at=now,
    )
    hooks = Hook.objects.filter(organisation_id=row.organisation_id, ended_at=None)
    Delivery.objects.bulk_create(
        [Delivery(hook=hook, change=change, next_at=now) for hook in hooks]
    )
    news.append(change)


@transaction.atomic
def _tell_contacts():
    """One message for each contact of an organisation that has news since the last time; a run killed before it is made up for. An employer
    is told of its own people in any case (`look_at_standings`), and not a second time here; its feed has the change all the same."""
    Told.objects.get_or_create(pk=Told.ONLY)
    mark, today = Told.objects.select_for_update(no_key=True).get(pk=Told.ONLY), clock.today()
    fresh = Change.objects.filter(pk__gt=mark.up_to).order_by()
    employers = set(
        StandingNotice.objects.filter(
            organisation__isnull=False, person__in=fresh.values("watch__person")
        ).values_list("organisation_id", "person_id")
    )
    counts = Counter(
        change.organisation_id
        for change in fresh.select_related("watch")
        if not (
            (change.organisation_id, change.watch.person_id) in employers
            and _is_told_as_employer(change)
        )
    )
    mark.up_to = fresh.aggregate(last=Max("pk"))["last"] or mark.up_to
    mark.save(update_fields=["up_to"])
    for contact in Contact.objects.filter(
        organisation__in=counts, starts_on__lte=today
    ).select_related("person"):
        if contact.ends_on is None or contact.ends_on >= today:
            count = counts[contact.organisation_id]
            words = (
                "Something changed for a person"
                if count == 1
                else f"Something changed for {count} people"
            )
            tell(
                contact.person,
                "A standing you watch",
                f"{words} your organisation watches. Your page says what.",
                reverse("certificates:watches"),
            )


def _is_told_as_employer(change) -> bool:
    codes = {(change.before or {}).get("code"), (change.after or {}).get("code")}
    return change.what == Change.What.CHANGED and not codes & set(SILENT)


# ---- telling machines ----


def deliver_changes(*, by) -> int:
    """Send what waits to organisations' own addresses, for half a minute at most. How many were taken.

    An address that does not take one is left in peace for the rest of the turn: somebody's slow machine holds up neither
    the others nor the worker's other jobs. Each: 1. it is taken in hand for some minutes, 2. it is sent, signed, outside any transaction, 3. it is done, or tried again
    after a longer pause each time, or given up, and then the contacts are told. A process killed between 1 and 3 leaves it to
    be sent again: the receiver knows it by its id.
    """
    taken, resting, until = 0, set(), time.monotonic() + TURN
    while time.monotonic() < until and (delivery := _next(resting)) is not None:
        body = json.dumps(
            message_of(delivery.change), ensure_ascii=False, separators=(",", ":")
        ).encode()
        headers = signed_headers(
            delivery.hook.secret, f"change_{delivery.change_id}", body, clock.now()
        )
        if is_approved_today(delivery.hook.organisation):
            is_taken, said = outgoing_http.post(
                delivery.hook.address, body, headers, is_private_allowed=settings.IMSA_HOOKS_INSIDE
            )
        else:
            is_taken, said = False, "The organisation is not approved, so nothing was sent."
        taken += is_taken
        resting |= set() if is_taken else {delivery.hook_id}
        _settle(delivery, is_taken, said, by)
    return taken


@transaction.atomic
def _next(resting=frozenset()) -> Delivery | None:
    now = clock.now()
    rows = Delivery.objects.select_for_update(
        of=("self",), skip_locked=True, no_key=True
    ).select_related("hook__organisation", "change__watch")
    found = (
        rows.filter(state=DeliveryState.WAITING, next_at__lte=now, hook__ended_at=None)
        .exclude(hook_id__in=resting)
        .order_by("next_at", "pk")
        .first()
    )
    if found:
        found.tries, found.next_at = found.tries + 1, now + HELD
        found.save(update_fields=["tries", "next_at"])
    return found


@transaction.atomic
def _settle(delivery, is_taken, said, by):
    held = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hook")
        .get(pk=delivery.pk)
    )
    if held.state != DeliveryState.WAITING:
        return
    if is_taken:
        make_transition(held, "deliver", by=by, said=said)
    elif held.hook.ended_at or held.tries > len(PAUSES):
        make_transition(held, "give_up", by=by, said=said)
        _tell_given_up(held)
    else:
        held.said, held.next_at = said, clock.now() + timedelta(seconds=PAUSES[held.tries - 1])
        held.save(update_fields=["said", "next_at"])


def _tell_given_up(delivery):
    today = clock.today()
    for contact in Contact.objects.filter(
        organisation_id=delivery.hook.organisation_id, starts_on__lte=today
    ).select_related("person"):
        if contact.ends_on is None or contact.ends_on >= today:
            tell(
                contact.person,
                "A change could not be sent to your address",
                f"{delivery.hook.address} did not take a change for days ({delivery.said}). The feed on your page has it.",
                reverse("certificates:api_clients"),
            )


def message_of(change) -> dict:
    """What a machine is sent of a change: no name, and the organisation's own reference."""
    told = change.watch
    then = {"then": change.after["then"]} if "then" in change.after else {}

    def part(answer):
        return answer and {
            name: answer.get(name) for name in ("code", "label", "nations", "conditions", "until")
        }

    return {
        "type": f"standing.{change.what}",
        "timestamp": localtime(change.at).isoformat(),
        "data": {
            "cursor": change.pk,
            "watch": told.pk,
            "number": told.asked_number,
            "reference": told.reference,
            "before": part(change.before),
            "after": part(change.after),
            **then,
        },
    }
