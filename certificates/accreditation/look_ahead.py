"""What a coming day brings, as things are known now and with one change supposed: read-only, pure, and free of Django."""

from dataclasses import dataclass, replace
from datetime import date

from .facts import Facts
from .renewal import Message, messages, together
from .rule_book import RuleBook, Rules
from .sentences import in_words
from .standing import DAY, Standing, is_alike, nations_on, turning_days, verdict

MANY = 3  # things in one week from which it is called full


@dataclass(frozen=True)
class Scenario:
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
        return RuleBook(
            (
                *(line for line in book.lines if line[0] <= self.from_day),
                (self.from_day, self.rules),
            )
        )


@dataclass(frozen=True)
class StandingChange:
    """Somebody whose standing becomes another one: from which day, to which (None: on past the rehearsed day), and which
    term fails."""

    who: int
    before: Standing
    after: Standing
    on_day: date
    until: date | None = None
    fails: tuple[str, ...] = ()


@dataclass(frozen=True)
class LookAhead:
    by_itself: tuple[StandingChange, ...]  # because days pass
    by_change: tuple[StandingChange, ...]  # because of what is supposed
    messages: tuple[tuple[int, date, Message], ...]  # to whom, on which day
    watch_notices: tuple[
        tuple[int, date], ...
    ]  # of whom, from which day, whoever watches would hear
    clashes: tuple[tuple[int, list[Message]], ...]
    weeks: tuple[tuple[date, int], ...]


def forecast(
    facts: dict[int, Facts],
    book: RuleBook,
    today: date,
    day: date,
    scenario: Scenario | None = None,
) -> LookAhead:
    """Each day from the day after `today` to `day`. `facts` by person as they are known today; the messages are those that
    would go if what is supposed were so."""
    by_itself, by_change, sent, near, heard = [], [], [], [], []
    changed_book = scenario.to_book(book) if scenario else book
    for who, known in facts.items():
        standing = verdict(today, known, book)
        by_itself += standing_changes(who, standing, known, book, today, day)
        changed = scenario.to_facts(known) if scenario else known
        if scenario:
            by_change += changes_by_scenario(
                who, (known, book), (changed, changed_book), today, day
            )
        coming, mail = messages_between(changed, changed_book, today, day)
        sent += [(who, on, m) for on, m in mail]
        near += [(who, m) for m in coming]
        heard += [
            (who, t.on_day)
            for t in standing_changes(who, standing, changed, changed_book, today, day)
        ]
    weeks = {}
    for _, about in {(who, m.about_day) for who, m in near}:
        monday = about - about.weekday() * DAY
        weeks[monday] = weeks.get(monday, 0) + 1
    full = sorted((week, count) for week, count in weeks.items() if count >= MANY)
    return LookAhead(
        tuple(sorted(by_itself, key=_when)),
        tuple(sorted(by_change, key=_when)),
        tuple(sorted(sent, key=lambda line: (line[1], line[2].kind, line[2].about_day, line[0]))),
        tuple(heard),
        tuple(together(near)),
        tuple(full),
    )


def _when(change):
    return change.on_day, change.who


def standing_changes(who, before, facts, book, today, day) -> list[StandingChange]:
    """Each day on which the standing becomes another one than it was, `before` at first: there and back again is two."""
    found = []
    for turn in [today, *_days(today, day, turning_days(facts, book))]:
        after = verdict(turn, facts, book)
        if not is_alike(before, after):
            if found:
                found[-1] = replace(found[-1], until=turn - DAY)
            found.append(
                StandingChange(who, before, after, turn, None, _fails(after, turn, facts, book))
            )
            before = after
    return found


def changes_by_scenario(who, as_known, in_scenario, today, day) -> list[StandingChange]:
    """Each stretch of days on which the supposed facts and rules give another standing than the known ones."""
    found, is_open = [], False
    for turn in [today, *_days(today, day, turning_days(*as_known) | turning_days(*in_scenario))]:
        before, after = verdict(turn, *as_known), verdict(turn, *in_scenario)
        goes_on = (
            is_open and is_alike(before, found[-1].before) and is_alike(after, found[-1].after)
        )
        if goes_on:
            continue
        if is_open:
            found[-1] = replace(found[-1], until=turn - DAY)
        is_open = not is_alike(before, after)
        if is_open:
            found.append(
                StandingChange(who, before, after, turn, None, _fails(after, turn, *in_scenario))
            )
    return found


def _days(today, day, turns) -> list[date]:
    return sorted(turn for turn in turns if today < turn <= day)


def messages_between(facts, book, today, day) -> tuple[list[Message], list[tuple[date, Message]]]:
    """What falls due by `day`, and the messages that go after `today` and by then with the day each goes.

    What is sent depends on the facts of its day, so it is asked anew on each day on which they turn. What is due today
    has gone today.
    """
    coming, sent, gone = {}, [], set()
    turns = [today, *_days(today, day, turning_days(facts, book) | set(book.days()))]
    for here, after in zip(turns, [*turns[1:], day + DAY], strict=True):
        by_day = {}
        for m in messages(facts, book, here):
            if m.about_day <= day and m.from_day < after:
                coming[m.kind, m.about_day] = m
            on = max(m.from_day, here)
            if on < after and on <= m.about_day:
                # Of several about one thing that come due on one day only the last is sent, as `due_on` does.
                by_day[on, m.kind.split("_")[0], m.about_day] = m
        for (on, *_), m in by_day.items():
            if (m.kind, m.about_day) not in gone and on > today:
                sent.append((on, m))
            gone.add((m.kind, m.about_day))
    return list(coming.values()), sent


def _fails(standing, day, facts, book) -> tuple[str, ...]:
    """Sentences of what fails: the standing's own, then each nation that does not count."""
    own = (
        tuple(dict.fromkeys(str(r) for r in standing.particulars or standing.reasons))
        if not standing.nations
        else ()
    )
    return own or tuple(
        f"{in_words((n.nation,))}: {n.why}" for n in nations_on(day, facts, book) if not n.counts
    )
