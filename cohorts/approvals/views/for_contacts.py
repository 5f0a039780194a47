"""What an employer's contact sees of the organisation they act for: its approval, conditions, and their own confirmation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...organisations.models import Contact
from ...organisations.queries import (
    approval_in_words,
    approvals_of,
    contacts_of,
    contacts_of_person,
)
from ...organisations.states import ApprovalAction
from ..oversight import confirm_contact
from ..queries import approval_row_on, review_due_on


@login_required
@never_cache
def organisations_for_contact(request):
    """Each organisation the reader is a contact of today."""
    insist(may_act_as(request.user, Role.EMPLOYER))
    today = clock.today()
    rows = []
    for contact in contacts_of_person(request.user, today):
        organisation = contact.organisation
        approval = approval_row_on(organisation, today)
        rows.append(
            {
                "contact": contact,
                "organisation": organisation,
                "approval": approval_in_words(
                    approvals_of([organisation.pk])[organisation.pk], today
                ),
                "is_approved": bool(approval and approval.action == ApprovalAction.APPROVED),
                "until": approval.until_day if approval else None,
                "review_due": review_due_on(organisation, approval),
                "conditions": organisation.conditions.all(),
                "memorandum": organisation.memoranda.order_by("pk").last(),
                "others": [one for one in contacts_of(organisation, today) if one.pk != contact.pk],
            }
        )
    return render(request, "cohorts/organisations_for_contact.html", {"rows": rows, "today": today})


@require_POST
@login_required
def confirm(request, pk):
    """The contact says that they act for the organisation."""
    insist(may_act_as(request.user, Role.EMPLOYER))
    contact = get_object_or_404(
        Contact.objects.select_related("organisation"), pk=pk, person_id=request.user.pk
    )
    try:
        confirm_contact(contact, by=request.user)
        messages.success(
            request,
            _("Thank you. You are confirmed as a contact of %(name)s.")
            % {"name": contact.organisation.name},
        )
    except Refused as why:
        messages.warning(request, str(why))
    return redirect("cohorts:organisations_for_contact")
