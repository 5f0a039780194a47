"""What was typed about people who were nominated or applied goes some time after it was closed; that there was one, when and what became of it, stays."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from lms.kit import clock
from lms.kit.refusals import insist
from lms.record.actions import write

from .models import Nomination, PlaceApplication
from .rules import may_run_intake
from .states import CLOSED, NominationState

AT_ONCE = 200
TYPED = {
    "post": "",
    "line_manager": "",
    "statement": "",
    "reason": "",
    "employer_email": "",
    "employer_secret_hash": "",
    "secret_hash": "",
}
WHO = {
    "given_names": "",
    "family_name": "",
    "email": "",
    "employer": "",
    "student_reference": "",
}


def clear_closed_nominations(*, by) -> int:
    """IMSA_NOMINATION_CLOSED_DAYS after one was refused, withdrawn, declined, not answered or accepted, AT_ONCE at most, each in its own transaction: 1. name, address and all that was typed go
    (of an acceptance, whose name and address are the account's, what was typed beside them), and with them the link of who applied themselves, 2. a record entry. How many. Twice is once."""
    insist(may_run_intake(by))
    before = clock.now() - timedelta(days=settings.IMSA_NOMINATION_CLOSED_DAYS)
    # Those closed before the day was kept: by the last day that is known of them.
    ended_at = Coalesce("closed_at", "answered_at", "expires_at", "decided_at", "nominated_at")
    is_over = Q(state__in=CLOSED) | Q(state=NominationState.ACCEPTED)
    rows = Nomination.objects.filter(is_over, cleared_at=None).annotate(ended_at=ended_at)
    keys = list(
        rows.filter(ended_at__lt=before).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    )
    return sum(_clear(pk, by=by) for pk in keys)


@transaction.atomic
def _clear(pk, *, by) -> int:
    rows = Nomination.objects.select_for_update(no_key=True)
    found = rows.filter(pk=pk, cleared_at=None).first()
    if found is None or found.state not in (*CLOSED, NominationState.ACCEPTED):
        return 0  # it was offered again meanwhile
    values = TYPED if found.state == NominationState.ACCEPTED else TYPED | WHO
    for name, value in values.items():
        setattr(found, name, value)
    found.cleared_at = clock.now()
    found.save(update_fields=[*values, "cleared_at"])
    PlaceApplication.objects.filter(nomination=found).delete()
    write("cohorts.clear_nomination", found, by=by, after={"state": found.state})
    return 1


def drop_old_places(*, by) -> int:
    """Drafts that nobody submitted: without an answer after IMSA_APPLICATION_UNCONFIRMED_DAYS, others after IMSA_APPLICATION_DRAFT_DAYS without a change, AT_ONCE at most. Each is deleted with its links. How many."""
    insist(may_run_intake(by))
    now = clock.now()
    unread = now - timedelta(days=settings.IMSA_APPLICATION_UNCONFIRMED_DAYS)
    idle = now - timedelta(days=settings.IMSA_APPLICATION_DRAFT_DAYS)
    rows = PlaceApplication.objects.filter(nomination=None)
    old = rows.filter(Q(saved_at__lt=idle) | Q(saved_at__lt=unread, answers={}))
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    count = 0
    for pk in keys:
        with transaction.atomic():
            found = old.select_for_update(no_key=True).filter(pk=pk).first()
            if found:
                found.delete()
                count += 1
    return count
