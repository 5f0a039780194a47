"""A trainee's own page of what tutors wrote to them and about contact with them, and the choice of reminders."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit.lists import page_of
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...tutoring.actions.nudges import choose_nudges
from ...tutoring.models import ContactEntry, MessageRecipient
from ...tutoring.queries import wants_nudges
from ..queries import enrolment_of


@login_required
@never_cache
def contact(request):
    """Messages, the log of contact with its earlier texts, and whether reminders are on."""
    if enrolment_of(request.user) is None:
        insist(may_act_as(request.user, Role.LEARNER))
        return render(request, "assessments/not_enrolled.html")
    received = MessageRecipient.objects.filter(enrolment__person=request.user.pk)
    log = ContactEntry.objects.filter(enrolment__person=request.user.pk)
    log = log.select_related("by", "correction").order_by("-day", "-pk")
    return render(
        request,
        "assessments/tutoring/own_contact.html",
        {
            "received": page_of(
                received.select_related("message__by"), request.GET.get("message"), length=20
            ),
            "log": page_of(log, request.GET.get("page"), length=20),
            "wants_nudges": wants_nudges(request.user),
        },
    )


@login_required
@never_cache
def message(request, pk):
    """One message that the reader was sent; anybody else's is not found."""
    rows = MessageRecipient.objects.filter(enrolment__person=request.user.pk)
    found = get_object_or_404(rows.select_related("message__by"), message=pk)
    return render(request, "assessments/tutoring/own_message.html", {"message": found.message})


@require_POST
@login_required
def reminders(request):
    """Turn one's own reminders off or on."""
    is_off = request.POST.get("choice") == "off"
    choose_nudges(request.user, is_off, by=request.user)
    messages.success(
        request,
        _("Reminders about your study are off.")
        if is_off
        else _("Reminders about your study are on."),
    )
    return redirect("assessments:own_contact")
