"""What a registrar types about one trainee's due dates."""

from datetime import datetime, time

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.fields import Day
from lms.kit import clock

from .actions import YEARS
from .adjusting import GIVES, MOST_DAYS, MOST_PERCENT
from .models import DueLine

BY_RULE = "attempt", "earlier", DueLine.BY_ADJUSTMENT
GIVEN = [(key, label) for key, label in DueLine.KINDS if key not in BY_RULE]


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


class AdjustmentForm(forms.Form):
    """What a person is given, from when until when. `is_new`: there is none to end, so something has to be given."""

    percent = forms.IntegerField(
        label=gettext_lazy("Extra time in quizzes, in percent"),
        min_value=0,
        max_value=MOST_PERCENT,
        help_text=gettext_lazy(
            "25 makes a quiz of 60 minutes one of 75. It counts at once, also for a quiz that has begun. Enter 0 for none."
        ),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            gettext_lazy("Enter a whole number from 0 to 300."),
        ),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Extra days for written work"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=gettext_lazy(
            "Added to the due date of every assignment and portfolio. They are counted as the rules of the cohort count late days. Enter 0 for none."
        ),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            gettext_lazy("Enter a whole number from 0 to 60."),
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Rest breaks or another arrangement (optional)"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "One line that says what to do, for example “a break of 10 minutes each hour”. Do not say why: no condition and no diagnosis."
        ),
        error_messages={"max_length": gettext_lazy("Use up to 200 characters.")},
    )
    starts_on = Day(
        label=gettext_lazy("First day"),
        error_messages={
            "required": gettext_lazy("Enter the first day."),
            "invalid": gettext_lazy("Enter the first day as 12/12/2025."),
        },
    )
    ends_on = Day(
        label=gettext_lazy("Last day (optional)"),
        required=False,
        help_text=gettext_lazy("Leave it empty if there is no last day."),
        error_messages={"invalid": gettext_lazy("Enter the last day as 12/12/2025.")},
    )

    def __init__(self, *args, is_new=True, **kwargs):
        self.is_new = is_new
        super().__init__(*args, **kwargs)

    def clean(self):
        found = super().clean()
        first, last = found.get("starts_on"), found.get("ends_on")
        if first and abs((first - clock.today()).days) > 366 * YEARS:
            self.add_error(
                "starts_on", _("This day is more than three years away. Check the year.")
            )
        if first and last and last < first:
            self.add_error("ends_on", _("The last day must not be before the first day."))
        if self.is_new and not self.errors and not any(found[name] for name in GIVES):
            self.add_error("percent", _("Enter extra time, extra days or an arrangement."))
        return found


class MissedForm(forms.Form):
    is_sure = forms.BooleanField(
        label=gettext_lazy("Nothing came in by another way."),
        error_messages={
            "required": gettext_lazy("Confirm that nothing came in by another way, then record it.")
        },
    )
