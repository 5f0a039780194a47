"""Employing Organisations: who is approved, who may act for them, and the decision with its before and after."""
from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lms.kit import clock
from lms.kit.lines import OF_ROW, replaced_from, that_count
from lms.kit.refusals import Refused
from lms.people.actions import admit
from lms.people.models import User

from .. import actions
from ..actions.organisations import approvals_as_recorded, replaced_in_words
from ..forms import ContactForm, DecisionForm, OrganisationForm
from ..models import Contact, Organisation
from ..queries import approval_in_words, contacts_of, names_of_actors, organisations_with_approval
from ..register import approvals_of, people_of, posts_at
from ..rules import deeds_to_offer, may_approve, may_decide
from ..states import ApprovalDeed
from .doors import open_to

MEANING = {
    ApprovalDeed.APPROVED: "A post here counts: its holder can be accredited.",
    ApprovalDeed.SUSPENDED: "A post here does not count while this lasts: its holder may not act as an IMSA.",
    ApprovalDeed.ENDED: "A post here no longer counts: its holder may not act as an IMSA.",
}
NOT_YET = "A post here does not count yet: its holder cannot be accredited."


@open_to(may_approve)
def organisations(request):
    """Every organisation with its approval in words, and a form for the next."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_organisation(**form.cleaned_data, by=request.user, is_invented=request.user.is_invented)
            messages.success(request, f"{made.name} is added. It is not approved yet: decide below.")
            return redirect("cohorts:organisation", made.code)
        except Refused as why:
            form.add_error(None, str(why))
    lines = organisations_with_approval(clock.today())
    wanted = request.GET.get("approval", "")
    tally = [
        {"label": label, "count": sum(line["approval"].label == label for line in lines), "url": f"?approval={key}"}
        for key, label in FILTERS.items()
    ]
    if wanted in FILTERS:
        lines = [line for line in lines if line["approval"].label == FILTERS[wanted]]
    return render(request, "cohorts/organisations.html", {
        "form": form, "lines": lines, "tally": [t for t in tally if t["count"]], "wanted": FILTERS.get(wanted),
    })


FILTERS = {"none": "Not approved yet"} | {deed.value: deed.label for deed in ApprovalDeed}


def organisation_of(code):
    return get_object_or_404(Organisation, code__iexact=code)


@open_to(may_approve)
def organisation(request, code):
    """One organisation: facts, decisions, contacts, people, and what can be done."""
    return show(request, organisation_of(code))


def show(request, found, decide=None, contact=None):
    today = clock.today()
    decisions = approvals_as_recorded(found)
    counting = that_count(decisions, OF_ROW)
    names = names_of_actors({d.decided_by for d in decisions})
    for decision in decisions:
        decision.by_name = names[decision.decided_by]
        decision.is_replaced = decision not in counting
    posts = posts_at(found, today)
    named = User.objects.in_bulk({post.person_id for post in posts})
    return render(request, "cohorts/organisation.html", {
        "organisation": found, "approval": approval_in_words([(d.from_day, d.deed) for d in counting], today),
        "decisions": decisions[::-1], "contacts": contacts_of(found, today), "today": today,
        "people": [{"person": named[post.person_id], "post": post} for post in posts],
        "decide": decide or DecisionForm(deeds=deeds_to_offer(decisions, today), initial={"from_day": today}),
        "contact_form": contact or ContactForm(initial={"starts_on": today}),
    })


@require_POST
@open_to(may_approve)
def decide(request, code):
    """First the before and after in words; with `confirmed`, the decision."""
    found = organisation_of(code)
    if request.POST.get("confirmed"):
        return confirmed(request, found)
    lines, today = approvals_as_recorded(found), clock.today()
    form = DecisionForm(request.POST, deeds=deeds_to_offer(lines, today))
    if form.is_valid():
        given = form.cleaned_data
        answer = may_decide(lines, given["deed"], given["from_day"], given["reason"], today)
        if answer:
            told = {"organisation": found, "given": given, **before_and_after(found, given)}
            return render(request, "cohorts/decide.html", told)
        form.add_error(None, answer.reason)
    return show(request, found, decide=form)


def confirmed(request, found):
    form = DecisionForm(request.POST, deeds=set(ApprovalDeed))
    if not form.is_valid():
        return show(request, found, decide=form)
    given = form.cleaned_data
    actions.decide_approval(found, given["deed"], given["from_day"], given["reason"], by=request.user)
    messages.success(request, f"Decided. {found.name}: {ApprovalDeed(given['deed']).label.lower()}. Its contacts are told.")
    return redirect("cohorts:organisation", found.code)


def before_and_after(found, given):
    """What the decision changes, in words, and whom it touches."""
    lines = approvals_of([found.pk])[found.pk]
    before = approval_in_words(lines, given["from_day"])
    was = next((MEANING[deed] for when, deed in reversed(lines) if when <= given["from_day"]), NOT_YET)
    return {
        "before": before, "before_means": was, "after": ApprovalDeed(given["deed"]).label, "after_means": MEANING[given["deed"]],
        "people": people_of(found, given["from_day"]), "contacts": contacts_of(found, clock.today()),
        "replaced": [replaced_in_words(a) for a in replaced_from(given["from_day"], approvals_as_recorded(found), OF_ROW)],
    }


@require_POST
@open_to(may_approve)
def add_contact(request, code):
    """Somebody may act for the organisation; an account is made for somebody new."""
    found = organisation_of(code)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return show(request, found, contact=form)
    given = form.cleaned_data
    with transaction.atomic():
        person = given["person"] or admit(
            by=request.user, email=given["email"], first_name=given["given_names"], last_name=given["family_name"],
            is_invented=request.user.is_invented,
        )
        actions.add_contact(person, found, by=request.user, starts_on=given["starts_on"])
    messages.success(request, f"{person.full_name} may act for {found.name}, and is told.")
    return redirect("cohorts:organisation", found.code)


@require_POST
@open_to(may_approve)
def end_contact(request, code, pk):
    """From tomorrow this person no longer acts for the organisation."""
    contact = get_object_or_404(Contact.objects.select_related("person", "organisation"), pk=pk, organisation__code__iexact=code)
    actions.end_contact(contact, clock.today(), by=request.user)
    messages.success(request, f"Today is the last day on which {contact.person.full_name} acts for {contact.organisation.name}.")
    return redirect("cohorts:organisation", contact.organisation.code)
