"""Gathers what is known of people from the rooms below, in one question however many people they are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import overload
from uuid import UUID

from django.conf import settings
from django.utils.timezone import get_default_timezone

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from cohorts.organisations.queries import with_end
from courses.queries.outline import Outline, outline_at
from lms.kit import clock
from lms.kit.effective_dates import that_count

from ..accreditation.facts import (
    Certified,
    Decision,
    Enrolled,
    Facts,
    Post,
    Renewed,
    Rescinded,
    Temporary,
    TopUp,
    Unit,
    with_last,
)
from ..accreditation.rule_book import RuleBook, Rules
from ..accreditation.standing import Standing, standing_on
from ..models import RuleLine
from .fact_lines import SOME, gather

# A key nobody has: with it every question is asked, also about people who do not exist.
NOBODY = 0


@overload
def day_of(moment: datetime) -> date: ...


@overload
def day_of(moment: None) -> None: ...


def day_of(moment):
    return moment.astimezone(get_default_timezone()).date() if moment else None


class FactLines:
    """Lines sorted out: `facts` by person's key, the rules, and who is withheld or works under another name.

    `joins`: the keys of accounts whose lines are read as those of another one, by key, as if the two were joined.
    """

    def __init__(self, keys, joins=None):
        self.keys = [*dict.fromkeys(keys)] or [NOBODY]
        self.by_what, stamp = {}, None
        for line in gather(self.keys):
            if joins and line[0] in joins and line[-1] != "person":
                line[0] = joins[line[0]]
            if line[-1] == "stamp":
                stamp = UUID(line[6])
            else:
                self.by_what.setdefault(line[-1], []).append(line)
        self.outline = outline_at(stamp)
        self.book = book_of((line[3], line[8]) for line in self.of("rules"))
        self.approvals = {}
        for line in self.of("approval"):
            self.approvals.setdefault(line[1], []).extend(with_end(line[3], line[6], line[4]))
        self.nations = {}
        for line in self.of("nations"):
            self.nations.setdefault(line[1], []).append((line[3] or date.min, tuple(line[8])))
        self.asked = {}  # by programme: the module of each assessment
        for line in self.of("asked"):
            self.asked.setdefault(line[1], {})[line[2]] = int(line[6])
        self.names = {line[0]: (line[6], line[7]) for line in self.of("person")}
        self.facts = {key: self._facts(key) for key in self.keys}

    def of(self, what, who=None):
        """Lines of one kind, in the order in which they were added; `who` narrows them to one person."""
        if who is None:
            return sorted(self.by_what.get(what, ()), key=lambda line: line[2] or 0)
        return self._by_person(what).get(who, [])

    def working_name(self, key, day) -> str:
        """The family name somebody works under on that day, or nothing."""
        held = [
            line[6]
            for line in self.of("name", key)
            if line[3] <= day and (line[4] is None or day <= line[4])
        ]
        return held[-1] if held else ""

    def earlier_names(self, key) -> list[tuple[str, str]]:
        """Given and family names by which the person can be asked about besides the present one; none while a working name is used,
        for that is what the person is asked about by."""
        return [] if self.working_name(key, clock.today()) else self.names_before(key)

    def names_before(self, key) -> list[tuple[str, str]]:
        """Given and family names: those printed on a certificate, and those on file before."""
        names = dict.fromkeys(
            (line[6] or "", line[7] or "")
            for kind in ("printed", "former")
            for line in self.of(kind, key)
        )
        return [*names]

    def printed_names(self, key) -> dict[str, tuple[str, str]]:
        """By the number of each certificate, the given and the family name that it prints."""
        names = {line[2]: (line[6] or "", line[7] or "") for line in self.of("printed", key)}
        return {line[6]: names[line[2]] for line in self.of("certificate", key)}

    def standing(self, key, day) -> Standing:
        """As an answer tells it: without its first day."""
        return standing_on(day, self.facts[key], self.book, looks_back=False)

    def _by_person(self, what):
        kept = self.__dict__.setdefault("_kept", {})
        if what not in kept:
            kept[what] = {}
            for line in self.of(what):
                kept[what].setdefault(line[0], []).append(line)
        return kept[what]

    def _facts(self, key) -> Facts:
        posts = sorted(self.of("post", key), key=lambda line: line[3])
        return Facts(
            name=" ".join(filter(None, self.names.get(key, ()))),
            enrolments=tuple(self._enrolments(key)),
            posts=tuple(
                Post(
                    p[1],
                    p[6],
                    tuple(p[8]),
                    p[3],
                    p[4],
                    tuple(p[9]),
                    p[2],
                    tuple(self.nations.get(p[1], ())),
                )
                for p in posts
            ),
            approvals={p[1]: tuple(self.approvals.get(p[1], ())) for p in posts},
            sanctions=tuple(Decision(s[3], s[6], s[7], s[4]) for s in self.of("sanction", key)),
            withheld=tuple((w[3], w[4], w[6]) for w in self.of("withheld", key)),
            top_ups=tuple(top_up(t) for t in self.of("top_up", key)),
            renewals=tuple(
                Renewed(
                    day_of(r[10]), day_of(r[12]), r[3], r[4], (r[8] or {}).get("progress_months")
                )
                for r in self.of("renewal", key)
            ),
            temporary=tuple(Temporary(tuple(t[8]), t[3], t[4]) for t in self.of("temporary", key)),
        )

    def _enrolments(self, key):
        certificates, handed_in = {}, {}
        for line in self.of("certificate", key):
            certificates.setdefault(line[1], []).append(
                Certified(line[6], line[3], tuple(line[8]), line[4])
            )
        rescinded = {}
        for line in self.of("rescission", key):
            rescinded.setdefault(line[1], []).append(Rescinded(day_of(line[10]), day_of(line[12])))
        for line in self.of("work", key):
            had = handed_in.setdefault(line[1], {})
            # of several attempts at an assessment the last counts
            had[line[2]] = max(had.get(line[2], date.min), day_of(line[10]))
        credited = {}  # by enrolment: since when a module counts by prior learning
        for line in self.of("credited", key):
            credited.setdefault(line[1], {})[line[2]] = line[3]
        studied = {}
        for line in self.of("study", key):
            studied[line[1]] = min(studied.get(line[1], line[10]), line[10])
        studied = {variant: day_of(moment) for variant, moment in studied.items()}
        for line in sorted(self.of("enrolment", key), key=lambda line: (line[3], line[2])):
            wanted, own = self.asked.get(line[1], {}), credited.get(line[2], {})
            had = handed_in.get(line[2], {}) | {
                piece: own[module] for piece, module in wanted.items() if module in own
            }
            yield Enrolled(
                from_day=line[3],
                until=line[4] if line[6] == EnrolmentState.LEFT else None,
                nations=tuple(line[8]),
                work_complete_on=max(had[a] for a in wanted)
                if wanted and set(wanted) <= set(had)
                else None,
                award_on=line[5],
                certificates=tuple(certificates.get(line[2], ())),
                key=line[2],
                units=units_of(self.outline, line[1], line[8], studied, own),
                rescissions=tuple(rescinded.get(line[2], ())),
            )


def top_up(line) -> TopUp:
    """Whoever it reached later has as many days to read it as the first had."""
    sent, first = day_of(line[10]), day_of(line[11])
    return TopUp(line[6], tuple(line[8]), sent, sent + (line[3] - first), day_of(line[12]))


def units_of(outline: Outline, programme, nations, studied, credited) -> dict:
    """Units by nation with the day each was first studied. In a module of `credited` (its key to a day) what is for all nations counts as studied by then;
    the law of one nation does not."""
    offer = on_offer(outline).get(programme, ())
    made = {}
    for pk, title, _, days, general in offer:
        since = min(filter(None, (studied.get(pk), credited.get(general))), default=None)
        made[pk] = Unit(title, since, *days)
    return {
        nation: tuple(made[pk] for pk, _, where, *_more in offer if nation in where)
        for nation in nations
    }


def on_offer(outline: Outline) -> dict[int, list[tuple]]:
    """Programme's key to its variants in order: key, title, nations, the days of the first version and of its withdrawal, and the key of its module where it is
    for all nations. Kept with the outline."""
    kept = outline.__dict__.get("on_offer")
    if kept is None:
        first, kept = {}, {}
        for variant, published in outline.versions.values():
            first[variant] = min(first.get(variant, published.published_at), published.published_at)
        for v in outline.variants:
            days = day_of(first.get(v.pk)), day_of(v.withdrawn_at)
            kept.setdefault(v.unit.module.programme_id, []).append(
                (
                    v.pk,
                    v.unit.title,
                    tuple(v.nations),
                    days,
                    v.unit.module_id if v.is_for_all else None,
                )
            )
        object.__setattr__(outline, "on_offer", kept)
    return kept


def book_of(lines) -> RuleBook:
    """The rules as they were decided, `lines` in the order of recording; before the first those of the settings hold."""
    return RuleBook(
        (
            (date.min, standing_rules()),
            *((from_day, Rules(**rules)) for from_day, rules in that_count(list(lines))),
        )
    )


def standing_rules() -> Rules:
    return Rules(**settings.IMSA_RULES)


# ---- what the pages ask ----


@dataclass(frozen=True)
class FactSet:
    """The facts of people by key, and the rules by which they are judged."""

    facts: dict[int, Facts]
    book: RuleBook

    def standing(self, key, day) -> Standing:
        return standing_on(day, self.facts[key], self.book)


def load_facts(person_ids) -> FactSet:
    """One question for each few hundred people, and one when nobody is asked about."""
    keys, facts, book = [*dict.fromkeys(person_ids)] or [NOBODY], {}, None
    for start in range(0, len(keys), SOME):
        gathered = FactLines(keys[start : start + SOME])
        facts, book = facts | gathered.facts, gathered.book
    assert book is not None  # NOBODY at least is asked about
    return FactSet(facts, book)


def facts_and_rules_of(thing) -> tuple[Facts, RuleBook]:
    """The facts of a person (or a person's key), or of an enrolment, which then stands last; and the rules. One question."""
    person = (
        thing.person_id if isinstance(thing, Enrolment) else getattr(thing, "pk", thing) or NOBODY
    )
    found = load_facts([person])
    facts = (
        with_last(found.facts[person], thing.pk)
        if isinstance(thing, Enrolment)
        else found.facts[person]
    )
    return facts, found.book


def facts_of(thing) -> Facts:
    return facts_and_rules_of(thing)[0]


def the_book() -> RuleBook:
    """The rules in force from each day. One question."""
    return book_of(RuleLine.objects.order_by("pk").values_list("from_day", "rules"))
