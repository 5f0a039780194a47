"""allauth's password forms in our words; what they do is theirs."""
from allauth.account import forms as theirs
from django.conf import settings

LEAST = next(
    v["OPTIONS"]["min_length"] for v in settings.AUTH_PASSWORD_VALIDATORS if v["NAME"].endswith("MinimumLengthValidator")
)
HELP = (
    f"At least {LEAST} characters. Three or four words that you can picture together are easy to keep. "
    "Not your name or address, and nothing that many people choose."
)


class Worded:
    """Labels and hints for whichever of the three fields a form has."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = {"oldpassword": "Your password now", "password1": "Your new password", "password2": "The new password once more"}
        for name, label in words.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = HELP


class ChangePasswordForm(Worded, theirs.ChangePasswordForm):
    pass


class SetPasswordForm(Worded, theirs.SetPasswordForm):
    pass


class ResetPasswordKeyForm(Worded, theirs.ResetPasswordKeyForm):
    pass
