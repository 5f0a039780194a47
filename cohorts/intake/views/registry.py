"""The registry's pages: places of a cohort, who is nominated, and the decision on each."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.kit import clock
from lms.kit.list_files import downloads
from lms.kit.lists import address, chosen, page_of
from lms.kit.refusals import Refused, insist

from ...enrolment.forms import NoteForm
from ...enrolment.models import Cohort
from ...permissions import open_to
from .. import actions
from ..applying import open_to_applications
from ..forms import DeferralForm, OfferForm, PlacesForm, RefusalForm
from ..models import Nomination
from ..queries import counts_by_state, intake_cohorts, nominations_for, places_of
from ..rules import may_decide_nomination, may_run_intake
from ..states import NOMINATION_TRANSITIONS, NominationState


@never_cache
@require_safe
@open_to(may_run_intake)
def intake(request):
    """Cohorts with what waits in each."""
    page = page_of(intake_cohorts(), request.GET.get("page"))
    return render(request, "cohorts/intake.html", {"page": page})


@never_cache
@require_http_methods(["GET", "POST"])
@open_to(may_run_intake)
def intake_of(request, code):
    """One cohort: its places, and those nominated, in one state or all."""
    cohort = get_object_or_404(Cohort, code__iexact=code)
    places = places_of(cohort)
    form = PlacesForm(
        request.POST if request.method == "POST" else None,
        initial={row.nation: row.places for row in places},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_places(cohort, form.cleaned_data, by=request.user)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The places are saved."))
            return redirect("cohorts:intake_of", cohort.code)
    state = chosen(request.GET, state=["", *NominationState.values])["state"]
    counts = counts_by_state(cohort)
    return render(
        request,
        "cohorts/intake_of.html",
        {
            "cohort": cohort,
            "nation_places": places,
            "form": form,
            "page": page_of(nominations_for(cohort, state), request.GET.get("page")),
            "state": state,
            "download": downloads("cohorts:nominations_file", cohort.code, state=state),
            "query": address(state=state),
            "tally": [
                {
                    "label": one.label,
                    "count": counts[one],
                    "url": f"?{address(state=one.value)[:-1]}",
                    "is_chosen": one == state,
                }
                for one in NominationState
                if one in counts
            ],
        },
    )


@require_POST
@open_to(may_run_intake)
def open_applications(request, code):
    """Opens a cohort to applications of people themselves, or closes it."""
    cohort = get_object_or_404(Cohort, code__iexact=code)
    is_open = request.POST.get("open") == "yes"
    open_to_applications(cohort, is_open, by=request.user)
    messages.success(
        request,
        _("People can apply for this cohort themselves.")
        if is_open
        else _("People can no longer apply for this cohort themselves."),
    )
    return redirect("cohorts:intake_of", cohort.code)


def nomination_of(pk) -> Nomination:
    rows = Nomination.objects.select_related(
        "cohort__programme", "organisation", "nominated_by", "enrolment__cohort"
    )
    return get_object_or_404(rows, pk=pk)


@never_cache
@require_safe
@open_to(may_run_intake)
def nomination(request, pk):
    return show(request, nomination_of(pk))


def show(request, nomination, **bound):
    bound = {
        "again": forms.Form(prefix="again"),
        "offer": OfferForm(
            prefix="offer",
            initial={
                "starts_on": max(nomination.cohort.starts_on, clock.today()),
                "student_reference": nomination.student_reference,
            },
        ),
        "list": NoteForm(prefix="list"),
        "refuse": RefusalForm(prefix="refuse"),
        "defer": DeferralForm(prefix="defer", nomination=nomination),
    } | bound
    may = may_decide_nomination(request.user, nomination)
    same = Nomination.objects.filter(cohort=nomination.cohort, email__iexact=nomination.email)
    # Those cleared have no address in common.
    others = same.exclude(Q(pk=nomination.pk) | Q(email="")).select_related("organisation")
    return render(
        request,
        "cohorts/nomination.html",
        {
            "nomination": nomination,
            "forms": bound,
            "may": may,
            "others": list(others[:10]),
            "nation_places": [
                row for row in places_of(nomination.cohort) if row.nation in nomination.nations
            ],
            "offered": {
                name: (nomination.state, transition) in NOMINATION_TRANSITIONS
                for name, (_form, transition, *_rest) in ACTIONS.items()
            },
        },
    )


ACTIONS = {
    "again": (
        lambda n, data: forms.Form(data, prefix="again"),
        "mail_offer_again",
        lambda n, data, by: actions.mail_offer_again(n, by=by),
        gettext_lazy("The offer is mailed again, with a new link."),
    ),
    "offer": (
        lambda n, data: OfferForm(data, prefix="offer"),
        "offer_place",
        lambda n, data, by: actions.offer(n, data["student_reference"], data["starts_on"], by=by),
        gettext_lazy(
            "The offer is sent to the person. An employer who nominated them has been told."
        ),
    ),
    "list": (
        lambda n, data: NoteForm(data, prefix="list"),
        "list_nomination",
        lambda n, data, by: actions.put_on_waiting_list(n, by=by, reason=data["reason"]),
        gettext_lazy("The nomination is on the waiting list, and whoever made it has been told."),
    ),
    "refuse": (
        lambda n, data: RefusalForm(data, prefix="refuse"),
        "refuse_nomination",
        lambda n, data, by: actions.refuse(n, data["reason"], by=by),
        gettext_lazy("Whoever made the nomination has been told that no place is offered."),
    ),
    "defer": (
        lambda n, data: DeferralForm(data, prefix="defer", nomination=n),
        "defer_nomination",
        lambda n, data, by: actions.defer(n, data["cohort"], by=by, reason=data["reason"]),
        gettext_lazy("The nomination is deferred, and whoever made it has been told."),
    ),
}


def _show_again(request, nomination, action, form):
    """The page with a form that came back; where the nomination has moved on meanwhile the form is not on it, so its faults stand above."""
    if (nomination.state, ACTIONS[action][1]) not in NOMINATION_TRANSITIONS:
        for sentence in [one for faults in form.errors.values() for one in faults]:
            messages.error(request, sentence)
        return redirect("cohorts:nomination", nomination.pk)
    return show(request, nomination, **{action: form})


@require_POST
@open_to(may_run_intake)
def nomination_action(request, pk, action):
    if action not in ACTIONS:
        raise Http404
    found = nomination_of(pk)
    insist(may_decide_nomination(request.user, found))
    form_of, _transition, do, words = ACTIONS[action]
    form = form_of(found, request.POST)
    if not form.is_valid():
        return _show_again(request, found, action, form)
    try:
        done = do(found, form.cleaned_data, request.user)
    except Refused as why:
        form.add_error(None, str(why))
        return _show_again(request, nomination_of(pk), action, form)
    messages.success(request, words)
    link = getattr(done, "link", "")
    if link and found.is_invented and settings.DEMONSTRATION:
        messages.info(
            request, _("Invented people get no email. The link is %(link)s") % {"link": link}
        )
    return redirect("cohorts:nomination", pk)
