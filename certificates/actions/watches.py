"""Watches: an organisation says whom it watches, for what purpose and until which day. What changes: `changes.py`."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cohorts.organisations.models import Organisation
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from ..accreditation.facts import months_after
from ..accreditation.sentences import in_words
from ..checking.uploaded_lists import Line
from ..models import Check, Watch
from ..rules import may_ask_for, may_ask_still, may_end_watch
from .checks import SILENT
from .lists import answer_list

UNKNOWN = gettext_noop("We have no answer for this number and this name together.")


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
    _insist_on_day(ends_on)
    request = _Request(purpose, ends_on, by, _open_watches(organisation))
    insist(may_ask_still(by, organisation))  # it may have waited for the lock
    listed = answer_list(
        organisation,
        lines,
        purpose,
        by=by,
        why=why or f"On the watch list until {in_words(ends_on)}",
        day=clock.today(),
    )
    checks = {check.receipt: check for check in Check.objects.filter(list_check=listed)}
    answers = {row: (checks.get(receipt), fault) for row, *_unused, fault, receipt in listed.lines}
    done = [_watch_line(organisation, line, *answers[line.row], request) for line in lines]
    Watch.objects.bulk_create(request.fresh, batch_size=500)
    counts = {
        what: sum(d.what == what for d in done)
        for what in ("added", "changed", "shortened", "kept")
    }
    write("certificates.watch", f"cohorts.organisation:{organisation.pk}", by=by, after=counts)
    return done


def _insist_on_day(ends_on):
    today = clock.today()
    longest = months_after(today, settings.IMSA_WATCH_MONTHS)
    if not today < ends_on <= longest:
        raise Refused(
            _("Choose a last day between tomorrow and %(day)s.") % {"day": in_words(longest)}
        )


def _open_watches(organisation) -> dict[int, Watch]:
    """Person's key to the watch that is open. Locks the organisation, then its watches, then the record: the order in which the
    worker's look takes them."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    rows = Watch.objects.select_for_update(no_key=True).filter(
        organisation=organisation, ended_at=None
    )
    return {row.person_id: row for row in rows.order_by("pk")}


@dataclass
class _Request:
    """What is asked for everybody alike, whose watch is open, and whose is new."""

    purpose: str
    ends_on: date
    by: Any
    open_ones: dict[int, Watch]
    fresh: list[Watch] = field(default_factory=list)


def _watch_line(organisation, line, check, fault, request) -> Watched:
    """One line's answer, and what it means for the watch."""
    if check is None:
        return Watched(line, "not_read", why=fault)
    if check.person_id is None or check.answer["code"] in SILENT:
        return Watched(line, "not_found", receipt=check.receipt, why=_(UNKNOWN))
    wanted = _wanted(line, check, request)
    watch = request.open_ones.get(check.person_id)
    if watch is None:
        watch = _begin(organisation, check, wanted, request)
        return Watched(line, "added", watch, check.receipt)
    if all(getattr(watch, name) == value for name, value in wanted.items()):
        return Watched(line, "kept", watch, check.receipt)
    what = "shortened" if request.ends_on < watch.ends_on else "changed"
    _change(watch, wanted)
    return Watched(line, what, watch, check.receipt)


def _wanted(line, check, request) -> dict[str, Any]:
    is_one_number = " or " not in check.asked_number
    number = check.asked_number if is_one_number else line.number.upper()
    reference = {"reference": line.reference} if line.reference else {}
    return {
        "purpose": request.purpose,
        "ends_on": request.ends_on,
        "asked_number": number[:20],
        "asked_surname": check.asked_surname,
        **reference,
    }


def _begin(organisation, check, wanted, request) -> Watch:
    made = Watch(
        organisation=organisation,
        person_id=check.person_id,
        told=check.answer,
        added_by=request.by if request.by.pk is not None else None,
        **wanted,
    )
    request.fresh.append(made)
    request.open_ones[check.person_id] = made
    return made


def _change(watch, wanted):
    for name, value in wanted.items():
        setattr(watch, name, value)
    if watch.pk:
        watch.save(update_fields=list(wanted))


@transaction.atomic
def end_watch(watched, *, by) -> Watch:
    """Stop watching somebody. 1. the watch ends now, 2. a record entry. Twice is once."""
    locked = (
        Watch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=watched.pk)
    )
    insist(may_end_watch(by, locked.organisation))
    if locked.ended_at is None:
        locked.ended_at = clock.now()
        locked.save(update_fields=["ended_at"])
        write("certificates.end_watch", locked, by=by)
    return locked
