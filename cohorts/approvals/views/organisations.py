"""Employing Organisations: who is approved, who may act for them, and the decision with its before and after."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lms.kit import clock
from lms.kit.effective_dates import OF_ROW, in_force, that_count
from lms.kit.list_files import downloads
from lms.kit.lists import address, chosen, page_of, words_of
from lms.kit.nations import NATIONS
from lms.kit.refusals import Refused
from lms.people.actions import admit

from ...confirming.queries import counts_due, last_heard_of
from ...employment.queries import names_of_actors
from ...employment.register import lines_at, post_of
from ...fields import read_day
from ...organisations.actions import add_contact as add_organisation_contact
from ...organisations.actions import add_organisation, cancel_contact, record_call
from ...organisations.actions import end_contact as end_organisation_contact
from ...organisations.forms import CallForm, ContactForm, NationsForm, OrganisationForm
from ...organisations.models import Contact, Organisation, TelephoneTask
from ...organisations.queries import (
    NOT_YET,
    approval_in_words,
    contacts_now_and_to_come,
    contacts_of,
    rows_with_ends,
)
from ...organisations.rules import may_approve
from ...organisations.states import ApprovalAction
from ...permissions import open_to
from ..actions import approvals_as_recorded
from ..forms import DecisionForm
from ..oversight import organisation_on
from ..queries import (
    DUE,
    next_steps,
    organisations_for_hub,
    review_due_on,
    sectors,
    suggested_last_day,
    with_approval,
)
from ..rules import actions_to_offer, may_decide
from . import room
from .history import show_history


@open_to(may_approve)
def organisations(request):
    """Organisations with their approval in words, twenty-five at a time, a search, and a form for the next."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_organisation(
                **form.cleaned_data, by=request.user, is_invented=request.user.is_invented
            )
            messages.success(
                request,
                _("%(name)s is added. It is not approved yet: decide below.") % {"name": made.name},
            )
            return redirect("cohorts:organisation", made.code)
        except Refused as why:
            form.add_error(None, str(why))
    day, wanted, all_sectors = clock.today(), words_of(request.GET), sectors()
    approval = chosen(request.GET, approval=["", *FILTERS])["approval"]
    narrow = chosen(request.GET, nation=["", *NATIONS], sector=["", *all_sectors], due=DUE)
    counts = dict(
        organisations_for_hub(day, wanted=wanted, **narrow)
        .order_by()
        .values_list("approval_now")
        .annotate(Count("pk"))
    )
    tally = [
        {
            "label": label,
            "count": counts[key if key != NOT_YET else ""],
            "url": f"?{address(approval=key, q=wanted, **narrow)}".rstrip("&"),
            "is_chosen": key == approval,
        }
        for key, label in FILTERS.items()
        if (key if key != NOT_YET else "") in counts
    ]
    rows = organisations_for_hub(day, approval=approval, wanted=wanted, **narrow)
    page = page_of(rows, request.GET.get("page"))
    return render(
        request,
        "cohorts/organisations.html",
        {
            "form": form,
            "lines": with_approval(page.object_list, day),
            "download": downloads(
                "cohorts:organisations_file", approval=approval, q=wanted, **narrow
            ),
            "tally": tally,
            "approval": approval,
            "wanted": wanted,
            "page": page,
            "query": address(approval=approval, q=wanted, **narrow),
            "narrow": narrow,
            "is_narrow": bool(approval or wanted or any(narrow.values())),
            "nations": NATIONS.items(),
            "sectors": all_sectors,
            "dues": DUE_LABELS.items(),
        },
    )


FILTERS = {NOT_YET: gettext_lazy("Not approved yet")} | {
    action.value: action.label for action in ApprovalAction
}


DUE_LABELS = {
    "": gettext_lazy("Anything"),
    "contact": gettext_lazy("Without a contact"),
    "unconfirmed": gettext_lazy("A contact has not confirmed"),
    "ending": gettext_lazy("Approval ends within 90 days"),
    "review": gettext_lazy("Annual review due within 30 days"),
    "conditions": gettext_lazy("Open conditions"),
    "overdue": gettext_lazy("Approved, with a condition overdue"),
}


def organisation_of(code):
    return get_object_or_404(Organisation, code__iexact=code)


@open_to(may_approve)
def organisation(request, code):
    """One organisation: facts, decisions, contacts, people, and what can be done."""
    return show(request, organisation_of(code))


def show(request, organisation, decide=None, contact=None, **forms):
    """`forms`: those of the room that come back with what was typed, by the name of their action."""
    today = clock.today()
    as_at = read_day(request.GET.get("day", "")) or today
    decisions = approvals_as_recorded(organisation)
    lines = rows_with_ends(decisions)
    counting = that_count(lines, OF_ROW)
    recorded = room.context(request, organisation, forms)
    names = names_of_actors({d.decided_by for d in decisions} | room.recorders_of(recorded))
    room.name_recorders(recorded, names)
    for decision in decisions:
        decision.by_name = names[decision.decided_by]
        decision.is_replaced = decision not in counting
    page = page_of(lines_at(organisation, as_at), request.GET.get("page"))
    pairs = [(d.from_day, d.action) for d in counting]
    approval, approval_then = in_force(lines, today, OF_ROW), in_force(lines, as_at, OF_ROW)
    contacts, to_come = contacts_now_and_to_come(organisation, today)
    calls = list(TelephoneTask.objects.filter(organisation=organisation, recorded_at=None))
    reviews_then = [one for one in recorded["reviews"] if one.on_day <= as_at]
    posts_due = counts_due([organisation.pk], today)[organisation.pk]
    return render(
        request,
        "cohorts/organisation.html",
        {
            "organisation": organisation,
            "approval": approval_in_words(pairs, as_at),
            "as_at": as_at,
            "is_past": as_at != today,
            **_as_it_was(organisation, as_at, today),
            "approved_until": approval_then.until_day if approval_then else None,
            "review_due": review_due_on(organisation, approval_then, reviews_then),
            "query": address(day="" if as_at == today else as_at.isoformat()),
            "steps": next_steps(
                organisation,
                approval,
                today,
                contacts=contacts,
                conditions=recorded["conditions"],
                calls=calls,
                review_due=review_due_on(organisation, approval, recorded["reviews"]),
                has_memorandum=bool(recorded["memoranda"]),
                posts_due=posts_due,
            ),
            **recorded,
            "decisions": decisions[::-1],
            "contacts": contacts if as_at == today else contacts_of(organisation, as_at),
            "contacts_to_come": to_come if as_at == today else (),
            "today": today,
            "calls": calls,
            "people": [{"person": line.employment.person, "post": post_of(line)} for line in page],
            "heard": last_heard_of([organisation.pk])[organisation.pk],
            "posts_due": posts_due,
            "page": page,
            "decide": decide
            or DecisionForm(
                actions=actions_to_offer(lines, today),
                initial={"from_day": today, "until_day": suggested_last_day(lines, today)},
            ),
            "contact_form": contact or ContactForm(initial={"starts_on": today}),
        },
    )


def _as_it_was(organisation, as_at, today) -> dict:
    """Name, sector, number and nations on that day; today they stand on the organisation itself."""
    if as_at == today:
        return {
            "facts": organisation_on(organisation, today, ()),
            "nations_then": organisation.nations,
        }
    begun = [
        line
        for line in organisation.nation_lines.order_by("pk")
        if line.from_day is None or line.from_day <= as_at
    ]
    return {
        "facts": organisation_on(organisation, as_at, organisation.lines.order_by("pk")),
        "nations_then": begun[-1].nations if begun else organisation.nations,
    }


@open_to(may_approve)
def history(request, code):
    """What it was called and where it worked, who worked there and who acted for it; and the forms that change the first two."""
    return show_history(request, organisation_of(code))


def terms_of(action, until_day) -> dict:
    """As a proposal keeps them."""
    return {"deed": str(action)} | ({"until": until_day.isoformat()} if until_day else {})


def _to_check(request, organisation, *, from_day, **decision):
    """Kept for the check page of `certificates.views.pending`, which reads every one of these keys."""
    request.session["pending.decision"] = {
        **decision,
        "from_day": from_day.isoformat(),
        "back": reverse("cohorts:organisation", args=[organisation.code]),
        "organisation": organisation.pk,
        "enrolment": None,
        "credential": None,
    }
    return redirect("/hub/decisions/check/")


@require_POST
@open_to(may_approve)
def decide(request, code):
    """Keep what was written for the check page, which shows each person's standing before and after; two officers decide there."""
    organisation = organisation_of(code)
    lines, today = rows_with_ends(approvals_as_recorded(organisation)), clock.today()
    form = DecisionForm(request.POST, actions=actions_to_offer(lines, today))
    if form.is_valid():
        data = form.cleaned_data
        until = data["until_day"]
        answer = may_decide(
            lines, data["action"], data["from_day"], data["reason"], today, until_day=until
        )
        if data["is_interim"] and (
            data["action"] != ApprovalAction.SUSPENDED or data["from_day"] > today
        ):
            form.add_error("is_interim", _("Only a suspension from today can be interim."))
        elif answer:
            return _to_check(
                request,
                organisation,
                subject="approval",
                terms=terms_of(data["action"], until),
                from_day=data["from_day"],
                reason=data["reason"],
                is_interim=data["is_interim"],
            )
        else:
            form.add_error(None, answer.reason)
    return show(request, organisation, decide=form)


def change_nations(request, organisation):
    """Kept for the check page, as a decision on the approval is."""
    form = NationsForm(request.POST, prefix="nations")
    if form.is_valid() and set(form.cleaned_data["nations"]) == set(organisation.nations):
        form.add_error("nations", _("The organisation works in these nations already."))
    if not form.is_valid():
        return show_history(request, organisation, nations=form)
    data = form.cleaned_data
    return _to_check(
        request,
        organisation,
        subject="nations",
        terms={"nations": data["nations"], "was": list(organisation.nations)},
        from_day=clock.today(),
        reason=data["reason"],
        is_interim=False,
    )


@require_POST
@open_to(may_approve)
def act(request, code, action):
    """One press in the organisation's room: see `room.ACTIONS`. What cannot be comes back at its form."""
    organisation = organisation_of(code)
    if action == "nations":
        return change_nations(request, organisation)
    form = room.do(request, organisation, action)
    is_of_history = action == "facts"
    if form is None:
        place = "organisation_history" if is_of_history else "organisation"
        return redirect(f"cohorts:{place}", organisation.code)
    return (show_history if is_of_history else show)(request, organisation, **{action: form})


@require_POST
@open_to(may_approve)
def add_contact(request, code):
    """Somebody may act for the organisation; an account is made for somebody new."""
    organisation = organisation_of(code)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return show(request, organisation, contact=form)
    data = form.cleaned_data
    try:
        with transaction.atomic():
            person = admit(
                by=request.user,
                email=data["email"],
                first_name=data["given_names"],
                last_name=data["family_name"],
                is_invented=request.user.is_invented,
            )
            add_organisation_contact(
                person, organisation, by=request.user, starts_on=data["starts_on"]
            )
    except Refused as why:
        form.add_error(None, str(why))
        return show(request, organisation, contact=form)
    messages.success(
        request,
        _("%(full_name)s may act for %(name)s, and is told.")
        % {"full_name": person.full_name, "name": organisation.name},
    )
    return redirect("cohorts:organisation", organisation.code)


@require_POST
@open_to(may_approve)
def end_contact(request, code, pk):
    """From tomorrow this person no longer acts for the organisation; one who has not begun to act for it never does."""
    contact = get_object_or_404(
        Contact.objects.select_related("person", "organisation"),
        pk=pk,
        organisation__code__iexact=code,
    )
    today = clock.today()
    if contact.starts_on > today:
        cancel_contact(contact, by=request.user)
        words = _("%(full_name)s will not act for %(organisation)s, and is told.")
    else:
        end_organisation_contact(contact, today, by=request.user)
        words = _("Today is the last day on which %(full_name)s acts for %(organisation)s.")
    names = {"full_name": contact.person.full_name, "organisation": contact.organisation.name}
    messages.success(request, words % names)
    return redirect("cohorts:organisation", contact.organisation.code)


@open_to(may_approve)
def call(request, pk):
    """What an organisation without a contact is to be told by telephone; then whom the officer spoke to."""
    task = get_object_or_404(
        TelephoneTask.objects.select_related("organisation", "recorded_by"), pk=pk
    )
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        record_call(task, form.cleaned_data["note"], by=request.user)
        messages.success(
            request,
            _("Recorded. %(organisation)s has been told by telephone.")
            % {"organisation": task.organisation.name},
        )
        return redirect("cohorts:organisation", task.organisation.code)
    return render(request, "cohorts/call.html", {"task": task, "form": form})
