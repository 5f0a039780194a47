"""May this person act as an IMSA on a day, and why: folded from dated facts, never stored, and free of Django."""
from dataclasses import dataclass, replace
from datetime import date

from lms.kit import nations
from lms.kit.lines import that_count

from .eligibility import why_not
from .facts import (
    CONDITIONS,
    DAY,
    SUSPENDED,
    WITHDRAWN,
    Certified,
    Facts,
    certificate_on,
    decision_on,
    in_words,
    is_approved,
    months_after,
    nations_held_back,
    nations_served,
    register_days,
    restored_days,
    sanction_on,
    top_ups_due,
)


@dataclass(frozen=True)
class Rules:
    """ASSUMED until the Hub decides (docs/standings.md)."""

    years: int = 3
    grace_months: int = 12


@dataclass(frozen=True)
class Standing:
    """The answer for one day. `reasons` may be told to anybody; `particulars` may name employers
    and are for the Hub, the registry and the person. `until` is the last day on which the facts
    known now give this answer."""

    code: str
    nations: tuple[str, ...] = ()
    conditions: str = ""
    reasons: tuple[str, ...] = ()
    particulars: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


def last_day_of(certificate: Certified, rules: Rules) -> date:
    return months_after(certificate.issued_on, 12 * rules.years) - DAY


def lapsed_by_grace_since(day: date, certificate: Certified, facts: Facts, rules: Rules) -> tuple[date, date] | None:
    """(lapsed since, last day in a post that counted) if the time between posts ran past the grace.

    A lapse does not mend itself when a new post begins: it ends on the day the Hub restores.
    """
    restored = restored_days(facts)
    turns = sorted({certificate.issued_on, *(d for d in register_days(facts) + restored if certificate.issued_on < d <= day)})
    served = counted_from = certificate.issued_on - DAY
    lapsed = None
    for here, after in zip(turns, [*turns[1:], day + DAY], strict=True):
        limit = months_after(counted_from, rules.grace_months)
        if not lapsed and here > limit:
            lapsed = limit + DAY
        if lapsed and here in restored:
            lapsed, counted_from = None, here - DAY
            limit = months_after(counted_from, rules.grace_months)
        if lapsed:
            continue
        if nations_served(here, facts) & set(certificate.nations):
            served = counted_from = after - DAY
        elif after - DAY > limit:
            lapsed = limit + DAY
    return (lapsed, served) if lapsed else None


# ---- the standing ----

def standing_on(day: date, facts: Facts, rules: Rules = Rules()) -> Standing:
    """The standing on `day`, with its reasons, and the stretch of days over which it holds.

    Precedence: withdrawn, suspended; with a certificate lapsed, between posts, top-up due, with conditions,
    accredited; without one eligible, awaiting award, in training, not found.
    """
    here = _verdict(day, facts, rules)
    turns = sorted(_turning_days(facts, rules))
    before = [d for d in turns if d <= day]
    since = None
    while before:
        since = before.pop()
        if not _alike(_verdict(since - DAY, facts, rules), here):
            break
        since = None
    until = None
    for turn in (d for d in turns if d > day):
        if not _alike(_verdict(turn, facts, rules), here):
            until = turn - DAY
            break
    return Standing(here.code, here.nations, here.conditions, here.reasons, here.particulars, since, until)


def _verdict(day: date, facts: Facts, rules: Rules) -> Standing:
    sanction = sanction_on(day, facts)
    kind = sanction[1] if sanction else None
    if kind in (WITHDRAWN, SUSPENDED):
        return _said(kind, f"The IMSA Model Hub decided this with effect from {in_words(sanction[0])}.")
    certificate = certificate_on(day, facts)
    if not certificate:
        return _without_certificate(day, facts)
    last_day = last_day_of(certificate, rules)
    if day > last_day:
        return _said("lapsed", f"The certificate was valid until {in_words(last_day)} and was not renewed.")
    lapse = lapsed_by_grace_since(day, certificate, facts, rules)
    if lapse:
        return _said("lapsed", _grace_words(lapse, certificate, rules))
    served = nations_served(day, facts) & set(certificate.nations)
    if not served:
        return _between_posts(day, certificate, facts)
    held_back = nations_held_back(day, facts)
    waits = _top_up_words(day, facts, served)
    if not served - held_back:
        return Standing("top_up_due", reasons=tuple(waits), particulars=tuple(waits))
    conditions = sanction[2] if kind == CONDITIONS else ""
    reasons = [f"The certificate is valid until {in_words(last_day)}, and a post that counts is on the employment register."]
    if served < set(certificate.nations):
        reasons.append("The certificate names more nations than the current post serves. Only those given here count today.")
    reasons += waits
    served -= held_back
    if conditions:
        reasons.append(f"The conditions apply from {in_words(sanction[0])}.")
    named = tuple(
        f"In post at {p.name} since {in_words(p.starts_on)}" + (f", until {in_words(p.ends_on)}." if p.ends_on else ".")
        for p in facts.posts if p.is_open(day)
    ) + tuple(waits)
    code = "accredited_with_conditions" if kind == CONDITIONS else "accredited"
    return Standing(code, _in_order(served, certificate.nations), conditions, tuple(reasons), named)


def _top_up_words(day: date, facts: Facts, served) -> list[str]:
    """One sentence for each top-up that concerns a nation served: by when, or since when its nation waits."""
    said = []
    for t in top_ups_due(day, facts):
        where = [n for n in t.nations if n in served]
        if where and t.is_overdue(day):
            said.append(f"Top-up due: the law for {nations.sentence(where)} changed, and a short text about it has been due since "
                        f"{in_words(t.counts_from)}. Until it is done, {nations.sentence(where)} does not count.")
        elif where:
            said.append(f"Top-up due: the law for {nations.sentence(where)} changed, and a short text about it is to be read by "
                        f"{in_words(t.counts_from)}. Until then the endorsement counts.")
    return list(dict.fromkeys(said))


def _grace_words(lapse, certificate: Certified, rules: Rules) -> str:
    lapsed, served = lapse
    if served < certificate.issued_on:
        last = f"No post that counts has been on the register since {in_words(certificate.issued_on)}, the day of issue."
    else:
        last = f"The last day in a post that counts was {in_words(served)}."
    return f"{last} After {rules.grace_months} months without one an accreditation lapses: this one did on {in_words(lapsed)}."


def _between_posts(day: date, certificate: Certified, facts: Facts) -> Standing:
    """The certificate stands; the reason names the term of the register that fails."""
    open_posts = [p for p in facts.posts if p.is_open(day)]
    if open_posts:
        unapproved = [p for p in open_posts if not is_approved(p.organisation, day, facts)]
        if unapproved:
            post = max(unapproved, key=lambda p: p.starts_on)
            decision = decision_on(day, facts.approvals.get(post.organisation, ()))
            fails = f"has not been approved since {in_words(decision[0])}." if decision else "is not approved."
            return _said("between_posts", f"The employing organisation on the register {fails}", f"{post.name} {fails}")
        return _said(
            "between_posts", "The current post is in a nation that the certificate does not name.",
            f"The post at {open_posts[-1].name} is in a nation that certificate {certificate.number} does not name.",
        )
    ended = [p for p in facts.posts if p.ends_on and p.ends_on < day]
    if ended:
        last = max(ended, key=lambda p: p.ends_on)
        return _said(
            "between_posts", f"The post on the employment register ended on {in_words(last.ends_on)}.",
            f"The post at {last.name} ended on {in_words(last.ends_on)}.",
        )
    return _said("between_posts", "There is no post on the employment register.")


def _without_certificate(day: date, facts: Facts) -> Standing:
    begun = [e for e in facts.enrolments if e.from_day <= day]
    awarded = [e for e in begun if e.award_on and e.award_on <= day]
    if awarded:
        reasons = why_not(replace(facts, enrolments=(awarded[-1],)), day)
        conferred = f"The University conferred the award on {in_words(awarded[-1].award_on)}. No certificate has been issued."
        return _said("awaiting_award" if reasons else "eligible", conferred, *reasons)
    here = [e for e in begun if e.until is None or day <= e.until]
    complete = [e for e in here if e.work_complete_on and e.work_complete_on <= day]
    if complete:
        last = in_words(complete[-1].work_complete_on)
        return _said("awaiting_award", f"All the assessed work was in on {last}. The award is not made yet.")
    if here:
        return _said("in_training", f"The training began on {in_words(here[-1].from_day)} and is not finished.")
    return Standing("not_found")


def _said(code: str, public: str, *named: str) -> Standing:
    return Standing(code, reasons=(public,), particulars=named or (public,))


def _alike(one: Standing, other: Standing) -> bool:
    return (one.code, one.nations, one.conditions) == (other.code, other.nations, other.conditions)


def _in_order(nations: set[str], order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(n for n in order if n in nations)


def _turning_days(facts: Facts, rules: Rules) -> set[date]:
    """Every day on which the standing may differ from the day before's."""
    register = register_days(facts)
    days = {*register, *(s[0] for s in that_count(facts.sanctions))}
    restored = restored_days(facts)
    issued = [e.certificate.issued_on for e in facts.enrolments if e.certificate]
    days |= {months_after(d - DAY, rules.grace_months) + DAY for d in [*register, *restored, *issued]}
    days |= {d for t in facts.top_ups for d in (t.sent_on, t.counts_from, t.done_on) if d}
    for e in facts.enrolments:
        days |= {d for d in (e.from_day, e.work_complete_on, e.award_on) if d}
        days |= {e.until + DAY} if e.until else set()
        units = [unit for found in e.units.values() for unit in found]
        days |= {d for u in units for d in (u.studied_on, u.offered_on, u.withdrawn_on) if d and d > date.min}
        if e.certificate:
            days |= {e.certificate.issued_on, last_day_of(e.certificate, rules) + DAY}
    return days
