"""Who may share scripts out and mark them; every no comes with its reason."""

from django.utils.translation import gettext as _

from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import holders_of_each, is_operator, may_act_as, roles_of

from .conflicts import conflicts
from .models import Allocation
from .states import AllocationState, Why


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


def may_be_given(marker, submission, stage="", tied=None, roles=None) -> May:
    """May this person mark that script? Asked of every marker when scripts are shared out. `tied`: `conflicts` of many, `roles`: theirs,
    where they were read already. A registrar is given no script of which a mark is submitted: registrars can read it."""
    roles = roles_of(marker) if roles is None else roles
    tied = conflicts([submission], [marker]) if tied is None else tied
    is_marked = any(is_sealed(task) for task in submission.allocations.all())
    why = _against(marker, submission, Allocation.THIRD if is_marked else stage, roles, tied)
    answer = no(why) if why else YES
    own = [task for task in submission.allocations.all() if task.marker_id == marker.pk]
    about = {"full_name": marker.full_name, "script": submission.script}
    if answer and any(is_current(task) for task in own):
        return no(_("%(full_name)s marks script %(script)s already.") % about)
    if answer and any(task.withdrawn_why in (Why.RECOGNISED, Why.CONFLICT) for task in own):
        return no(
            _("%(full_name)s may not mark script %(script)s: they know who wrote it.") % about
        )
    return answer


def may_go_on(marker, submission, stage="", tied=None) -> May:
    """May a marker who was given that script still mark it? The reason is the registrars', not the marker's."""
    tied = conflicts([submission], [marker]) if tied is None else tied
    why = _against(marker, submission, stage, roles_of(marker), tied)
    return no(why) if why else YES


def stopped(tasks, holders=None, tied=None) -> dict[int, str]:
    """The same of many tasks at once, by task: why its marker may not go on. Four queries, however many; none where the `holders` of the roles
    of tutors and registrars and the ties of `conflicts` between these scripts and markers were read already."""
    withdrawn = {t.pk: t.get_withdrawn_why_display() for t in tasks if not is_current(t)}
    tasks = [t for t in tasks if is_current(t)]
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
    return withdrawn | {pk: reason for pk, reason in why.items() if reason}


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


def may_declare_interest(by) -> May:
    """A tutor or a member of a board, in person, of themselves. Boards are asked of the relation; the folder above has them."""
    if is_operator(by):
        return no(_("Only a tutor can do this."))
    if by.pk is not None and by.board_seats.filter(removed_at=None).exists():
        return YES
    return may_act_as(by, Role.TUTOR)


def may_lift_interest(by, interest) -> May:
    """A registrar, and never the marker themselves: what they declare tells which script is whose."""
    if by.pk is not None and by.pk == interest.marker_id:
        return no(_("You declared this, so another registrar lifts it."))
    return may_act_as(by, Role.REGISTRAR)


def may_keep_snippets(by) -> May:
    """May keep phrases of their own: a tutor, in person."""
    return may_act_as(by, Role.TUTOR) if not is_operator(by) else no(_("Only a tutor can do this."))


def may_decline(by, allocation) -> May:
    """The marker it was given to, also when a link to its author has come up since."""
    if by.pk is None or by.pk != allocation.marker_id:
        return no(_("Only the marker this script was given to can give it back."))
    return YES


def may_follow(by, submission) -> May:
    """May see who marks a script and change it: a registrar in person, but not its author and none of its markers."""
    if by.pk is not None and by.pk == submission.enrolment.person_id:
        return no(_("You wrote this script, so another registrar looks after it."))
    if by.pk is not None and any(task.marker_id == by.pk for task in submission.allocations.all()):
        return no(_("You were given this script to mark, so another registrar looks after it."))
    return may_act_as(by, Role.REGISTRAR)


def may_request_correction(by, allocation) -> May:
    """The marker who submitted the marks, in person."""
    if by.pk is None or by.pk != allocation.marker_id:
        return no(_("Only the marker who submitted these marks can correct them."))
    return YES


def may_agree_to_correction(by, submission) -> May:
    """A second person: a registrar in person, who neither wrote nor marks the script."""
    if is_operator(by):
        return no(_("Only a registrar in person can agree to other marks."))
    return may_follow(by, submission)


def is_current(allocation) -> bool:
    """Is it, or was it, marked by this marker? Not so where the task was withdrawn."""
    return allocation.state != AllocationState.WITHDRAWN


def is_sealed(allocation) -> bool:
    return allocation.state == AllocationState.SEALED
