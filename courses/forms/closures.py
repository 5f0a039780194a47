"""What a registrar types about a closure."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.nations import NATIONS

from .sessions import day_field


class ClosureForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("What it is called"),
        max_length=120,
        help_text=gettext_lazy("Such as “Christmas closure”. Tutors and registrars read it."),
        error_messages={"required": gettext_lazy("Enter what it is called.")},
    )
    starts_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(gettext_lazy("Last day"))
    codes = forms.MultipleChoiceField(
        label=gettext_lazy("Nations"),
        choices=list(NATIONS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Select none if it is for everyone, such as the University’s own closure."
        ),
    )

    def clean(self):
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day can’t be before the first."))
        return data


class CancelClosureForm(forms.Form):
    is_sure = forms.BooleanField(
        label=gettext_lazy("I have checked: these are ordinary working days."),
        error_messages={"required": gettext_lazy("Tick to confirm that you have checked.")},
    )
