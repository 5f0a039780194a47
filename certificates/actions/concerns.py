"""Opens and closes concerns about a person, which the Hub looks into."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.clearing import clear_columns, years_before
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.models import User
from lms.record.actions import write

from ..models import Concern
from ..rules import may_sanction
from ..states import ConcernState, ProposalState


@transaction.atomic
def open_concern(person, text, *, by) -> Concern:
    """Write down what the Hub was told. 1. the concern, 2. a record entry without its words. Nobody else is told. The same
    words about the same person are one concern while it is open."""
    insist(may_sanction(by, person))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not text.strip():
        raise Refused(_("Write down what you were told."))
    same = Concern.objects.filter(person=person, text=text.strip(), state=ConcernState.OPEN).first()
    if same:
        return same
    concern = Concern.objects.create(person=person, text=text.strip(), opened_by=by)
    write("certificates.open_concern", concern, by=by)
    return concern


@transaction.atomic
def close_concern(concern, outcome, *, by) -> Concern:
    """1. it is closed with its outcome, 2. a record entry without its words. Refused while a decision about it is open."""
    insist(may_sanction(by, concern.person))
    if not outcome.strip():
        raise Refused(_("Write down what came of it. Only the Hub reads it."))
    locked = Concern.objects.select_for_update(no_key=True).get(pk=concern.pk)
    if locked.state == ConcernState.CLOSED:
        return locked
    if locked.proposals.filter(state=ProposalState.PROPOSED).exists():
        raise Refused(
            _("A decision about this concern is proposed and open. Confirm or drop it first.")
        )
    return make_transition(
        locked, "close_concern", by=by, outcome=outcome.strip(), closed_by=by, closed_at=clock.now()
    )


def clear_old_concerns(*, by) -> int:
    """IMSA_REMARK_YEARS after a concern was closed: 1. what was said and what came of it are emptied, 2. a record entry. That there was one, and decisions that were made because of it, stay. How many.
    Twice is once."""
    old = Concern.objects.filter(
        state=ConcernState.CLOSED, closed_at__lt=years_before(settings.IMSA_REMARK_YEARS)
    )
    return clear_columns(
        old.exclude(text="", outcome=""),
        "certificates.clear_old_concerns",
        by=by,
        text="",
        outcome="",
    )
