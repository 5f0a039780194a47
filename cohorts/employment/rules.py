"""Who may keep the employment register."""

from lms.kit.refusals import May
from lms.people.models import Role
from lms.people.roles import may_act_as


def may_keep_register(by) -> May:
    return may_act_as(by, Role.HUB_OFFICER, Role.REGISTRAR)
