"""Who may set assessments, and give cohorts their sittings; every no comes with its reason."""

from lms.kit.refusals import May
from lms.people.models import Role
from lms.people.roles import may_act_as


def may_teach(by) -> May:
    """May set assessments and say when cohorts sit them?"""
    return may_act_as(by, Role.REGISTRAR)


def may_set_some(by) -> May:
    """May this person set what is asked in any module?"""
    return may_teach(by)


def may_set(by, module) -> May:
    """May this person set what is asked in a module?"""
    return may_teach(by)
