"""allauth's pages that change how somebody gets in, each as one transaction: the change, its record entry, its message and the end of
the other sessions are there together or not at all."""

from functools import wraps

from allauth.account import views as account
from allauth.account.internal.stagekit import unstash_login
from allauth.account.utils import url_str_to_user_pk
from allauth.account.views import BaseReauthenticateView
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path, re_path

from . import events
from .models import User


def owner_of_session(request, **kwargs):
    return request.user.pk


def owner_of_sign_in(request, **kwargs):
    """Whoever gave the password and is asked for the factor."""
    if request.user.is_authenticated:
        return request.user.pk
    login = unstash_login(request, peek=True)
    return login.user.pk if login else None


def owner_of_link(request, uidb36, **kwargs):
    try:
        return url_str_to_user_pk(uidb36)
    except (ValidationError, ValueError, OverflowError):
        return None


def in_one_transaction(view, owner=owner_of_session):
    """The POST of `view`: 1. the account's row is locked, so that a link, a code or a change that two requests bring at once is judged one
    after the other, 2. the view changes what it changes, 3. the record, the message and the end of other sessions follow in the same
    transaction, 4. what the session may do from now is noted, once all of it is stored. allauth tells of a change after its commit, and a
    process killed there would leave a factor that nobody was told of."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            pk = owner(request, **kwargs)
            person = (
                User.objects.select_for_update(no_key=True).filter(pk=pk).first() if pk else None
            )
            if person and request.user.pk == person.pk:
                request.user.password = (
                    person.password
                )  # a request that waited for another change is judged by the new password
            before = events.factors_of(person)
            response = view(request, *args, **kwargs)
            after = events.factors_of(person)
            if after != before:
                events.announce_factors(request, person, before, after)
        if after != before:
            events.note_factors(request, person, before, after)
        return response

    return answer


class ReauthenticateView(factors.ReauthenticateView):
    """A code is used and its use recorded in one transaction. What was put aside is done after it: a refusal there must not bring back
    a recovery code."""

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            form = self.get_form()
            if good := form.is_valid():
                form.save()
        return BaseReauthenticateView.form_valid(self, form) if good else self.form_invalid(form)


# Under the names and addresses of allauth.urls, which stands behind them: tests/people/test_whole.py looks that none was forgotten.
urlpatterns = [
    path(
        "password/change/",
        in_one_transaction(account.password_change),
        name="account_change_password",
    ),
    path("password/set/", in_one_transaction(account.password_set), name="account_set_password"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        in_one_transaction(account.password_reset_from_key, owner_of_link),
        name="account_reset_password_from_key",
    ),
    path(
        "2fa/authenticate/",
        in_one_transaction(factors.authenticate, owner_of_sign_in),
        name="mfa_authenticate",
    ),
    path("2fa/reauthenticate/", ReauthenticateView.as_view(), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", in_one_transaction(totp.activate_totp), name="mfa_activate_totp"),
    path(
        "2fa/totp/deactivate/", in_one_transaction(totp.deactivate_totp), name="mfa_deactivate_totp"
    ),
    path(
        "2fa/recovery-codes/generate/",
        in_one_transaction(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("2fa/webauthn/add/", in_one_transaction(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        in_one_transaction(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
]
