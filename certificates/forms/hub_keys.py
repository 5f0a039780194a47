"""A key for a program of the Hub."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock

from ..accreditation.facts import months_after
from ..accreditation.sentences import in_words
from .checks import day_field


class HubKeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Which program uses it?"),
        max_length=80,
        error_messages={"required": gettext_lazy("Enter the name of the program.")},
    )
    ends_on = day_field(
        label=gettext_lazy("Until which day?"), help_text=gettext_lazy("A year at most.")
    )

    def clean_ends_on(self):
        day, today = self.cleaned_data["ends_on"], clock.today()
        if not today <= day <= months_after(today, 12):
            raise forms.ValidationError(
                _("A key lasts a year at most: choose a last day up to %(day)s.")
                % {"day": in_words(months_after(today, 12))}
            )
        return day
