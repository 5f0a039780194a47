"""allauth's password forms in our words; what they do is theirs."""

from allauth.account import forms as theirs
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.core import ratelimit
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as factors
from django import forms
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import User, same_form
from .signin_log import note

LEAST = next(
    v["OPTIONS"]["min_length"]  # type: ignore[index]
    for v in settings.AUTH_PASSWORD_VALIDATORS
    if v["NAME"].endswith("MinimumLengthValidator")  # type: ignore[index]
)
HELP = format_lazy(
    gettext_lazy(
        "At least {least} characters. Three or four words that you can picture together are easy to keep. "
        "Not your name or address, and nothing that many people choose."
    ),
    least=LEAST,
)


class InvitedForm(forms.Form):
    """The first password of an invited account."""

    password1 = forms.CharField(
        label=gettext_lazy("Choose a password"),
        help_text=HELP,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Enter a password.")},
    )
    password2 = forms.CharField(
        label=gettext_lazy("Enter the password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Enter the password again.")},
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password1(self):
        return get_adapter().clean_password(self.cleaned_data["password1"], user=self.person)

    def clean(self):
        data = super().clean()
        if (
            data.get("password1")
            and data.get("password2")
            and same_form(data["password1"]) != same_form(data["password2"])
        ):
            self.add_error(
                "password2", _("The two passwords are not the same. Enter the password again.")
            )
        return data


class Worded:
    """Labels and hints for whichever of the three fields a form has."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = {
            "oldpassword": _("Your password now"),
            "password1": _("Your new password"),
            "password2": _("The new password again"),
        }
        for name, label in words.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = HELP


class ChangePasswordForm(Worded, theirs.ChangePasswordForm):
    pass


class SetPasswordForm(Worded, theirs.SetPasswordForm):
    pass


class ResetPasswordForm(theirs.ResetPasswordForm):
    """Asks for a link to choose a new password. What a stranger asks changes nothing of anybody's account, and nobody without an
    account is sent anything."""

    def save(self, request, **kwargs):
        address = self.cleaned_data["email"]
        self.users = list(User.objects.filter(email__iexact=address, is_active=True))
        note("password link asked for", request, self.users[0] if self.users else None)
        # Beyond the limit the answer is the same, and the links before still work: a stranger uses up nobody's.
        if ratelimit.consume(request, action="reset_mail", key=address.strip().lower()):
            with (
                transaction.atomic()
            ):  # the same work for an address of nobody, and nothing of it stays
                request_password_reset(
                    request,
                    address,
                    self.users or [User(pk=0, email=address)],
                    default_token_generator,
                )
                transaction.set_rollback(not self.users)
        return address


class ResetPasswordKeyForm(Worded, theirs.ResetPasswordKeyForm):
    pass


class Once:
    """A code works once for as long as it is good, with the steps beside its own (MFA_TOTP_TOLERANCE): allauth forgets it after one."""

    def clean_code(self):
        code = super().clean_code()
        if self.authenticator.type == "totp":
            seconds = mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 1)
            if not cache.add(
                f"people.totp:{self.user.pk}:{''.join(code.split())}", "used", timeout=seconds
            ):
                raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(Once, factors.AuthenticateForm):
    pass


class ReauthenticateForm(Once, factors.ReauthenticateForm):
    pass
