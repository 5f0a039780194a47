"""Who may share scripts out and mark them; every no comes with its reason."""

from django.utils.translation import gettext as _

from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import holders_of_each, may_act_as, roles_of

from .conflicts import conflicts
from .models import Allocation
from .states import AllocationState


def may_allocate(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_share_out(by, submission, markers=()) -> May:
    """A registrar, but not of their own work, and not to themselves."""
    if by.pk is not None and by.pk == submission.enrolment.person_id:
        return no(_("You wrote this script, so someone else shares it out."))
    answer = may_allocate(by)
    if answer and by.pk is not None and by.pk in {marker.pk for marker in markers}:
        return no(
            _("You cannot allocate a script to yourself. Ask another registrar to allocate it.")
        )
    return answer


def may_be_given(marker, submission, stage="", tied=None) -> May:
    """May this person mark that script? Asked of every marker when scripts are shared out. `tied`: `conflicts` of many, read already."""
    answer = may_go_on(marker, submission, stage, tied)
    if answer and any(task.marker_id == marker.pk for task in submission.allocations.all()):
        return no(
            _("%(full_name)s marks script %(script)s already.")
            % {"full_name": marker.full_name, "script": submission.script}
        )
    return answer


def may_go_on(marker, submission, stage="", tied=None) -> May:
    """May a marker who was given that script still mark it? The reason is the registrars', not the marker's."""
    tied = conflicts([submission], [marker]) if tied is None else tied
    why = _against(marker, submission, stage, roles_of(marker), tied)
    return no(why) if why else YES


def stopped(tasks, holders=None, tied=None) -> dict[int, str]:
    """The same of many tasks at once, by task: why its marker may not go on. Five queries, however many; none where the `holders` of the roles
    of tutors and registrars and the ties of `conflicts` between these scripts and markers were read already."""
    tasks = list(tasks)
    holders = holders_of_each(Role.TUTOR, Role.REGISTRAR) if holders is None else holders
    roles = {}
    for role, people in holders.items():
        for person in people:
            roles.setdefault(person.pk, set()).add(role)
    if tied is None:
        tied = conflicts(
            [task.submission for task in tasks],
            {task.marker_id: task.marker for task in tasks}.values(),
        )
    why = {
        t.pk: _against(t.marker, t.submission, t.stage, roles.get(t.marker_id, set()), tied)
        for t in tasks
    }
    return {pk: reason for pk, reason in why.items() if reason}


def _against(marker, submission, stage, roles, tied) -> str:
    if Role.TUTOR not in roles:
        return _("%(full_name)s is not a tutor.") % {"full_name": marker.full_name}
    if why := tied.get((submission.pk, marker.pk)):
        return why
    if stage == Allocation.THIRD and Role.REGISTRAR in roles:
        return _(
            "%(full_name)s is a registrar and can see the first two marks of script %(script)s."
        ) % {"full_name": marker.full_name, "script": submission.script}
    return ""


def may_mark(by, allocation) -> May:
    """Only the marker it was given to, and only while they are a tutor."""
    if by.pk is None or by.pk != allocation.marker_id:
        return no(_("Only the marker this script was given to can mark it."))
    return may_act_as(by, Role.TUTOR)


def is_sealed(allocation) -> bool:
    return allocation.state == AllocationState.SEALED
