"""What is known of one person, as plain data, and what each fact says on a day; it asks no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from lms.kit.effective_dates import OF_ROW, in_force, that_count

DAY = timedelta(days=1)
APPROVED = "approved"
EXPIRED = "expired"  # what an approval with a last day becomes on the day after it
CONDITIONS, SUSPENDED, RESTORED, WITHDRAWN = "conditions", "suspended", "restored", "withdrawn"


@dataclass(frozen=True)
class Certified:
    """A certificate: it begins to speak on its day of issue, and gives way to the one that replaces it."""

    number: str
    issued_on: date
    nations: tuple[str, ...]
    valid_until: date


@dataclass(frozen=True)
class Unit:
    """A unit one nation asks for: from when it was on offer, and the day it was studied, if it was."""

    title: str
    studied_on: date | None = None
    offered_on: date | None = date.min
    withdrawn_on: date | None = None

    def is_on_offer(self, day: date) -> bool:
        return bool(
            self.offered_on
            and self.offered_on <= day
            and not (self.withdrawn_on and self.withdrawn_on <= day)
        )


@dataclass(frozen=True)
class Rescinded:
    """The University took the award back on a day; a mistake in that is put right from a later one."""

    from_day: date
    reinstated_on: date | None = None

    def is_in_force(self, day: date) -> bool:
        return self.from_day <= day and (self.reinstated_on is None or day < self.reinstated_on)


@dataclass(frozen=True)
class Enrolled:
    """One time in one cohort, and what came of it."""

    from_day: date
    until: date | None = None
    nations: tuple[str, ...] = ()
    work_complete_on: date | None = None
    award_on: date | None = None
    certificates: tuple[Certified, ...] = ()
    key: int = 0
    units: Mapping[str, tuple[Unit, ...]] = field(default_factory=dict)
    rescissions: tuple[Rescinded, ...] = ()


@dataclass(frozen=True)
class Post:
    """A post on the employment register; its last day counts."""

    organisation: int
    name: str
    nations: tuple[str, ...]
    starts_on: date
    ends_on: date | None = None
    organisation_nations: tuple[str, ...] | None = None
    line: int | None = None  # the line of the register that says so
    # Where the organisation's nations were changed: (day, nations) in the order of recording, the first from the beginning.
    organisation_lines: tuple[tuple[date, tuple[str, ...]], ...] = ()

    def is_open(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def serves(self, day: date) -> set[str]:
        """The post's nations, within those its organisation worked in on that day."""
        limit = self.nations if self.organisation_nations is None else self.organisation_nations
        if line := in_force(self.organisation_lines, day):
            limit = line[1]
        return set(self.nations) & set(limit)


@dataclass(frozen=True)
class Decision:
    """A line of the Hub about a person; one with a last day gives way by itself."""

    from_day: date
    kind: str
    words: str = ""
    until_day: date | None = None


@dataclass(frozen=True)
class TopUp:
    """A short text on changed law that a person was sent: it counts from a day, until it is done."""

    title: str
    nations: tuple[str, ...]
    sent_on: date
    counts_from: date
    done_on: date | None = None

    def is_waiting(self, day: date) -> bool:
        return self.sent_on <= day and (self.done_on is None or day < self.done_on)

    def is_overdue(self, day: date) -> bool:
        return self.is_waiting(day) and self.counts_from <= day


@dataclass(frozen=True)
class Renewed:
    """A renewal of one term that was asked for, and what was decided: granted, it gives the accreditation a new last day.
    `progress_months` is of the rules it was asked for under."""

    asked_on: date
    decided_on: date | None = None
    granted_until: date | None = None
    term_ends_on: date | None = None
    progress_months: int | None = None

    def is_waiting(self, day: date) -> bool:
        return self.asked_on <= day and (self.decided_on is None or day < self.decided_on)

    def is_in_time(self, last_day: date) -> bool:
        """Was it asked for by the last day, and of the term that ends then?"""
        return self.asked_on <= last_day and self.term_ends_on in (None, last_day)


@dataclass(frozen=True)
class Temporary:
    """Leave to act before a certificate, for some nations and a stretch of days."""

    nations: tuple[str, ...]
    from_day: date
    until_day: date

    def is_open(self, day: date) -> bool:
        return self.from_day <= day <= self.until_day


@dataclass(frozen=True)
class Facts:
    """What is known of one person. Dated lines stand in the order in which they were added."""

    name: str = ""
    enrolments: tuple[Enrolled, ...] = ()
    posts: tuple[Post, ...] = ()
    approvals: Mapping[int, tuple[tuple[date, str], ...]] = field(default_factory=dict)
    sanctions: tuple[Decision, ...] = ()
    withheld: tuple[tuple[date, date | None, str], ...] = ()
    top_ups: tuple[TopUp, ...] = ()
    renewals: tuple[Renewed, ...] = ()
    temporary: tuple[Temporary, ...] = ()


def with_last(facts: Facts, key: int) -> Facts:
    """The same facts with one enrolment standing last, where eligibility looks."""
    return replace(facts, enrolments=tuple(sorted(facts.enrolments, key=lambda e: e.key == key)))


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for d in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, d)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


# ---- single facts, on a day ----


def is_approved(organisation: int, day: date, facts: Facts) -> bool:
    """Is the last decision about the organisation that has begun by then an approval?"""
    return decision_on(day, facts.approvals.get(organisation, ()))[1:2] == (APPROVED,)


def sanction_on(day: date, facts: Facts) -> Decision | None:
    """The Hub's decision in force: the last that counts, has begun and is not over; what it stood upon is in force
    again after its last day. After a withdrawal only a restoration counts."""
    standing = None
    for line in (s for s in that_count(facts.sanctions, OF_ROW) if s.from_day <= day):
        if standing and standing.kind == WITHDRAWN and line.kind != RESTORED:
            continue
        if line.until_day is None or day <= line.until_day:
            standing = line
    return standing


def withheld_on(day: date, facts: Facts) -> str:
    """How the entry is kept from askers on the day somebody asks, whatever day they ask about: “everybody”, “hub” or “”."""
    held = [
        mode for start, end, mode in facts.withheld if start <= day and (end is None or day <= end)
    ]
    return held[-1] if held else ""


def certificates_of(facts: Facts) -> list[Certified]:
    """Every certificate in the order of issue."""
    return sorted((c for e in facts.enrolments for c in e.certificates), key=lambda c: c.issued_on)


def certificate_on(day: date, facts: Facts) -> Certified | None:
    """The one that speaks on the day: the last that was issued by then."""
    issued = [c for c in certificates_of(facts) if c.issued_on <= day]
    return issued[-1] if issued else None


def rescission_on(day: date, facts: Facts) -> Rescinded | None:
    """That of the award behind the certificate that speaks on the day. A newer certificate from another award speaks for itself."""
    certificate = certificate_on(day, facts)
    found = (
        r
        for e in facts.enrolments
        if certificate in e.certificates
        for r in e.rescissions
        if r.is_in_force(day)
    )
    return next(found, None) if certificate else None


def temporary_on(day: date, facts: Facts) -> Temporary | None:
    """What is open that day; where several are, their nations together, and the days of the one that ends last."""
    found = [t for t in facts.temporary if t.is_open(day)]
    if not found:
        return None
    last = max(found, key=lambda t: t.until_day)
    return replace(last, nations=tuple(dict.fromkeys(n for t in found for n in t.nations)))


def last_day_of(certificate: Certified, facts: Facts, day: date) -> date:
    """The last day of the term as it stood on `day`: the certificate's, or that of the last renewal granted by then."""
    granted = [
        r.granted_until
        for r in facts.renewals
        if r.granted_until and r.decided_on and r.decided_on <= day
    ]
    return max([certificate.valid_until, *granted])


def outstanding_on(day: date, enrolment: Enrolled, nation: str) -> list[Unit]:
    """Units of a nation not studied by then. What was on offer that day counts; where nothing yet was, everything."""
    units = enrolment.units.get(nation, ())
    needed = [u for u in units if u.is_on_offer(day)] or units
    return [u for u in needed if u.studied_on is None or u.studied_on > day]


def nations_served(day: date, facts: Facts) -> set[str]:
    """Nations of the posts open that day at organisations approved that day."""
    return {
        nation
        for post in facts.posts
        if post.is_open(day) and is_approved(post.organisation, day, facts)
        for nation in post.serves(day)
    }


def top_ups_due(day: date, facts: Facts) -> list[TopUp]:
    """Top-ups sent and not done by then, the first to count first."""
    return sorted((t for t in facts.top_ups if t.is_waiting(day)), key=lambda t: t.counts_from)


def nations_held_back(day: date, facts: Facts) -> set[str]:
    """Nations whose endorsement waits for an overdue top-up."""
    return {nation for t in facts.top_ups if t.is_overdue(day) for nation in t.nations}


def decision_on(day: date, lines) -> tuple:
    """The last line that counts and has begun by then; () if none has. Of two from one day the later added counts."""
    return in_force(lines, day) or ()


def restored_days(facts: Facts) -> list[date]:
    """Days from which the Hub restores, or grants a renewal; a restoration replaced before it began is none."""
    granted = [r.decided_on for r in facts.renewals if r.granted_until and r.decided_on]
    return [
        line.from_day for line in that_count(facts.sanctions, OF_ROW) if line.kind == RESTORED
    ] + granted


def register_days(facts: Facts) -> list[date]:
    """Days on which a post, an approval or other nations of an organisation begin, and days after a post's last."""
    days = [p.starts_on for p in facts.posts] + [
        p.ends_on + DAY for p in facts.posts if p.ends_on and p.ends_on < date.max
    ]
    days += [line[0] for p in facts.posts for line in p.organisation_lines if line[0] > date.min]
    return days + [line[0] for lines in facts.approvals.values() for line in that_count(lines)]
