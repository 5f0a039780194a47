"""Why a certificate may not be issued on a day: every reason at once, and an empty list means issue it."""

from datetime import date
from operator import attrgetter

from lms.kit import nations

from .causes import next_post
from .facts import (
    CONDITIONS,
    RESTORED,
    SUSPENDED,
    WITHDRAWN,
    Enrolled,
    Facts,
    is_approved,
    last_day_of,
    nations_served,
    outstanding_on,
    sanction_on,
)
from .sentences import in_words

NAMED = 4  # units named before the rest are counted


def why_not(facts: Facts, day: date) -> list[str]:
    """Every reason, in plain sentences. The enrolment asked about is the last one of `facts`."""
    if not facts.enrolments:
        return ["There is no enrolment."]
    enrolment = facts.enrolments[-1]
    return [
        *_name(facts),
        *_issued(enrolment, day),
        *_elsewhere(facts, day),
        *_award(enrolment, day),
        *_units(enrolment, day),
        *_top_ups(enrolment, facts, day),
        *_register(enrolment, facts, day),
        *_sanction(facts, day),
    ]


def _name(facts):
    return (
        []
        if facts.name.strip()
        else ["The person has no name on file, and a certificate prints one."]
    )


def _issued(enrolment: Enrolled, day):
    """A certificate is issued once for its nations; a nation that joins the study plan later makes the next one."""
    held = [c for c in enrolment.certificates if c.issued_on <= day]
    if not held or set(enrolment.nations) - set(held[-1].nations):
        return []
    return [f"Certificate {held[-1].number} was already issued on {in_words(held[-1].issued_on)}."]


def _elsewhere(facts: Facts, day):
    """While an accreditation that came from another cohort runs, a certificate of this one would take its nations away."""
    if facts.enrolments[-1].certificates:
        return []
    standing = [
        e for e in facts.enrolments[:-1] if not any(r.is_in_force(day) for r in e.rescissions)
    ]
    for held in (c for e in standing for c in e.certificates if c.issued_on <= day):
        last_day = last_day_of(held, facts, day)
        if day <= last_day:
            return [
                f"Certificate {held.number}, from another cohort, is valid until {in_words(last_day)}. A nation is added to the study plan of that cohort."
            ]
        if any(r.is_waiting(day) and r.is_in_time(last_day) for r in facts.renewals):
            return [
                f"The renewal of certificate {held.number}, from another cohort, is being decided."
            ]
    return []


def _award(enrolment: Enrolled, day):
    if enrolment.award_on is None:
        return ["The University has not conferred the award."]
    taken_back = next((r for r in enrolment.rescissions if r.is_in_force(day)), None)
    if taken_back:
        return [f"The University rescinded the award on {in_words(taken_back.from_day)}."]
    if enrolment.award_on > day:
        return [f"The University confers the award on {in_words(enrolment.award_on)}."]
    return []


def _units(enrolment: Enrolled, day):
    if not enrolment.nations:
        return ["The study plan names no nation."]
    said = []
    for nation in enrolment.nations:
        missing = [u.title for u in outstanding_on(day, enrolment, nation)]
        if missing:
            count = "1 unit is" if len(missing) == 1 else f"{len(missing)} units are"
            rest = f"; and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
            where = nations.NATIONS.get(nation, nation)
            said.append(
                f"{where}: {count} still to be studied ({'; '.join(missing[:NAMED])}{rest})."
            )
    return said


def _top_ups(enrolment: Enrolled, facts: Facts, day):
    return [
        f"{nations.sentence([n for n in t.nations if n in enrolment.nations])}: a top-up on changed law (“{t.title}”) is due since "
        f"{in_words(t.counts_from)}."
        for t in facts.top_ups
        if t.is_overdue(day) and set(t.nations) & set(enrolment.nations)
    ]


def _register(enrolment: Enrolled, facts: Facts, day):
    held = [p for p in facts.posts if p.is_open(day)]
    if not held:
        ended = [p for p in facts.posts if p.ends_on and p.ends_on < day]
        if not ended and (first := next_post(day, facts)):
            return [f"The post at {first.name} begins on {in_words(first.starts_on)}."]
        if not ended:
            return ["There is no post on the employment register."]
        last = max(ended, key=attrgetter("ends_on"))
        return [
            f"No post on the employment register: the last, at {last.name}, ended on {in_words(last.ends_on)}."
        ]
    approved = [p for p in held if is_approved(p.organisation, day, facts)]
    if not approved:
        return [f"{p.name} is not an approved organisation on {in_words(day)}." for p in held]
    if enrolment.nations and not nations_served(day, facts) & set(enrolment.nations):
        unapproved = [
            p for p in held if p not in approved and set(p.nations) & set(enrolment.nations)
        ]
        if unapproved:
            return [
                f"{p.name} is not an approved organisation on {in_words(day)}." for p in unapproved
            ]
        elsewhere = [p for p in approved if set(p.nations) & set(enrolment.nations)]
        if elsewhere:
            return [f"{p.name} does not work in the nation of the post there." for p in elsewhere]
        return [
            f"No current post is in a nation of the study plan ({nations.sentence(enrolment.nations)})."
        ]
    return []


def _sanction(facts: Facts, day):
    line = sanction_on(day, facts)
    if not line or line.kind == RESTORED:
        return []
    words = {
        SUSPENDED: "A suspension",
        WITHDRAWN: "A withdrawal",
        CONDITIONS: "A decision that sets conditions",
    }
    return [f"{words[line.kind]} by the IMSA Model Hub is in force from {in_words(line.from_day)}."]
