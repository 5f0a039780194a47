"""Who may write assessments down and set deadlines."""

from lms.kit.refusals import May
from lms.people.models import Role
from lms.people.roles import may_act_as


def may_teach(by) -> May:
    """May load assessments and set deadlines?"""
    return may_act_as(by, Role.REGISTRAR)
