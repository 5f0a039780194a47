"""What the office wrote to a trainee about a piece of work, and their answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.refusals import refusals_at

from ...cases.actions.misconduct import reply_to_case
from ...cases.forms.misconduct import ReplyForm
from ...cases.models.misconduct import MisconductCase


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def letter(request, pk):
    """The trainee's own alone, once they were told; a registrar has a page of their own."""
    own = MisconductCase.objects.filter(
        submission__enrolment__person=request.user.pk, informed_at__isnull=False
    )
    about = "submission__assessment__module", "submission__enrolment__person"
    found = own.select_related(*about).prefetch_related("replies").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such letter.")
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            reply_to_case(found, form.cleaned_data["words"], by=request.user)
            messages.success(request, _("Your answer is with the programme office."))
            return redirect("assessments:letter", pk)
    return render(
        request,
        "assessments/letter.html",
        {"case": found, "assessment": found.submission.assessment, "form": form},
        status=422 if form.errors else 200,
    )
