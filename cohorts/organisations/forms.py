"""What Hub officers type about an organisation and its contacts."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.people.models import User

from ..fields import Day, Lines, Nations


class OrganisationForm(forms.Form):
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]*$",
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("As register files will call it, such as ORG-24."),
        error_messages={
            "invalid": gettext_lazy("Use letters without accents, digits and hyphens."),
            "required": gettext_lazy("Enter a code."),
        },
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    nations = Nations(label=gettext_lazy("Nations it works in"))
    sector = forms.CharField(
        label=gettext_lazy("Sector"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Such as housing, legal advice or health."),
    )


class CallForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Who did you speak to?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Enter whom you spoke to.")},
        help_text=gettext_lazy("A name and a role. Only the Hub reads it."),
    )


class ConditionForm(forms.Form):
    text = Lines(
        label=gettext_lazy("Condition"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The organisation's contacts read this."),
        error_messages={"required": gettext_lazy("Enter the condition.")},
    )
    due_on = Day(label=gettext_lazy("To be met by"))


class MetForm(forms.Form):
    condition = forms.ChoiceField(
        label=gettext_lazy("Condition"),
        error_messages={"required": gettext_lazy("Select the condition.")},
    )
    note = forms.CharField(
        label=gettext_lazy("What did you see?"),
        max_length=300,
        help_text=gettext_lazy("Only the Hub reads it."),
        error_messages={"required": gettext_lazy("Enter what you saw.")},
    )

    def __init__(self, *args, conditions, **kwargs):
        super().__init__(*args, **kwargs)
        self.conditions = {str(one.pk): one for one in conditions}
        self.fields["condition"].choices = [
            (key, one.text[:100]) for key, one in self.conditions.items()
        ]

    @property
    def selection(self):
        return self.conditions[self.cleaned_data["condition"]]


class WithdrawConditionForm(MetForm):
    note = forms.CharField(
        label=gettext_lazy("Why it is withdrawn"),
        max_length=300,
        help_text=gettext_lazy("The organisation's contacts read this."),
        error_messages={"required": gettext_lazy("Enter why it is withdrawn.")},
    )


class MemorandumForm(forms.Form):
    version = forms.CharField(label=gettext_lazy("Version"), max_length=40)
    signatory = forms.CharField(
        label=gettext_lazy("Who signed for the organisation"), max_length=200
    )
    signed_on = Day(label=gettext_lazy("Signed on"))


class ReviewForm(forms.Form):
    on_day = Day(label=gettext_lazy("Day of the review"))
    findings = Lines(
        label=gettext_lazy("What the review found"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Only the Hub reads it."),
        error_messages={"required": gettext_lazy("Enter what the review found.")},
    )


class FactsForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    sector = forms.CharField(label=gettext_lazy("Sector"), max_length=120, required=False)
    charity_number = forms.CharField(
        label=gettext_lazy("Charity or company number"), max_length=40, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it changes"),
        max_length=300,
        help_text=gettext_lazy("Such as: the charity was renamed on the public register."),
        error_messages={"required": gettext_lazy("Enter why it changes.")},
    )


class NationsForm(forms.Form):
    nations = Nations(label=gettext_lazy("Nations it works in"))
    reason = Lines(
        label=gettext_lazy("Why they change"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The organisation's contacts read this."),
        error_messages={"required": gettext_lazy("Enter why they change.")},
    )


class ContactForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        help_text=gettext_lazy("Someone who has an account here, or will have one from now on."),
    )
    given_names = forms.CharField(
        label=gettext_lazy("Given names"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Needed for someone new."),
    )
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=150, required=False)
    starts_on = Day(label=gettext_lazy("From"))

    def clean(self):
        data = super().clean()
        email, is_named = data.get("email"), data.get("given_names") or data.get("family_name")
        if email and not is_named and not User.objects.filter(email__iexact=email).exists():
            raise ValidationError(
                _("No one here has this address. Give a name, and an account is made.")
            )
        return data
