"""Closures: a registrar's list of them, and one with the sessions that fall on it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from lms.kit import clock
from lms.kit.list_files import downloads
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist, refusals_at

from ..actions.closures import (
    cancel_closure,
    end_closure,
    may_record_closures,
    record_closure,
)
from ..forms.closures import CancelClosureForm, ClosureForm
from ..models import Closure
from ..queries.gaps import sessions_in


@login_required
@never_cache
def closures(request):
    """Closures that count, the last first, and a form for the next."""
    insist(may_record_closures(request.user))
    form = ClosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = record_closure(by=request.user, **form.cleaned_data)
            count = len(sessions_in(made))
            messages.success(request, _("The closure is recorded."))
            if count:
                messages.warning(
                    request,
                    ngettext(
                        "%(count)s session falls on it. Look at it below.",
                        "%(count)s sessions fall on it. Look at them below.",
                        count,
                    )
                    % {"count": count},
                )
                return redirect("courses:closure", made.pk)
            return redirect("courses:closures")
        except Refused as why:
            form.add_error(None, str(why))
    page = page_of(
        Closure.objects.filter(cancelled_at=None).order_by("-starts_on", "-pk"),
        request.GET.get("page"),
    )
    return render(
        request,
        "courses/closures/list.html",
        {
            "form": form,
            "page": page,
            "today": clock.today(),
            "download": downloads("courses:closures_file"),
        },
        status=422 if form.errors else 200,
    )


@login_required
@never_cache
def closure(request, pk):
    """One closure, the sessions on its days, and the way to cancel it or, once it has begun, to end it."""
    insist(may_record_closures(request.user))
    found = get_object_or_404(Closure.objects.select_related("made_by", "cancelled_by"), pk=pk)
    form = CancelClosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            if request.POST.get("action") == "end":
                end_closure(found, by=request.user)
                messages.success(
                    request, _("The closure ends today. The days after it are working days again.")
                )
                return redirect("courses:closure", pk)
            cancel_closure(found, by=request.user)
            messages.success(
                request, _("The closure is cancelled. Its days are working days again.")
            )
            return redirect("courses:closures")
    rows = sessions_in(found)
    return render(
        request,
        "courses/closures/closure.html",
        {"closure": found, "form": form, "sessions": rows[:50], "count": len(rows)},
        status=422 if form.errors else 200,
    )
