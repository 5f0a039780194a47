"""Who may share scripts out and mark them; every no comes with its reason."""

import hashlib
import json

from django.db.models import Q
from django.utils.translation import gettext as _

from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import holders_of_each, is_operator, may_act_as, roles_of

from ..setting.queries import version_for
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
    if answer and by.pk is not None and by.pk in {one.pk for one in markers if one}:
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


def may_moderate(person, submission, tied=None, roles=None) -> May:
    """May this tutor look at the single mark of that script? Not its marker, nor anybody who may not mark it."""
    tied = conflicts([submission], [person]) if tied is None else tied
    roles = roles_of(person) if roles is None else roles
    why = _against(person, submission, "", roles, tied)
    if why:
        return no(why)
    if any(task.marker_id == person.pk for task in submission.allocations.all()):
        return no(
            _("%(full_name)s was given script %(script)s to mark.")
            % {"full_name": person.full_name, "script": submission.script}
        )
    return YES


def may_give_verdict(by, script) -> May:
    """Only the moderator it was given to, and only while nothing ties them to its author."""
    if by.pk is None or by.pk != script.moderator_id:
        return no(_("Only the moderator this script was given to can say what they think of it."))
    if not may_moderate(by, script.submission):  # the reason would lead to the author
        return no(_("You can no longer moderate this script. Tell the programme office."))
    return YES


def may_follow_moderation(by, moderation) -> May:
    """A registrar in person, who neither wrote nor was given any script of the set."""
    if is_operator(by):
        return no(_("Only a registrar in person looks after a moderation."))
    own = Q(submission__enrolment__person_id=by.pk) | Q(submission__allocations__marker_id=by.pk)
    if moderation.scripts.filter(own | Q(moderator_id=by.pk)).exists():
        return no(_("You wrote, mark or moderate a script of it, so another registrar does this."))
    return may_act_as(by, Role.REGISTRAR)


def current_of(submission, stage):
    """The task of that stage that counts."""
    tasks = submission.allocations.all()
    return next(task for task in tasks if task.stage == stage and is_current(task))


def feedback_version(task) -> str:
    """Names the marks, the comment and, where there are any, the files that somebody read."""
    parts = [task.marks, task.comment, *([task.feedback] if task.feedback else [])]
    words = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def may_mark(by, allocation) -> May:
    """Only the marker it was given to, and only while they are a tutor."""
    if by.pk is None or by.pk != allocation.marker_id:
        return no(_("Only the marker this script was given to can mark it."))
    return may_act_as(by, Role.TUTOR)


def takes_recordings(submission) -> bool:
    """Did the module leader turn spoken feedback on in the version that its author was asked? One query."""
    asked = version_for(submission.assessment_id, submission.enrolment.cohort_id)
    return bool(asked and asked.takes_recordings)


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


def may_discuss(by, allocation) -> May:
    """One of the first two markers, once their marks are submitted, and while they are a tutor."""
    is_one = allocation.stage in (Allocation.FIRST, Allocation.SECOND) and is_sealed(allocation)
    if by.pk is None or by.pk != allocation.marker_id or not is_one:
        return no(_("Only the two markers of this script discuss its mark."))
    return may_act_as(by, Role.TUTOR)


def may_end_discussion(by, submission) -> May:
    """Either of the two markers, or a registrar in person who neither wrote nor marks the script."""
    for task in submission.allocations.all():
        if by.pk is not None and by.pk == task.marker_id and may_discuss(by, task):
            return YES
    if is_operator(by):
        return no(_("Only its markers or a registrar in person can end a discussion."))
    return may_follow(by, submission)


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
