"""Scenarios of a version: which of its questions belong to one, and what keeps it from being asked."""

from django.utils.translation import gettext as _

from lms.kit import nations

from .bank import Scenario, is_tagged
from .together import can_draw, units_of


def groups_of(questions) -> list[list[str]]:
    """The keys of the questions of each scenario."""
    found: dict[int, list[str]] = {}
    for question in questions:
        if question.scenario_id:
            found.setdefault(question.scenario_id, []).append(question.key)
    return list(found.values())


def empty_scenarios(assessment) -> list[Scenario]:
    """Those that no question belongs to yet: they wait for some in the draft. One query."""
    return list(assessment.scenarios.filter(questions=None))


def scenario_in(version, key) -> Scenario | None:
    """The scenario of this key that the version asks about, or that waits for questions."""
    rows = version.assessment.scenarios.filter(key=key)
    return rows.filter(questions__places__version=version).first() or (
        rows.filter(questions=None).first()
    )


def with_moves(questions) -> list:
    """The questions of a draft, each with what it may do: `rises` and `sinks` among its neighbours, or within its scenario; and on the first of a scenario
    `opens` with whether that `scenario_rises` and `scenario_sinks`."""
    by_key = {question.key: question for question in questions}
    units = units_of(list(by_key), groups_of(questions))
    for place, unit in enumerate(units):
        first, last = place == 0, place == len(units) - 1
        is_scenario = bool(by_key[unit[0]].scenario_id)
        for n, key in enumerate(unit):
            question = by_key[key]
            question.rises = n > 0 if is_scenario else not first
            question.sinks = n < len(unit) - 1 if is_scenario else not last
            question.opens = is_scenario and n == 0
            question.scenario_rises, question.scenario_sinks = not first, not last
    return questions


# ---- what keeps a version from being approved ----


def scenario_faults(version, questions) -> list[str]:
    """In sentences: a scenario without questions, one that is asked in part, and a number of questions that cannot be drawn whole."""
    found = []
    if empty_scenarios(version.assessment):
        found.append(_("A scenario has no questions yet. Add some, or remove the scenario."))
    numbers = {question.key: number for number, question in enumerate(questions, start=1)}
    by_key = {question.key: question for question in questions}
    for keys in groups_of(questions):
        parts = [by_key[key] for key in keys]
        found += [
            _("Question %(number)s is asked of other trainees than its scenario’s first question.")
            % {"number": numbers[part.key]}
            for part in parts
            if part.nation != parts[0].nation
        ]
        found += _split_faults(version, parts, numbers)
    return found or _draw_faults(version, questions)


def _split_faults(version, parts, numbers):
    """Why a version that draws by tag would draw a scenario in part."""
    return [
        _("Give all questions of the scenario of question %(number)s the tag “%(tag)s”, or none.")
        % {"number": numbers[parts[0].key], "tag": draw["tag"]}
        for draw in version.draws
        if len({is_tagged(part.tags.all(), draw["tag"]) for part in parts}) > 1
    ]


def _draw_faults(version, questions):
    """Each part of a draw is of whole scenarios and single questions, and comes to its number for every nation."""
    if version.asks is None or not groups_of(questions):
        return []
    rest, pools = list(questions), []
    for draw in version.draws:
        members = [q for q in rest if is_tagged(q.tags.all(), draw["tag"])]
        rest = [q for q in rest if q not in members]
        pools.append((members, draw["count"]))
    pools.append((rest, version.asks - sum(count for _members, count in pools)))
    return [
        _(
            "With whole scenarios it cannot ask exactly %(count)s questions of every trainee. Ask another number, or add questions outside scenarios."
        )
        % {"count": count}
        for members, count in pools
        if not all(_fits(members, nation, count) for nation in nations.ALL)
    ]


def _fits(questions, nation, count):
    asked = [question for question in questions if question.nation in ("", nation)]
    units = units_of([question.key for question in asked], groups_of(asked))
    return count >= len(asked) or can_draw(map(len, units), count)
