"""An exact question to the register, and what is done with a post."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock

from ..fields import Day
from .models import Employment


class LookupForm(forms.Form):
    """The register answers an exact question and is never browsed."""

    asked = forms.CharField(
        label=gettext_lazy("Email address or entry"),
        max_length=254,
        help_text=gettext_lazy("Exactly as it is written, such as ER-0001."),
        error_messages={"required": gettext_lazy("Type an email address or an entry.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_asked(self):
        asked = self.cleaned_data["asked"]
        by_address, by_entry = {"person__email__iexact": asked}, {"reference__iexact": asked}
        entries = Employment.objects.filter(**(by_address if "@" in asked else by_entry))
        self.entry = entries.order_by("-lines__starts_on", "reference").first()
        if not self.entry:
            raise ValidationError(
                _(
                    "The register holds no post under exactly that. Look at the spelling; part of an address or a name does not do."
                )
            )
        return asked


class EndPostForm(forms.Form):
    ends_on = Day(label=gettext_lazy("Last day of the post"))
    reason = forms.CharField(label=gettext_lazy("Why, and who said so"), max_length=300)


class ReopenForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why the last day is wrong"), max_length=300)


class ConfirmForm(forms.Form):
    on = Day(label=gettext_lazy("The employer confirmed it on"))

    def clean_on(self):
        if self.cleaned_data["on"] > clock.today():
            raise ValidationError(_("That day has not come yet."))
        return self.cleaned_data["on"]
