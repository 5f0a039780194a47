"""What a registrar types about one trainee's due dates."""

from datetime import datetime, time

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy

from .actions import MOST_PERCENT
from .models import DueLine

GIVEN = [(key, label) for key, label in DueLine.KINDS if key not in ("attempt", "earlier")]


class DueForm(forms.Form):
    """A day, and a time of day in London; work is due at that moment."""

    day = forms.DateField(
        label=gettext_lazy("Due on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Say on which day it is due."),
            "invalid": gettext_lazy("Give the day as 12/12/2025."),
        },
    )
    hour = forms.TimeField(
        label=gettext_lazy("Time"),
        initial=time(17),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Say at what time it is due."),
            "invalid": gettext_lazy("Give the time as 17:00."),
        },
    )

    def due_at(self) -> datetime:
        return make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"]))


class ExtensionForm(DueForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=GIVEN,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "The trainee is told the new date, and not why. Keep evidence in its own place."
        ),
        error_messages={"required": gettext_lazy("Choose why the date changes.")},
    )


class ExtraTimeForm(forms.Form):
    percent = forms.IntegerField(
        label=gettext_lazy("Extra time in percent"),
        min_value=0,
        max_value=MOST_PERCENT,
        help_text=gettext_lazy(
            "A reasonable adjustment, of every timed quiz: 25 makes 60 minutes 75. It counts at once, also for a quiz that is going on. 0 takes it away."
        ),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            gettext_lazy("Give a whole number from 0 to 300."),
        ),
    )


class MissedForm(forms.Form):
    is_sure = forms.BooleanField(
        label=gettext_lazy("Nothing came in by another way."),
        error_messages={
            "required": gettext_lazy("Confirm that nothing came in by another way, then record it.")
        },
    )
