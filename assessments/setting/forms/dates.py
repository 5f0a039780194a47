"""What is typed about the days of one cohort."""

from datetime import datetime, time

from django import forms
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort
from cohorts.fields import Day

from ..actions.sittings import DATES, fingerprint

OPENS_BY_DEFAULT, DUE_BY_DEFAULT = time(9), time(17)
TIMES = {"opens": "opens_at", "due": "due_at"}
DAYS = {"marking": "marking_due_on", "feedback": "feedback_due_on"}


class DatesForm(forms.Form):
    """One piece of work in one cohort: which version, and its four days."""

    version = forms.ChoiceField(label=gettext_lazy("Version"))
    opens = Day(label=gettext_lazy("Opens on"), required=False)
    opens_time = forms.TimeField(
        label=gettext_lazy("Opens at"),
        help_text=gettext_lazy("Left empty, 09:00."),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Give the time as 09:00.")},
    )
    due = Day(label=gettext_lazy("Due on"), required=False)
    due_time = forms.TimeField(
        label=gettext_lazy("Due at"),
        help_text=gettext_lazy("Left empty, 17:00."),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Give the time as 17:00.")},
    )
    marking = Day(label=gettext_lazy("Marking due on"), required=False)
    feedback = Day(label=gettext_lazy("Feedback due on"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, assessment, sitting, versions, suggested=None, **kwargs):
        """`suggested`: dates by the names of DATES, to look at where none are set; nothing is saved by them."""
        super().__init__(*args, prefix=assessment.code, **kwargs)
        self.assessment, self.sitting = assessment, sitting
        self.versions = {str(version.pk): version for version in versions}
        self.fields["version"].choices = [
            (key, _("Version %(number)s") % {"number": version.number})
            for key, version in self.versions.items()
        ]
        self.is_filled = bool(suggested) and not _has_dates(sitting)
        shown = _initial_of(suggested if self.is_filled else _dates_of(sitting))
        self.initial = {**shown, "seen": fingerprint(sitting)}
        self.initial["version"] = (
            str(sitting.version_id) if sitting else next(iter(self.versions), "")
        )

    def is_untouched(self) -> bool:
        """No sitting yet, and none wanted."""
        given = self.cleaned_data
        return (
            self.sitting is None
            and not any(given[name] for name in (*TIMES, *DAYS))
            and (given["version"] == self.initial["version"])
        )

    def clean(self):
        given = super().clean()
        for name in TIMES:
            if given.get(f"{name}_time") and not given.get(name) and name not in self.errors:
                self.add_error(name, _("Give the day too, or clear the time."))
        return given

    def row(self):
        """As `set_sittings` takes it."""
        given = self.cleaned_data
        dates = {DAYS[name]: given[name] for name in DAYS}
        for name, field in TIMES.items():
            usual = DUE_BY_DEFAULT if name == "due" else OPENS_BY_DEFAULT
            hour = given[f"{name}_time"] or usual
            dates[field] = make_aware(datetime.combine(given[name], hour)) if given[name] else None
            there = getattr(self.sitting, field, None)
            if there and dates[field] == there.replace(second=0, microsecond=0):
                dates[field] = there  # the form shows no seconds, so it changes none
        return self.assessment, dates, self.versions[given["version"]], given["seen"]

    def add_refusal(self, refusal):
        fields = {field: name for name, field in (TIMES | DAYS).items()}
        self.add_error(fields.get(getattr(refusal, "name", None)), str(refusal))


def _dates_of(sitting) -> dict:
    return {name: getattr(sitting, name, None) for name in DATES}


def _has_dates(sitting) -> bool:
    return any(_dates_of(sitting).values())


def _initial_of(dates) -> dict:
    """Dates as the form's fields have them."""
    found = {name: dates.get(field) for name, field in DAYS.items()}
    for name, field in TIMES.items():
        if moment := dates.get(field):
            found[name], found[f"{name}_time"] = localtime(moment).date(), localtime(moment).time()
    return found


class CopyForm(forms.Form):
    """Whose dates are copied."""

    source = forms.ModelChoiceField(
        Cohort.objects.none(),
        label=gettext_lazy("Earlier cohort"),
        to_field_name="code",
        empty_label=gettext_lazy("Choose a cohort"),
        error_messages={
            name: gettext_lazy("Choose a cohort of this list.")
            for name in ("required", "invalid_choice")
        },
    )

    def __init__(self, *args, cohorts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = cohorts
