"""The Hub's pages for how an entry answers: what holders ask, and what the Hub changes by itself."""
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit import clock
from lms.kit.refusals import insist, refusals_at

from .. import actions
from ..forms_of_decisions import AnswerForm, LiftForm, WithholdForm, WorkingNameForm
from ..models import EntryRequest, ProofLink, Watch, Withholding, WorkingName
from ..rules import may_sanction, may_see_hub, may_withhold
from ..states import RequestState
from .hub import enrolment_of


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def withholding(request, pk):
    """Keep somebody's entry from the public check, or let it answer again."""
    enrolment = enrolment_of(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    held = Withholding.objects.filter(Q(until_day=None) | Q(until_day__gte=clock.today()), person=enrolment.person).order_by("pk").last()
    # The page says which of the two it was drawn for: somebody else may have been quicker.
    is_lift = request.POST.get("deed") == "lift" if request.method == "POST" else bool(held)
    form = (LiftForm if is_lift else WithholdForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            if is_lift:
                actions.lift_withholding(enrolment.person, form.cleaned_data["reason"], by=request.user)
                messages.success(request, "The public check answers for this person again.")
            else:
                actions.withhold(enrolment.person, form.cleaned_data["reason"], by=request.user, mode=form.cleaned_data["mode"])
                messages.success(request, "From now the public check answers “Not found” for this person.")
            return redirect("certificates:person", pk=enrolment.pk)
    return render(request, "certificates/withholding.html", {"enrolment": enrolment, "form": form, "held": held, **goes_on(enrolment.person)})


def goes_on(person) -> dict:
    """What withholding does not end: who watches the person, and how many of their own links are open."""
    return {
        "watches": Watch.objects.filter(person=person, ended_at=None, ends_on__gte=clock.today()).select_related("organisation").order_by("organisation__name"),
        "links": ProofLink.objects.filter(person=person, ended_at=None, ends_at__gt=clock.now()).count(),
    }


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def working_name(request, pk):
    """The family name the check asks for."""
    enrolment = enrolment_of(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    held = WorkingName.objects.filter(person=enrolment.person, until_day=None).first()
    form = WorkingNameForm(request.POST or None, initial={"name": held.name if held else ""})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            actions.work_under(enrolment.person, form.cleaned_data["name"], by=request.user)
            messages.success(request, "The check asks for this name from now on." if form.cleaned_data["name"] else "The check asks for the name on file again.")
            return redirect("certificates:person", pk=enrolment.pk)
    return render(request, "certificates/working_name.html", {"enrolment": enrolment, "form": form, "held": held})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def entry_request(request, pk):
    """What a holder asks of their entry: do it, or say why not."""
    insist(may_see_hub(request.user))
    held = get_object_or_404(EntryRequest.objects.select_related("person", "answered_by"), pk=pk)
    insist(may_withhold(request.user, held.person))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mark = request.POST.get("mark", "")
        with refusals_at(form):
            if request.POST.get("deed") == "decline":
                actions.decline_request(held, form.cleaned_data["answer"], by=request.user, mark=mark)
                messages.success(request, "The entry stays as it is, and the person reads your answer.")
            else:
                actions.do_request(held, form.cleaned_data["answer"], by=request.user, mark=mark)
                messages.success(request, "It is done, and the person has been told.")
            return redirect("certificates:hub")
    return render(request, "certificates/request.html", {
        "asked": held, "form": form, "is_answered": held.answered_by_id is not None, "is_open": held.state == RequestState.ASKED,
        "hides": held.what in (EntryRequest.What.HUB, EntryRequest.What.WITHHOLD), **goes_on(held.person),
        "enrolment": held.person.enrolments.order_by("-enrolled_on", "-pk").first(),
    })
