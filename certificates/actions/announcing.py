"""Makes changed standings known: to the person and to every approved employer of theirs, watch or no watch, each change once."""

import logging
from dataclasses import replace
from datetime import date

from django.db import InterfaceError, OperationalError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts.organisations.actions import tell_organisation
from cohorts.organisations.models import Organisation
from cohorts.organisations.queries import approvals_of, approved_on, contacts_of
from lms.kit import clock
from lms.people.actions import tell
from lms.people.models import User

from ..accreditation.facts import EXPIRED, Facts, decision_on, withheld_on
from ..accreditation.sentences import in_words
from ..accreditation.standing import DAY, Standing, is_alike, verdict
from ..accreditation.standing_wording import MAY_ACT, words_for
from ..models import Certificate, StandingNotice, Temporary
from ..queries import FactSet, load_facts
from ..queries.fact_lines import SOME

log = logging.getLogger("django.certificates")
BEFORE_ANY = frozenset(
    {"not_found", "in_training", "awaiting_award", "eligible"}
)  # nobody acts yet, so nobody has to stop
STOPPED = frozenset({"suspended", "withdrawn", "award_rescinded"})


def announce(before: FactSet, keys, day: date, *, tells_person=True, but_not=()):
    """Inside an action's transaction, after its lines are written: who stands otherwise on `day` because of them.

    1. the person is told (unless the action did), 2. so is every approved organisation they have a post at that day or today;
    one without a contact is left to be telephoned, 3. both are bookmarked, so that the worker's look tells it no second time.
    `before` is what was known before the action; `but_not` are keys of organisations the action told itself.
    """
    keys = sorted(keys)
    after, today = load_facts(keys), clock.today()
    _bookmark(keys, after, today)
    rows, people = _rows(keys), User.objects.in_bulk(keys)
    approved = _approved(rows, today)
    for row in rows:
        key = row.person_id
        was, now = (
            verdict(day, before.facts[key], before.book),
            verdict(day, after.facts[key], after.book),
        )
        if (
            is_alike(was, now)
            or {was.code, now.code} <= BEFORE_ANY
            or row.organisation_id in but_not
        ):
            continue
        if row.organisation_id and row.organisation_id not in approved:
            continue
        if row.organisation_id or tells_person:
            _say(row, people[key], was, now, day, after.facts[key], today)
        if day <= today:
            row.standing = essence(now)
        else:
            row.coming = [*row.coming, [day.isoformat(), essence(now)]]
        row.save(update_fields=["standing", "coming"])


def look_at_standings(*, by=None) -> int:
    """Compare how everybody with an accreditation stands today with what was made known last. How many changes were told.

    Some hundred people at a time, each lot in one transaction: days pass, terms end, posts begin and end, top-ups fall due, and no action
    announces it. A run that was killed goes on; what an action announced is not told again.
    """
    keys = sorted(
        {
            *Certificate.objects.values_list("enrolment__person_id", flat=True).distinct(),
            *Temporary.objects.values_list("enrolment__person_id", flat=True).distinct(),
        }
    )
    return sum(_look_safely(keys[start : start + SOME]) for start in range(0, len(keys), SOME))


def _look_safely(keys) -> int:
    """Where a lot fails each person by themselves, so that one row that cannot be read keeps no other's news back."""
    try:
        return _look(keys)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception(
            "Standings could not be looked at; person keys %s.",
            keys if len(keys) == 1 else f"{keys[0]} to {keys[-1]}",
        )
    return sum(_look_safely([key]) for key in keys) if len(keys) > 1 else 0


@transaction.atomic
def _look(keys) -> int:
    found, today, count = load_facts(keys), clock.today(), 0
    _bookmark(keys, found, today)
    rows, stood, people = _rows(keys), {}, None
    approved = _approved(rows, today)
    for row in rows:
        facts = found.facts[row.person_id]
        if row.person_id not in stood:
            stood[row.person_id] = verdict(today, facts, found.book)
        now, is_over = (
            stood[row.person_id],
            bool(row.organisation_id) and not _is_employer(row.organisation_id, facts, today),
        )
        if essence(now) != row.standing:
            if row.organisation_id and row.organisation_id not in approved:
                if is_over:
                    row.delete()
                continue
            if not _is_announced(row, now, facts, found.book, today):
                people = people or User.objects.in_bulk(keys)
                count += _say(row, people[row.person_id], None, now, today, facts, today)
            row.standing = essence(now)
            row.coming = [line for line in row.coming if line[0] > today.isoformat()]
            row.save(update_fields=["standing", "coming"])
        if is_over:
            row.delete()
    return count


def _is_announced(row, now: Standing, facts: Facts, book, today) -> bool:
    """Was this very change told by an action, or is it none that anybody has to act on?"""
    code = row.standing.get("code", "")
    if {code, now.code} <= BEFORE_ANY or (row.organisation_id is None and code in BEFORE_ANY):
        return True  # whoever is issued a certificate or given leave is told so by that action
    if any(day <= today.isoformat() and standing == essence(now) for day, standing in row.coming):
        return True
    return _is_of_approval(row, facts, book, today)


def _is_of_approval(row, facts: Facts, book, today) -> bool:
    """Without an organisation's last decision it would be as it was made known: that decision told its own people and contacts."""
    for organisation, lines in facts.approvals.items():
        if EXPIRED in decision_on(today, lines)[1:]:
            continue  # the decision told them of its beginning, and nobody of this day
        before = lines[:-2] if lines[-1:] and lines[-1][1] == EXPIRED else lines[:-1]
        if before and row.organisation_id in (None, organisation):
            supposed = replace(facts, approvals={**facts.approvals, organisation: before})
            if essence(verdict(today, supposed, book)) == row.standing:
                return True
    return False


# ---- bookmarks ----


def essence(standing: Standing) -> dict:
    return {
        "code": standing.code,
        "nations": list(standing.nations),
        "conditions": standing.conditions,
    }


def _is_employer(organisation_id, facts, today) -> bool:
    return any(p.organisation == organisation_id and p.is_open(today) for p in facts.posts)


def _bookmark(keys, fact_set: FactSet, today):
    """One row for each person, and for each employer of today: as things were yesterday, so that a change of today is news. An employer
    whose new advocate may not act is told even though nothing changed."""
    have = set(
        StandingNotice.objects.filter(person_id__in=keys).values_list(
            "person_id", "organisation_id"
        )
    )
    fresh = []
    for key in keys:
        facts = fact_set.facts[key]
        wanted = {None, *(p.organisation for p in facts.posts if p.is_open(today))}
        missing = [pk for pk in wanted if (key, pk) not in have]
        if not missing:
            continue
        yesterday, now = (
            verdict(today - DAY, facts, fact_set.book),
            verdict(today, facts, fact_set.book),
        )
        for pk in missing:
            is_news = pk is not None and now.code in STOPPED and yesterday.code == now.code
            fresh.append(
                StandingNotice(
                    person_id=key,
                    organisation_id=pk,
                    standing={} if is_news else essence(yesterday),
                )
            )
    StandingNotice.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)


def _rows(keys) -> list[StandingNotice]:
    rows = (
        StandingNotice.objects.select_for_update(of=("self",), no_key=True)
        .filter(person_id__in=keys)
        .select_related("organisation")
    )
    return list(rows.order_by("person_id", "pk"))


def _approved(rows, today) -> set[int]:
    """Only an approved organisation is told anything of its people."""
    lines = approvals_of({row.organisation_id for row in rows if row.organisation_id})
    return {pk for pk, decisions in lines.items() if approved_on(decisions, today)}


# ---- the words ----


def _say(row, person, was, now: Standing, day, facts: Facts, today) -> int:
    """One message: to the person in their own words, to an employer in those of the check. How many went."""
    words, when = words_for(now.code), _("From %(day)s") % {"day": in_words(day)}
    conditions = (
        _(" Conditions: %(conditions)s") % {"conditions": now.conditions} if now.conditions else ""
    )
    where = _(" Nations: %(nations)s.") % {"nations": in_words(now.nations)} if now.nations else ""
    why = " ".join(
        str(r)
        for r in (now.particulars if not row.organisation_id and not now.nations else now.reasons)
    )
    if row.organisation_id is None:
        tell(
            person,
            _heading(now, is_own=True, is_coming=day > today),
            f"{when}: {words.label}. {words.yours}{where}{conditions} {why}",
            reverse("certificates:my_certificates"),
        )
        return 1
    # Whoever withheld their entry is named to nobody by mail; their employer's own page says who it is.
    full = f"{person.full_name} ({person.imsa_number})" if person.imsa_number else person.full_name
    name = _("One of your people") if withheld_on(today, facts) else full
    body = f"{when}: {words.label}. {words.meaning} {words.advice}{where}{conditions} {why}".strip()
    tell_organisation(
        row.organisation,
        _heading(now, is_own=False, is_coming=day > today),
        f"{name}. {body}",
        but_not=[person.pk],
        to_say=f"{full}. {body}",
    )
    return 1


def _heading(now: Standing, *, is_own, is_coming) -> str:
    """To the person or to an employer, who is not told in a heading which of their people it is."""
    if now.code in MAY_ACT:
        standing = words_for(now.code).label.lower()
        if is_own and is_coming:
            words = _("Your accreditation: %(standing)s from a coming day")
        elif is_own:
            words = _("Your accreditation: %(standing)s")
        elif is_coming:
            words = _("One of your people: %(standing)s from a coming day")
        else:
            words = _("One of your people: %(standing)s")
        return words % {"standing": standing}
    if is_own and is_coming:
        return _("You may not act as an IMSA from a coming day")
    if is_own:
        return _("You may not act as an IMSA today")
    if is_coming:
        return _("One of your people may not act as an IMSA from a coming day")
    return _("One of your people may not act as an IMSA")


def employers_unreached(keys, day) -> list[Organisation]:
    """Approved employers of these people, on the day or today, that no message can reach."""
    found, today = load_facts(keys), clock.today()
    pks = {
        p.organisation
        for key in keys
        for p in found.facts[key].posts
        if p.is_open(day) or p.is_open(today)
    }
    rows = Organisation.objects.filter(pk__in=pks).order_by("name")
    return [o for o in rows if not any(c.person.is_active for c in contacts_of(o, today))]
