"""What a coming day brings, as things are known now and with one change supposed: read-only, pure, and free of Django."""
from dataclasses import dataclass, replace
from datetime import date

from .accreditation import DAY, Standing, is_alike, nations_on, turning_days, verdict
from .facts import Facts
from .renewing import Message, messages, together
from .ruling import RuleBook, Rules
from .said import in_words

MANY = 3  # things in one week from which it is called full


@dataclass(frozen=True)
class Supposed:
    """A change nobody has made: an organisation's approval suspended, or other rules, from a day."""

    from_day: date
    organisation: int | None = None
    rules: Rules | None = None

    def to_facts(self, facts: Facts) -> Facts:
        if self.organisation is None or self.organisation not in facts.approvals:
            return facts
        lines = (*facts.approvals[self.organisation], (self.from_day, "suspended"))
        return replace(facts, approvals={**facts.approvals, self.organisation: lines})

    def to_book(self, book: RuleBook) -> RuleBook:
        if self.rules is None:
            return book
        return RuleBook((*(line for line in book.lines if line[0] <= self.from_day), (self.from_day, self.rules)))


@dataclass(frozen=True)
class Turned:
    """Somebody who stands otherwise on that day than before: from which day, and which term fails."""

    who: int
    before: Standing
    after: Standing
    on_day: date | None
    fails: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rehearsal:
    by_itself: tuple[Turned, ...]  # because days pass
    by_change: tuple[Turned, ...]  # because of what is supposed
    messages: tuple[tuple[int, Message], ...]
    crowded: tuple[tuple[int, list[Message]], ...]
    weeks: tuple[tuple[date, int], ...]


def rehearse(facts: dict[int, Facts], book: RuleBook, today: date, day: date, supposed: Supposed | None = None) -> Rehearsal:
    """`facts` by person as they are known today."""
    by_itself, by_change, mail = [], [], []
    changed_book = supposed.to_book(book) if supposed else book
    for who, known in facts.items():
        now, then = verdict(today, known, book), verdict(day, known, book)
        if not is_alike(now, then):
            by_itself.append(Turned(who, now, then, first_day(known, book, today, day), _fails(then, day, known, book)))
        changed = supposed.to_facts(known) if supposed else known
        if supposed:
            otherwise = verdict(day, changed, changed_book)
            if not is_alike(then, otherwise):
                by_change.append(Turned(who, then, otherwise, None, _fails(otherwise, day, changed, changed_book)))
        mail += [(who, m) for m in messages(changed, changed_book, today)]
    near = [(who, m) for who, m in mail if m.about_day <= day]
    sent = sorted(((who, m) for who, m in mail if today < m.from_day <= day), key=lambda line: (line[1].from_day, line[0]))
    weeks = {}
    for _, about in {(who, m.about_day) for who, m in near}:
        monday = about - about.weekday() * DAY
        weeks[monday] = weeks.get(monday, 0) + 1
    full = sorted((week, count) for week, count in weeks.items() if count >= MANY)
    by_itself.sort(key=lambda t: (t.on_day or day, t.who))
    return Rehearsal(tuple(by_itself), tuple(by_change), tuple(sent), tuple(together(near)), tuple(full))


def first_day(facts, book, today, day) -> date | None:
    """The first day after today on which the standing is another one."""
    now = verdict(today, facts, book)
    for turn in sorted(d for d in turning_days(facts, book) if today < d <= day):
        if not is_alike(verdict(turn, facts, book), now):
            return turn
    return None


def _fails(standing, day, facts, book) -> tuple[str, ...]:
    """Sentences of what fails: the standing's own, then each nation that does not count."""
    own = tuple(dict.fromkeys(str(r) for r in standing.particulars or standing.reasons)) if not standing.nations else ()
    return own or tuple(f"{in_words((n.nation,))}: {n.why}" for n in nations_on(day, facts, book) if not n.counts)
