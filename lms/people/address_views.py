"""Pages of another email address: an officer asks for it, and whoever reads its mail confirms it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit.refusals import Refused, insist, refusals_at

from . import address_changes, address_refusals
from .models import Role, User
from .roles import may_act_as


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("New email address"),
        max_length=254,
        help_text=gettext_lazy("A link goes there. The address changes when it is opened."),
        error_messages={
            "required": gettext_lazy("Enter the new email address."),
            "invalid": gettext_lazy("Enter an email address, like name@example.org."),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def address(request, pk):
    """What the address is, what was asked for, and a form for another."""
    insist(may_act_as(request.user, Role.REGISTRAR, Role.HUB_OFFICER))
    person = get_object_or_404(User, pk=pk)
    may = address_changes.may_change_address(request.user, person)
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        insist(may)
        with refusals_at(form):
            made = address_changes.ask(person, form.cleaned_data["email"], by=request.user)
            words = _("A link was sent to %(email)s. The address changes when it is opened.")
            if address_changes.waits_for_second(made):
                words = _(
                    "Another officer approves it first. Then a link is sent to %(email)s, and the address changes when it is opened."
                )
            messages.success(request, words % {"email": made.new_address})
            return redirect("people:address", person.pk)
    change = address_changes.open_change(person)
    return render(
        request,
        "people/address.html",
        {
            "person": person,
            "form": form,
            "may": may,
            "change": change,
            "waits": change is not None and address_changes.waits_for_second(change),
            "refusal": address_refusals.refusal_to_decide(person),
            "may_reopen": address_refusals.may_reopen(request.user, person),
            "may_approve": change and address_changes.may_approve_address(request.user, change),
        },
    )


def _request_shown(request, person):
    """The open request, if it is the one that the page showed; another address may have been asked for since."""
    change = address_changes.open_change(person)
    return change if change and request.POST.get("change") == str(change.pk) else None


@require_POST
@login_required
def approve_address(request, pk):
    insist(may_act_as(request.user, Role.REGISTRAR, Role.HUB_OFFICER))
    person = get_object_or_404(User, pk=pk)
    change = _request_shown(request, person)
    if change is None:
        messages.warning(
            request,
            _("Nothing was changed: the request you saw has ended. Look at what is asked for now."),
        )
    else:
        made = address_changes.approve(change, by=request.user)
        messages.success(
            request,
            _("A link was sent to %(email)s. The address changes when it is opened.")
            % {"email": made.new_address},
        )
    return redirect("people:address", person.pk)


@require_POST
@login_required
def reopen_account(request, pk):
    """An officer who has spoken to the person opens the account again, with the address that they chose."""
    insist(may_act_as(request.user, Role.REGISTRAR, Role.HUB_OFFICER))
    person = get_object_or_404(User, pk=pk)
    if request.POST.get("is_checked") != "on" or not request.POST.get("address"):
        messages.warning(
            request, _("Nothing was changed. Choose the address, and say that you spoke to them.")
        )
    else:
        try:
            address_refusals.reopen(person, request.POST["address"], by=request.user)
            messages.success(
                request,
                _("The account is open. A link for a new password was sent to the address."),
            )
        except Refused as why:
            messages.warning(request, str(why))
    return redirect("people:address", person.pk)


@require_POST
@login_required
def cancel_address(request, pk):
    insist(may_act_as(request.user, Role.REGISTRAR, Role.HUB_OFFICER))
    person = get_object_or_404(User, pk=pk)
    insist(address_changes.may_change_address(request.user, person))
    change = _request_shown(request, person)
    if change:
        change = address_changes.cancel(change, by=request.user)
    if change is None or change.confirmed_at:
        messages.warning(
            request,
            _(
                "Nothing was changed: the request you saw has ended. Look at the address: it may be confirmed, or another may be asked for."
            ),
        )
    else:
        messages.success(request, _("Cancelled. The link no longer works."))
    return redirect("people:address", person.pk)


@never_cache
@require_http_methods(["GET", "POST"])
def confirm_address(request, secret):
    """Opening the link changes nothing: mail scanners open every link."""
    change = address_changes.change_of(secret)
    fault = address_changes.fault_of(change)
    if fault:
        is_done = change is not None and bool(change.confirmed_at and not change.refused_at)
        return render(
            request,
            "people/invitation_fault.html" if not is_done else "people/address_confirmed.html",
            {"fault": fault},
            status=200 if is_done else 410 if change else 404,
        )
    if request.method == "POST":
        address_changes.confirm(secret)
        return redirect("people:confirm_address", secret)
    return render(request, "people/confirm_address.html", {"change": change})


@never_cache
@require_http_methods(["GET", "POST"])
def refuse_address(request, secret):
    """Opening the link changes nothing here either."""
    change = address_refusals.change_to_refuse(secret)
    fault = address_refusals.refusal_fault(change)
    if fault:
        is_done = change is not None and change.refused_at is not None
        return render(
            request,
            "people/address_refused.html" if is_done else "people/invitation_fault.html",
            {"fault": fault},
            status=200 if is_done else 410 if change else 404,
        )
    if request.method == "POST":
        address_refusals.refuse(secret)
        return redirect("people:refuse_address", secret)
    closes = address_refusals.closes_account(change)
    return render(request, "people/refuse_address.html", {"closes": closes})
