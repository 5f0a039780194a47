"""Holds one person's results back without stopping the board for anybody else, and lets them go again."""

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.people.roles import is_operator
from lms.record.actions import write

from ...attempts.models import PriorCredit
from ..models import Award, Hold
from ..queries.boards import decision_on
from ..rules import may_hold
from ..states import HoldKind

LONGEST_WHY = 1000


@transaction.atomic
def place_hold(enrolment, module, kind, why, *, by, tells_kind=True) -> Hold:
    """Keep a board from deciding on one module of a person, or on all of them (`module` None).

    1. the hold, with who, when, what kind and why, 2. a record entry without the reason, 3. the trainee is told that a result is held
    back and whom to ask; the kind only where `tells_kind`. The same hold again is the hold there is. Raises Refused where a board has
    decided on the module or it is credited for prior learning, or the award was conferred.
    """
    insist(may_hold(by, enrolment))
    # A board locks these too before it records: either it sees the hold, or the hold sees its decision.
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    there = Hold.objects.filter(enrolment=enrolment, module=module, lifted_at=None).first()
    if there:
        if (there.kind, there.why) == (kind, why.strip()):
            return there
        raise Refused(
            _("This is held back already (%(kind)s). Lift that first.")
            % {"kind": there.get_kind_display()}
        )
    if kind not in HoldKind.values:
        raise Refused(_("Choose why the result is held back."))
    is_decided = module and (
        decision_on(enrolment, module)
        or PriorCredit.objects.that_count().filter(enrolment=enrolment, module=module)
    )
    if is_decided or Award.objects.filter(enrolment=enrolment):
        raise Refused(_("A board has decided on this, so it cannot be held back any more."))
    hold = Hold.objects.create(
        enrolment=enrolment,
        module=module,
        kind=kind,
        why=_words(why),
        tells_kind=tells_kind,
        placed_by=None if is_operator(by) else by,
    )
    write("assessments.place_hold", hold, by=by, after={"enrolment": enrolment.pk, "kind": kind})
    what = module.title if module else _("all modules that are not decided yet")
    told = _("No board decides on it until the programme office lets it go: %(what)s.") % {
        "what": what
    }
    if tells_kind:
        told += " " + _("It is about: %(kind)s.") % {"kind": hold.get_kind_display()}
    told += " " + _("The programme office answers your questions.")
    tell(enrolment.person, _("A result of yours is held back"), told, "/study/")
    return hold


@transaction.atomic
def lift_hold(hold, outcome, *, by) -> Hold:
    """Let a board decide again. 1. the hold ends, with who, when and what came of it, 2. a record entry, 3. the trainee is told.
    Twice is once."""
    insist(may_hold(by, hold.enrolment))
    Enrolment.objects.select_for_update(no_key=True).get(pk=hold.enrolment_id)
    locked = Hold.objects.select_for_update(of=("self",), no_key=True).get(pk=hold.pk)
    if locked.lifted_at:
        return locked
    locked.outcome, locked.lifted_at = _words(outcome), clock.now()
    locked.lifted_by = None if is_operator(by) else by
    locked.save(update_fields=["outcome", "lifted_at", "lifted_by"])
    write("assessments.lift_hold", locked, by=by, after={"enrolment": hold.enrolment_id})
    tell(
        hold.enrolment.person,
        _("A result of yours is no longer held back"),
        _("The next board can decide on it. The programme office answers your questions."),
        "/study/",
    )
    return locked


def _words(text) -> str:
    text = text.strip()
    if not text:
        raise Refused(_("Write a sentence for the programme office."))
    if len(text) > LONGEST_WHY:
        raise Refused(
            _("The text has %(count)s characters; there is room for %(longest)s.")
            % {"count": len(text), "longest": LONGEST_WHY}
        )
    return text
