"""Many scripts shared out at once: what is planned, what stands against it, and how many each marker gets. Nothing is written here."""

from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext as _

from lms.people.models import Role
from lms.people.roles import holders_of_each

from ..setting.models import AssessmentVersion
from ..setting.queries import with_scheme
from ..taking.models import Submission
from .conflicts import conflicts
from .queries import awaiting_allocation, open_tasks_by_marker
from .rules import may_be_given
from .sharing import share

MOST = 500  # scripts in one plan; a page shows them all


@dataclass
class Plan:
    """`lines`: (script, first, second) that can be given out, without a second where the script has one marker; `faults`: (where, why) of those that cannot: while there is one, none is given out."""

    lines: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    load: dict = field(default_factory=dict)

    def totals(self) -> list[dict]:
        """By marker: how many scripts they hold, and how many they would get as first and as second marker."""
        found = {}
        for _unused, *pair in self.lines:
            for place, person in zip(("first", "second"), pair, strict=True):
                if person is None:
                    continue
                row = found.setdefault(
                    person.pk,
                    {
                        "person": person,
                        "load": self.load.get(person.pk, 0),
                        "first": 0,
                        "second": 0,
                    },
                )
                row[place] += 1
        for row in found.values():
            row["total"] = row["first"] + row["second"]
        return sorted(found.values(), key=lambda row: (-row["total"], row["person"].full_name))

    def text(self) -> str:
        """As `plan_of_text` reads it: a script and the keys of its two markers in each line."""
        return "\n".join(
            f"{s.script},{one.pk},{two.pk if two else ''}" for s, one, two in self.lines
        )


def waiting_by_assessment(registrar) -> dict:
    """How many scripts wait for two markers, by (code, title) of what was asked. One query."""
    rows = awaiting_allocation(registrar.pk).order_by("assessment__code")
    counts = rows.values_list("assessment__code", "assessment__title").annotate(n=Count("pk"))
    return {(code, title): n for code, title, n in counts}


def waiting_scripts(registrar, assessment=None):
    """Those that a plan can hold, the oldest first. A QuerySet."""
    rows = with_scheme(awaiting_allocation(registrar.pk)).prefetch_related("allocations")
    return rows.filter(assessment__code=assessment) if assessment else rows


def plan_shares(registrar, scripts, weights) -> Plan:
    """Share scripts out by weight (by a marker's key) among tutors who may mark them; a script that has no two of them is a fault."""
    holders = holders_of_each(Role.TUTOR, Role.REGISTRAR)
    people = {p.pk: p for p in holders[Role.TUTOR] if p.pk in weights and p.pk != registrar.pk}
    scripts = list(scripts)
    barred = _barred(scripts, people, holders)
    chosen = {pk: weights[pk] for pk in people}
    single = [s.pk for s in scripts if s.scheme == AssessmentVersion.MODERATED]
    pairs, without = share([s.pk for s in scripts if s.pk not in single], chosen, barred)
    alone, without_one = share(single, chosen, barred, each=1)
    pairs |= {pk: (one, None) for pk, (one,) in alone.items()}
    without += without_one
    by_key = {s.pk: s for s in scripts}
    return Plan(
        [(by_key[pk], people[one], people.get(two)) for pk, (one, two) in pairs.items()],
        [
            (
                by_key[pk].script,
                _("Not enough of the chosen tutors may mark it. %(reasons)s")
                % {"reasons": " ".join(why for (one, _p), why in barred.items() if one == pk)},
            )
            for pk in without
        ],
        open_tasks_by_marker(),
    )


def plan_lines(registrar, wanted) -> Plan:
    """A plan of (where, script number, first, second), whose markers are people or words that name nobody; each fault names its row."""
    holders = holders_of_each(Role.TUTOR, Role.REGISTRAR)
    numbers = {number.upper() for _where, number, *_pair in wanted}
    there = {s.script: s for s in waiting_scripts(registrar).filter(script__in=numbers)}
    known = set(Submission.objects.filter(script__in=numbers).values_list("script", flat=True))
    people = {p.pk: p for _where, _number, *pair in wanted for p in pair if hasattr(p, "pk")}
    barred = _barred(there.values(), people, holders)
    plan, seen = Plan(load=open_tasks_by_marker()), set()
    for where, number, *pair in wanted:
        number = number.upper()
        script = there.get(number)
        if script is None:
            why = (
                _("Script %(number)s does not wait for markers.")
                if number in known
                else _("There is no script “%(number)s”.")
            ) % {"number": number[:40]}
        elif number in seen:
            why = _("Script %(number)s stands in another row too.") % {"number": number}
        else:
            why = _against(registrar, script, pair, barred)
        seen.add(number)
        if why:
            plan.faults.append((where, why))
        else:
            plan.lines.append((script, pair[0], pair[1] or None))
    return plan


def _against(registrar, script, pair, barred) -> str:
    first, second = pair
    if script.scheme == AssessmentVersion.MODERATED:
        if second:
            return _("This script has one marker. Leave the second marker empty.")
        pair = [first]
    for person in pair:
        if not hasattr(person, "pk"):
            return _("There is no tutor “%(typed)s”.") % {"typed": person[:80]}
    if len(pair) == 1:
        second = first
    elif first.pk == second.pk:
        return _("The two markers must be two people.")
    if registrar.pk in (first.pk, second.pk):
        return _("You cannot allocate a script to yourself. Ask another registrar to allocate it.")
    return barred.get((script.pk, first.pk)) or barred.get((script.pk, second.pk)) or ""


def _barred(scripts, people, holders) -> dict:
    """By script and marker: why not. Three queries, however many."""
    scripts = list(scripts)
    tied = conflicts(scripts, people.values())
    roles = {
        pk: {role for role, held in holders.items() if any(p.pk == pk for p in held)}
        for pk in people
    }
    found = {}
    for script in scripts:
        for pk, person in people.items():
            may = may_be_given(person, script, tied=tied, roles=roles[pk])
            if not may:
                found[script.pk, pk] = may.reason
    return found
