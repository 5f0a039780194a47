"""May this person act as an IMSA on a day, and why: folded from dated facts, never stored, and free of Django."""

from dataclasses import dataclass, replace
from datetime import date

from lms.kit.effective_dates import OF_ROW, that_count
from lms.kit.languages import Sentence
from lms.kit.nations import NATIONS

from .causes import why_no_post_counts
from .eligibility import why_not
from .facts import (
    CONDITIONS,
    DAY,
    SUSPENDED,
    WITHDRAWN,
    Certified,
    Facts,
    Renewed,
    certificate_on,
    certificates_of,
    is_approved,
    last_day_of,
    months_after,
    nations_held_back,
    nations_served,
    register_days,
    rescission_on,
    restored_days,
    sanction_on,
    temporary_on,
    top_ups_due,
)
from .rule_book import RuleBook
from .sentences import Phrase, in_words

BOOK = RuleBook()


@dataclass(frozen=True)
class Nation:
    """Whether one nation counts on the day; where not, the term that fails and its sentence."""

    nation: str
    counts: bool
    term: str
    why: Phrase


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


# ---- the term of an accreditation ----


def term_from(day: date, book: RuleBook) -> date:
    """The last day of a term that begins on `day`."""
    return months_after(day, 12 * book.on(day).years) - DAY


def renewal_on(day: date, last_day: date, facts: Facts) -> Renewed | None:
    """The renewal asked for in time for this last day and not decided by `day`."""
    waiting = [r for r in facts.renewals if r.is_waiting(day) and r.is_in_time(last_day)]
    return waiting[-1] if waiting else None


def refused_renewal(day: date, last_day: date, facts: Facts) -> bool:
    return any(
        r.is_in_time(last_day) and r.decided_on and r.decided_on <= day and not r.granted_until
        for r in facts.renewals
    )


def progress_ends(last_day: date, renewal: Renewed, book: RuleBook) -> date:
    """The day up to which a renewal in progress keeps an accreditation going: by the rules it was asked for under."""
    months = renewal.progress_months
    return months_after(
        last_day, book.on(renewal.asked_on).progress_months if months is None else months
    )


def lapsed_by_grace_since(day: date, facts: Facts, book: RuleBook) -> tuple[date, date, int] | None:
    """(lapsed since, last day in a post that counted, months) if the time between posts ran past the grace.

    A lapse does not mend itself when a new post begins: it ends on the day the Hub restores or renews. The grace is
    the one in force on the first day without a post.
    """
    first = certificates_of(facts)[0].issued_on
    restored = restored_days(facts)
    issued = [c.issued_on for c in certificates_of(facts)]
    turns = sorted(
        {first, *(d for d in register_days(facts) + restored + issued if first < d <= day)}
    )
    served = counted_from = first - DAY
    lapsed, months = None, book.on(first).grace_months
    for here, after in zip(turns, [*turns[1:], day + DAY], strict=True):
        months = book.on(counted_from + DAY).grace_months
        limit = months_after(counted_from, months)
        if not lapsed and here > limit:
            lapsed = limit + DAY
        if lapsed and here in restored:
            lapsed, counted_from = None, here - DAY
            limit = months_after(counted_from, book.on(here).grace_months)
        if lapsed:
            continue
        speaks = certificate_on(here, facts)
        assert speaks is not None  # the first turn is the day of the first certificate
        if nations_served(here, facts) & set(speaks.nations):
            served = counted_from = after - DAY
        elif after - DAY > limit:
            lapsed = limit + DAY
    return (lapsed, served, months) if lapsed else None


# ---- the standing ----


def standing_on(day: date, facts: Facts, book: RuleBook = BOOK, looks_back=True) -> Standing:
    """The standing on `day`, with its reasons, and the stretch of days over which it holds; without `looks_back` its
    first day is left out, which answers do not tell.

    Precedence: withdrawn, award rescinded, suspended; with a certificate lapsed, between posts, top-up due, with conditions, renewal in
    progress, accredited; without one temporarily accredited, eligible, awaiting award, in training, not found.
    """
    here = verdict(day, facts, book)
    # Who holds a certificate is judged by it from then on: days of the training turn nothing any more.
    turns = sorted(
        turning_days(facts, book, with_training=looks_back or not certificate_on(day, facts))
    )
    before = [d for d in turns if d <= day] if looks_back else []
    since = None
    while before:
        since = before.pop()
        if not is_alike(verdict(since - DAY, facts, book), here):
            break
        since = None
    until = None
    for turn in (d for d in turns if d > day):
        if not is_alike(verdict(turn, facts, book), here):
            until = turn - DAY
            break
    return replace(here, since=since, until=until)


def verdict(day: date, facts: Facts, book: RuleBook = BOOK) -> Standing:
    """The answer for one day, without the days around it."""
    sanction = sanction_on(day, facts)
    kind = sanction.kind if sanction else None
    rescission = rescission_on(day, facts)
    if rescission and kind != WITHDRAWN:
        return _with_reason("award_rescinded", Phrase("award_rescinded", day=rescission.from_day))
    if sanction and kind in (WITHDRAWN, SUSPENDED):
        if sanction.until_day:
            return _with_reason(
                kind,
                Phrase("decided_until", day=sanction.from_day, until=sanction.until_day),
            )
        return _with_reason(kind, Phrase("decided", day=sanction.from_day))
    certificate = certificate_on(day, facts)
    if not certificate:
        return _temporarily(day, facts, sanction) or _without_certificate(day, facts)
    last_day = last_day_of(certificate, facts, day)
    waiting = renewal_on(day, last_day, facts)
    if day > last_day and not (waiting and day <= progress_ends(last_day, waiting, book)):
        return _run_out(day, last_day, waiting, facts, book)
    lapse = lapsed_by_grace_since(day, facts, book)
    if lapse:
        return _with_reason("lapsed", _grace_words(lapse, facts))
    served = nations_served(day, facts) & set(certificate.nations)
    if not served:
        return _between_posts(day, certificate, facts)
    waits = _top_up_words(day, facts, served)
    counting = served - nations_held_back(day, facts)
    if not counting:
        return Standing("top_up_due", reasons=tuple(waits), particulars=tuple(waits))
    reasons = [_of_term(day, last_day, waiting, book)]
    if waiting and day <= last_day:
        reasons.append(Phrase("renewal_asked", day=waiting.asked_on))
    if counting < set(certificate.nations):
        reasons.append(Phrase("fewer_nations"))
    reasons += waits
    conditions = sanction if kind == CONDITIONS else None
    if conditions:
        reasons.append(_conditions_words(conditions))
    code = (
        "accredited_with_conditions"
        if conditions
        else "renewal_in_progress"
        if day > last_day
        else "accredited"
    )
    return Standing(
        code,
        _in_order(counting, certificate.nations),
        conditions.words if conditions else "",
        tuple(reasons),
        (*_named_posts(day, facts), *waits),
    )


def nations_on(day: date, facts: Facts, book: RuleBook = BOOK) -> tuple[Nation, ...]:
    """Each nation of the certificate (or of a temporary accreditation) and of the open posts: does it count, and if
    not, which term fails."""
    certificate, temporary = certificate_on(day, facts), temporary_on(day, facts)
    named = set(certificate.nations if certificate else temporary.nations if temporary else ())
    here = verdict(day, facts, book)
    posts = [p for p in facts.posts if p.is_open(day)]
    concerned = named | {n for p in posts for n in p.nations}
    return tuple(_nation(n, here, named, posts, day, facts) for n in NATIONS if n in concerned)


def _nation(nation, here, named, posts, day, facts) -> Nation:
    in_it = [p for p in posts if nation in p.nations]
    approved = [p for p in in_it if is_approved(p.organisation, day, facts)]
    if nation in here.nations:
        term, key = "", "nation_counts"
    elif nation not in named:
        term, key = "certificate", "nation_not_named"
    elif not in_it:
        term, key = "post", "nation_no_post"
    elif not approved:
        term, key = "approval", "nation_not_approved"
    elif not any(nation in p.serves(day) for p in approved):
        term, key = "organisation", "nation_not_served"
    elif nation in nations_held_back(day, facts):
        term, key = "top_up", "nation_top_up"
    else:
        term, key = here.code, "nation_limited"
    return Nation(nation, not term, term, Phrase(key))


def not_counting_once_issued(facts: Facts, day: date, book: RuleBook = BOOK) -> tuple[Nation, ...]:
    """Nations of the last enrolment's study plan that would not count on `day` although a certificate issued that day
    names them."""
    last = facts.enrolments[-1]
    made = Certified("", day, tuple(last.nations), term_from(day, book))
    issued = replace(
        facts,
        enrolments=(*facts.enrolments[:-1], replace(last, certificates=(*last.certificates, made))),
    )
    return tuple(
        n for n in nations_on(day, issued, book) if n.nation in last.nations and not n.counts
    )


# ---- the words of each answer ----


def _of_term(day, last_day, waiting, book) -> Phrase:
    if day > last_day:
        return Phrase("in_progress", day=last_day, until=progress_ends(last_day, waiting, book))
    return Phrase("valid", day=last_day)


def _run_out(day, last_day, waiting, facts, book) -> Standing:
    if waiting:
        return _with_reason(
            "lapsed",
            Phrase("renewal_overdue", day=last_day, until=progress_ends(last_day, waiting, book)),
        )
    return _with_reason(
        "lapsed",
        Phrase(
            "renewal_refused" if refused_renewal(day, last_day, facts) else "expired", day=last_day
        ),
    )


def _named_posts(day, facts) -> list[str]:
    return [
        f"In post at {p.name} since {in_words(p.starts_on)}"
        + (f", until {in_words(p.ends_on)}." if p.ends_on else ".")
        for p in facts.posts
        if p.is_open(day)
    ]


def _conditions_words(sanction) -> Phrase:
    if sanction.until_day:
        return Phrase("conditions_until", day=sanction.from_day, until=sanction.until_day)
    return Phrase("conditions_from", day=sanction.from_day)


def _top_up_words(day: date, facts: Facts, served) -> list[Phrase]:
    """One sentence for each top-up that concerns a nation served: by when, or since when its nation waits."""
    sentences = []
    for t in top_ups_due(day, facts):
        where = tuple(n for n in t.nations if n in served)
        if where:
            sentences.append(
                Phrase(
                    "top_up_since" if t.is_overdue(day) else "top_up_by",
                    nations=where,
                    day=t.counts_from,
                )
            )
    return list(dict.fromkeys(sentences))


def _grace_words(lapse, facts: Facts) -> Phrase:
    lapsed, served, months = lapse
    first = certificates_of(facts)[0].issued_on
    if served < first:
        return Phrase("grace_from_issue", served=first, months=months, day=lapsed)
    return Phrase("grace", served=served, months=months, day=lapsed)


def _between_posts(day: date, certificate: Certified, facts: Facts) -> Standing:
    """The certificate stands; the reason names the term of the register that fails."""
    return _with_reason(
        "between_posts",
        *why_no_post_counts(
            day,
            certificate.nations,
            facts,
            Sentence("certificate %(number)s", number=certificate.number),
        ),
    )


def _temporarily(day: date, facts: Facts, sanction) -> Standing | None:
    """Leave to act before a certificate, where a post that counts is in one of its nations; otherwise it says nothing."""
    temporary = temporary_on(day, facts)
    if not temporary:
        return None
    served = nations_served(day, facts) & set(temporary.nations)
    counting = served - nations_held_back(day, facts)
    if not counting:
        return None
    conditions = sanction.words if sanction and sanction.kind == CONDITIONS else ""
    waits = _top_up_words(day, facts, served)
    reasons = [Phrase("temporary", day=temporary.from_day, until=temporary.until_day)]
    reasons += [Phrase("temporary_fewer")] if counting < set(temporary.nations) else []
    reasons += waits
    reasons += [_conditions_words(sanction)] if conditions else []
    return Standing(
        "temporarily_accredited",
        _in_order(counting, temporary.nations),
        conditions,
        tuple(reasons),
        (*_named_posts(day, facts), *waits),
    )


def why_temporary_accreditation_fails(day: date, facts: Facts) -> tuple[list, list]:
    """Of a temporary accreditation that runs and does not count: that it runs, and which term fails; without and with names."""
    temporary = temporary_on(day, facts)
    if not temporary:
        return [], []
    runs = Phrase("temporary_not_counting", day=temporary.from_day, until=temporary.until_day)
    served = nations_served(day, facts) & set(temporary.nations)
    if served:
        waits = _top_up_words(day, facts, served)
        return [runs, *waits], [runs, *waits]
    public, named = why_no_post_counts(
        day, temporary.nations, facts, Sentence("the temporary accreditation")
    )
    return [runs, public], [runs, named]


def _without_certificate(day: date, facts: Facts) -> Standing:
    here = _of_training(day, facts)
    public, named = why_temporary_accreditation_fails(day, facts)
    if here.code == "not_found" or not public:
        return here
    return replace(here, reasons=(*here.reasons, *public), particulars=(*here.particulars, *named))


def _of_training(day: date, facts: Facts) -> Standing:
    begun = [e for e in facts.enrolments if e.from_day <= day]
    awarded = [e for e in begun if e.award_on and e.award_on <= day]
    if awarded:
        reasons = why_not(replace(facts, enrolments=(awarded[-1],)), day)
        conferred = Phrase("awarded", day=awarded[-1].award_on)
        return _with_reason(
            "awaiting_award" if reasons else "eligible", conferred, conferred, *reasons
        )
    here = [e for e in begun if e.until is None or day <= e.until]
    complete = [e for e in here if e.work_complete_on and e.work_complete_on <= day]
    if complete:
        return _with_reason("awaiting_award", Phrase("work_in", day=complete[-1].work_complete_on))
    if here:
        return _with_reason("in_training", Phrase("in_training", day=here[-1].from_day))
    return Standing("not_found")


def _with_reason(code: str, public: str, *named: str) -> Standing:
    return Standing(code, reasons=(public,), particulars=named or (public,))


def is_alike(one: Standing, other: Standing) -> bool:
    """Is it the same answer, whatever its reasons?"""
    return (one.code, one.nations, one.conditions) == (other.code, other.nations, other.conditions)


def _in_order(nations: set[str], order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(n for n in order if n in nations)


def turning_days(facts: Facts, book: RuleBook = BOOK, with_training=True) -> set[date]:
    """Every day on which the standing may differ from the day before's; those of training matter to whoever has no certificate."""
    register = register_days(facts)
    lines = that_count(facts.sanctions, OF_ROW)
    days = {
        *register,
        *(s.from_day for s in lines),
        *(s.until_day + DAY for s in lines if s.until_day),
    }
    restored = restored_days(facts)
    certificates = certificates_of(facts)
    gaps = {d - DAY for d in [*register, *restored, *(c.issued_on for c in certificates)]}
    days |= {months_after(d, book.on(d + DAY).grace_months) + DAY for d in gaps}
    days |= {d for t in facts.top_ups for d in (t.sent_on, t.counts_from, t.done_on) if d}
    days |= {d for t in facts.temporary for d in (t.from_day, t.until_day + DAY)}
    ends = {c.valid_until for c in certificates} | {
        r.granted_until for r in facts.renewals if r.granted_until
    }
    days |= {d + DAY for d in ends} | {
        progress_ends(d, r, book) + DAY for d in ends for r in facts.renewals
    }
    days |= {d for r in facts.renewals for d in (r.asked_on, r.decided_on) if d} | {
        c.issued_on for c in certificates
    }
    rescissions = [r for e in facts.enrolments for r in e.rescissions]
    days |= {d for r in rescissions for d in (r.from_day, r.reinstated_on) if d}
    for e in facts.enrolments if with_training else ():
        days |= {d for d in (e.from_day, e.work_complete_on, e.award_on) if d}
        days |= {e.until + DAY} if e.until else set()
        units = [unit for found in e.units.values() for unit in found]
        days |= {
            d
            for u in units
            for d in (u.studied_on, u.offered_on, u.withdrawn_on)
            if d and d > date.min
        }
    return days
