"""What registrars type to share scripts out, and markers to give one back or say whom they are near to."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort
from lms.kit import clock

from ..states import REGISTRARS_OWN, Why


class DeclineForm(forms.Form):
    """Why a marker gives a script back."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[
            (Why.RECOGNISED, gettext_lazy("I know who wrote it, or think I do")),
            (Why.AWAY, gettext_lazy("I am ill or away")),
            (Why.OTHER, Why.OTHER.label),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The programme office reads this, and chooses another marker."),
        error_messages={"required": gettext_lazy("Choose why you cannot mark this script.")},
    )


class MarkingDayForm(forms.Form):
    """By when somebody marks."""

    due_on = forms.DateField(
        label=gettext_lazy("To be marked by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Say by which day it is to be marked."),
            "invalid": gettext_lazy("Give the day as 12/12/2025."),
        },
    )


class ReplaceForm(MarkingDayForm):
    """Another marker for a script, and why; the reason is not asked of a script that was given back."""

    marker = forms.ChoiceField(
        label=gettext_lazy("New marker"),
        error_messages={"required": gettext_lazy("Choose the new marker.")},
    )
    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[(one, one.label) for one in REGISTRARS_OWN],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The markers and the author are not told why."),
        error_messages={"required": gettext_lazy("Choose why another marker is needed.")},
    )
    field_order = ["marker", "due_on", "why"]

    def __init__(self, *args, markers, asks_why=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["marker"].choices = [("", gettext_lazy("Choose a tutor")), *markers]
        if not asks_why:
            del self.fields["why"]


class InterestForm(forms.Form):
    """A cohort or a student reference: one of the two."""

    cohort = forms.ModelChoiceField(
        Cohort.objects.none(),
        label=gettext_lazy("Cohort"),
        required=False,
        empty_label=gettext_lazy("No cohort"),
        help_text=gettext_lazy(
            "You mark no work of that cohort, and decide on none of its results."
        ),
    )
    reference = forms.CharField(
        label=gettext_lazy("Student reference"),
        required=False,
        max_length=40,
        help_text=gettext_lazy(
            "You mark no work of that person and do not decide on their results. You are not told whether there is one."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = Cohort.objects.order_by("-starts_on", "code")
        self.fields["cohort"].label_from_instance = lambda cohort: f"{cohort.code} {cohort.title}"
        for field in self.fields.values():
            field.is_one_of = True


class ShareForm(forms.Form):
    """Which scripts are shared out, and among whom: equally, or by percent."""

    assessment = forms.ChoiceField(label=gettext_lazy("Piece of work"), required=False)
    count = forms.IntegerField(
        label=gettext_lazy("How many scripts"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=gettext_lazy("The oldest first. Leave it empty for all that wait."),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Give a whole number from 1.")
        ),
    )

    def __init__(self, *args, tutors, waiting, **kwargs):
        super().__init__(*args, **kwargs)
        self.tutors = tutors
        self.fields["assessment"].choices = [("", gettext_lazy("All pieces of work"))] + [
            (code, f"{title} ({count})") for (code, title), count in waiting.items()
        ]
        for one in tutors:
            self.fields[f"take-{one.pk}"] = forms.BooleanField(label=one.full_name, required=False)
            self.fields[f"percent-{one.pk}"] = forms.IntegerField(
                label=_("Percent for %(full_name)s") % {"full_name": one.full_name},
                required=False,
                min_value=1,
                max_value=100,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4}),
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"), _("Give a whole number from 1 to 100.")
                ),
            )

    def rows(self):
        return [(self[f"take-{one.pk}"], self[f"percent-{one.pk}"]) for one in self.tutors]

    def clean(self):
        given = super().clean()
        chosen = [one.pk for one in self.tutors if given.get(f"take-{one.pk}")]
        percents = [given.get(f"percent-{pk}") for pk in chosen]
        if len(chosen) < 2:
            raise forms.ValidationError(_("Choose two or more tutors: every script needs two."))
        for one in self.tutors:
            if given.get(f"percent-{one.pk}") and one.pk not in chosen:
                self.add_error(f"percent-{one.pk}", _("Choose this tutor, or leave this empty."))
        if any(percents):
            if not all(percents):
                raise forms.ValidationError(
                    _("Give every chosen tutor a percentage, or none of them for equal shares.")
                )
            if sum(percents) != 100:
                words = _("The percentages must come to 100; they come to %(sum)s.")
                raise forms.ValidationError(words % {"sum": sum(percents)})
        return given

    def weights(self) -> dict:
        """By the keys of the chosen tutors; the same for each where no percentage is given."""
        given = self.cleaned_data
        chosen = [one.pk for one in self.tutors if given.get(f"take-{one.pk}")]
        return {pk: given.get(f"percent-{pk}") or 1 for pk in chosen}


class ShareFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy(
            "CSV or Excel (.xlsx) with the columns script, first and second; tutors by e-mail address or whole name."
        ),
        allow_empty_file=True,
        max_length=400,
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "max_length": gettext_lazy("Give the file a shorter name."),
        },
    )


class PlanForm(forms.Form):
    due_on = forms.DateField(
        label=gettext_lazy("To be marked by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Leave it empty for the day of the sitting, or the usual one."),
        error_messages={"invalid": gettext_lazy("Give the day as 12/12/2025.")},
    )

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day and not clock.today() <= day <= clock.today() + timedelta(days=366):
            raise forms.ValidationError(_("Give a day that is still to come, within a year."))
        return day
