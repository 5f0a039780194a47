"""Cohorts and the people in them; no mark is ever shown here."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lms.kit import clock
from lms.kit.lists import address, chosen, page_of, words_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import has_role

from ...employment.queries import remarks_on
from ...employment.register import posts_of
from ...permissions import home_of, open_to
from ..actions import (
    change_codes,
    change_name,
    change_nations,
    make_cohort,
)
from ..forms import CodesForm, CohortForm, NameForm, NationsForm
from ..models import Cohort, Enrolment
from ..queries import (
    ORDERS,
    cohorts_found,
    counts_by_state,
    overdue_returns,
    people_of_cohort,
    planned_changes,
    status_changes_of,
    with_counts,
    with_posts,
)
from ..rules import (
    is_changeable,
    may_change_status,
    may_enrol,
    may_keep_cohorts,
    may_see_cohorts,
)
from ..states import EnrolmentState, StatusChangeKind, StatusChangeState

TONES = {
    EnrolmentState.ENROLLED: "good",
    EnrolmentState.INTERRUPTED: "wait",
    EnrolmentState.LEFT: "plain",
    EnrolmentState.COMPLETED: "good",
}


@open_to(may_see_cohorts)
def cohorts(request):
    """Every cohort, and for registrars a form for the next."""
    form = CohortForm(request.POST or None)
    if request.method == "POST":
        insist(may_keep_cohorts(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            made = make_cohort(**form.cleaned_data, by=request.user)
            messages.success(
                request,
                _("%(title)s is ready. Bring its people in with a cohort file.")
                % {"title": made.title},
            )
            return redirect("cohorts:cohort", made.code)
        except Refused as why:
            form.add_error("code", str(why))
    wanted = words_of(request.GET)
    page = page_of(cohorts_found(wanted=wanted), request.GET.get("page"))
    return render(
        request,
        "cohorts/cohorts.html",
        {
            "form": form,
            "cohorts": with_counts(page.object_list),
            "page": page,
            "wanted": wanted,
            "query": address(q=wanted),
            "may_keep": bool(may_keep_cohorts(request.user)),
            "home": home_of(request.user),
            "late": overdue_returns(clock.today()).count(),
            "planned": planned_changes().count(),
        },
    )


@open_to(may_see_cohorts)
def cohort(request, code):
    """The people of one cohort with their nations, their state and where they work today: twenty-five at a time, a search, two orders."""
    found = get_object_or_404(Cohort.objects.select_related("programme"), code__iexact=code)
    wanted, today = words_of(request.GET), clock.today()
    kept = chosen(request.GET, state=["", *EnrolmentState.values], order=list(ORDERS))
    counts = counts_by_state(found, wanted=wanted)
    tally = [
        {
            "label": state.label,
            "count": counts[state][0],
            "url": f"?{address(**kept | {'state': state.value}, q=wanted)[:-1]}",
            "is_chosen": state == kept["state"],
        }
        for state in EnrolmentState
        if state in counts
    ]
    count = sum(of for state, (of, _unused) in counts.items() if kept["state"] in ("", state))
    page = page_of(
        people_of_cohort(found, **kept, wanted=wanted), request.GET.get("page"), count=count
    )
    people = with_posts(page.object_list, today)
    for line in people:
        line["tone"] = TONES[line["enrolment"].state]
    return render(
        request,
        "cohorts/cohort.html",
        {
            "cohort": found,
            "people": people,
            "today": today,
            "page": page,
            "tally": tally,
            "wanted": wanted,
            **kept,
            "count": sum(of for _unused, of in counts.values()),
            "query": address(**kept, q=wanted),
            "base": address(state=kept["state"], q=wanted),
            "may_call_board": has_role(request.user, Role.REGISTRAR),
            "may_keep": bool(may_keep_cohorts(request.user)),
            "may_enrol": bool(may_enrol(request.user)),
        },
    )


def enrolment_of(code, pk):
    """The enrolment, also by the code of a cohort that it moved from."""
    rows = Enrolment.objects.select_related("person", "plan", "cohort__programme")
    found = get_object_or_404(rows, pk=pk)
    was_there = found.status_changes.filter(from_cohort__code__iexact=code)
    if found.cohort.code.lower() != code.lower() and not was_there.exists():
        raise Http404
    return found


@open_to(may_see_cohorts)
def enrolment(request, code, pk):
    """One person's enrolment and what can be done with it."""
    found = enrolment_of(code, pk)
    if found.cohort.code.lower() != code.lower():
        return redirect("cohorts:enrolment", found.cohort.code, found.pk)
    return show(request, found)


def show(request, enrolment, **bound):
    """The enrolment's page, with a form that came back where there is one."""
    forms = {
        "name": NameForm(
            prefix="name",
            initial={
                name: getattr(enrolment.person, name)
                for name in ("first_name", "last_name", "known_as")
            },
        ),
        "codes": CodesForm(
            prefix="codes",
            initial={name: getattr(enrolment, name) for name in ("spr_code", "exam_number")},
        ),
        "nations": NationsForm(initial={"nations": enrolment.plan.nations}),
    } | bound
    posts, may_keep = posts_of(enrolment.person_id), bool(may_keep_cohorts(request.user))
    changes = status_changes_of(enrolment)
    return render(
        request,
        "cohorts/enrolment.html",
        {
            "enrolment": enrolment,
            "forms": forms,
            "tone": TONES[enrolment.state],
            "is_changeable": is_changeable(enrolment),
            "is_own": enrolment.person_id == request.user.pk,
            "may_keep": may_keep,
            "may_add": enrolment.state == EnrolmentState.COMPLETED,
            "is_on_leave": enrolment.state == EnrolmentState.INTERRUPTED,
            "has_left": enrolment.state == EnrolmentState.LEFT,
            "may_change_status": bool(may_change_status(request.user, enrolment)),
            "changes": changes,
            "planned": [c for c in changes if c.state == StatusChangeState.SCHEDULED],
            "leave": next(
                (
                    c
                    for c in changes
                    if c.kind == StatusChangeKind.LEAVE_OF_ABSENCE
                    and c.state == StatusChangeState.IN_FORCE
                ),
                None,
            ),
            "today": clock.today(),
            "posts": [post for post in posts if post.is_open_on(clock.today())],
            "remarks": remarks_on(enrolment),
        },
    )


ACTIONS = {
    "name": (
        NameForm,
        lambda e, data, by: change_name(
            e, data["first_name"], data["last_name"], by=by, known_as=data["known_as"]
        ),
        gettext_lazy(
            "The name on file is changed, and the person has been told. A certificate prints it when it is issued again."
        ),
    ),
    "codes": (
        CodesForm,
        lambda e, data, by: change_codes(e, data["spr_code"], data["exam_number"], by=by),
        gettext_lazy("The codes are saved."),
    ),
    "nations": (
        NationsForm,
        lambda e, data, by: change_nations(e, data["nations"], by=by, reason=data["reason"]),
        gettext_lazy("The nations are changed."),
    ),
}


@require_POST
@open_to(may_keep_cohorts)
def enrolment_action(request, code, pk, action):
    """Do one of the actions of the enrolment's page."""
    if action not in ACTIONS:
        raise Http404
    found = enrolment_of(code, pk)
    form_of, do, words = ACTIONS[action]
    form = form_of(request.POST, prefix=None if action == "nations" else action)
    if not form.is_valid():
        return show(request, found, **{action: form})
    try:
        do(found, form.cleaned_data, request.user)
    except Refused as why:
        form.add_error(None, str(why))
        return show(request, enrolment_of(code, pk), **{action: form})
    messages.success(request, words)
    for sentence in getattr(form, "edits", []):
        messages.info(request, sentence)
    return redirect("cohorts:enrolment", found.cohort.code, found.pk)
