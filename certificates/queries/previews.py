"""Who would have another standing because of a decision not made yet, person by person; it writes nothing."""

import json
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from django.utils.translation import gettext as _

from cohorts.employment.register import last_lines
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Organisation
from cohorts.organisations.queries import contacts_of, with_end
from lms.kit import clock
from lms.people.models import User

from ..accreditation.facts import Decision, Facts, Rescinded, Temporary, months_after
from ..accreditation.look_ahead import StandingChange, changes_by_scenario
from ..accreditation.rule_book import RuleBook, Rules
from ..accreditation.standing import standing_on
from ..accreditation.standing_wording import words_for
from .entry_previews import LABELS, EntryPreview, asker_rows, entry_preview, name_preview
from .facts import facts_and_rules_of, load_facts

MONTHS_AHEAD = 12


@dataclass(frozen=True)
class Preview:
    """`changes` in the order of their days; `unchanged` are those concerned who keep their standing."""

    changes: tuple[StandingChange, ...]
    unchanged: tuple[int, ...]
    people: dict
    enrolments: dict
    unreached: tuple[Organisation, ...]

    @property
    def lines(self) -> list:
        """As it is kept with the proposal: days aside, since they move with the day of confirming."""
        return sorted(
            [t.who, t.before.code, list(t.before.nations), t.after.code, list(t.after.nations)]
            for t in self.changes
        )

    def rows(self) -> list[dict]:
        return [
            {
                "name": self.people[t.who].full_name,
                "enrolment": self.enrolments.get(t.who),
                **change_row(t),
            }
            for t in self.changes
        ]

    def effect(self) -> dict:
        """As it is kept with the decision, with its days and reasons: keys, and never names."""
        return {
            "turned": [
                [
                    t.who,
                    t.before.code,
                    list(t.before.nations),
                    t.after.code,
                    list(t.after.nations),
                    t.on_day.isoformat(),
                    t.until and t.until.isoformat(),
                    [str(why) for why in t.fails],
                ]
                for t in self.changes
            ],
            "unchanged": list(self.unchanged) if self.people else [],
            "unchanged_count": len(self.unchanged),
            "unreached": [o.pk for o in self.unreached],
        }

    def unchanged_names(self) -> list[str]:
        """Of rules alone nobody is named whose standing stays: they are as many as there are people."""
        return [self.people[key].full_name for key in self.unchanged if key in self.people]


def change_row(change: StandingChange) -> dict:
    """A stretch of days with another standing, as the tables of pages take it."""
    return {
        "before": words_for(change.before.code),
        "after": words_for(change.after.code),
        "before_nations": change.before.nations,
        "after_nations": change.after.nations,
        "on_day": change.on_day,
        "until": change.until,
        "fails": change.fails,
    }


# ---- what was shown, read again later ----


def rows_of(effect, lines=()) -> dict:
    """The rows of a decision as they were shown: `lines` are what older decisions kept, without days and reasons."""
    if "askers" in effect:
        return {"askers": asker_rows(effect["askers"])}
    turned = effect.get("turned", [[*line, None, None, []] for line in lines])
    people = User.objects.in_bulk([line[0] for line in turned] + effect.get("unchanged", []))
    enrolments = dict(
        Enrolment.objects.filter(person__in=people)
        .order_by("enrolled_on", "pk")
        .values_list("person_id", "pk")
    )
    rows = [
        {
            "name": people[who].full_name,
            "enrolment": enrolments.get(who),
            "before": words_for(before),
            "after": words_for(after),
            "before_nations": tuple(was),
            "after_nations": tuple(now),
            "on_day": on and date.fromisoformat(on),
            "until": until and date.fromisoformat(until),
            "fails": fails,
        }
        for who, before, was, after, now, on, until, fails in turned
        if who in people
    ]
    return {
        "rows": rows,
        "unchanged": [
            people[key].full_name for key in effect.get("unchanged", []) if key in people
        ],
        "unchanged_count": effect.get("unchanged_count", 0),
        "unreached": list(
            Organisation.objects.filter(pk__in=effect.get("unreached", [])).order_by("name")
        ),
    }


# ---- one person, one decision of the Hub ----


def effect_on(enrolment, kind, day, words, until) -> dict:
    """What a checker is told about that day, as things are and with a decision about the accreditation, as it is kept with it."""
    facts, book = facts_and_rules_of(enrolment)
    changed = replace(facts, sanctions=(*facts.sanctions, Decision(day, kind, words, until)))
    before, after = standing_on(day, facts, book), standing_on(day, changed, book)
    return {
        "day": day.isoformat(),
        "before": [before.code, list(before.nations), before.conditions],
        "after": [after.code, list(after.nations), after.conditions],
    }


def effect_for_page(effect) -> dict:
    """The same for a page."""
    (was, before_nations, before_conditions), (now, after_nations, after_conditions) = (
        effect["before"],
        effect["after"],
    )
    return {
        "before": words_for(was),
        "after": words_for(now),
        "on_day": date.fromisoformat(effect["day"]),
        "before_standing": {"conditions": before_conditions, "nations": tuple(before_nations)},
        "after_standing": {"conditions": after_conditions, "nations": tuple(after_nations)},
    }


def digest_of(lines) -> str:
    return sha256(json.dumps(lines, sort_keys=True).encode()).hexdigest()


def what_changed(then, now, people) -> list[str]:
    """Sentences: how the preview differs from the one that was kept."""

    def by_person(lines):
        found = {}
        for who, before, _unused, after, _unused in lines:
            found.setdefault(who, []).append(
                _("%(before_label)s to %(after_label)s")
                % {"before_label": words_for(before).label, "after_label": words_for(after).label}
            )
        return found

    was, here = by_person(then), by_person(now)
    sentences = []
    for who in sorted(was.keys() | here.keys()):
        if was.get(who) != here.get(who):
            name = (
                LABELS[who]
                if who in LABELS
                else people[who].full_name
                if who in people
                else User.objects.get(pk=who).full_name
            )
            sentences.append(
                _("%(name)s: %(heres)s (before: %(was)s).")
                % {
                    "name": name,
                    "heres": ", ".join(here.get(who, [_("no change")])),
                    "was": ", ".join(was.get(who, [_("no change")])),
                }
            )
    return sentences or ([_("The nations of at least one person differ.")] if then != now else [])


def concerned(subject, *, organisation=None, enrolment=None, from_day) -> list[int]:
    if subject in ("approval", "nations"):
        lines = last_lines().filter(organisation=organisation)
        return sorted(
            {
                line.employment.person_id
                for line in lines
                if line.ends_on is None or line.ends_on >= from_day
            }
        )
    if subject == "rules":
        return sorted(Enrolment.objects.values_list("person_id", flat=True).distinct())
    return [enrolment.person_id]


def preview(
    subject, terms, from_day: date, *, organisation=None, enrolment=None
) -> Preview | EntryPreview:
    """Each day from `from_day` (or today) for a year: known facts beside the same facts with the decision. Of an entry: what each asker is told."""
    if subject == "lift":
        return entry_preview(enrolment.person, terms["mode"])
    if subject == "name":
        return name_preview(enrolment.person, terms["name"])
    day = max(from_day, clock.today())
    keys = concerned(subject, organisation=organisation, enrolment=enrolment, from_day=day)
    found = load_facts(keys)
    last = months_after(day, MONTHS_AHEAD)
    turned, unchanged = [], []
    for key in keys:
        facts = found.facts[key]
        changed = with_decision(
            facts, subject, terms, day, organisation=organisation, enrolment=enrolment
        )
        book = with_rules(found.book, terms, day) if subject == "rules" else found.book
        lines = changes_by_scenario(key, (facts, found.book), (changed, book), day, last)
        turned += lines
        if not lines:
            unchanged.append(key)
    people = User.objects.in_bulk(
        [t.who for t in turned] + (unchanged if subject != "rules" else [])
    )
    enrolments = dict(
        Enrolment.objects.filter(person__in=people)
        .order_by("enrolled_on", "pk")
        .values_list("person_id", "pk")
    )
    turned.sort(key=lambda t: (t.on_day, t.who))
    employers = {
        p.organisation for t in turned for p in found.facts[t.who].posts if p.is_open(day)
    } | ({organisation.pk} if organisation else set())
    unreached = [
        o
        for o in Organisation.objects.filter(pk__in=employers).order_by("name")
        if not has_contact(o)
    ]
    return Preview(tuple(turned), tuple(unchanged), people, enrolments, tuple(unreached))


def has_contact(organisation) -> bool:
    return any(contact.person.is_active for contact in contacts_of(organisation, clock.today()))


def with_decision(facts: Facts, subject, terms, day, *, organisation=None, enrolment=None) -> Facts:
    if subject == "approval":
        until = date.fromisoformat(terms["until"]) if terms.get("until") else None
        lines = (
            *facts.approvals.get(organisation.pk, ()),
            *with_end(day, terms["deed"], until),
        )
        return replace(facts, approvals={**facts.approvals, organisation.pk: lines})
    if subject == "nations":
        return replace(
            facts,
            posts=tuple(
                _with_nations(p, day, terms["nations"]) if p.organisation == organisation.pk else p
                for p in facts.posts
            ),
        )
    if subject == "temporary":
        temporary = Temporary(tuple(terms["nations"]), day, date.fromisoformat(terms["until_day"]))
        return replace(facts, temporary=(*facts.temporary, temporary))
    if subject == "rescission":
        return _of_enrolment(facts, enrolment, lambda e: (*e.rescissions, Rescinded(day)))
    if subject == "reinstatement":
        return _of_enrolment(
            facts,
            enrolment,
            lambda e: tuple(
                r if r.reinstated_on else replace(r, reinstated_on=day) for r in e.rescissions
            ),
        )
    return facts


def _with_nations(post, day, nations):
    first = ((date.min, post.organisation_nations or post.nations),)
    lines = (*(post.organisation_lines or first), (day, tuple(nations)))
    return replace(post, organisation_lines=lines)


def _of_enrolment(facts, enrolment, rescissions) -> Facts:
    return replace(
        facts,
        enrolments=tuple(
            replace(e, rescissions=rescissions(e)) if e.key == enrolment.pk else e
            for e in facts.enrolments
        ),
    )


def with_rules(book: RuleBook, terms, day) -> RuleBook:
    return RuleBook(
        (*(line for line in book.lines if line[0] <= day), (day, Rules(**terms["rules"])))
    )
