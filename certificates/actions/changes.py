"""Changes: how everybody watched stands today is compared with what was told last, and the difference goes into the feed."""

import logging
from collections import Counter

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.organisations.models import Contact
from cohorts.organisations.queries import approvals_of, approved_on
from lms.kit import clock
from lms.people.actions import tell
from lms.record.actions import write

from ..accreditation.facts import withheld_on
from ..accreditation.standing import DAY, nations_on, verdict
from ..accreditation.standing_wording import words_for
from ..checking import family_names
from ..checking.answers import essence, essence_of, in_full
from ..models import Change, Delivery, NoticeMark, StandingNotice, Watch, Webhook
from ..queries.fact_lines import SOME
from ..queries.facts import FactLines
from .checks import SILENT

log = logging.getLogger("django.certificates")


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
    told = (
        NoticeMark.objects.filter(pk=NoticeMark.ONLY).values_list("up_to", flat=True).first() or 0
    )
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


class _Look:
    """One look at some hundred people: what is known of them today, and the news so far."""

    def __init__(self, keys):
        self.fact_lines, self.today, self.now = FactLines(keys), clock.today(), clock.now()
        self.standings, self.news = {}, []

    def standing(self, person_id):
        if person_id not in self.standings:
            self.standings[person_id] = self.fact_lines.standing(person_id, self.today)
        return self.standings[person_id]

    def answer(self, person_id) -> dict:
        """Written out in full only where there is news: mostly there is none."""
        each = nations_on(self.today, self.fact_lines.facts[person_id], self.fact_lines.book)
        return in_full(self.standing(person_id), localtime(self.now).isoformat(), each=each)

    def add(self, row, what, before, after):
        """A line in the organisation's feed, and a delivery for each of its addresses."""
        change = Change.objects.create(
            organisation_id=row.organisation_id,
            watch=row,
            what=what,
            before=before,
            after=after,
            at=self.now,
        )
        hooks = Webhook.objects.filter(organisation_id=row.organisation_id, ended_at=None)
        Delivery.objects.bulk_create(
            [Delivery(hook=hook, change=change, next_at=self.now) for hook in hooks]
        )
        self.news.append(change)


@transaction.atomic
def _look(keys, by) -> int:
    rows = list(
        Watch.objects.select_for_update(of=("self",), no_key=True)
        .filter(ended_at=None, person_id__in=keys)
        .order_by("pk")
    )
    look = _Look(keys)
    approved = _approved({row.organisation_id for row in rows}, look.today)
    for row in rows:
        is_approved = row.organisation_id in approved
        if row.ends_on < look.today:
            _end(row, look, is_told=is_approved)
        elif is_approved:
            _compare_name(row, look)
            _compare_standing(row, look)
    Watch.objects.filter(pk__in=[row.pk for row in rows]).update(looked_at=look.now)
    if look.news:
        write("certificates.look_at_watches", "watches", by=by, after={"changes": len(look.news)})
    return len(look.news)


def _end(row, look, *, is_told):
    if is_told:
        look.add(row, Change.What.OVER, row.told, row.told)
    row.ended_at = look.now
    row.save(update_fields=["ended_at"])


def _compare_name(row, look):
    if _is_renamed(row, look.fact_lines, look.today):
        before = row.told_name or row.asked_surname
        after = _name_now(row.person_id, look.fact_lines, look.today)
        look.add(row, Change.What.NAME, {**row.told, "name": before}, {**row.told, "name": after})
    _note_name(row, look.fact_lines, look.today)


def _compare_standing(row, look):
    standing, answer = look.standing(row.person_id), row.told
    until = standing.until and standing.until.isoformat()
    if _stays_silent(answer, row.person_id, look.fact_lines, look.today):
        return
    if essence_of(standing) != essence(answer):
        after = look.answer(row.person_id)
        look.add(row, Change.What.CHANGED, answer, after)
    elif _is_ending(standing, answer, look.today):
        after = {**look.answer(row.person_id), "ending_told": until}
        then = _then(row.person_id, look.fact_lines, standing.until)
        look.add(row, Change.What.ENDING, answer, {**after, "then": then})
    elif answer.get("until") != until:
        after = {**look.answer(row.person_id), "ending_told": answer.get("ending_told")}
    else:
        return
    row.told = after
    row.save(update_fields=["told"])


def _approved(organisation_ids, today) -> set[int]:
    """Organisations that may be told today."""
    return {pk for pk, lines in approvals_of(organisation_ids).items() if approved_on(lines, today)}


def _stays_silent(answer, person_id, fact_lines, today) -> bool:
    """Was nothing told of somebody withheld, and are they withheld still? It goes on so."""
    return answer.get("code") in SILENT and bool(withheld_on(today, fact_lines.facts[person_id]))


def _is_ending(standing, answer, today) -> bool:
    """Is the standing about to end, and was that not told yet?"""
    until = standing.until
    if (
        not until
        or standing.code in ("not_found", "in_training")
        or answer.get("ending_told") == until.isoformat()
    ):
        return False
    return until - settings.IMSA_TELL_BEFORE_DAYS * DAY <= today


def _then(person_id, fact_lines, until) -> dict:
    """How the standing would be on the day after, and why, as things are known now."""
    day = until + DAY
    then = verdict(day, fact_lines.facts[person_id], fact_lines.book)
    return {
        "on": day.isoformat(),
        "code": then.code,
        "label": words_for(then.code).label,
        "reasons": [str(reason) for reason in then.reasons],
    }


def _name_now(person_id, fact_lines, today) -> str:
    """The family name the check asks for: the working name where there is one, else that on file."""
    return fact_lines.working_name(person_id, today) or family_names.family_name(
        *fact_lines.names.get(person_id, ("", ""))
    )


def _is_renamed(row, fact_lines, today) -> bool:
    """Does the check ask for another name than this organisation was told last, and may it learn that? Nothing is told while the entry is
    withheld, nor where the organisation was told nothing of the person. A change of spelling that the check reads as the same is no news."""
    if withheld_on(today, fact_lines.facts[row.person_id]) or row.told.get("code") in SILENT:
        return False
    name = _name_now(row.person_id, fact_lines, today)
    if row.told_name:
        return not family_names.is_same(row.told_name, name)
    # Begun by an earlier version: the organisation asks by a name the check no longer asks for.
    working = fact_lines.working_name(row.person_id, today)
    given, family = fact_lines.names.get(row.person_id, ("", ""))
    return bool(name) and not family_names.fits(row.asked_surname, given, working or family)


def _note_name(row, fact_lines, today):
    """Bookmark the name that was told (or that there was nothing to tell); while the entry is withheld the bookmark stays."""
    name = _name_now(row.person_id, fact_lines, today)
    if row.told_name != name and not withheld_on(today, fact_lines.facts[row.person_id]):
        row.told_name = name
        row.save(update_fields=["told_name"])


@transaction.atomic
def _tell_contacts():
    """One message for each contact of an organisation that has news since the last time; a run killed before it is made up for. An employer
    is told of its own people in any case (`look_at_standings`), and not a second time here; its feed has the change all the same."""
    NoticeMark.objects.get_or_create(pk=NoticeMark.ONLY)
    mark = NoticeMark.objects.select_for_update(no_key=True).get(pk=NoticeMark.ONLY)
    fresh = Change.objects.filter(pk__gt=mark.up_to).order_by()
    counts = _news_of_each(fresh)
    mark.up_to = fresh.aggregate(last=Max("pk"))["last"] or mark.up_to
    mark.save(update_fields=["up_to"])
    today = clock.today()
    contacts = Contact.objects.filter(
        organisation__in=counts, starts_on__lte=today, person__is_active=True
    )
    for contact in contacts.select_related("person"):
        if contact.ends_on is None or contact.ends_on >= today:
            _tell_contact(contact.person, counts[contact.organisation_id])


def _news_of_each(fresh) -> Counter:
    """Organisation's key to how many changes it is told of here."""
    employers = set(
        StandingNotice.objects.filter(
            organisation__isnull=False, person__in=fresh.values("watch__person")
        ).values_list("organisation_id", "person_id")
    )

    def is_told_elsewhere(change):
        pair = (change.organisation_id, change.watch.person_id)
        return pair in employers and _is_told_as_employer(change)

    return Counter(
        change.organisation_id
        for change in fresh.select_related("watch")
        if not is_told_elsewhere(change)
    )


def _tell_contact(person, count):
    words = ngettext(
        "Something changed for a person", "Something changed for %(count)s people", count
    ) % {"count": count}
    tell(
        person,
        _("A standing you watch"),
        _("%(words)s your organisation watches. Your page says what.") % {"words": words},
        reverse("certificates:watches"),
    )


def _is_told_as_employer(change) -> bool:
    codes = {(change.before or {}).get("code"), (change.after or {}).get("code")}
    return change.what == Change.What.CHANGED and not codes & set(SILENT)
