"""The newest decisions on one person's modules, and what was decided by chair's action."""

from ..models import BoardDecision, ChairsAction


def newest_decision(enrolment, module) -> BoardDecision | None:
    """What was decided last on a module, by a board or by its chair."""
    rows = BoardDecision.objects.filter(enrolment=enrolment, module=module)
    return rows.select_related("board").order_by("-decided_at", "-pk").first()


def newest_decisions(enrolment) -> list[BoardDecision]:
    """The newest decision on each module that has one, in the order of the modules. One query."""
    rows = BoardDecision.objects.filter(enrolment=enrolment).select_related("board", "module")
    newest = {row.module_id: row for row in rows.order_by("decided_at", "pk")}
    return sorted(newest.values(), key=lambda row: (row.module.order, row.module_id))


def chairs_actions_of(enrolment) -> list[ChairsAction]:
    """What chairs decided for one person, newest first. One query."""
    rows = ChairsAction.objects.filter(decision__enrolment=enrolment)
    return list(rows.select_related("decision__module").order_by("-pk"))


def board_to_act_on(enrolment) -> int | None:
    """The key of the board whose chair can act for this person: of the newest decision."""
    rows = BoardDecision.objects.filter(enrolment=enrolment).order_by("-decided_at", "-pk")
    return rows.values_list("board_id", flat=True).first()
