"""What a board is handed before it meets: its agenda, the list by student reference, distributions, borderlines and what the rules flag."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment

from ...setting.scale import in_figures
from ..module_results import NEAR
from ..states import Outcome, class_label
from .boards import Case, award_in, cases_of, modules_of, reports_of
from .interests import interests_before, interests_in_words, recusals_of
from .members import members_of, quorum_in_words
from .tallies import enrolments_before


def pack_of(board, by) -> list[dict]:
    """The lists of the pack, each with `name`, `label`, `heads` of its columns and `rows`. So many statements, whatever the size of the
    cohort."""
    members, modules = members_of(board), modules_of(board)
    recusals = recusals_of(board, members, interests_before(members, by), by)
    people: list[Enrolment] = list(
        enrolments_before(board.cohort_id).only("student_reference", "state", "cohort_id")
    )
    cases = cases_of(board, people, modules, recusals.reasons)
    interests = interests_in_words(board, recusals, members)
    return [
        _list(
            "agenda",
            _("Agenda"),
            [_("Item"), _("What is known")],
            _agenda(board, members, interests),
        ),
        _list("results", _("Results"), [_("Student"), *(m.code for m in modules)], _results(cases)),
        _list("awards", _("Awards"), [_("Student"), _("Award")], _awards(cases)),
        _distributions(board, cases, modules),
        _list(
            "borderlines",
            _("Borderlines: up to %(near)s below a class") % {"near": NEAR},
            [_("Student"), _("Module"), _("Mark"), _("Class from")],
            _borderlines(board, cases),
        ),
        _list(
            "flags",
            _("What the rules say"),
            [_("Student"), _("Module"), _("What")],
            [[_reference(case), case.module.code, what] for case in cases for what in _flags(case)],
        ),
    ]


def _list(name, label, heads, rows) -> dict:
    return {"name": name, "label": label, "heads": heads, "rows": rows}


def _agenda(board, members, interests) -> list[list]:
    """The items of a meeting in their order, each with what is known of it."""
    reports = reports_of(board)
    nobody, nothing = _("No members are recorded."), _("None.")
    return [
        [
            _("Who is there, and quorum"),
            "; ".join(f"{one.person.full_name} ({one.get_role_display()})" for one in members)
            or nobody,
        ],
        [_("Quorum"), quorum_in_words(board.judging.rules)],
        [
            _("Declared interests"),
            "; ".join(f"{one['name']}: {one['what']}" for one in interests) or nothing,
        ],
        [
            _("The external examiner"),
            "; ".join(
                f"{one.examiner.full_name}: {one.get_opinion_display()}. {one.comment}"
                for one in reports[:1]
            )
            or nothing,
        ],
        [_("Distributions and borderlines"), _("See their lists.")],
        [_("Results held back or left out"), _("See “What the rules say”.")],
        [_("Decisions and awards"), _("See “Results”.")],
    ]


def _results(cases: Sequence[Case]) -> list[list]:
    rows: dict[int, list] = {}
    for case in cases:
        row = rows.setdefault(case.enrolment.pk, [_reference(case)])
        mark = case.mark
        if case.decision:
            row.append(f"{in_figures(mark)}: {case.decision.label}")
        elif case.credit:
            row.append(_("RPL, no mark"))
        elif mark is None:
            row.append(_("No mark yet"))
        else:
            row.append(f"{in_figures(mark)}: {Outcome(case.outcome).label}")
    return list(rows.values())


def _awards(cases) -> list[list]:
    """Who would leave this board with the award, and with which class."""
    people: dict[int, list[Case]] = {}
    for case in cases:
        people.setdefault(case.enrolment.pk, []).append(case)
    found = [(_reference(own[0]), award_in(own)) for own in people.values()]
    return [[reference, class_label(name)] for reference, name in found if name is not None]


def _distributions(board, cases, modules) -> dict:
    """Of each module how many marks lie in each class, and their mean; the class below the first boundary is what is not passed."""
    bounds = board.judging.rules.boundaries
    labels = [
        _("under %(mark)s") % {"mark": bounds[0]},
        *(f"{low}–{high - 1}" for low, high in zip(bounds, bounds[1:], strict=False)),
        _("%(mark)s and over") % {"mark": bounds[-1]},
    ]
    marks: dict[int, list[Decimal]] = {module.pk: [] for module in modules}
    for case in cases:
        if (mark := case.mark) is not None:
            marks[case.module.pk].append(mark)
    rows = []
    for module in modules:
        found = marks[module.pk]
        counts = Counter(sum(mark >= bound for bound in bounds) for mark in found)
        mean = in_figures(sum(found, Decimal(0)) / len(found)) if found else ""
        classes = [counts.get(place, 0) for place in range(len(bounds) + 1)]
        rows.append([module.code, len(found), mean, *classes])
    heads = [_("Module"), _("Marks"), _("Mean"), *labels]
    return _list("distributions", _("Distributions"), heads, rows)


def _borderlines(board, cases) -> list[list]:
    """Undecided results that lie just below a class or the pass mark."""
    rules = board.judging.rules
    bounds = sorted({*rules.boundaries, rules.pass_mark})
    rows = []
    for case in cases:
        mark = case.mark
        if case.decision or mark is None:
            continue
        above = next((bound for bound in bounds if 0 < bound - mark <= NEAR), None)
        if above is not None:
            rows.append([_reference(case), case.module.code, in_figures(mark), above])
    return rows


def _flags(case: Case) -> list[str]:
    """What the rules, or an open question, say of one person's module."""
    found = []
    if getattr(case.last, "is_appealed", False):
        found.append(_("An appeal is open"))
    if case.decision or case.credit:
        return found
    if case.last:
        found.append(_("Decided again: %(label)s before") % {"label": case.last.label})
    if case.own_reason:
        found.append(case.own_reason)
    if case.mark is None:
        return found
    for part in case.short:
        about = {
            "code": part.assessment.code,
            "mark": in_figures(part.mark),
            "least": in_figures(part.least),
        }
        found.append(_("%(code)s has %(mark)s and needs %(least)s") % about)
    if any(part.attempt and part.attempt.cap is not None for part in case.parts):
        found.append(_("A later attempt with a cap"))
    if case.outcome == Outcome.FAIL:
        found.append(_("No other attempt is allowed"))
    return found


def _reference(case) -> str:
    return case.enrolment.student_reference
