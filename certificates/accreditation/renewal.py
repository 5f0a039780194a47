"""What a renewal takes, step by step, and the messages that a day coming near asks for; pure, and free of Django."""

from dataclasses import dataclass
from datetime import date

from lms.kit.languages import Sentence, gettext_noop

from .facts import (
    Facts,
    certificate_on,
    certificates_of,
    months_after,
    nations_served,
    rescission_on,
    sanction_on,
    top_ups_due,
)
from .rule_book import RuleBook, Rules
from .standing import DAY, lapsed_by_grace_since, last_day_of, renewal_on, standing_on, verdict

DAYS_BEFORE = (60, 30, 7)


@dataclass(frozen=True)
class Term:
    """The stretch an accreditation runs, as it stands on a day."""

    starts_on: date
    last_day: date
    opens_on: date  # from when its renewal can be asked for
    rules: Rules

    def is_open(self, day: date) -> bool:
        return day >= self.opens_on

    def is_late(self, day: date) -> bool:
        return day > self.last_day


@dataclass(frozen=True)
class RenewalProgress:
    """What the log and the draft hold."""

    minutes: int = 0
    discussions: int = 0
    statement: bool = False
    declared: bool = False


@dataclass(frozen=True)
class Step:
    key: str
    label: str
    is_done: bool
    note: str


def term_on(day: date, facts: Facts, book: RuleBook) -> Term | None:
    """The term that runs, or ran out last; none without a certificate."""
    certificate = certificate_on(day, facts)
    if not certificate:
        return None
    last_day, rules = last_day_of(certificate, facts, day), book.on(day)
    ends = {c.valid_until for c in certificates_of(facts)} | {
        r.granted_until
        for r in facts.renewals
        if r.granted_until and r.decided_on and r.decided_on <= day
    }
    before = [d for d in ends if d < last_day]
    starts = max(before) + DAY if before else certificates_of(facts)[0].issued_on
    return Term(starts, last_day, months_after(last_day + DAY, -rules.window_months), rules)


def steps(term: Term, progress: RenewalProgress, facts: Facts, day: date) -> list[Step]:
    """Each thing a renewal needs, done or missing, in the order in which people do them. `term` is that of `day`: there is a
    certificate."""
    rules, hours = term.rules, progress.minutes / 60
    logged = f"{hours:g}"
    certificate = certificate_on(day, facts)
    assert certificate is not None
    waiting = top_ups_due(day, facts)
    served = nations_served(day, facts) & set(certificate.nations)
    sanction = sanction_on(day, facts)
    barred = rescission_on(day, facts) is not None or (
        sanction is not None and sanction.kind in ("suspended", "withdrawn")
    )
    found = [
        Step(
            "hours",
            Sentence.counting(
                "%(count)s hour of learning in this term",
                "%(count)s hours of learning in this term",
                count=rules.cpd_hours,
            ),
            hours >= rules.cpd_hours,
            Sentence(
                "%(logged)s of %(asked)s hours are in your log.",
                logged=logged,
                asked=rules.cpd_hours,
            ),
        ),
        Step(
            "talks",
            Sentence("Talk one entry over with a peer")
            if rules.peer_talks == 1
            else Sentence("Talk %(count)s entries over with a peer", count=rules.peer_talks),
            progress.discussions >= rules.peer_talks,
            Sentence(
                "%(confirmed)s of %(asked)s confirmed by the peer.",
                confirmed=progress.discussions,
                asked=rules.peer_talks,
            ),
        ),
        Step(
            "top_ups",
            Sentence("Read every top-up on changed law"),
            not waiting,
            Sentence("Nothing waits.")
            if not waiting
            else Sentence("Waiting: %(titles)s.", titles="; ".join(t.title for t in waiting)),
        ),
        Step(
            "post",
            Sentence("Be in a post at an approved organisation"),
            bool(served),
            Sentence("A post that counts is on the employment register.")
            if served
            else Sentence("No post that counts is on the employment register today."),
        ),
        Step(
            "statement",
            Sentence("Write about your practice"),
            progress.statement,
            Sentence("Written.") if progress.statement else Sentence("Not written yet."),
        ),
        Step(
            "declared",
            Sentence("Make the declaration"),
            progress.declared,
            Sentence("Made.") if progress.declared else Sentence("Not made yet."),
        ),
    ]
    if barred:
        found.append(
            Step(
                "sanction",
                Sentence("Have nothing against it from the Hub"),
                False,
                Sentence("While you are suspended or withdrawn, the Hub decides first."),
            )
        )
    if rules.cpd_hours == 0:
        found = [s for s in found if s.key != "hours"]
    return [s for s in found if s.key != "talks"] if rules.peer_talks == 0 else found


def granted_until(term_ends_on: date, decided_on: date, rules: Rules) -> date:
    """The new last day: nobody loses days by asking early; a renewal granted after its term runs from that day."""
    if decided_on <= months_after(term_ends_on, rules.progress_months):
        return months_after(term_ends_on + DAY, 12 * rules.years) - DAY
    return months_after(decided_on, 12 * rules.years) - DAY


# ---- messages because a day comes near ----


@dataclass(frozen=True)
class Message:
    """`from_day` is the day from which it is due; it is not sent after the day it is about."""

    kind: str
    from_day: date
    about_day: date

    def is_due(self, day: date) -> bool:
        return self.from_day <= day <= self.about_day


WORDS = {
    "renewal_opens": (
        gettext_noop("You can ask for your renewal"),
        gettext_noop(
            "Your accreditation is valid until %(day)s. You can ask for its renewal now; your page shows each step."
        ),
    ),
    "renewal_60": (
        gettext_noop("Your accreditation ends in two months"),
        gettext_noop(
            "Your accreditation is valid until %(day)s, and its renewal is not asked for yet. Your page shows what is missing."
        ),
    ),
    "renewal_30": (
        gettext_noop("Your accreditation ends in a month"),
        gettext_noop(
            "Your accreditation is valid until %(day)s, and its renewal is not asked for yet. Your page shows what is missing."
        ),
    ),
    "renewal_7": (
        gettext_noop("Your accreditation ends in a week"),
        gettext_noop(
            "Your accreditation is valid until %(day)s. Asked for by then, it goes on while the renewal is decided."
        ),
    ),
    "post_30": (
        gettext_noop("Your post on the register ends in a month"),
        gettext_noop(
            "The post on the employment register ends on %(day)s. If you go on working, ask your employer to tell the IMSA Model Hub."
        ),
    ),
    "top_up_7": (
        gettext_noop("A top-up counts in a week"),
        gettext_noop(
            "From %(day)s a nation does not count until you have read the short text about its changed law. It takes less than an hour."
        ),
    ),
    "grace_60": (
        gettext_noop("Your accreditation lapses in two months"),
        gettext_noop(
            "Without a post at an approved organisation your accreditation lapses after %(day)s. Tell the IMSA Model Hub of a new post."
        ),
    ),
    "grace_14": (
        gettext_noop("Your accreditation lapses in two weeks"),
        gettext_noop(
            "Without a post at an approved organisation your accreditation lapses after %(day)s. Tell the IMSA Model Hub of a new post."
        ),
    ),
    "temporary_14": (
        gettext_noop("Your temporary accreditation ends in two weeks"),
        gettext_noop(
            "It runs until %(day)s. After that you may not act as an IMSA without a certificate."
        ),
    ),
    "decision_7": (
        gettext_noop("A decision about you ends in a week"),
        gettext_noop(
            "What the IMSA Model Hub decided ends by itself after %(day)s. Your page says what is true then."
        ),
    ),
}


def words_of(message: Message) -> tuple[Sentence, Sentence]:
    subject, body = WORDS[message.kind]
    return Sentence(subject), Sentence(body, day=message.about_day)


def messages(facts: Facts, book: RuleBook, day: date) -> list[Message]:
    """Every message that the facts known on `day` ask for, today or later, the nearest first."""
    # Nobody who may not act is told how long their accreditation lasts.
    code = verdict(day, facts, book).code
    stands = code not in ("withdrawn", "suspended", "lapsed", "award_rescinded")
    found = [*_renewal(facts, book, day), *_posts(facts, day)] if stands else []
    found += _gap(facts, book, day) if code == "between_posts" else []
    is_over = code in (
        "withdrawn",
        "award_rescinded",
    )  # nothing of it counts any more, so nothing has to be read for it
    found += (
        [] if is_over else [_before("top_up_7", t.counts_from, 7) for t in top_ups_due(day, facts)]
    )
    found += [_before("temporary_14", t.until_day, 14) for t in facts.temporary]
    line = sanction_on(day, facts)
    found += [_before("decision_7", line.until_day, 7)] if line and line.until_day else []
    return sorted((m for m in found if m.about_day >= day), key=lambda m: (m.from_day, m.kind))


def due_on(day: date, all_messages: list[Message]) -> list[Message]:
    """Those to be sent on a day: of several about one thing and day the one that came due last."""
    newest = {}
    for message in all_messages:
        if message.is_due(day):
            newest[message.kind.split("_")[0], message.about_day] = message
    return list(newest.values())


def _before(kind, about: date, days: int) -> Message:
    return Message(kind, about - days * DAY, about)


def _renewal(facts, book, day):
    term = term_on(day, facts, book)
    if not term or renewal_on(day, term.last_day, facts):
        return []
    opens = Message("renewal_opens", term.opens_on, term.last_day)
    return [opens, *(_before(f"renewal_{days}", term.last_day, days) for days in DAYS_BEFORE)]


def _posts(facts, day):
    """The last day of the last post that counts, where none follows it."""
    certificate = certificate_on(day, facts)
    if not certificate:
        return []
    ends = [
        p.ends_on
        for p in facts.posts
        if p.is_open(day) and set(p.nations) & set(certificate.nations)
    ]
    if (
        not ends
        or None in ends
        or nations_served(max(ends) + DAY, facts) & set(certificate.nations)
    ):
        return []
    return [_before("post_30", max(ends), 30)]


def _gap(facts, book, day):
    here = standing_on(day, facts, book)
    if not here.until or not lapsed_by_grace_since(here.until + DAY, facts, book):
        return []
    return [_before("grace_60", here.until, 60), _before("grace_14", here.until, 14)]


def together(all_messages: list[tuple[int, Message]], within=14) -> list[tuple[int, list[Message]]]:
    """People for whom several things fall within so many days: (who, those messages)."""
    by_who, crowded = {}, []
    for who, message in all_messages:
        by_who.setdefault(who, {}).setdefault(
            (message.kind.split("_")[0], message.about_day), message
        )
    for who, ones in by_who.items():
        near = sorted(ones.values(), key=lambda m: m.about_day)
        for n, one in enumerate(near):
            beside = [
                other for other in near[n + 1 :] if (other.about_day - one.about_day).days <= within
            ]
            if beside:
                crowded.append((who, [one, *beside]))
                break
    return crowded
