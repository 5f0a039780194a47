"""Names who leads a module; it refuses somebody who studies in its programme."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import has_role
from lms.record.actions import write

from ..leader_models import ModuleLeader
from ..rules import may_teach, studied_by


@transaction.atomic
def name_leader(module, person, starts_on, *, by) -> ModuleLeader:
    """A tutor leads a module from a day on. 1. the line, 2. a record entry, 3. they are told. Twice is once."""
    insist(may_teach(by))
    about = {"full_name": person.full_name, "module": module.code}
    if not has_role(person, Role.TUTOR):
        raise Refused(_("%(full_name)s is not a tutor.") % about)
    if studied_by(person).filter(cohort__programme=module.programme_id).exists():
        raise Refused(
            _("%(full_name)s studies in this programme, so they cannot lead %(module)s.") % about
        )
    made, is_new = ModuleLeader.objects.get_or_create(
        module=module, person=person, ends_on=None, defaults={"starts_on": starts_on}
    )
    if not is_new and made.starts_on != starts_on:
        raise Refused(_("%(full_name)s leads %(module)s already. End that first.") % about)
    if is_new:
        write(
            "assessments.name_leader",
            made,
            by=by,
            after={"module": module.code, "person": person.pk, "starts_on": str(starts_on)},
        )
        tell(
            person,
            _("You lead module %(module)s") % about,
            _("You can set what it asks, and when cohorts sit it."),
            "/registry/assessments/",
        )
    return made


@transaction.atomic
def end_leader(line, *, by) -> ModuleLeader:
    """They lead it until today. 1. the line, 2. a record entry. One that has not begun goes. Twice is once."""
    insist(may_teach(by))
    locked = ModuleLeader.objects.select_for_update(no_key=True).filter(pk=line.pk).first()
    if locked is None or locked.ends_on:
        return locked or line
    today = clock.today()
    write("assessments.end_leader", locked, by=by, after={"ends_on": str(today)})
    if locked.starts_on > today:
        locked.delete()
        return line
    locked.ends_on = today
    locked.save(update_fields=["ends_on"])
    return locked
