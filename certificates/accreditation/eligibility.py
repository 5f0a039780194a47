"""Why a certificate may not be issued on a day: every reason at once, and an empty list means issue it."""

from datetime import date
from operator import attrgetter

from lms.kit import nations
from lms.kit.languages import Sentence, gettext_noop

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

NAMED = 4  # units named before the rest are counted


def why_not(facts: Facts, day: date) -> list[str]:
    """Every reason, in plain sentences. The enrolment asked about is the last one of `facts`."""
    if not facts.enrolments:
        return [Sentence("There is no enrolment.")]
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
        else [Sentence("The person has no name on file, and a certificate prints one.")]
    )


def _issued(enrolment: Enrolled, day):
    """A certificate is issued once for its nations; a nation that joins the study plan later makes the next one."""
    held = [c for c in enrolment.certificates if c.issued_on <= day]
    if not held or set(enrolment.nations) - set(held[-1].nations):
        return []
    return [
        Sentence(
            "Certificate %(number)s was already issued on %(issued_on)s.",
            number=held[-1].number,
            issued_on=held[-1].issued_on,
        )
    ]


def _elsewhere(facts: Facts, day):
    """While an accreditation that came from another cohort runs, a certificate of this one would take its nations away."""
    if facts.enrolments[-1].certificates:
        return []
    standing = [
        e for e in facts.enrolments[:-1] if not any(r.is_in_force(day) for r in e.rescissions)
    ]
    for certificate in (c for e in standing for c in e.certificates if c.issued_on <= day):
        last_day = last_day_of(certificate, facts, day)
        if day <= last_day:
            return [
                Sentence(
                    "Certificate %(number)s, from another cohort, is valid until %(last_day)s. A nation is added to the study plan of that cohort.",
                    number=certificate.number,
                    last_day=last_day,
                )
            ]
        if any(r.is_waiting(day) and r.is_in_time(last_day) for r in facts.renewals):
            return [
                Sentence(
                    "The renewal of certificate %(number)s, from another cohort, is being decided.",
                    number=certificate.number,
                )
            ]
    return []


def _award(enrolment: Enrolled, day):
    if enrolment.award_on is None:
        return [Sentence("The University has not conferred the award.")]
    taken_back = next((r for r in enrolment.rescissions if r.is_in_force(day)), None)
    if taken_back:
        return [
            Sentence(
                "The University rescinded the award on %(from_day)s.", from_day=taken_back.from_day
            )
        ]
    if enrolment.award_on > day:
        return [
            Sentence(
                "The University confers the award on %(award_on)s.", award_on=enrolment.award_on
            )
        ]
    return []


def _units(enrolment: Enrolled, day):
    if not enrolment.nations:
        return [Sentence("The study plan names no nation.")]
    sentences = []
    for nation in enrolment.nations:
        missing = [u.title for u in outstanding_on(day, enrolment, nation)]
        if missing:
            units = "; ".join(missing[:NAMED])
            if more := len(missing[NAMED:]):
                units = Sentence("%(units)s; and %(more)s more", units=units, more=more)
            sentences.append(
                Sentence.counting(
                    "%(nation)s: %(count)s unit is still to be studied (%(units)s).",
                    "%(nation)s: %(count)s units are still to be studied (%(units)s).",
                    count=len(missing),
                    nation=Sentence(nations.NATIONS.get(nation, nation)),
                    units=units,
                )
            )
    return sentences


def _top_ups(enrolment: Enrolled, facts: Facts, day):
    return [
        Sentence(
            "%(nations)s: a top-up on changed law (“%(title)s”) is due since %(day)s.",
            nations=[n for n in t.nations if n in enrolment.nations],
            title=t.title,
            day=t.counts_from,
        )
        for t in facts.top_ups
        if t.is_overdue(day) and set(t.nations) & set(enrolment.nations)
    ]


def _register(enrolment: Enrolled, facts: Facts, day):
    posts = [p for p in facts.posts if p.is_open(day)]
    if not posts:
        ended = [p for p in facts.posts if p.ends_on and p.ends_on < day]
        if not ended and (first := next_post(day, facts)):
            return [
                Sentence(
                    "The post at %(name)s begins on %(starts_on)s.",
                    name=first.name,
                    starts_on=first.starts_on,
                )
            ]
        if not ended:
            return [Sentence("There is no post on the employment register.")]
        last = max(ended, key=attrgetter("ends_on"))
        return [
            Sentence(
                "No post on the employment register: the last, at %(name)s, ended on %(ends_on)s.",
                name=last.name,
                ends_on=last.ends_on,
            )
        ]
    approved = [p for p in posts if is_approved(p.organisation, day, facts)]
    if not approved:
        return [
            Sentence("%(name)s is not an approved organisation on %(day)s.", name=p.name, day=day)
            for p in posts
        ]
    if enrolment.nations and not nations_served(day, facts) & set(enrolment.nations):
        unapproved = [
            p for p in posts if p not in approved and set(p.nations) & set(enrolment.nations)
        ]
        if unapproved:
            return [
                Sentence(
                    "%(name)s is not an approved organisation on %(day)s.", name=p.name, day=day
                )
                for p in unapproved
            ]
        elsewhere = [p for p in approved if set(p.nations) & set(enrolment.nations)]
        if elsewhere:
            return [
                Sentence("%(name)s does not work in the nation of the post there.", name=p.name)
                for p in elsewhere
            ]
        return [
            Sentence(
                "No current post is in a nation of the study plan (%(nations)s).",
                nations=enrolment.nations,
            )
        ]
    return []


def _sanction(facts: Facts, day):
    line = sanction_on(day, facts)
    if not line or line.kind == RESTORED:
        return []
    words = {
        SUSPENDED: gettext_noop("A suspension by the IMSA Model Hub is in force from %(day)s."),
        WITHDRAWN: gettext_noop("A withdrawal by the IMSA Model Hub is in force from %(day)s."),
        CONDITIONS: gettext_noop(
            "A decision that sets conditions by the IMSA Model Hub is in force from %(day)s."
        ),
    }
    return [Sentence(words[line.kind], day=line.from_day)]
