"""Pages of getting in and staying in: an invitation, one's own sessions, and a lost second factor; they show no secret twice."""

from allauth.account.internal.flows.login import perform_login as let_in
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import Login
from allauth.mfa.recovery_codes import views as codes
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lms.kit.middleware import way_back
from lms.kit.refusals import Refused, insist

from . import events, invitations, recoveries, sessions
from .forms import InvitedForm
from .models import Recovery, Role, User
from .roles import OFFICERS, may_act_as
from .signin_log import note


@sensitive_post_parameters()
@never_cache
def invitation(request, secret):
    """Opening the link changes nothing: mail scanners open every link. The first password is chosen here, once."""
    found = invitations.invitation_of(secret)
    fault = invitations.fault_of(found)
    if fault:
        note("invitation that does not work", request, found.person if found else None)
        return render(
            request, "people/invitation_fault.html", {"fault": fault}, status=410 if found else 404
        )
    form = InvitedForm(request.POST or None, person=found.person)
    if request.method == "POST" and form.is_valid():
        try:
            person = invitations.accept(secret, form.cleaned_data["password1"])
        except Refused as refusal:
            return render(
                request, "people/invitation_fault.html", {"fault": str(refusal)}, status=410
            )
        if request.user.is_authenticated and request.user.pk != person.pk:
            logout(request)
        note("invitation accepted", request, person)
        record_authentication(request, person, method="password", email=person.email)
        messages.success(request, _("Your password is saved and you are signed in."))
        return let_in(request, Login(user=person, redirect_url="/today/"))
    return render(
        request,
        "people/invitation.html",
        {"form": form, "invited": found.person, "expires_at": found.expires_at},
    )


@require_POST
@login_required
def send_invitation(request, pk):
    """A registrar or a Hub officer sends the link again to somebody who has never signed in."""
    insist(may_act_as(request.user, Role.REGISTRAR, Role.HUB_OFFICER))
    person = get_object_or_404(User.objects.filter(is_active=True), pk=pk)
    if not invitations.is_new(person):
        raise Refused(
            _(
                "%(full_name)s has signed in before. If they cannot now, they choose “Forgotten your password?” on the sign-in page."
            )
            % {"full_name": person.full_name}
        )
    invitations.invite(person, by=request.user)
    messages.success(
        request,
        _("An invitation was sent to %(email)s. Earlier links no longer work.")
        % {"email": person.email},
    )
    return redirect(way_back(request))


# ---- one's own sessions ----


@login_required
@never_cache
def own_sessions(request):
    """The browsers in which the reader is signed in."""
    return render(
        request,
        "people/sessions.html",
        {"open": sessions.sessions_of(request.user), "this": request.session.session_key},
    )


@require_POST
@login_required
def end_session(request, pk):
    """End one of one's own; somebody else's is not found, and nothing happens."""
    sessions.end_sessions(request.user, by=request.user, pk=pk)
    messages.success(request, _("That browser is signed out."))
    return redirect("people:sessions")


@require_POST
@login_required
def end_others(request):
    count = sessions.end_sessions(request.user, by=request.user, keep=request.session.session_key)
    messages.success(
        request,
        _("You are signed out everywhere else.")
        if count
        else _("You were signed in nowhere else."),
    )
    return redirect("people:sessions")


# ---- a lost second factor ----


class RecoveryForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Email address of the account"),
        error_messages={
            "required": gettext_lazy("Enter the email address of the account."),
            "invalid": gettext_lazy("Enter an email address, like name@example.org."),
        },
    )
    how_checked = forms.CharField(
        label=gettext_lazy("How did you check who is asking?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Use a way that does not depend on the account: a call to a number you already had, or in person. Do not include anything about a survivor."
        ),
        error_messages={"required": gettext_lazy("Say how you checked who is asking.")},
    )

    def clean_email(self):
        self.person = User.objects.filter(
            email__iexact=self.cleaned_data["email"].strip(), is_active=True
        ).first()
        if self.person is None:
            raise forms.ValidationError(
                _("There is no account with this address. Check it with the person.")
            )
        return self.cleaned_data["email"]


@login_required
@never_cache
def all_recoveries(request):
    """What waits for a second officer, what was done, and the form that begins one."""
    insist(may_act_as(request.user, *OFFICERS))
    form = RecoveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recoveries.open_recovery(
                form.person, by=request.user, how_checked=form.cleaned_data["how_checked"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Recorded. A second registrar or Hub officer has been asked to confirm it."),
            )
            return redirect("people:recoveries")
    found = Recovery.objects.select_related("person", "opened_by", "confirmed_by", "refused_by")
    waiting = list(found.filter(confirmed_at=None, refused_at=None)[:100])
    for one in waiting:
        one.may_confirm = recoveries.may_confirm(request.user, one)
    return render(
        request,
        "people/recoveries.html",
        {
            "form": form,
            "waiting": waiting,
            "page": Paginator(found.exclude(confirmed_at=None, refused_at=None), 25).get_page(
                request.GET.get("page")
            ),
        },
    )


@require_POST
@login_required
def decide_recovery(request, pk):
    insist(may_act_as(request.user, *OFFICERS))
    found = get_object_or_404(Recovery, pk=pk)
    if request.POST.get("action") == "confirm":
        recoveries.confirm_recovery(found, by=request.user)
        messages.success(
            request,
            _("Confirmed. The person has an email with a link to set up the account again."),
        )
    else:
        recoveries.refuse_recovery(found, by=request.user)
        messages.success(request, _("Refused. Nothing of the account has changed."))
    return redirect("people:recoveries")


# ---- recovery codes: allauth's pages, and their owner is told that they were shown ----


def recovery_codes(request):
    return _announce_view(request, codes.view_recovery_codes(request))


def recovery_codes_file(request):
    return _announce_view(request, codes.download_recovery_codes(request))


def _announce_view(request, response):
    if response.status_code == 200 and request.method == "GET":
        events.announce_codes_view(request.user)
    return response
