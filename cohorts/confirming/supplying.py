"""What an organisation's own system says of its posts: it confirms and ends, as a contact does; all else is a task for the Hub. It never tells who is here."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock, nations
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import short_day
from lms.people import same_person
from lms.record.actions import write

from ..employment.actions import follow_line, tell_of_end
from ..employment.entering import enter_post, same_post
from ..employment.models import Employment
from ..employment.register import newest_lines
from ..employment.rules import may_have_days
from ..employment.states import PostKind
from ..organisations.models import Organisation
from .actions import needs_the_hub, note_answer, report_in
from .models import SuppliedPost
from .queries import is_due
from .rules import may_follow_up_on, may_supply
from .states import ReportKind, Way, way_of

A_YEAR = timedelta(days=366)
OF_HUB = "hub:"  # before an id of the Hub's programs; no organisation's own id holds a colon
CONFIRMED_AGAIN = timedelta(days=30)  # what a system says each night is a line as seldom

CHANGED_SINCE = gettext_noop(
    "The organisation’s system has said something else since you opened this page. Read it again, and then decide."
)
DECIDED_SINCE = gettext_noop(
    "Another officer has entered or linked this post since you opened this page. Read it again, and then decide."
)
DETAILS = {"kind": "", "hours": None}  # and how the register has them where nobody said
OWN = gettext_noop(
    "The key was made by the person whose post it is. No one confirms or ends their own post; the Hub does."
)


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    `what`: "confirmed", "ended", "unchanged", "to_check" (the Hub has a task), "received" (the Hub enters or links it), or "refused"; `problem`: why, as a
    sentence, of those three; `entry`: the register's own key, once there is one.
    """

    what: str
    problem: str = ""
    entry: str = ""


class Undo(Exception):
    """Ends a transaction of which nothing is kept."""


def supply_post(organisation, external_id, facts, *, by, dry_run=False) -> Outcome:
    """What the organisation's system says of one post today. `facts`: email, post, nations, starts_on, ends_on (or None), and line_manager, kind and hours (or None: not said).

    1. where all is as the register says, the post is confirmed today, unless it was in the last `CONFIRMED_AGAIN`; 2. where only a last day is new, the post ends on it, and those are told whom a leaver's
    report tells; a kind or hours that the register lacks are taken up with either, for they change no standing; 3. anything else is a task for the Hub and the register stays; 4. a post it does not know is kept for the Hub; 5. the
    organisation was heard from. The same again changes nothing. Days that cannot be meant are refused, and the post of whoever made the key is the Hub's. `dry_run`: the answer, and nothing of this is kept.
    Whether somebody has an account is never told: a post of nobody is kept for the Hub like any other. Raises NotAllowed for a key of another organisation or one that has ended, also
    while it waited for the lock, and while the organisation is not approved.
    """
    try:
        with transaction.atomic():
            answer = _supply(organisation, external_id.strip(), facts, by=by)
            if dry_run:
                raise Undo
    except Undo:
        pass
    return answer


def _supply(organisation, external_id, facts, *, by):
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    insist(may_supply(by, organisation))
    may = may_have_days(facts["starts_on"], facts["ends_on"])
    if not may:
        return Outcome("refused", may.reason)
    called = f"{OF_HUB}{external_id}" if way_of(by) == Way.HUB else external_id
    supplied = SuppliedPost.objects.filter(organisation=organisation, external_id=called).first()
    employment = (
        supplied.employment if supplied and supplied.employment_id else None
    ) or _own_entry(organisation, external_id)
    if employment is None:
        return _keep(organisation, called, supplied, facts, by=by)
    Employment.objects.select_for_update(no_key=True).get(pk=employment.pk)
    last = newest_lines().get(employment=employment)
    if last.is_void:
        return Outcome(
            "refused",
            _("The Hub closed this entry: it had been entered by mistake. Use another id."),
            employment.reference,
        )
    if facts["email"].casefold() not in same_person.addresses_of(employment.person):
        return Outcome(
            "refused",
            _("This id belongs to another person’s post. Give each post its own id."),
            employment.reference,
        )
    return _compare(employment, last, facts, by=by)


def _own_entry(organisation, external_id):
    """The register's own key is understood too, of the organisation's own posts."""
    line = (
        newest_lines()
        .filter(organisation=organisation, employment__reference__iexact=external_id)
        .select_related("employment__person")
        .first()
    )
    return line and line.employment


def _keep(organisation, external_id, supplied, facts, *, by):
    stored = as_stored(facts)
    if supplied is None:
        supplied = SuppliedPost.objects.create(
            organisation=organisation, external_id=external_id, facts=stored
        )
        write("cohorts.supply_post", supplied, by=by)
    elif supplied.closed_at and supplied.facts == stored:
        return Outcome("refused", supplied.note)
    elif supplied.facts != stored:
        supplied.facts, supplied.received_at = stored, clock.now()
        supplied.closed_at = supplied.closed_by = None
        supplied.note = ""
        supplied.save(update_fields=["facts", "received_at", "closed_at", "closed_by", "note"])
        write("cohorts.supply_post", supplied, by=by)
    note_answer(organisation, way_of(by))
    return Outcome("received", _("The Hub looks at a new post before it is in the register."))


def as_stored(facts) -> dict:
    """As JSON. Kind and hours that were not said are left out, so that what was sent before there were such is the same."""
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else str(value)
        if isinstance(value, Decimal)
        else value
        for name, value in facts.items()
        if value is not None or name not in DETAILS
    }


def _new_details(last, facts) -> dict:
    """Kind and hours that the system says and the register does not have."""
    return {
        name: facts[name]
        for name, empty in DETAILS.items()
        if facts.get(name) is not None and getattr(last, name) == empty
    }


def _compare(employment, last, facts, *, by):
    differs, details = _differences(last, facts), _new_details(last, facts)
    today, ends_on = clock.today(), facts["ends_on"]
    is_own = getattr(by, "maker_id", None) == employment.person_id
    if differs:
        if ends_on and ends_on != last.ends_on:
            differs.append(
                _("Last day: %(now)s, in the register %(was)s.")
                % {
                    "now": short_day(ends_on),
                    "was": short_day(last.ends_on) if last.ends_on else _("none"),
                }
            )
        return _to_check(employment, last, ReportKind.DIFFERENT, differs, by=by)
    if ends_on != last.ends_on:
        if ends_on is None:
            return Outcome(
                "refused",
                _(
                    "The register says that this post ended on %(day)s. It is not opened again by this interface: give a new post its own id, or tell the Hub."
                )
                % {"day": short_day(last.ends_on)},
                employment.reference,
            )
        if ends_on < last.starts_on:
            return Outcome(
                "refused",
                _("The post ends on or after the day it starts."),
                employment.reference,
            )
        if is_own:
            return _to_check(employment, last, ReportKind.LEFT, [_(OWN)], by=by, left_on=ends_on)
        if needs_the_hub(last, ends_on):
            why = _(
                "The register says something else of the last day, or the post was confirmed after it. The Hub looks at it."
            )
            return _to_check(employment, last, ReportKind.LEFT, [why], by=by, left_on=ends_on)
        if ends_on > today + A_YEAR:
            return Outcome(
                "refused",
                _(
                    "The last day %(day)s is more than a year away. Leave it out until it is nearer, or tell the Hub."
                )
                % {"day": short_day(ends_on)},
                employment.reference,
            )
        line = follow_line(
            employment, last, by=by, action="cohorts.end_post", ends_on=ends_on, **details
        )
        tell_of_end(employment, line)
        note_answer(last.organisation, way_of(by))
        return Outcome("ended", "", employment.reference)
    note_answer(last.organisation, way_of(by))
    is_over = last.ends_on and last.ends_on < today
    is_fresh = not is_due(last, today) and (is_own or last.confirmed_on > today - CONFIRMED_AGAIN)
    if is_over or is_fresh and not (details and not is_own):
        return Outcome("unchanged", "", employment.reference)
    if is_own:
        return _to_check(employment, last, ReportKind.DIFFERENT, [_(OWN)], by=by)
    follow_line(
        employment,
        last,
        by=by,
        action="cohorts.confirm_post",
        confirmed_on=today,
        confirmed_by=by.record_label,
        **details,
    )
    note_answer(last.organisation, way_of(by))
    return Outcome("confirmed", "", employment.reference)


def _to_check(employment, last, kind, sentences, *, by, left_on=None):
    """A task for the Hub; where an officer closed the same one already, the system is answered with what they did."""
    facts = {"left_on": left_on} if left_on else {"text": "\n".join(sentences)}
    found = report_in(employment, last, kind, by=by, way=way_of(by), **facts)
    if found.closed_at:
        answer = _("The Hub looked at it on %(day)s: %(note)s") % {
            "day": short_day(found.closed_at),
            "note": found.note,
        }
        sentences = [*sentences, answer]
    return Outcome("to_check", " ".join(sentences), employment.reference)


def _differences(last, facts) -> list[str]:
    """What the system says otherwise than the register, as sentences for the Hub."""
    found = []
    if " ".join(facts["post"].casefold().split()) != last.post.casefold():
        found.append(
            _("Post: “%(now)s”, in the register “%(was)s”.")
            % {"now": facts["post"], "was": last.post}
        )
    if set(facts["nations"]) != set(last.nations):
        found.append(
            _("Nations: %(now)s, in the register %(was)s.")
            % {"now": nations.sentence(facts["nations"]), "was": nations.sentence(last.nations)}
        )
    if facts["starts_on"] != last.starts_on:
        found.append(
            _("First day: %(now)s, in the register %(was)s.")
            % {"now": short_day(facts["starts_on"]), "was": short_day(last.starts_on)}
        )
    manager = facts.get("line_manager")
    if manager is not None and manager.strip().casefold() != last.line_manager.casefold():
        found.append(
            _("Line manager: %(now)s, in the register %(was)s.")
            % {"now": manager or _("none"), "was": last.line_manager or _("none")}
        )
    return found + _differing_details(last, facts)


def _differing_details(last, facts):
    kind, hours, found = facts.get("kind"), facts.get("hours"), []
    if kind and last.kind and kind != last.kind:
        found.append(
            _("Kind of post: %(now)s, in the register %(was)s.")
            % {"now": PostKind(kind).label, "was": last.get_kind_display()}
        )
    if hours is not None and last.hours is not None and hours != last.hours:
        found.append(
            _("Hours a week: %(now)s, in the register %(was)s.") % {"now": hours, "was": last.hours}
        )
    return found


# ---- the Hub's side ----


def version_of(supplied) -> str:
    """What the system said of the post, as a few letters: a page carries them, so that nobody decides about what they did not read."""
    facts = json.dumps(supplied.facts, sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def person_of(supplied):
    return same_person.person_of(supplied.facts.get("email", ""))


@transaction.atomic
def accept_supplied(supplied, *, by) -> SuppliedPost:
    """The Hub enters a post that an employer's system sent. 1. the post, by `enter_post`, or the same one that is there; 2. the employer's id is linked to it;
    3. a record entry. Twice is once. Refused where nobody here has the address, or where the system said something else than `supplied` does."""
    locked, person = _lock_supplied(supplied, by=by)
    if locked.employment_id:
        return locked
    if not person:
        raise Refused(
            _("No one here has the address %(email)s. Import the cohort file first.")
            % {"email": locked.facts.get("email", "")}
        )
    facts, organisation = locked.facts, locked.organisation
    starts_on = date.fromisoformat(facts["starts_on"])
    there = same_post(person, organisation, facts["post"], starts_on)
    if there:
        employment = Employment.objects.get(reference=there.reference)
    else:
        line = enter_post(
            person,
            organisation,
            by=by,
            post=facts["post"],
            nations=facts["nations"],
            starts_on=starts_on,
            ends_on=date.fromisoformat(facts["ends_on"]) if facts.get("ends_on") else None,
            line_manager=(facts.get("line_manager") or "").strip().lower(),
            kind=facts.get("kind") or "",
            hours=Decimal(facts["hours"]) if facts.get("hours") else None,
        )
        employment = line.employment
    return _close_supplied(locked, by=by, employment=employment)


@transaction.atomic
def link_supplied(supplied, reference, *, by, linked="") -> SuppliedPost:
    """The employer's id is a post that the register has already, also where it was linked to another entry or refused by mistake. `linked`: the entry it is
    linked to, as the officer read it. 1. the link, 2. a record entry. Twice is once. Refused for a post of another person or organisation, and where
    another officer has linked it to something else meanwhile."""
    locked, person = _lock_supplied(supplied, by=by)
    line = (
        newest_lines()
        .filter(
            employment__reference__iexact=reference.strip(),
            organisation=locked.organisation,
            employment__person=person,
            is_void=False,
        )
        .first()
    )
    if not line:
        raise Refused(
            _("The register has no post of this person at this organisation under that entry.")
        )
    if locked.employment_id == line.employment_id:
        return locked
    if locked.employment and locked.employment.reference != linked:
        raise Refused(_(DECIDED_SINCE))
    return _close_supplied(locked, by=by, employment=line.employment)


@transaction.atomic
def refuse_supplied(supplied, note, *, by) -> SuppliedPost:
    """It is no post for the register. 1. closed, with words that the organisation's system is answered with, 2. a record entry without them. Twice is once. Refused where
    it is in the register by now."""
    locked, _person = _lock_supplied(supplied, by=by)
    if locked.employment_id:
        raise Refused(_(DECIDED_SINCE))
    if locked.closed_at:
        return locked
    note = " ".join(note.split())[:300]
    if not note:
        raise Refused(_("Say why, for the organisation."))
    return _close_supplied(locked, by=by, note=note)


def _lock_supplied(supplied, *, by) -> tuple:
    """The post, locked, and whose it is, if anybody's here."""
    person = person_of(supplied)
    insist(may_follow_up_on(by, person))
    Organisation.objects.select_for_update(no_key=True).get(pk=supplied.organisation_id)
    locked = (
        SuppliedPost.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "employment")
        .get(pk=supplied.pk)
    )
    if locked.facts != supplied.facts:
        raise Refused(_(CHANGED_SINCE))
    return locked, person


def _close_supplied(locked, *, by, employment=None, note=""):
    locked.employment, locked.note = employment, note
    locked.closed_by, locked.closed_at = by, clock.now()
    locked.save(update_fields=["employment", "note", "closed_by", "closed_at"])
    after = {"entry": employment and employment.pk}
    write("cohorts.close_supplied_post", locked, by=by, after=after)
    return locked
